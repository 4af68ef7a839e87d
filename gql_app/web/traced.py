"""The parts of a question as spans. These stand in for the parts themselves only where somebody is told of spans."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from opentelemetry.trace import SpanKind, Tracer, get_current_span

from gql_app.database import Database, Dialect, Row, Transaction
from gql_app.observe.traces import spanned
from gql_app.schema.asked import Asked
from gql_app.schema.planner import Plan, Planner
from gql_app.schema.request import Request

SYSTEMS = {"sqlite": "sqlite", "postgres": "postgresql"}


class TracedDatabase:
    """A span for each statement that is read on behalf of somebody; no text, no parameters."""

    def __init__(self, database: Database, tracer: Tracer) -> None:
        self.dialect: Dialect = database.dialect
        self._database = database
        self._tracer = tracer
        self._attributes = {"db.system.name": SYSTEMS[database.dialect]}

    def turn(self) -> AbstractAsyncContextManager[Transaction]:
        """As it is."""
        return self._database.turn()

    async def read(self, sql: str, parameters: tuple[Any, ...]) -> list[Row]:
        """What is read on nobody's behalf is no part of a trace."""
        if not get_current_span().is_recording():
            return await self._database.read(sql, parameters)
        with spanned(self._tracer, "sql", SpanKind.CLIENT, **self._attributes):
            return await self._database.read(sql, parameters)

    async def state(self) -> str:
        """As it is."""
        return await self._database.state()

    async def close(self) -> None:
        """As it is."""
        await self._database.close()


class TracedPlanner(Planner):
    """A span for reading a document, and one for planning it, which says whether the plan was remembered."""

    def __init__(self, tracer: Tracer, *parts: Any) -> None:
        super().__init__(*parts)
        self._tracer = tracer

    def asked(self, request: Request) -> Asked:
        """Parsed, validated, and its variables coerced."""
        with spanned(self._tracer, "prepare"):
            return super().asked(request)

    def plan(self, asked: Asked) -> Plan:
        """Whether it had to be compiled."""
        with spanned(self._tracer, "plan") as span:
            misses = self.plans.misses
            plan = super().plan(asked)
            span.set_attribute("gql_app.plan.remembered", self.plans.misses == misses)
            return plan


def read_from(database: Database, tracer: Tracer | None) -> Database:
    """The database itself where nobody is told of spans."""
    return database if tracer is None else TracedDatabase(database, tracer)


def planning(tracer: Tracer | None, *parts: Any) -> Planner:
    """A planner of these parts, likewise."""
    return Planner(*parts) if tracer is None else TracedPlanner(tracer, *parts)
