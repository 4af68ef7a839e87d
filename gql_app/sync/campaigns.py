"""Campaigns and their loyalty tiers: what standings are called."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import msgspec

from gql_app.errors import VoucherifyRefuses
from gql_app.sync.fetched import Fetched, fetched, telling
from gql_app.sync.shelf import Shelf
from gql_app.voucherify.rest.client import Voucherify, escaped
from gql_app.voucherify.rest.lists import listed

WITH_TIERS = "LOYALTY_PROGRAM"


class _Kind(msgspec.Struct):
    campaign_type: Any = None


async def campaigns(voucherify: Voucherify, shelf: Shelf) -> AsyncIterator[int]:
    """Tells of all of them, page by page; how many each page brought."""
    for number in count(1):
        page = await listed(voucherify, "campaigns", page=number)
        found = [fetched(raw, page.read_at) for raw in page.rows]
        tiers = [tier for one in found if _has_tiers(one) for tier in await _tiers_of(voucherify, one)]
        told = [("campaign", one) for one in found] + [("loyalty_tier", one) for one in tiers]
        await shelf.take([telling(kind, one, one.changed_at) for kind, one in told], page.read_at)
        yield len(found)
        if page.is_last:
            return


def _has_tiers(one: Fetched) -> bool:
    return bool(msgspec.json.decode(one.raw, type=_Kind).campaign_type == WITH_TIERS)


async def _tiers_of(voucherify: Voucherify, one: Fetched) -> list[Fetched]:
    """None where the campaign is gone by now."""
    try:
        page = await listed(voucherify, f"loyalties/{escaped(one.id)}/tiers", "data")
    except VoucherifyRefuses as refused:
        if refused.status != 404:
            raise
        return []
    return [fetched(raw, page.read_at) for raw in page.rows]
