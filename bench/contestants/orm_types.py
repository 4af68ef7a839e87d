"""The plain way's GraphQL types, built from Tortoise's rows."""

import strawberry

from bench.contestants import tables


@strawberry.type
class Money:
    """An amount."""

    minor_units: int
    currency: str | None = None


def money(minor_units: int | None, currency: str | None = None) -> Money | None:
    """An amount, or none."""
    return None if minor_units is None else Money(minor_units=minor_units, currency=currency)


@strawberry.type
class Address:
    """Where a customer lives."""

    city: str | None
    line1: str | None
    country: str | None
    postal_code: str | None


@strawberry.type
class OrdersSummary:
    """Sums over orders."""

    total_count: int | None
    total_amount: Money | None
    last_order_date: str | None


@strawberry.type
class Summary:
    """Sums."""

    orders: OrdersSummary


@strawberry.type
class Tier:
    """A step of a loyalty programme."""

    name: str | None


@strawberry.type
class Standing:
    """How a customer stands in a campaign."""

    name: str
    points: int | None
    tier: Tier | None

    @classmethod
    def of(cls, row: tables.Standing) -> "Standing":
        """Of a row whose tier is there."""
        return cls(name=row.name, points=row.points, tier=Tier(name=row.tier.name) if row.tier else None)


@strawberry.type
class Loyalty:
    """Points, over all campaigns and in each."""

    points: int | None
    campaigns: list[Standing]


@strawberry.type
class OrderItem:
    """A line of an order."""

    product_name: str | None
    quantity: int | None
    price: Money | None

    @classmethod
    def of(cls, row: tables.OrderItem) -> "OrderItem":
        """Of a row."""
        price = money(row.price, row.currency)
        return cls(product_name=row.product_name, quantity=row.quantity, price=price)


@strawberry.type
class Order:
    """An order."""

    id: strawberry.ID
    status: str
    created_at: str | None
    total_amount: Money | None
    items: list[OrderItem]

    @classmethod
    def of(cls, row: tables.Order) -> "Order":
        """Of a row whose items are there."""
        return cls(
            id=row.id,
            status=row.status,
            created_at=row.created_at,
            total_amount=money(row.total_amount, row.currency),
            items=[OrderItem.of(item) for item in row.items],
        )


@strawberry.type
class OrderConnection:
    """A page of orders."""

    nodes: list[Order]


@strawberry.type
class Customer:
    """Someone in the programme."""

    row: strawberry.Private[tables.Customer]
    id: strawberry.ID
    source_id: str | None
    name: str | None
    email: str | None
    phone: str | None
    birthdate: str | None
    created_at: str | None
    updated_at: str | None

    @classmethod
    def of(cls, row: tables.Customer) -> "Customer":
        """Of a row; Tortoise's own objects are awaitable, and the engine would await each of them."""
        return cls(
            row=row,
            id=row.id,
            source_id=row.source_id,
            name=row.name,
            email=row.email,
            phone=row.phone,
            birthdate=row.birthdate,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    @strawberry.field
    def address(self) -> Address | None:
        """Where they live."""
        return Address(
            city=self.row.address_city,
            line1=self.row.address_line1,
            country=self.row.address_country,
            postal_code=self.row.address_postal_code,
        )

    @strawberry.field
    def summary(self) -> Summary | None:
        """Lifetime sums."""
        orders = OrdersSummary(
            total_count=self.row.summary_orders_total_count,
            total_amount=money(self.row.summary_orders_total_amount),
            last_order_date=self.row.summary_orders_last_order_date,
        )
        return Summary(orders=orders)

    @strawberry.field
    def loyalty(self) -> Loyalty | None:
        """Points and standings."""
        campaigns = [Standing.of(row) for row in self.row.standings]
        return Loyalty(points=self.row.loyalty_points, campaigns=campaigns)

    @strawberry.field
    def orders(self, first: int = 20) -> OrderConnection:
        """Orders by id."""
        return OrderConnection(nodes=[Order.of(row) for row in list(self.row.orders)[:first]])


@strawberry.type
class CustomerConnection:
    """A page of customers."""

    nodes: list[Customer]
