"""Answers requests: known shapes go straight to the database, everything else through graphql-core."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable
from typing import Any

import msgspec
from graphql import execute
from strawberry import Schema

from gql_app.errors import MirrorError, RateLimited, RequestRefused
from gql_app.live.recent import Result
from gql_app.schema import answers
from gql_app.schema.asked import Asked
from gql_app.schema.build import SplicingExecutor
from gql_app.schema.planner import Field, Plan, Planner
from gql_app.schema.request import Answer, Request
from gql_app.schema.sources import Sources
from gql_app.schema.toll import Toll
from gql_app.schema.watching import Watching, refusing

Charging = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Context:
    """What resolvers of root fields reach the database by, for one request."""

    planner: Planner
    sources: Sources
    asked: Asked
    charge: Charging | None
    """Where the operation could not be charged as a whole, takes what one field costs."""

    async def fetch(self, info: Any) -> msgspec.Raw:
        """The JSON of the root field that the engine is executing."""
        source = self.planner.single(info, self.asked)
        if self.charge is not None:
            await self.charge(self.planner.cost_of_field(info, self.asked))
        return msgspec.Raw(await self.sources.value(source, self.asked.variables))


class GraphEngine:
    """The schema, answered from the database."""

    def __init__(self, schema: Schema, planner: Planner, sources: Sources, watching: Watching, toll: Toll) -> None:
        self._schema = schema
        self._planner = planner
        self._sources = sources
        self._watching = watching
        self.toll = toll

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
        """The answer to a query; raises DocumentMismatch where the document is not the one it is said to be, and
        RateLimited where its viewer asks too much.
        """
        try:
            with self.toll.asking(request):
                return await self._answered(await self._asked(request), request)
        except RateLimited:
            raise
        except RequestRefused as refused:
            return answers.refusal(refused)

    async def stream(self, request: Request) -> AsyncIterator[Result]:
        """The answers to a subscription, or the one answer to a query."""
        asked = await self._asked(request)
        if asked.kind == "subscription":
            async with aclosing(self._told_on(asked, request)) as results:
                async for result in results:
                    yield result
            return
        with self.toll.asking(request):
            answer = await self._answered(asked, request)
        yield Result(answer.payload)

    async def _asked(self, request: Request) -> Asked:
        """What is refused was read all the same, and costs something."""
        try:
            return self._planner.asked(request)
        except RequestRefused:
            await self.toll.charge_refused(request)
            raise

    async def _told_on(self, asked: Asked, request: Request) -> AsyncGenerator[Result, None]:
        """Charged once, for one answer: the others are made once for everyone who asks the same."""
        with self.toll.listening(request), refusing():
            await self.toll.charge(request, self._watching.cost(asked))
            async with aclosing(self._watching.answers(asked, request.cursor)) as results:
                async for result in results:
                    yield result

    async def _answered(self, asked: Asked, request: Request) -> Answer:
        plan = None
        try:
            plan = self._planner.plan(asked)
            await self.toll.charge(request, plan.cost(asked.variables))
            if plan.fields is not None:
                values = await self._values(plan.fields, asked)
                keys = (key for key, _ in plan.fields)
                payload = answers.spliced(zip(keys, values, strict=True), self._told(plan, asked))
                return Answer(payload, executed=True, is_whole=True)
        except RequestRefused:
            raise
        except MirrorError:
            await self.toll.charge_refused(request)  # the engine finds the same and says where
        return await self._executed(asked, plan, partial(self.toll.charge, request))

    async def _values(self, fields: tuple[Field, ...], asked: Asked) -> list[bytes]:
        if len(fields) == 1:
            return [await self._sources.value(fields[0][1], asked.variables)]
        return await asyncio.gather(*(self._sources.value(source, asked.variables) for _, source in fields))

    async def _executed(self, asked: Asked, plan: Plan | None, charge: Charging) -> Answer:
        name = asked.operation.name
        result: Any = execute(
            self._schema._schema,
            asked.prepared.document,
            context_value=Context(self._planner, self._sources, asked, charge if plan is None else None),
            variable_values=asked.given,
            operation_name=name.value if name else None,
            executor_class=SplicingExecutor,
        )
        result = await result if isawaitable(result) else result
        return answers.answer(result.data, result.errors, self._told(plan, asked))

    def _told(self, plan: Plan | None, asked: Asked) -> dict[str, Any] | None:
        """What the client asked to be told beside its answer."""
        if plan is None or not asked.wants_cost:
            return None
        return {"cost": {"requested": plan.cost(asked.variables), "maximum": self._planner.limits.cost}}
