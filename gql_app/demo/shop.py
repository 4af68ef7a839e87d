"""What people buy, and how Voucherify tells of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gql_app.demo.campaigns import COUPON_LIMIT, COUPON_PERCENT
from gql_app.demo.chance import Chance
from gql_app.demo.moments import iso
from gql_app.demo.places import Product

SHIPPING = {"object": "order_item", "product_id": "prod_5h1pp1ng", "quantity": 1, "amount": 0, "price": 0}


@dataclass(frozen=True)
class Line:
    """So many of one product."""

    product: Product
    quantity: int

    @property
    def amount(self) -> int:
        """In minor units."""
        return self.product.price * self.quantity

    def told(self) -> dict[str, Any]:
        """The line as order events carry it."""
        return {
            "object": "order_item",
            "product_id": self.product.id,
            "quantity": self.quantity,
            "amount": self.amount,
            "price": self.product.price,
            "subtotal_amount": self.amount,
            "product": {"name": self.product.name, "price": self.product.price},
        }


@dataclass(frozen=True)
class Order:
    """An order; all amounts are in minor units."""

    id: str
    lines: tuple[Line, ...]
    placed_at: datetime
    metadata: dict[str, Any]
    discount: int = 0
    referrer: dict[str, Any] | None = None

    @property
    def amount(self) -> int:
        """Before the discount."""
        return sum(line.amount for line in self.lines)

    @property
    def total(self) -> int:
        """What is to be paid."""
        return self.amount - self.discount

    def discounted(self) -> "Order":
        """The same, cheaper by what any of our codes is worth."""
        return replace(self, discount=min(self.amount * COUPON_PERCENT // 100, COUPON_LIMIT))

    def amounts(self) -> dict[str, int]:
        """The amounts as events carry them: discounts only where there is one."""
        names = ("discount", "applied_discount", "total_discount", "total_applied_discount")
        discounts = {f"{name}_amount": self.discount for name in names if self.discount}
        return {"amount": self.amount, **discounts, "total_amount": self.total}

    def items(self) -> list[dict[str, Any]]:
        """The lines as events carry them, shipping included."""
        shipping = SHIPPING | {"subtotal_amount": 0, "product": {"name": "Shipping"}}
        return [*(line.told() for line in self.lines), shipping]


@dataclass(frozen=True)
class Spending:
    """What someone has paid so far."""

    count: int = 0
    total: int = 0
    last: int = 0
    last_at: datetime | None = None

    def after(self, order: Order, paid_at: datetime) -> "Spending":
        """The same with one more paid order."""
        return Spending(self.count + 1, self.total + order.total, order.total, paid_at)

    def told(self) -> dict[str, Any]:
        """The `summary.orders` of a customer."""
        told: dict[str, Any] = {
            "total_count": self.count,
            "total_amount": self.total,
            "average_amount": self.total // max(self.count, 1),
        }
        if self.last_at:
            told["last_order_date"] = iso(self.last_at)
        return told | {"last_order_amount": self.last}


def basket(chance: Chance, shelf: tuple[Product, ...]) -> tuple[Line, ...]:
    """One to three different products, seldom more than one of each."""
    products = chance.sample(shelf, chance.choice((1, 1, 2, 2, 3)))
    return tuple(Line(product, chance.choice((1, 1, 1, 2))) for product in products)
