"""A small real engine, so that the doors are tried without the product's schema."""

import asyncio
from collections.abc import AsyncIterator
from inspect import isawaitable
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    build_schema,
    execute,
    get_operation_ast,
    parse,
    subscribe,
    validate,
)

from gql_app.errors import RequestRefused
from gql_app.live.recent import Result, Take, not_now
from gql_app.schema.request import Answer, Request

SCHEMA = build_schema("""
type Query { hello(name: String): String, broken: String, never: Int }
type Mutation { bump: Int }
type Subscription { count(to: Int!): Int, forever: Int, flood: String, crash: Int }
""")


class Counter:
    """Answers to its own clock: `started` and `stopped` say what its endless streams are doing."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.stopped = asyncio.Event()
        self.bumps = 0

    def kind(self, request: Request) -> str | None:
        try:
            operation = get_operation_ast(parse(request.query), request.operation_name)
        except GraphQLError:
            return None
        return operation.operation.value if operation else None

    def is_trusted(self, request: Request) -> bool:
        return False

    async def state(self) -> str:
        return "always"

    async def answer(self, request: Request) -> Answer:
        if request.query == "crash":
            raise ValueError("a secret of ours")
        try:
            payload = (await anext(self.stream(request))).payload
        except RequestRefused as refusal:
            return Answer(msgspec.json.encode({"errors": refusal.errors}), executed=False)
        return Answer(payload, executed=True, is_whole=b'"errors"' not in payload)

    async def stream(self, request: Request, take: Take = not_now) -> AsyncIterator[Result]:
        document = checked(request)
        if self.kind(request) == "subscription":
            results = subscribe(SCHEMA, document, self, None, request.variables, request.operation_name)
            async for result in accepted(await results if isawaitable(results) else results):
                yield Result(msgspec.json.encode(result.formatted))
        else:
            result = execute(SCHEMA, document, self, None, request.variables, request.operation_name)
            result = accepted(await result if isawaitable(result) else result)
            yield Result(msgspec.json.encode(result.formatted))

    def hello(self, info: Any, name: str = "world") -> str:
        return f"hello {name}"

    def broken(self, info: Any) -> str:
        raise GraphQLError("broken on purpose")

    async def never(self, info: Any) -> None:
        await self._wait_forever()

    def bump(self, info: Any) -> int:
        self.bumps += 1
        return self.bumps

    async def count(self, info: Any, to: int) -> AsyncIterator[dict[str, int]]:
        for number in range(to):
            yield {"count": number}

    async def forever(self, info: Any) -> AsyncIterator[dict[str, int]]:
        yield {"forever": 1}
        await self._wait_forever()

    async def flood(self, info: Any) -> AsyncIterator[dict[str, str]]:
        try:
            while True:
                yield {"flood": "x" * 500_000}
                await asyncio.sleep(0)
        finally:
            self.stopped.set()

    async def crash(self, info: Any) -> AsyncIterator[dict[str, int]]:
        yield {"crash": 1}
        raise ValueError("a secret of ours")

    async def _wait_forever(self) -> None:
        try:
            self.started.set()
            await asyncio.Event().wait()
        finally:
            self.stopped.set()


def checked(request: Request) -> DocumentNode:
    try:
        document = parse(request.query)
    except GraphQLError as error:
        raise RequestRefused([dict(error.formatted)]) from None
    if errors := validate(SCHEMA, document):
        raise RequestRefused([dict(error.formatted) for error in errors])
    return document


def accepted(result: Any) -> Any:
    """Errors without a path were found before anything was executed."""
    if isinstance(result, ExecutionResult) and result.errors and all(not e.path for e in result.errors):
        raise RequestRefused([dict(error.formatted) for error in result.errors])
    return result
