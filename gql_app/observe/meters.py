"""What is measured while it happens. What only needs counting is counted where it happens, and looked at when asked.

Labels are bounded: verdicts, kinds and limits are our own words, root fields are the schema's.
"""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.process_collector import ProcessCollector

from gql_app.observe.durations import QUICK, Durations

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
SLOW = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 21600, 86400)
"""Seconds: Voucherify tries a delivery again for a day."""


class Meters:
    """The figures of one process, on a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(namespace="gql_app", registry=self.registry)
        self.acknowledged = self._counter("webhooks_acknowledged", "Deliveries answered 2xx.", "verdict")
        self.quarantined = self._counter("webhooks_quarantined", "Deliveries kept and set aside.", "kind")
        self.refused = self._counter("webhooks_refused", "Deliveries not answered 2xx.", "code")
        self.signed = self._counter(
            "webhook_signatures_verified", "By which of GQL_APP_WEBHOOK_SECRETS, counted from 0.", "key"
        )
        self.unsigned = self._counter("webhook_signature_failures", "Signed by none of our secrets.", "kind")
        self.batch_events = self._histogram("batch_events", "Deliveries committed together.", SIZES)
        self.commit_seconds = self._histogram("batch_commit_seconds", "From taking a turn to its commit.", QUICK)
        self.apply_seconds = self._histogram("apply_lag_seconds", "From an event at Voucherify to our commit.", SLOW)
        self.live_seconds = self._histogram("live_lag_seconds", "From a change to telling who listens.", QUICK)
        self.limited = self._counter("limit_refusals", "Requests that asked too much.", "limit")
        self.answered = Durations("query_seconds", "Time to answer a root field.", self.registry).note
        """A root field of the schema was answered, or could not be, after so long."""

    def refuse(self, errors: list[dict[str, Any]]) -> None:
        """A request was turned away; counts the limits that it met."""
        for error in errors:
            said = error.get("extensions") or {}
            if "limit" in said:
                self.limited.labels(said["limit"]).inc()

    def begin(self, counter: Counter, *values: str) -> dict[str, Counter]:
        """Counts from nought: what only appears with its first count has no rise that an alert could see."""
        return {value: counter.labels(value) for value in values}

    def _counter(self, name: str, said: str, *labels: str) -> Counter:
        return Counter(f"gql_app_{name}", said, labels, registry=self.registry)

    def _histogram(self, name: str, said: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"gql_app_{name}", said, labels, registry=self.registry, buckets=buckets)
