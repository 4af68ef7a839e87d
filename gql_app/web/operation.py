"""One operation on a socket, from its first word to its last."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from gql_app.live.recent import Result
from gql_app.schema.request import Request
from gql_app.web.engine import Engine
from gql_app.web.frames import complete_frame, error_frame, label_of, next_frame
from gql_app.web.line import SocketLine
from gql_app.web.operations import Operations
from gql_app.web.problems import problem_errors
from gql_app.web.refusals import ClientGone


async def run_operation(
    operation_id: str, request: Request, engine: Engine, line: SocketLine, operations: Operations
) -> None:
    """Pass on everything the engine says, free the id, then say how it ended."""
    label = label_of(operation_id)
    with suppress(ClientGone):
        last = await _last_frame(label, engine.stream(request), line)
        operations.release(operation_id)
        await line.say(last)


async def _last_frame(label: bytes, stream: AsyncIterator[Result], line: SocketLine) -> str:
    try:
        async with closing(stream) as results:
            async for result in results:
                await line.say(next_frame(label, result.payload))
    except ClientGone:
        raise
    except Exception as error:
        return error_frame(label, problem_errors(error))
    return complete_frame(label)


@asynccontextmanager
async def closing(stream: AsyncIterator[Result]) -> AsyncIterator[AsyncIterator[Result]]:
    """The stream, which lets go of what it holds as the context ends."""
    try:
        yield stream
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()
