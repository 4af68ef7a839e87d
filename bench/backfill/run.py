"""`python -m bench backfill`."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import report
from bench.backfill.beside import ROUNDS, SECONDS, Deliveries, percentile
from bench.backfill.loading import Loading, loading
from bench.scratch import postgres_database, sqlite_database
from bench.soak.run import serving
from gql_app.voucherify.rest.lists import LARGEST

RATE, OVER, TIMES = 2_000, 0.02, 1.5
"""What is wanted: customers a second, calls beyond the fewest, deliveries' p99 while a load runs next to alone."""


@dataclass(frozen=True, slots=True)
class Shop:
    """The fake Voucherify."""

    url: str
    process: "subprocess.Popen[str]"

    def asked(self) -> Any:
        """What it was asked since the last look."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


def compare_backfill(server: str, folder: Path | None, customers: int, events: int) -> None:
    """Loads everybody into each database; beside `events` deliveries a second where there are any."""
    report.machine()
    with _shop(customers) as shop:
        for name in ("SQLite", "PostgreSQL"):
            with sqlite_database(folder) if name == "SQLite" else postgres_database(server) as url:
                _beside(name, shop, url, events) if events else _alone(name, shop, url, customers)
    report.load_average()


def _alone(name: str, shop: Shop, url: str, customers: int) -> None:
    with loading(shop.url, url) as load:
        load.to_the_end()
    asked, fewest = shop.asked(), -(-customers // LARGEST)
    calls, seconds = asked["calls"], asked["seconds"]
    rate, over = customers / seconds, calls / fewest - 1
    start, half, end = _sizes(load)
    report.line(
        f"{name}: {customers:,} customers in {seconds:.1f} s, {rate:,.0f}/s ({_met(rate >= RATE)});"
        f" {load.cpu / customers * 1e6:.0f} us of its own CPU each; {calls:,} calls, {over:+.1%} of the"
        f" fewest ({_met(calls <= fewest * (1 + OVER))});"
        f" memory {start} MB after a tenth, {half} MB half-way, {end} MB at the end"
    )


def _sizes(load: Loading) -> list[int]:
    looks = load.sizes
    return [looks[place] // 2**20 for place in (len(looks) // 10, len(looks) // 2, len(looks) - 1)]


def _beside(name: str, shop: Shop, url: str, events: int) -> None:
    alone: list[float] = []
    during: list[float] = []
    loaded = 0.0
    with serving(url) as (_, port):
        deliveries = Deliveries(port, events)
        deliveries.measured(SECONDS)
        for _ in range(ROUNDS):
            alone += deliveries.measured(SECONDS)
            with loading(shop.url, url) as load:
                shop.asked()
                while not shop.asked()["calls"]:
                    deliveries.measured(1)
                during += deliveries.measured(SECONDS)
                loaded += shop.asked()["calls"] * LARGEST
                if load.process.poll() is not None:
                    raise SystemExit("bench: everybody was loaded before it was measured: take more --customers")
    times = percentile(during, 99) / percentile(alone, 99)
    report.line(
        f"{name}, {events} deliveries a second: p50 {percentile(alone, 50):.1f} ms, p99 {percentile(alone, 99):.1f} ms;"
        f" while {loaded / ROUNDS / SECONDS:,.0f} customers a second are loaded p50 {percentile(during, 50):.1f} ms,"
        f" p99 {percentile(during, 99):.1f} ms: {times:.2f} times ({_met(times <= TIMES)})"
    )


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


@contextmanager
def _shop(customers: int) -> Iterator[Shop]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "bench.backfill.voucherify", str(customers)]
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise SystemExit("bench: the fake Voucherify did not start")
        yield Shop(url, process)
    finally:
        process.kill()
        process.wait()
