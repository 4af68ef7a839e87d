"""One operation on a socket, from its first word to its last."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from gql_app.live.recent import Result
from gql_app.schema.request import Request
from gql_app.web.engine import Engine
from gql_app.web.frames import Answers
from gql_app.web.line import SocketLine
from gql_app.web.operations import Operations
from gql_app.web.problems import problem_errors
from gql_app.web.refusals import ClientGone


async def run_operation(
    operation_id: str, request: Request, engine: Engine, line: SocketLine, operations: Operations
) -> None:
    """Pass on everything the engine says, free the id, then say how it ended."""
    answers = Answers(operation_id)

    def take(results: list[Result]) -> bool:
        return line.say_at_once([answers.next(result.payload) for result in results])

    with suppress(ClientGone):
        last = await _last_frame(answers, engine.stream(request, take), line)
        operations.release(operation_id)
        await line.say(last.decode())


async def _last_frame(answers: Answers, stream: AsyncIterator[Result], line: SocketLine) -> bytes:
    try:
        async with closing(stream) as results:
            async for result in results:
                await line.say(answers.next(result.payload).decode())
    except ClientGone:
        raise
    except Exception as error:
        return answers.error(problem_errors(error))
    return answers.complete()


@asynccontextmanager
async def closing(stream: AsyncIterator[Result]) -> AsyncIterator[AsyncIterator[Result]]:
    """The stream, which lets go of what it holds as the context ends."""
    try:
        yield stream
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()
