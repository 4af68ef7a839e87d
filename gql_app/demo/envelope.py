"""How Voucherify wraps what it tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gql_app.demo.chance import Chance
from gql_app.demo.moments import iso

Envelope = dict[str, Any]
TARGET = "https://mirror.example.com/webhooks/voucherify"
PROJECT_TYPES = frozenset({"customer.created", "customer.updated", "customer.deleted"})
# A distribution's name is whatever its operator typed.
DISTRIBUTIONS = {
    "customer.order.created": "Order placed",
    "customer.order.paid": "order-paid",
    "customer.loyalty.tier.upgraded": "Tier up!",
    "customer.voucher.loyalty_card.points_added": "Points for you",
    "customer.segment.entered": "segment entered (CRM)",
    "customer.redemption.succeeded": "Voucher-redeemed",
}
BY_VOUCHERIFY = frozenset({"customer.loyalty.tier.upgraded", "customer.segment.entered"})
BY_STAFF = frozenset({"customer.voucher.loyalty_card.points_added", "customer.deleted"})


@dataclass(frozen=True)
class Happening:
    """Something that befell a customer, before it is wrapped."""

    type: str
    customer_id: str
    at: datetime
    data: dict[str, Any]


class Sender:
    """One Voucherify project with its webhook, its distributions and those who work with it."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._project_id = chance.letters("proj_", 12)
        self._webhook_id = chance.letters("wh_")
        self._distributions = {type_: chance.letters("distr_") for type_ in DISTRIBUTIONS}
        self._staff = {"channel": "USER_PORTAL", "user": {"id": chance.letters("user_")}}
        self._shop = {"channel": "API", "api_key": {"name": "Web shop", "app_id": chance.uuid()}}
        self._request_id = ""

    def begin_request(self) -> None:
        """What is wrapped from now on was caused by one new request."""
        self._request_id = self._chance.digits("v-")

    def wrap(self, happening: Happening) -> Envelope:
        """The body of one sendout, which nothing else shares its id with."""
        return {
            "id": self._chance.digits("whs_"),
            "project_id": self._project_id,
            "created_at": iso(happening.at),
            "type": DISTRIBUTIONS.get(happening.type, happening.type),
            "data": happening.data,
            "source": self._source(happening.type),
            "event": self._event(happening),
        }

    def _source(self, type_: str) -> dict[str, str]:
        if type_ in PROJECT_TYPES:
            return {"id": self._webhook_id, "object": "webhook", "target_url": TARGET}
        return {"id": self._distributions[type_], "object": "distribution", "target_url": TARGET}

    def _event(self, happening: Happening) -> dict[str, Any]:
        return {
            "id": self._chance.digits("evcus_"),
            "type": happening.type,
            "created_at": iso(happening.at),
            "entity_id": happening.customer_id,
            "group_id": self._request_id,
            "event_source": self._event_source(happening.type),
        }

    def _event_source(self, type_: str) -> dict[str, Any]:
        if type_ in BY_VOUCHERIFY:
            return {"channel": "INTERNAL"}
        return dict(self._staff if type_ in BY_STAFF else self._shop)
