"""Answers requests: known shapes go straight to the database, everything else through graphql-core."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

import msgspec
from graphql import execute
from strawberry import Schema

from gql_app.errors import MirrorError, RequestRefused
from gql_app.live.recent import Result
from gql_app.schema import answers
from gql_app.schema.asked import Asked
from gql_app.schema.build import SplicingExecutor
from gql_app.schema.planner import Field, Plan, Planner
from gql_app.schema.request import Answer, Request
from gql_app.schema.sights import errors_member
from gql_app.schema.sources import Sources
from gql_app.schema.watching import Watching, refusing


@dataclass(slots=True)
class Context:
    """What resolvers of root fields reach the database by, for one request; and what the viewer was refused."""

    planner: Planner
    sources: Sources
    asked: Asked
    refused: list[dict[str, Any]] = field(default_factory=list)
    is_nothing: bool = False

    async def fetch(self, info: Any) -> msgspec.Raw:
        """The JSON of the root field that the engine is executing."""
        source, errors = self.planner.single(info, self.asked)
        self.refused += errors
        if source is None:
            self.is_nothing = True
        return msgspec.Raw(b"null" if source is None else await self.sources.value(source, self.asked))

    def hides(self, key: str, name: str) -> bool:
        """Whether the viewer may not see the schema, of which this root field tells."""
        found = self.planner.seen_of_schema(self.asked, key, name)
        self.refused += found.errors
        self.is_nothing = self.is_nothing or found.fields is None
        return bool(found.errors)


class GraphEngine:
    """The schema, answered from the database."""

    def __init__(self, schema: Schema, planner: Planner, sources: Sources, watching: Watching) -> None:
        self._schema = schema
        self._planner = planner
        self._sources = sources
        self._watching = watching

    def kind(self, request: Request) -> str | None:
        """query, mutation or subscription; None where `answer` will say what is wrong."""
        try:
            _, prepared = self._planner.library.opened(request)
            return prepared.operation(request.operation_name).operation.value
        except Exception:
            return None

    def is_trusted(self, request: Request) -> bool:
        """Whether it asks one of the keeper's own documents."""
        return self._planner.library.is_trusted(request)

    async def state(self) -> str:
        """A word for everything that is stored: the same word twice means that nothing changed in between."""
        return await self._sources.reader.state()

    async def answer(self, request: Request) -> Answer:
        """The answer to a query; raises DocumentMismatch where the document is not the one it is said to be."""
        try:
            asked = self._planner.asked(request)
            return await self._answered(asked)
        except RequestRefused as refused:
            return answers.refusal(refused)

    async def stream(self, request: Request) -> AsyncIterator[Result]:
        """The answers to a subscription, or the one answer to a query."""
        asked = self._planner.asked(request)
        if asked.kind == "subscription":
            with refusing():
                async with aclosing(self._watching.answers(asked, request.cursor)) as results:
                    async for result in results:
                        yield result
            return
        yield Result((await self._answered(asked)).payload)

    async def _answered(self, asked: Asked) -> Answer:
        plan = None
        try:
            plan = self._planner.plan(asked)
            if plan.is_nothing:
                return answers.answer(None, plan.refused, self._told(plan, asked))
            if plan.fields is not None:
                values = await self._values(plan.fields, asked)
                keys = (key for key, _ in plan.fields)
                errors = errors_member(plan.refused) if plan.refused else b""
                payload = answers.spliced(zip(keys, values, strict=True), self._told(plan, asked), errors)
                return Answer(payload, executed=True, is_whole=not errors)
        except RequestRefused:
            raise
        except MirrorError:
            pass  # the engine finds the same and says where
        return await self._executed(asked, plan)

    async def _values(self, fields: tuple[Field, ...], asked: Asked) -> list[bytes]:
        if len(fields) == 1:
            return [await self._sources.value(fields[0][1], asked)]
        return await asyncio.gather(*(self._sources.value(source, asked) for _, source in fields))

    async def _executed(self, asked: Asked, plan: Plan | None) -> Answer:
        name, context = asked.operation.name, Context(self._planner, self._sources, asked)
        result: Any = execute(
            self._schema._schema,
            asked.prepared.document,
            context_value=context,
            variable_values=asked.given,
            operation_name=name.value if name else None,
            executor_class=SplicingExecutor,
        )
        result = await result if isawaitable(result) else result
        errors = [*map(answers.formatted, result.errors or ()), *context.refused]
        return answers.answer(None if context.is_nothing else result.data, errors, self._told(plan, asked))

    def _told(self, plan: Plan | None, asked: Asked) -> dict[str, Any] | None:
        """What the client asked to be told beside its answer."""
        if plan is None or not asked.wants_cost:
            return None
        return {"cost": {"requested": plan.cost(asked.variables), "maximum": self._planner.limits.cost}}
