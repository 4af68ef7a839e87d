"""Where spans go: to whom the standard OTEL_ variables name, and nowhere without them."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from threading import Thread

from opentelemetry.trace import Span, SpanKind, Tracer, use_span

from gql_app.errors import BadSetting

ADDRESSES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
NAME = "gql_app"
SERVICE = "customer-graph"
FAREWELL_SECONDS = 2.0
"""A collector that does not answer does not keep the process."""


def is_on(environment: Mapping[str, str]) -> bool:
    """Whether somebody is to be told of spans."""
    is_disabled = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    is_elsewhere = environment.get("OTEL_TRACES_EXPORTER", "otlp").lower() == "none"
    return any(map(environment.get, ADDRESSES)) and not (is_disabled or is_elsewhere)


@contextmanager
def tracing(environment: Mapping[str, str]) -> Iterator[Tracer | None]:
    """A tracer for as long as the context lasts; what is left is sent at its end. None where nobody is told."""
    if not is_on(environment):
        yield None
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise BadSetting("OTEL_EXPORTER_OTLP_ENDPOINT needs: pip install 'customer-graph[otel]'") from None
    name = environment.get("OTEL_SERVICE_NAME", SERVICE)
    provider = TracerProvider(resource=Resource.create({"service.name": name}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        yield provider.get_tracer(NAME)
    finally:
        farewell = Thread(target=provider.shutdown, daemon=True)
        farewell.start()
        farewell.join(FAREWELL_SECONDS)


def current(span: Span) -> AbstractContextManager[Span]:
    """What is done in the context belongs to the span; an error's own words do not: they may quote what was sent."""
    return use_span(span, record_exception=False, set_status_on_exception=False)


def spanned(tracer: Tracer, name: str, kind: SpanKind = SpanKind.INTERNAL, **told: str) -> AbstractContextManager[Span]:
    """A span for as long as the context lasts."""
    return tracer.start_as_current_span(
        name, kind=kind, attributes=told, record_exception=False, set_status_on_exception=False
    )
