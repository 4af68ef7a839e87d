"""`python -m tests.seeing.prometheus`: a real Prometheus scrapes the running service, and must find an answer to every
query of the dashboard and of the alerts; no alert may be firing.
"""

import asyncio
import json
import math
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import which
from typing import Any

import httpx2
import yaml

from gql_app.voucherify.signature import sign
from tests.conftest import free_port
from tests.live.served import Served, served
from tests.live.test_stopping import caller

DEPLOY = Path(__file__).parents[2] / "deploy"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "customer-graph.json"
THRESHOLD = re.compile(r" (==|>) [0-9.]+$")
SECRET = "of-the-check"  # of a service that lives for a minute
LONGEST = 60.0
"""Seconds in which every query must have found an answer."""

QUESTIONS = (
    "{ customers(first: 5) { nodes { id orders(first: 3) { nodes { id } } } } }",
    "{ mirror { healthy } }",
    "{ customers(first: 100000) { nodes { id } } }",
)
Query = tuple[str, str]
"""Where it stands, and what it asks."""


def queries() -> Iterator[Query]:
    """Every query, as Grafana and Prometheus would ask it; of an alert what it compares, which is there when all is
    well too.
    """
    board = json.loads(DASHBOARD.read_text())
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"].replace("$__rate_interval", "15s").replace("$job", "gql-app")
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        for rule in group["rules"]:
            assert THRESHOLD.search(rule["expr"]), f"{rule['alert']} compares nothing"
            yield rule["alert"], THRESHOLD.sub("", rule["expr"])


async def drive(server: Served) -> None:
    """Until cancelled: deliveries of every kind but the demo's, questions, refusals; somebody listens."""
    async with caller(server.port) as listener, httpx2.AsyncClient(base_url=server.url, trust_env=False) as client:
        await listener.subscribe("subscription { customerChanges { cursor } }")
        while True:
            for body, secret in ((b"{", SECRET), (b"{}", "another")):
                headers = {"x-voucherify-signature": sign(body, secret)}
                await client.post("/webhooks/voucherify", content=body, headers=headers)
            for question in QUESTIONS:
                await client.post("/graphql", json={"query": question})
            await asyncio.sleep(0.2)


@asynccontextmanager
async def scraping(target: int, folder: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A Prometheus of our own that scrapes this port each second and knows the alerts."""
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(ALERTS)],
        "scrape_configs": [{"job_name": "gql-app", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))
    port = free_port()
    words = (f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data")
    command = which("prometheus") or sys.exit("prometheus is not installed: apt-get install prometheus")
    log = (folder / "prometheus.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        command, *words, f"--web.listen-address=127.0.0.1:{port}", stdout=log, stderr=log
    )
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield client
    finally:
        process.terminate()
        await process.wait()


async def found(prometheus: httpx2.AsyncClient, expression: str) -> bool:
    """Whether there is an answer, and each of its values is a number."""
    try:
        answer = (await prometheus.get("/api/v1/query", params={"query": expression})).json()
    except (httpx2.TransportError, ValueError):
        return False
    if answer["status"] != "success":
        sys.exit(f"{expression}: {answer['error']}")
    values = [float(one["value"][1]) for one in answer["data"]["result"]]
    return any(map(math.isfinite, values))


async def unanswered(prometheus: httpx2.AsyncClient) -> list[Query]:
    """The queries that find nothing although they were given time."""
    clock, left = asyncio.get_running_loop().time, list(queries())
    ends = clock() + LONGEST
    while left and clock() < ends:
        left = [one for one in left if not await found(prometheus, one[1])]
        await asyncio.sleep(0.5)
    return left


async def firing(prometheus: httpx2.AsyncClient) -> list[str]:
    """Alerts that the healthy service raises, and rules that cannot be evaluated."""
    groups: list[Any] = (await prometheus.get("/api/v1/rules")).json()["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) >= 10
    return [rule["name"] for rule in rules if rule["health"] != "ok" or rule["state"] == "firing"]


async def check(folder: Path) -> int:
    """How many queries were answered; ends the program where one was not."""
    async with served("--demo", "--database-url", f"sqlite:///{folder}/mirror.db") as server:
        await server.begun(1)
        driving = asyncio.create_task(drive(server))
        async with scraping(server.port, folder) as prometheus:
            left, raised = await unanswered(prometheus), await firing(prometheus)
        driving.cancel()
        await asyncio.wait([driving])
    for where, expression in left:
        print(f"{where}: nothing found by {expression}", file=sys.stderr)
    expected = {"GraphSignaturesFail"}
    if left or not set(raised) <= expected:
        sys.exit(f"{len(left)} queries found nothing; raised: {', '.join(raised) or 'nothing'}")
    return len(list(queries()))


if __name__ == "__main__":
    import os

    os.environ["GQL_APP_WEBHOOK_SECRETS"] = SECRET
    with tempfile.TemporaryDirectory(prefix="gql-app-prometheus-") as path:
        print(f"{asyncio.run(check(Path(path)))} queries of dashboard and alerts find an answer")
