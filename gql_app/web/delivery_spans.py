"""Deliveries and commits as spans. Many deliveries share a commit: each is linked to the one that made its change."""

import time

from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from gql_app.mirror.batch import Batch
from gql_app.web.delivery import Delivery

PROPAGATOR = TraceContextTextMapPropagator()


def commit_span(tracer: Tracer, batch: Batch) -> SpanContext:
    """The writer's part."""
    told = {"gql_app.events": batch.events, "gql_app.position": batch.position}
    span = tracer.start_span("commit", start_time=batch.began, attributes=told)
    span.end(batch.ended)
    return span.get_span_context()


def delivery_span(tracer: Tracer, delivery: Delivery) -> Span:
    """The door's part, in the trace of whoever sent it where that is said."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in delivery.fields.items()}
    span = tracer.start_span(
        "webhook",
        context=PROPAGATOR.extract(headers),
        kind=SpanKind.SERVER,
        attributes=_told(delivery),
        links=_change(delivery),
        start_time=delivery.began,
    )
    if delivery.code is not None:
        span.set_status(Status(StatusCode.ERROR, delivery.code))
    span.end(time.time_ns())
    return span


def _told(delivery: Delivery) -> dict[str, str | int]:
    settled = delivery.settled
    told = {
        "gql_app.verdict": settled.verdict if settled else None,
        "gql_app.event_type": delivery.type,
        "gql_app.inbox": settled.event if settled else None,
        "gql_app.position": settled.position if settled else None,
        "gql_app.code": delivery.code,
    }
    return {name: value for name, value in told.items() if value is not None}


def _change(delivery: Delivery) -> list[Link]:
    settled = delivery.settled
    if settled is None or settled.commit is None:
        return []
    told = {} if settled.position is None else {"gql_app.position": settled.position}
    return [Link(settled.commit, told)]
