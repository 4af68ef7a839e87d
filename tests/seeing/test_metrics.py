"""What Prometheus is told."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from gql_app.mirror import handlers
from gql_app.mirror.reasons import ALL_KINDS, UNSTORABLE, kind_of
from gql_app.viewers.viewer import Bound, Sight, Viewer
from gql_app.voucherify.signature import sign
from gql_app.web.metrics import NotForReaders, admit
from tests.ingest.test_outage import closed_database
from tests.keeper.desk import MONDAY, learning
from tests.live.scenes import following, person, rename, until
from tests.stage import Stage, envelope, on_stage

from .figures import scrape

ANN = person("Ann")
SECRETS = "whsec_first,whsec_second"


async def test_each_delivery_is_counted_by_what_became_of_it(stage: Stage) -> None:
    for _ in range(2):
        await stage.tell("customer.updated", ANN, "2026-03-03T10:00:00.000Z", sendout="whs_1", event="evt_1")
    await stage.tell("customer.updated", person("Anna"), MONDAY)
    await stage.tell("customer.never.heard.of", ANN, MONDAY)
    await stage.client.post("/webhooks/voucherify", content=b"{")
    seen = await scrape(stage)
    counted = {verdict: seen.of("webhooks_acknowledged_total", verdict=verdict) for verdict in seen.labels("verdict")}
    assert counted == {
        "applied": 1,
        "duplicate": 1,
        "stale": 1,
        "unmapped": 1,
        "quarantined": 1,
        "discarded": 0,
    }
    assert seen.of("webhooks_quarantined_total", kind="unreadable") == 1
    assert (seen["journal_position"], seen["quarantined_events"]) == (1, 1)
    assert (seen["batch_events_sum"], seen["batch_commit_seconds_count"], seen["apply_lag_seconds_count"]) == (5, 5, 1)
    assert 0 <= seen["last_event_age_seconds"] < 60


async def test_signatures_are_counted_by_the_place_of_the_secret(database_url: str) -> None:
    body = json.dumps(envelope("customer.updated", ANN, MONDAY, "whs_1", "evt_1"), separators=(",", ":")).encode()
    async with on_stage(database_url, webhook_secrets=SECRETS) as stage:
        for secret in ("whsec_second", "whsec_other"):
            headers = {"x-voucherify-signature": sign(body, secret)}
            await stage.client.post("/webhooks/voucherify", content=body, headers=headers)
        await stage.client.post("/webhooks/voucherify", content=body)
        seen = await scrape(stage)
    assert seen.of("webhook_signatures_verified_total", key=1) == 1
    assert seen.of("webhook_signature_failures_total", kind="mismatch") == 1
    assert seen.of("webhook_signature_failures_total", kind="missing") == 1
    assert seen.of("webhooks_refused_total", code="signature_mismatch") == 1
    assert "whsec" not in seen.text


async def test_questions_are_timed_by_root_field_and_never_by_a_clients_own_names(stage: Stage) -> None:
    for name in ("One", "Two"):
        await stage.ask(f'query {name} {{ mine{name}: customer(by: {{id: "c"}}) {{ id }} mirror {{ healthy }} }}')
    await stage.ask('{ customers(first: 1) { nodes { id } } __type(name: "Query") { name } }')
    seen = await scrape(stage)
    assert seen.labels("field") == {"customer", "mirror", "customers"}
    assert seen.of("query_seconds_count", field="customer") == 2
    assert "One" not in seen.text
    assert (seen["plan_cache_misses_total"], seen["plan_cache_hits_total"]) == (3, 0)


async def test_a_plan_that_is_remembered_is_a_hit(stage: Stage) -> None:
    for _ in range(3):
        await stage.ask("{ mirror { healthy } }")
    seen = await scrape(stage)
    assert (seen["plan_cache_misses_total"], seen["plan_cache_hits_total"]) == (1, 2)


async def test_refusals_are_counted_by_the_limit_that_was_met(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, max_depth=3) as stage:
        await stage.answer("{ customers { edges { node { id } } } }")
        async with stage.watcher() as watcher:
            await watcher.subscribe("subscription { customer(by: {id: 1}) { loyalty { campaigns { name } } } }")
            assert (await watcher.message())["type"] == "error"
        seen = await scrape(stage)
    assert seen.of("limit_refusals_total", limit="depth") == 2
    assert {"cost", "tokens", "nesting"} <= seen.labels("limit")


async def test_who_listens_is_seen_and_what_they_are_sent(stage: Stage) -> None:
    async with stage.watcher() as one, stage.watcher() as other:
        await following(stage, one)
        await following(stage, other)
        await rename(stage, "Ann")
        await asyncio.gather(one.data(), other.data())
        seen = await scrape(stage)
    assert (seen["live_subscribers"], seen["live_groups"], seen["live_deliveries_total"]) == (2, 1, 2)
    assert (seen["sockets_open"], seen["socket_operations"], seen["streams_open"]) == (2, 2, 0)
    assert (seen["live_lag_seconds_count"], seen["live_position"]) == (1, 1)


async def test_the_queue_and_the_process_are_seen(database_url: str) -> None:
    async with on_stage(database_url, writer_batch=1) as stage:
        async with stage.parts.database.turn():
            posts = [asyncio.create_task(stage.post("customer.updated", person("Ann", number))) for number in range(3)]
            await until(lambda: stage.parts.inbox.waiting == 2)
            seen = await scrape(stage)
        await asyncio.gather(*posts)
    assert (seen["queue_events"], seen["queue_capacity_events"]) == (2, 1024)
    for name in ("cpu_seconds_total", "resident_memory_bytes", "open_fds"):
        assert seen[f"process_{name}"] > 0


async def test_a_scrape_answers_while_the_database_does_not(postgres_server: str, postgres_url: str) -> None:
    async with on_stage(postgres_url) as stage:
        async with closed_database(postgres_server, postgres_url):
            seen = await scrape(stage)
        assert seen["database_up"] == 0
        with pytest.raises(KeyError):
            seen["journal_position"]


def test_every_reason_of_ours_has_a_kind_that_quotes_nothing() -> None:
    sources = "".join(file.read_text() for file in Path(handlers.__file__).parents[2].rglob("*.py"))
    reasons = re.findall(r'Unreadable\(f?"([^"]*)', sources)
    assert len(reasons) >= 10
    assert [reason for reason in reasons if kind_of(reason) == UNSTORABLE] == []
    assert {kind_of(reason) for reason in reasons} <= set(ALL_KINDS)


async def test_a_handler_that_fails_is_counted_as_such(stage: Stage) -> None:
    with learning():
        handlers.HANDLERS["customer.only.just.invented"] = [_failing]
        await stage.tell("customer.only.just.invented", ANN, MONDAY)
    assert (await scrape(stage)).of("webhooks_quarantined_total", kind="handler_failed") == 1


def _failing(_event: object) -> list[object]:
    raise KeyError("ann@example.test")


@pytest.mark.parametrize(
    "viewer",
    [Viewer(sight=Sight(frozenset({"customers:read"}))), Viewer(sight=Sight(bound=Bound("id", "cust_1")))],
)
def test_readers_without_the_scope_are_not_shown_the_figures(viewer: Viewer) -> None:
    with pytest.raises(NotForReaders, match="mirror:read"):
        admit(viewer)
