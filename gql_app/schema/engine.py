"""Answers requests: known shapes go straight to the database, everything else through graphql-core."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from inspect import isawaitable
from time import perf_counter
from typing import Any

from graphql import execute
from strawberry import Schema

from gql_app.errors import MirrorError, RateLimited, RequestRefused
from gql_app.live.recent import Result, Take, not_now
from gql_app.observe.meters import Meters
from gql_app.schema import answers
from gql_app.schema.asked import Asked
from gql_app.schema.build import SplicingExecutor
from gql_app.schema.context import Charging, Context
from gql_app.schema.personal import ReadLog
from gql_app.schema.planner import Field, Plan, Planner, Source
from gql_app.schema.request import Answer, Request
from gql_app.schema.sights import errors_member
from gql_app.schema.sources import Sources
from gql_app.schema.toll import Toll
from gql_app.schema.watching import Watching, refusing


class GraphEngine:
    """The schema, answered from the database."""

    def __init__(
        self,
        schema: Schema,
        planner: Planner,
        sources: Sources,
        watching: Watching,
        *,
        toll: Toll,
        meters: Meters | None = None,
        read_log: ReadLog | None = None,
    ) -> None:
        self.toll = toll
        self._meters = meters or Meters()
        self._read_log = read_log
        self._schema = schema
        self._planner = planner
        self._sources = sources
        self._watching = watching
        self._yielded = 0

    @property
    def delivered(self) -> int:
        """Answers of subscriptions handed out so far."""
        return self._yielded + self._watching.handed

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
                return await self._noted(await self._asked(request), request)
        except RateLimited as limited:
            self._meters.refuse(limited.errors)
            raise
        except RequestRefused as refused:
            self._meters.refuse(refused.errors)
            return answers.refusal(refused)

    async def stream(self, request: Request, take: Take = not_now) -> AsyncIterator[Result]:
        """The answers to a subscription, or the one answer to a query, beside what is taken at once. A subscription is
        charged once, for one answer: the others are made once for everyone who asks the same.
        """
        try:
            asked = await self._asked(request)
            if asked.kind != "subscription":
                with self.toll.asking(request):
                    answer = await self._noted(asked, request)
                yield Result(answer.payload)
                return
            with self.toll.listening(request), refusing():
                await self.toll.charge(request, self._watching.cost(asked))
                if self._read_log is not None:
                    self._read_log.listening(asked)
                async with aclosing(self._watching.answers(asked, request.cursor, take)) as results:
                    async for result in results:
                        self._yielded += 1
                        yield result
        except RequestRefused as refused:
            self._meters.refuse(refused.errors)
            raise

    async def _asked(self, request: Request) -> Asked:
        """What is refused was read all the same, and costs something."""
        try:
            return self._planner.asked(request)
        except RequestRefused:
            await self.toll.charge_refused(request)
            raise

    async def _noted(self, asked: Asked, request: Request) -> Answer:
        answer = await self._answered(asked, request)
        if self._read_log is not None:
            self._read_log.answered(asked, answer.payload)
        return answer

    async def _answered(self, asked: Asked, request: Request) -> Answer:
        plan = None
        try:
            plan = self._planner.plan(asked)
            await self.toll.charge(request, plan.cost(asked.variables))
            if plan.is_nothing:
                return answers.answer(None, plan.refused, self._told(plan, asked))
            if plan.fields is not None:
                values = await self._values(plan.fields, plan.names, asked)
                keys = (key for key, _ in plan.fields)
                errors = errors_member(plan.refused) if plan.refused else b""
                payload = answers.spliced(zip(keys, values, strict=True), self._told(plan, asked), errors)
                return Answer(payload, executed=True, is_whole=not errors)
        except RequestRefused:
            raise
        except MirrorError:
            await self.toll.charge_refused(request)  # the engine finds the same and says where
        return await self._executed(asked, plan, partial(self.toll.charge, request))

    async def _values(self, fields: tuple[Field, ...], names: tuple[str, ...], asked: Asked) -> list[bytes]:
        if len(fields) == 1:
            return [await self._value(names[0], fields[0][1], asked)]
        every = zip(names, fields, strict=True)
        return await asyncio.gather(*(self._value(name, source, asked) for name, (_, source) in every))

    async def _value(self, name: str, source: Source, asked: Asked) -> bytes:
        began = perf_counter()
        try:
            return await self._sources.value(source, asked)
        finally:
            self._meters.answered(name, perf_counter() - began)

    async def _executed(self, asked: Asked, plan: Plan | None, charge: Charging) -> Answer:
        name = asked.operation.name
        context = Context(self._planner, self._sources, asked, self._meters, charge if plan is None else None)
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
