"""What Voucherify sums up over a customer's life."""

from gql_app.reads.declare import Embedded, Money, described, needing, shown
from gql_app.reads.scopes import ORDERS
from gql_app.types.node import Money as MoneyType
from gql_app.types.scalars import DateTime, Long


@described
class OrdersSummary:
    """Lifetime sums over paid and fulfilled orders, as Voucherify computes them."""

    total_count: Long | None = shown("Number of orders.")
    total_amount: MoneyType | None = shown("Sum of the orders' amounts.", Money())
    average_amount: MoneyType | None = shown("Average amount of an order.", Money())
    last_order_amount: MoneyType | None = shown("Amount of the last order.", Money())
    last_order_date: DateTime | None = shown("When the last order was placed.")


@described
class GiftSummary:
    """Lifetime sums over gift cards."""

    redeemed_amount: MoneyType | None = shown("Spent so far.", Money())
    amount_to_go: MoneyType | None = shown("Left to spend.", Money())


@described
class LoyaltyCardSummary:
    """Lifetime sums over loyalty cards."""

    redeemed_points: Long | None = shown("Points spent so far.")
    points_to_go: Long | None = shown("Points left to spend.")


@described
class RedemptionsSummary:
    """Lifetime counts of redemptions."""

    total_redeemed: Long | None = shown("All redemptions.")
    total_failed: Long | None = shown("Those that failed.")
    total_succeeded: Long | None = shown("Those that succeeded.")
    total_rolled_back: Long | None = shown("Those that were rolled back.")
    total_rollback_failed: Long | None = shown("Rollbacks that failed.")
    total_rollback_succeeded: Long | None = shown("Rollbacks that succeeded.")
    gift: GiftSummary | None = shown("Gift cards.", Embedded())
    loyalty_card: LoyaltyCardSummary | None = shown("Loyalty cards.", Embedded())


@needing(ORDERS)
class CustomerSummary:
    """What Voucherify sums up over a customer's life."""

    orders: OrdersSummary | None = shown("Over orders.", Embedded())
    redemptions: RedemptionsSummary | None = shown("Over redemptions.", Embedded())
