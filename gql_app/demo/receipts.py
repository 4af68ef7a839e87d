"""How Voucherify tells of orders and redemptions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gql_app.demo.cast import Card, Person
from gql_app.demo.moments import iso
from gql_app.demo.portrait import simple, unexpanded
from gql_app.demo.shop import Order
from gql_app.demo.vouchers import discount_code


def placed(person: Person, order: Order) -> dict[str, Any]:
    """The data of an order nobody has paid yet."""
    return _order_data(person, order, {"updated_at": None, "status": "CREATED"})


def paid(person: Person, order: Order, at: datetime) -> dict[str, Any]:
    """The data of an order paid at that moment."""
    return _order_data(person, order, {"updated_at": iso(at), "status": "PAID"})


def _order_data(person: Person, order: Order, state: dict[str, Any]) -> dict[str, Any]:
    told = {
        "id": order.id,
        "source_id": None,
        "created_at": iso(order.placed_at),
        **state,
        **order.amounts(),
        "items": order.items(),
        "metadata": dict(order.metadata),
        "customer": unexpanded(person.id),
        **({"referrer": unexpanded(order.referrer["id"])} if order.referrer else {}),
        "customer_id": person.id,
        "referrer_id": order.referrer and order.referrer["id"],
        "object": "order",
    }
    return {"customer": simple(person), "referrer": order.referrer, "order": told, "redemption": None}


@dataclass(frozen=True)
class Redemption:
    """A code used for an order; whoever holds it need not be whoever uses it."""

    id: str
    tracking_id: str
    person: Person
    holder: Person
    card: Card

    def told(self, order: Order, at: datetime) -> dict[str, Any]:
        """The data of a redemption that succeeded at that moment."""
        parts = {
            "order": self._order(order),
            "customer": simple(self.person),
            "voucher": discount_code(self.card, self.holder, at),
        }
        return {
            **parts,
            "campaign": self.card.campaign.told(),
            "holder": simple(self.holder),
            "promotion_tier": None,
            "promotion_stack": None,
            "redemption": self._redemption(at) | parts,
        }

    def _redemption(self, at: datetime) -> dict[str, Any]:
        return {
            "id": self.id,
            "customer_id": self.person.id,
            "tracking_id": self.tracking_id,
            "date": iso(at),
            "result": "SUCCESS",
            "status": "SUCCEEDED",
            "metadata": {},
            "object": "redemption",
        }

    def _order(self, order: Order) -> dict[str, Any]:
        items = [{key: value for key, value in item.items() if key != "product"} for item in order.items()]
        return {
            "id": order.id,
            "source_id": None,
            "status": "PAID",
            "customer_id": self.person.id,
            "referrer_id": order.referrer and order.referrer["id"],
            **order.amounts(),
            "items": items,
            "metadata": dict(order.metadata),
            "created_at": iso(order.placed_at),
            "object": "order",
        }
