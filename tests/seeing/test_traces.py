"""Spans: one for each delivery, linked to the commit that made its change; one for each operation, with its parts."""

import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gql_app.observe import traces
from gql_app.observe.lines import TraceIds
from gql_app.observe.traces import is_on, tracing
from tests.keeper.desk import MONDAY
from tests.live.scenes import following, person, until
from tests.stage import Stage, envelope, on_stage

Spans = Callable[[str], list[ReadableSpan]]
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
MAY_BE_SAID = {
    "db.system.name",
    "graphql.operation.type",
    "gql_app.answers",
    "gql_app.code",
    "gql_app.event_type",
    "gql_app.events",
    "gql_app.inbox",
    "gql_app.plan.remembered",
    "gql_app.position",
    "gql_app.result",
    "gql_app.root_fields",
    "gql_app.verdict",
}


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """Where spans go."""
    return InMemorySpanExporter()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Spans:
    """Those of this name that have ended."""
    return lambda name: [span for span in exporter.get_finished_spans() if span.name == name]


@pytest.fixture
async def traced(database_url: str, exporter: InMemorySpanExporter) -> Any:
    """The service, whose spans are kept."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    async with on_stage(database_url, tracer=provider.get_tracer("test"), log_operations=True) as stage:
        yield stage
    for span in exporter.get_finished_spans():
        assert (span.attributes or {}).keys() <= MAY_BE_SAID
        assert not span.events


async def test_a_delivery_is_linked_to_the_commit_that_made_its_change(traced: Stage, spans: Spans) -> None:
    await traced.tell("customer.updated", person("Ann"), MONDAY)
    (webhook,), (commit,) = spans("webhook"), spans("commit")
    assert webhook.attributes is not None
    assert webhook.attributes["gql_app.verdict"] == "applied"
    assert [(link.context, link.attributes) for link in webhook.links] == [(commit.context, {"gql_app.position": 1})]


async def test_a_delivery_belongs_to_the_trace_of_who_sent_it(traced: Stage, spans: Spans) -> None:
    body = envelope("customer.updated", person("Ann"), MONDAY, "whs_1", "evt_1")
    await traced.client.post("/webhooks/voucherify", json=body, headers={"traceparent": PARENT})
    (webhook,) = spans("webhook")
    assert webhook.context is not None
    assert f"{webhook.context.trace_id:032x}" == PARENT.split("-")[1]


async def test_an_operation_has_its_plan_and_its_statements_beneath_it(traced: Stage, spans: Spans) -> None:
    for _ in range(2):
        await traced.ask("query Mine { a: customers { nodes { id } } mirror { healthy } }")
    operations = spans("graphql query")
    assert len(operations) == 2
    assert {parent(span) for span in spans("plan") + spans("sql")} == {span.context.span_id for span in operations}
    assert [span.attributes["gql_app.plan.remembered"] for span in spans("plan") if span.attributes] == [False, True]
    assert len(spans("sql")) == 4
    assert operations[0].attributes is not None
    assert operations[0].attributes["gql_app.root_fields"] == ("customers", "mirror")


def parent(span: ReadableSpan) -> int | None:
    """The span it belongs to."""
    return span.parent.span_id if span.parent else None


async def test_a_subscription_is_one_span_until_it_ends(traced: Stage, spans: Spans) -> None:
    async with traced.watcher() as watcher:
        await following(traced, watcher)
        await traced.tell("customer.updated", person("Ann"), MONDAY)
        await watcher.data()
        assert spans("graphql subscription") == []
    await until(lambda: spans("graphql subscription"))
    (subscription,) = spans("graphql subscription")
    assert subscription.attributes is not None
    assert subscription.attributes["gql_app.answers"] == 1


async def test_a_line_says_the_trace_it_belongs_to(
    traced: Stage, spans: Spans, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.handler.addFilter(TraceIds())
    await traced.tell("customer.updated", person("Ann"), MONDAY)
    await traced.ask("{ mirror { healthy } }")
    ids = [getattr(one, "trace", None) for one in caplog.records if one.getMessage() in ("webhook", "operation")]
    ended = [span.context for span in spans("webhook") + spans("graphql query")]
    assert ids == [f"{context.trace_id:032x}" for context in ended if context]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_only_the_standard_variables_switch_it_on(environment: dict[str, str], expected: bool) -> None:
    assert is_on(environment) is expected


def test_without_them_there_is_no_tracer_at_all() -> None:
    with tracing({}) as tracer:
        assert tracer is None


def test_a_collector_that_does_not_answer_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "FAREWELL_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{deaf.getsockname()[1]}")

        def trace() -> None:
            with tracing(os.environ) as tracer:
                assert tracer is not None
                tracer.start_span("lost").end()

        thread = threading.Thread(target=trace, daemon=True)
        thread.start()
        thread.join(5)
        assert not thread.is_alive()


async def test_what_is_not_traced_is_the_engine_itself(stage: Stage) -> None:
    assert stage.parts.http._engine is stage.parts.engine
    assert type(stage.parts.engine._planner).__name__ == "Planner"
