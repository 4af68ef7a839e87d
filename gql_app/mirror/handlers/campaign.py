"""What events say about campaigns and loyalty tiers: mostly what they are called."""

from collections.abc import Iterator
from typing import Any

from gql_app.mirror.facts import Columns, Fact, Put, Rank
from gql_app.mirror.handlers import on
from gql_app.mirror.handlers.loyalty import CARD_EVENTS, TIER_EVENTS
from gql_app.mirror.handlers.redemption import REDEMPTION_EVENTS
from gql_app.mirror.handlers.said import Reading, read
from gql_app.voucherify.event import Event
from gql_app.voucherify.values import identifier, key, long, moment, table
from models import Campaign, LoyaltyTier
from models.base import Mirrored

CAMPAIGN: Reading = {
    "name": ("name", key),
    "campaign_type": ("type", key),
    "created_at": ("created_at", moment),
    "updated_at": ("updated_at", moment),
}

TIER: Reading = {
    "name": ("name", key),
    "campaign_id": ("campaign_id", identifier),
    "created_at": ("created_at", moment),
    "updated_at": ("updated_at", moment),
}


@on(
    "campaign.created",
    "campaign.updated",
    "campaign.enabled",
    "campaign.disabled",
    "campaign.deleted",
    "campaign.loyalty_tier.created",
    "campaign.loyalty_tier.updated",
    "campaign.loyalty_tier.deleted",
    "campaign.promotion_tier.created",
    "campaign.promotion_tier.deleted",
    "campaign.promotion_tier.disabled",
    "campaign.promotion_tier.enabled",
    "campaign.promotion_tier.updated",
    "campaign.vouchers.generation.completed",
    *TIER_EVENTS,
    *CARD_EVENTS,
    *REDEMPTION_EVENTS,
)
def campaign_and_tiers_told(event: Event) -> Iterator[Fact]:
    """The campaign and the tiers that an event carries."""
    yield from named_campaign(event.data.get("campaign"), event)
    for name in ("loyalty_tier", "loyalty_tier_from", "loyalty_tier_to", "holder_loyalty_tier"):
        yield from named_tier(event.data.get(name), event)


def named_campaign(said: Any, event: Event) -> Iterator[Fact]:
    """What a campaign is called, where an event carries it."""
    campaign = table(said)
    if campaign_id := identifier(campaign.get("id")):
        columns = read(campaign, CAMPAIGN) | {"project_id": event.project_id}
        yield _told(Campaign, campaign_id, columns, "campaign_type" in campaign)


def named_tier(said: Any, event: Event) -> Iterator[Fact]:
    """What a loyalty tier is called and which points it takes."""
    tier = table(said)
    if tier_id := identifier(tier.get("id")):
        points = table(tier.get("points")) or table(table(tier.get("config")).get("points"))
        bounds = {"points_from": long(points.get("from")), "points_to": long(points.get("to"))}
        columns = read(tier, TIER) | bounds | {"project_id": event.project_id}
        yield _told(LoyaltyTier, tier_id, columns, bool(points))


def _told(model: type[Mirrored], row_id: str, columns: Columns, is_full: bool) -> Put:
    """Some events only mention a campaign by name: that clears nothing of what is known."""
    if is_full:
        return Put(model, row_id, columns, Rank.FULL)
    return Put(model, row_id, {name: value for name, value in columns.items() if value is not None})
