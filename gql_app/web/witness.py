"""Whoever watches the doors and the writer, and says what was seen: in figures, in log lines and in traces."""

import logging
import time
from typing import get_args

from opentelemetry.trace import INVALID_SPAN, SpanContext, Tracer

from gql_app.mirror.arrival import Verdict
from gql_app.mirror.batch import Batch
from gql_app.mirror.reasons import ALL_KINDS
from gql_app.observe.lines import tell
from gql_app.observe.meters import Meters
from gql_app.observe.traces import current
from gql_app.schema.documents import NESTING
from gql_app.schema.limits import SAID
from gql_app.web.delivery import FAILURES, Delivery
from gql_app.web.delivery_spans import commit_span, delivery_span
from gql_app.web.problems import OUR_FAULT, STATUS

log = logging.getLogger("gql_app.webhooks")


class Witness:
    """Sees every delivery and every commit of this process."""

    def __init__(self, meters: Meters, logs_webhooks: bool = True, tracer: Tracer | None = None) -> None:
        self.tracer = tracer
        self.meters = meters
        self._logs_webhooks = logs_webhooks
        self._acknowledged = meters.begin(meters.acknowledged, *get_args(Verdict))
        meters.begin(meters.quarantined, *ALL_KINDS)
        meters.begin(meters.unsigned, *FAILURES.values())
        meters.begin(meters.refused, *(code.lower() for _, code in STATUS.values()), OUR_FAULT[1].lower())
        meters.begin(meters.limited, *SAID, NESTING)

    def committed(self, batch: Batch) -> SpanContext | None:
        """A batch was committed; returns its span."""
        self.meters.batch_events.observe(batch.events)
        self.meters.commit_seconds.observe(batch.seconds)
        for lag in batch.lags:
            self.meters.apply_seconds.observe(lag)
        return None if self.tracer is None else commit_span(self.tracer, batch)

    def delivered(self, delivery: Delivery) -> None:
        """A delivery is about to be answered."""
        self._count(delivery)
        span = INVALID_SPAN if self.tracer is None else delivery_span(self.tracer, delivery)
        if self._logs_webhooks:
            with current(span):
                _log(delivery)

    def _count(self, delivery: Delivery) -> None:
        meters, settled = self.meters, delivery.settled
        if delivery.key is not None:
            meters.signed.labels(str(delivery.key)).inc()
        if delivery.failure is not None:
            meters.unsigned.labels(delivery.failure).inc()
        if settled is None:
            meters.refused.labels((delivery.code or "unknown").lower()).inc()
            return
        self._acknowledged[settled.verdict].inc()
        if delivery.kind is not None:
            meters.quarantined.labels(delivery.kind).inc()


def _log(delivery: Delivery) -> None:
    settled = delivery.settled
    said: dict[str, object | None] = {
        "id": delivery.id,
        "type": delivery.type,
        "verdict": settled.verdict if settled else None,
        "kind": delivery.kind,
        "inbox": settled.event if settled else None,
        "position": settled.position if settled else None,
        "key": delivery.key,
        "code": delivery.code,
        "ms": round((time.time_ns() - delivery.began) / 1e6, 2),
    }
    level, event = (logging.INFO, "webhook") if settled else (logging.WARNING, "webhook_refused")
    tell(log, level, event, {name: value for name, value in said.items() if value is not None})
