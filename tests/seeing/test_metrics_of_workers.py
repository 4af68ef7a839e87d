"""Whichever worker a scrape reaches, it tells of all of them."""

import os
import signal

import httpx2

from tests.live.served import Served, served

from .figures import Scrape, read

ASKED = 40
QUESTION = {"query": "{ mirror { healthy } }"}


async def ask(server: Served) -> None:
    """A question on a connection of its own: the kernel deals them out."""
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as client:
        assert (await client.post("/graphql", json=QUESTION)).status_code == 200


async def scraped(server: Served) -> Scrape:
    """The figures, from whichever worker."""
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False, timeout=30) as client:
        return read(await client.get("/metrics"))


async def test_every_scrape_tells_of_all_workers_and_no_counter_runs_backwards(postgres_url: str) -> None:
    async with served("--workers", "2", "--database-url", postgres_url) as server:
        await server.begun(2)
        counted = 0.0
        for number in range(1, ASKED + 1):
            await ask(server)
            if number % 4 == 0:
                seen = await scraped(server)
                assert seen["query_seconds_count"] == number > counted
                counted = seen["query_seconds_count"]
        assert all(seen.of("query_seconds_count", worker=worker) > 0 for worker in (0, 1))
        assert seen.of("journal_position") == 0
        assert {one.labels.get("worker") for one in seen.samples if "journal" in one.name} == {None}


async def test_a_worker_that_is_stuck_is_said_to_be_so(postgres_url: str) -> None:
    async with served("--workers", "2", "--database-url", postgres_url) as server:
        await server.begun(2)
        stuck = server.workers[0]
        os.kill(stuck, signal.SIGSTOP)
        try:
            seen = None
            while seen is None:
                seen = await _scraped_soon(server)
        finally:
            os.kill(stuck, signal.SIGCONT)
        assert sorted(one.value for one in seen.samples if one.name == "gql_app_worker_up") == [0, 1]


async def _scraped_soon(server: Served) -> Scrape | None:
    """None where the stuck one was reached."""
    try:
        async with httpx2.AsyncClient(base_url=server.url, trust_env=False, timeout=3) as client:
            return read(await client.get("/metrics"))
    except httpx2.TimeoutException:
        return None
