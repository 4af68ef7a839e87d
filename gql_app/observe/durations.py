"""A histogram for the hottest path: one thread, no lock, a few list operations."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import Metric
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry
from prometheus_client.utils import floatToGoString

QUICK = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
"""Seconds within which what is quick has been done."""

EDGES = [*map(floatToGoString, QUICK), "+Inf"]


class Durations(Collector):
    """How long things took, by the field they were done for; only the event loop may note them."""

    def __init__(self, name: str, said: str, registry: CollectorRegistry) -> None:
        self._name = f"gql_app_{name}"
        self._said = said
        self._counts: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}
        registry.register(self)

    def note(self, field: str, seconds: float) -> None:
        """It took so long."""
        counts = self._counts.get(field)
        if counts is None:
            counts = self._counts[field] = [0] * len(EDGES)
            self._sums[field] = 0.0
        counts[bisect_left(QUICK, seconds)] += 1
        self._sums[field] += seconds

    def collect(self) -> Iterator[Metric]:
        """As Prometheus has them: each bucket holds those below it too."""
        metric = HistogramMetricFamily(self._name, self._said, labels=["field"])
        for field, counts in self._counts.items():
            metric.add_metric([field], list(zip(EDGES, accumulate(counts), strict=True)), self._sums[field])
        yield metric
