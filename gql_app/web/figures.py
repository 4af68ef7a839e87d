"""The figures of all processes that share the port, in Prometheus' text format.

Whichever process a scrape reaches answers for all: it asks the others over their sockets, so that every answer is
complete and no counter ever runs backwards. Each figure carries its process as the label `worker`.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from gql_app.database import Database
from gql_app.errors import MirrorError
from gql_app.voucherify.values import instant
from gql_app.web.siblings import Siblings, Told

STATE = "SELECT position, last_event_at, quarantined FROM mirror_state WHERE id = 1"
PATIENCE = 2.0
"""Seconds that a scrape waits for the database: Prometheus gives up after ten."""


class Figures:
    """Of this process, its siblings, and the mirror that they share."""

    def __init__(self, registry: CollectorRegistry, database: Database, siblings: Siblings) -> None:
        self._registry = registry
        self._database = database
        self._siblings = siblings

    async def exposed(self) -> bytes:
        """Everything, as Prometheus reads it."""
        others, mirror = await asyncio.gather(self._siblings.others(), self._mirror())
        workers: dict[int, Iterable[Told] | None] = {self._siblings.number: told(self._registry), **others}
        return generate_latest(Merged([*mirror, *merged(workers)]))

    async def _mirror(self) -> list[Metric]:
        """What is the same whichever process is asked."""
        found = [_gauge("build_info", "Which version runs.", 1, version=version("customer-graph"))]
        try:
            async with asyncio.timeout(PATIENCE):
                ((position, last, quarantined),) = await self._database.read(STATE, ())
        except (MirrorError, TimeoutError):
            return [*found, _gauge("database_up", "Whether the database answers.", 0)]
        found += [
            _gauge("database_up", "Whether the database answers.", 1),
            _gauge("journal_position", "How many changes the journal has numbered.", position),
            _gauge("quarantined_events", "Deliveries set aside until somebody looks.", quarantined),
        ]
        if last is not None:
            age = max(0.0, time.time() - (instant(last) or 0) / 1e6)
            found.append(_gauge("last_event_age_seconds", "Since the last delivery was committed.", age))
        return found


class Merged(Collector):
    """Metrics that have been collected already."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        """As they are."""
        return self._metrics


def told(registry: CollectorRegistry) -> Iterator[Told]:
    """A process's figures as they travel; when a series began is left out, it only makes the answer longer."""
    for metric in registry.collect():
        samples = [
            (one.name, dict(one.labels), one.value) for one in metric.samples if not one.name.endswith("_created")
        ]
        yield Told(metric.name, metric.documentation, metric.type, samples)


def merged(workers: dict[int, Iterable[Told] | None]) -> Iterator[Metric]:
    """One metric of each name, with the samples of every worker."""
    up = GaugeMetricFamily("gql_app_worker_up", "Whether the process says its figures.", labels=["worker"])
    found: dict[str, Metric] = {}
    for number, figures in sorted(workers.items()):
        up.add_metric([str(number)], figures is not None)
        for one in figures or ():
            metric = found.setdefault(one.name, Metric(one.name, one.said, one.type))
            for name, labels, value in one.samples:
                metric.add_sample(name, labels | {"worker": str(number)}, value)
    yield up
    yield from found.values()


def _gauge(name: str, said: str, value: float, **labels: str) -> Metric:
    metric = Metric(f"gql_app_{name}", said, "gauge")
    metric.add_sample(metric.name, labels, value)
    return metric
