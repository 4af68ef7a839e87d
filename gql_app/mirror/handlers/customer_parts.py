"""The objects nested in a customer: each is either included or not spoken of."""

from typing import Any

from gql_app.mirror.facts import Columns
from gql_app.mirror.handlers.said import Reading
from gql_app.voucherify.values import key, long, moment, table, text

PARTS: dict[str, Reading] = {
    "address": {
        "city": ("address_city", key),
        "state": ("address_state", key),
        "line_1": ("address_line1", text),
        "line_2": ("address_line2", text),
        "country": ("address_country", key),
        "postal_code": ("address_postal_code", key),
    },
    "orders": {
        "total_count": ("summary_orders_total_count", long),
        "total_amount": ("summary_orders_total_amount", long),
        "average_amount": ("summary_orders_average_amount", long),
        "last_order_amount": ("summary_orders_last_order_amount", long),
        "last_order_date": ("summary_orders_last_order_date", moment),
    },
    "redemptions": {
        name: (f"summary_redemptions_{name}", long)
        for name in (
            "total_redeemed",
            "total_failed",
            "total_succeeded",
            "total_rolled_back",
            "total_rollback_failed",
            "total_rollback_succeeded",
        )
    },
    "gift": {
        "redeemed_amount": ("summary_redemptions_gift_redeemed_amount", long),
        "amount_to_go": ("summary_redemptions_gift_amount_to_go", long),
    },
    "loyalty_card": {
        "redeemed_points": ("summary_redemptions_loyalty_card_redeemed_points", long),
        "points_to_go": ("summary_redemptions_loyalty_card_points_to_go", long),
    },
    "loyalty": {
        "points": ("loyalty_points", long),
        "referred_customers": ("loyalty_referred_customers", long),
    },
    "referrals": {"total": ("referrals_total", long)},
}


WITH_LISTS = ("loyalty", "loyalty_told"), ("referrals", "referrals_told")
"""Parts that carry a list, and the column that says that it was told of."""


def included(customer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The nested objects that were included, by the name of their reading."""
    summary = table(customer.get("summary"))
    redemptions = table(summary.get("redemptions"))
    found = {
        "address": customer.get("address"),
        "orders": summary.get("orders"),
        "redemptions": summary.get("redemptions"),
        "gift": redemptions.get("gift"),
        "loyalty_card": redemptions.get("loyalty_card"),
        "loyalty": customer.get("loyalty"),
        "referrals": customer.get("referrals"),
    }
    return {name: part for name, part in found.items() if isinstance(part, dict)}


def told_columns(parts: dict[str, dict[str, Any]], final: bool) -> Columns:
    """Which lists were told of; at the end of a customer also that every part left out is nothing."""
    told: Columns = {column: True for name, column in WITH_LISTS if name in parts}
    if not final:
        return told
    missing = [name for name in PARTS if name not in parts]
    left_out = {column: None for name in missing for column, _ in PARTS[name].values()}
    return left_out | {column: None for name, column in WITH_LISTS if name in missing} | told
