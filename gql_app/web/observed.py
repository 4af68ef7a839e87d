"""An engine that is watched: a log line and a span for each operation. Where nobody asks for them, none is."""

import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Tracer

from gql_app.live.recent import Result, Take, not_now
from gql_app.observe.lines import tell
from gql_app.observe.traces import current
from gql_app.schema.library import Library
from gql_app.schema.request import Answer, Request
from gql_app.schema.shape import Shape, shape_of
from gql_app.web.engine import Engine
from gql_app.web.operation import closing

log = logging.getLogger("gql_app.operations")


@dataclass(slots=True)
class Seen:
    """One operation, so far; `answers` is how many were sent."""

    request: Request
    shape: Shape
    span: Span
    began: float = field(default_factory=time.perf_counter)
    result: str = "refused"
    answers: int = 0

    def send(self, count: int) -> None:
        """So many more."""
        self.answers += count
        self.result = "ok"

    def taking(self, take: Take) -> Take:
        """What takes, noted."""

        def noting(results: list[Result]) -> bool:
            is_taken = take(results)
            if is_taken:
                self.send(len(results))
            return is_taken

        return noting


class ObservedEngine:
    """`tracer` is None where only lines are written, `logs` says whether they are."""

    def __init__(self, engine: Engine, shape_of: Callable[[Request], Shape], tracer: Tracer | None, logs: bool) -> None:
        self._engine = engine
        self._shape_of = shape_of
        self._tracer = tracer
        self._logs = logs

    def kind(self, request: Request) -> str | None:
        """As it is."""
        return self._engine.kind(request)

    def is_trusted(self, request: Request) -> bool:
        """As it is."""
        return self._engine.is_trusted(request)

    async def state(self) -> str:
        """As it is."""
        return await self._engine.state()

    async def answer(self, request: Request) -> Answer:
        """One answer."""
        with self._seeing(request) as seen, current(seen.span):
            answer = await self._engine.answer(request)
            seen.result = "ok" if answer.is_whole else "errors" if answer.executed else "refused"
            seen.answers = 1
            return answer

    async def stream(self, request: Request, take: Take = not_now) -> AsyncIterator[Result]:
        """All of them. The span is current only while one is looked for: whoever sends them is another task."""
        with self._seeing(request) as seen:
            async with closing(self._engine.stream(request, seen.taking(take))) as results:
                while True:
                    with current(seen.span):
                        result = await anext(results, None)
                    if result is None:
                        break
                    seen.send(1)
                    yield result

    @contextmanager
    def _seeing(self, request: Request) -> Iterator[Seen]:
        shape = self._shape_of(request)
        seen = Seen(request, shape, self._span(shape))
        try:
            yield seen
        finally:
            seen.span.set_attributes({"gql_app.result": seen.result, "gql_app.answers": seen.answers})
            if self._logs:
                with current(seen.span):
                    _log(seen)
            seen.span.end()

    def _span(self, shape: Shape) -> Span:
        if self._tracer is None:
            return INVALID_SPAN
        told = {"graphql.operation.type": shape.kind, "gql_app.root_fields": shape.fields}
        return self._tracer.start_span(f"graphql {shape.kind}", kind=SpanKind.SERVER, attributes=told)


def observed(engine: Engine, library: Library, tracer: Tracer | None, logs: bool) -> Engine:
    """The engine itself where nobody wants to know of each operation."""
    if tracer is None and not logs:
        return engine
    return ObservedEngine(engine, lambda request: shape_of(library, request), tracer, logs)


def _log(seen: Seen) -> None:
    said: dict[str, object] = {
        "kind": seen.shape.kind,
        "root_fields": ",".join(seen.shape.fields),
        "result": seen.result,
        "answers": seen.answers,
        "ms": round((time.perf_counter() - seen.began) * 1000, 2),
    }
    if seen.request.viewer.key_id is not None:
        said["key"] = seen.request.viewer.key_id
    tell(log, logging.INFO, "operation", said)
