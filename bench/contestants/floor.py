"""What is left when everything that could be left out is: the least that anybody has to do."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import msgspec
from starlette.types import Message, Receive, Scope, Send

from bench.questions import QUESTIONS
from gql_app.database.address import PostgresAddress, read_address
from gql_app.reads.sql import Statement
from gql_app.schema.answers import spliced
from gql_app.schema.build import build_schema
from gql_app.schema.opening import open_library
from gql_app.schema.planner import Planner
from gql_app.schema.request import Request
from gql_app.settings import Settings

SETTINGS = {"jit": "off", "max_parallel_workers_per_gather": "0"}

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@asynccontextmanager
async def http_only(url: str, connections: int) -> AsyncIterator[Application]:
    """Reads the body and says 202."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await whole(receive)
        await reply(send, 202, b'{"status":"stored"}')

    yield application


@asynccontextmanager
async def sql_only(url: str, connections: int) -> AsyncIterator[Application]:
    """Runs Customer Graph's own statement with asyncpg and sends the bytes it returns."""
    address = read_address(url)
    assert isinstance(address, PostgresAddress)
    statements = compiled()
    async with asyncpg.create_pool(
        **address.options(), min_size=1, max_size=connections, server_settings=SETTINGS
    ) as pool:

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            asked = msgspec.json.decode(await whole(receive))
            key, statement = statements[asked["query"]]
            async with pool.acquire() as connection:
                found = await connection.fetchval(statement.sql, *statement.bind(asked["variables"]))
            await reply(send, 200, spliced([(key, found.encode())]))

        yield application


def compiled() -> dict[str, tuple[bytes, Statement]]:
    """The statement of each question."""
    built = build_schema()
    planner = Planner(built._schema, open_library(Settings(), built), "postgres", {})
    found = {}
    for question in QUESTIONS:
        asked = planner.asked(Request(question.document, question.variables(0), None, None))
        fields = planner.plan(asked).fields
        assert fields is not None
        key, statement = fields[0]
        assert isinstance(statement, Statement)
        found[question.document] = (key, statement)
    return found


async def whole(receive: Receive) -> bytes:
    """The body of a request."""
    body, more = b"", True
    while more:
        message: Message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def reply(send: Send, status: int, body: bytes) -> None:
    """A JSON answer."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
