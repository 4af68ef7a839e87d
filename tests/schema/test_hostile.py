"""Whatever is asked: refused or answered, never a fault of ours, and never for much.

A normal run asks 420 requests; GQL_APP_TEST_DOCUMENTS=10000 as many. With `-s` it says what each kind cost at worst, in
milliseconds of CPU.
"""

import json
import os
import time
from typing import Any

from gql_app.commands.collector import quiet_collector
from tests.schema.hostile import MAKERS, hostile
from tests.stage import Stage, on_stage

DOCUMENTS = int(os.environ.get("GQL_APP_TEST_DOCUMENTS", "420"))
HEADERS = [(b"content-type", b"application/json"), (b"accept", b"application/graphql-response+json")]


async def ask(stage: Stage, body: bytes) -> tuple[int, dict[str, Any], float]:
    """Status, response map and seconds of CPU of one request at the real door, without a socket between."""
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": HEADERS}
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    begun = time.process_time()
    await stage.parts.doors(scope, receive, send)
    took = time.process_time() - begun
    return sent[0]["status"], json.loads(sent[1]["body"]), took


async def test_hostile_requests_are_refused_or_answered(sqlite_url: str, caplog: Any) -> None:
    worst: dict[str, tuple[float, int]] = dict.fromkeys(MAKERS, (0.0, 0))
    async with on_stage(sqlite_url) as stage:
        await ask(stage, b'{"query":"{ mirror { healthy } }"}')
        quiet_collector()
        for number in range(DOCUMENTS):
            name, body = hostile(number)
            status, said, took = await ask(stage, body)
            assert status in (200, 400, 413), (number, status, said)
            assert said.get("errors") or said.get("data") is not None, number
            assert "INTERNAL_SERVER_ERROR" not in str(said), (number, said)
            assert len(said.get("errors", ())) <= 6, number
            worst[name] = max(worst[name], (took, number))
        assert await stage.ask("{ __typename }") == {"__typename": "Query"}
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    report(worst)


def report(worst: dict[str, tuple[float, int]]) -> None:
    """The dearest of each kind, and its number."""
    for name, (took, number) in sorted(worst.items(), key=lambda item: -item[1][0]):
        print(f"{name:>16} {took * 1000:7.1f} ms  number {number}")
