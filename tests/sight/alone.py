"""A mirror's rows as they would be if there had only ever been one customer."""

from gql_app.viewers.viewer import Bound
from tests.reads.rows import Row, Tables

OWNED = (
    *("consent", "customer_segment", "inbox", "journal", "loyalty_campaign"),
    *("order", "redemption", "referral"),
)
SPOKEN_OF = {
    "campaign": (
        *(("name", "loyalty_campaign", "name"), ("id", "redemption", "campaign_id")),
        *(("id", "referral", "campaign_id"), ("id", "inbox", "campaign_id")),
    ),
    "loyalty_tier": (("id", "loyalty_campaign", "tier_id"),),
    "segment": (("id", "customer_segment", "segment_id"),),
}
"""What belongs to nobody is there where a row of theirs has its name or id."""


def alone(tables: Tables, bound: Bound) -> Tables:
    """The rows of whom a viewer is bound to, and what they speak of."""
    who = meant(tables["customer"], bound)
    kept = {table: [row for row in tables[table] if row["customer_id"] == who and who] for table in OWNED}
    orders = {row["id"] for row in kept["order"]}
    kept["order_item"] = [row for row in tables["order_item"] if row["order_id"] in orders]
    kept["customer"] = [row for row in tables["customer"] if row["id"] == who]
    for table, links in SPOKEN_OF.items():
        kept[table] = [row for row in tables[table] if any(_is_named(row, kept, link) for link in links)]
    return kept | {"mirror_state": tables["mirror_state"]}


def meant(customers: list[Row], bound: Bound) -> str | None:
    """The id of whom a viewer is bound to; of several living ones with a source id the one created last."""
    if bound.by == "id":
        return bound.value
    living = [row for row in customers if row["source_id"] == bound.value and row["deleted_at"] is None]
    living.sort(key=lambda row: row["id"])
    living.sort(key=lambda row: row["created_at"] or "", reverse=True)
    return living[0]["id"] if living else None


def _is_named(row: Row, kept: Tables, link: tuple[str, str, str]) -> bool:
    column, table, by = link
    return any(own[by] is not None and own[by] == row[column] for own in kept[table])
