"""Answers requests: known shapes go straight to the database, everything else through Strawberry."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import msgspec

from gql_app.errors import MirrorError, RequestRefused
from gql_app.reads.reader import Reader
from gql_app.reads.sql import Statement
from gql_app.schema import answers
from gql_app.schema.build import Schema
from gql_app.schema.planner import Asked, Field, Planner
from gql_app.schema.request import Answer, Request
from gql_app.schema.watching import Watching


@dataclass(frozen=True, slots=True)
class Context:
    """What resolvers of root fields reach the database by."""

    planner: Planner
    reader: Reader

    async def fetch(self, info: Any) -> msgspec.Raw:
        """The JSON of the root field that the engine is executing."""
        return msgspec.Raw(await self.reader.value(self.planner.single(info), {}))


class GraphEngine:
    """The schema, answered from the database."""

    def __init__(self, schema: Schema, planner: Planner, reader: Reader, watching: Watching) -> None:
        self._schema = schema
        self._planner = planner
        self._reader = reader
        self._watching = watching
        self._context = Context(planner, reader)

    def kind(self, request: Request) -> str | None:
        """query, mutation or subscription; None where `answer` will say what is wrong."""
        try:
            return self._planner.documents.prepare(request.query).operation(request.operation_name).operation.value
        except Exception:
            return None

    async def answer(self, request: Request) -> Answer:
        """The answer to a query."""
        try:
            asked = self._planner.asked(request)
        except RequestRefused as refused:
            return answers.refusal(refused)
        try:
            fields = self._planner.fields(asked)
            if fields is not None:
                return Answer(await self._fetched(fields, asked), executed=True)
        except MirrorError:
            pass  # the engine finds the same and says where
        return await self._executed(request)

    async def stream(self, request: Request) -> AsyncIterator[bytes]:
        """The answers to a subscription, or the one answer to a query."""
        asked = self._planner.asked(request)
        if asked.kind == "subscription":
            async with aclosing(self._watching.stream(asked)) as payloads:
                async for payload in payloads:
                    yield payload
            return
        answer = await self.answer(request)
        if not answer.executed:
            raise RequestRefused(msgspec.json.decode(answer.payload)["errors"])
        yield answer.payload

    async def _fetched(self, fields: tuple[Field, ...], asked: Asked) -> bytes:
        if len(fields) == 1:
            values = [await self._value(fields[0][1], asked)]
        else:
            values = await asyncio.gather(*(self._value(source, asked) for _, source in fields))
        return answers.spliced(zip((key for key, _ in fields), values, strict=True))

    async def _value(self, source: Statement | bytes, asked: Asked) -> bytes:
        return source if isinstance(source, bytes) else await self._reader.value(source, asked.variables)

    async def _executed(self, request: Request) -> Answer:
        result: Any = await self._schema.execute(
            request.query,
            variable_values=request.variables,
            context_value=self._context,
            operation_name=request.operation_name,
        )
        return answers.answer(result.data, result.errors)
