"""The database goes away, freezes, or drops its connections, and comes back: who asks is told, nothing is lost.

GQL_APP_TEST_OUTAGE_SECONDS=60 keeps it away for so long; without it, for a moment.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gql_app.database.address import read_address
from tests.ingest.mirror import mirroring, renamed
from tests.ingest.test_outage import TERMINATE, administrator
from tests.stage import Watcher
from tests.torture.books import check_books
from tests.torture.proxy import Proxy, proxied
from tests.torture.real import Real, really

AWAY = float(os.environ.get("GQL_APP_TEST_OUTAGE_SECONDS", "2"))
ANSWERED = 12.0
"""Seconds in which everybody has an answer, whatever the database does: Voucherify waits for ten."""

NAMES = "{ customers(first: 5) { nodes { id name } } }"
STREAM = "subscription { customerChanges { ... on CustomerChange { customer { name } version } } }"
SETTINGS = {"statement_timeout_seconds": 3, "poll_seconds": 0.5}
PERIOD = 0.1


def through(url: str, proxy: Proxy) -> str:
    """The same database by way of the proxy."""
    address = read_address(url)
    password = f":{address.password}" if address.password else ""  # type: ignore[union-attr]
    return f"postgresql://{address.user}{password}@127.0.0.1:{proxy.port}/{address.database}"  # type: ignore[union-attr]


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[Proxy]:
    """A proxy before the tests' server."""
    address: Any = read_address(url)
    async with proxied(address.host, address.port) as proxy:
        yield proxy


async def told(client: httpx2.AsyncClient, number: int) -> httpx2.Response:
    """One delivery."""
    async with asyncio.timeout(ANSWERED):
        return await client.post("/webhooks/voucherify", content=renamed(f"Ann {number}", number, number))


async def asked(client: httpx2.AsyncClient) -> Any:
    """One answer."""
    async with asyncio.timeout(ANSWERED):
        return (await client.post("/graphql", json={"query": NAMES})).json()


async def until_taken(client: httpx2.AsyncClient, number: int) -> None:
    """It is told until it is taken, and never answered otherwise."""
    async with asyncio.timeout(30):
        while (response := await told(client, number)).status_code != 202:
            assert (response.status_code, response.headers["retry-after"]) == (503, "5")


async def while_away(client: httpx2.AsyncClient) -> None:
    """Everybody is answered at once, and told why nothing comes."""
    ends = asyncio.get_running_loop().time() + AWAY
    while asyncio.get_running_loop().time() < ends:
        response, answer = await asyncio.gather(told(client, 2), asked(client))
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
        assert answer["errors"][0]["extensions"]["code"] == "OUTAGE"
        assert not re.search("asyncpg|Postgre|127.0.0.1", str(answer) + response.text)


@asynccontextmanager
async def listening(server: Real) -> AsyncIterator[Watcher]:
    """A subscriber that was there before."""
    from websockets.asyncio.client import connect

    async with connect(f"ws://127.0.0.1:{server.port}/graphql", subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
        await socket.send('{"type": "connection_init"}')
        await socket.recv()
        watcher = Watcher(socket)
        await watcher.subscribe(STREAM)
        await watcher.subscribe("{ __typename }")
        assert [(await watcher.message())["type"] for _ in range(2)] == ["next", "complete"]
        yield watcher


async def named_next(watcher: Watcher) -> str:
    """Whom the next change is about; in a long outage the stream says in between how far it has come."""
    while (customer := (await watcher.data())["customerChanges"].get("customer")) is None:
        pass
    name: str = customer["name"]
    return name


@pytest.mark.parametrize("how", [Proxy.gone, Proxy.frozen], ids=["gone", "frozen"])
async def test_a_database_that_goes_and_comes_back(postgres_url: str, tmp_path: Path, how: Any) -> None:
    async with (
        line_to(postgres_url) as proxy,
        really(tmp_path, through(postgres_url, proxy), **SETTINGS) as server,
        server.client() as client,
        listening(server) as watcher,
    ):
        assert (await told(client, 1)).status_code == 202
        assert await named_next(watcher) == "Ann 1"
        async with how(proxy):
            await while_away(client)
        await until_taken(client, 3)
        assert [one["id"] for one in (await asked(client))["data"]["customers"]["nodes"]] == ["cust_1", "cust_3"]
        assert await named_next(watcher) == "Ann 3"
        assert (await client.get("/health/ready")).status_code == 200


async def test_backends_that_are_ended_all_the_time(postgres_server: str, postgres_url: str, tmp_path: Path) -> None:
    """Every tenth of a second every connection is ended; deliveries and questions go on all the same."""
    over = asyncio.Event()
    async with (
        really(tmp_path, postgres_url, **SETTINGS) as server,
        server.client() as client,
        administrator(postgres_server) as admin,
    ):
        cutting = asyncio.create_task(_cut(admin, read_address(postgres_url).database, over))  # type: ignore[union-attr]
        asking = [asyncio.create_task(_asking(client, over)) for _ in range(4)]
        for number in range(1, 31):
            await until_taken(client, number)
        over.set()
        cuts, answers = await cutting, [one for several in await asyncio.gather(*asking) for one in several]
        assert (await client.get("/health/ready")).status_code == 200
    async with mirroring(postgres_url) as mirror:
        await check_books(mirror, [f"proj_test:whs_{number:06d}a" for number in range(1, 31)])
    assert cuts > 3
    assert any("data" in answer and answer["data"] for answer in answers)


async def _cut(admin: Any, database: Any, over: asyncio.Event) -> int:
    """How often somebody was cut off."""
    times = 0
    while not over.is_set():
        times += len(await admin.fetch(TERMINATE, database)) > 0
        await asyncio.sleep(PERIOD)
    return times


async def _asking(client: httpx2.AsyncClient, over: asyncio.Event) -> list[Any]:
    """Every answer is whole, or says that there is an outage."""
    answers = []
    while not over.is_set():
        answer = await asked(client)
        if errors := answer.get("errors"):
            assert [error["extensions"]["code"] for error in errors] == ["OUTAGE"]
        answers.append(answer)
    return answers
