"""What events say about customers."""

import re
from collections.abc import Iterator
from typing import Any

from gql_app.errors import Unreadable
from gql_app.mirror.facts import Columns, Fact, Put, PutAll, Rank
from gql_app.mirror.handlers import on
from gql_app.mirror.handlers.said import Reading, derived, identity, read, unknown
from gql_app.voucherify.event import Event
from gql_app.voucherify.values import (
    day,
    flag,
    identifier,
    json,
    key,
    long,
    moment,
    moment_at,
    rows,
    table,
    text,
)
from models import Consent, Customer, LoyaltyCampaign, Referral

RENAMED = re.compile(r"_deleted(\d{4}-\d\d-\d\dT[\d:.]+Z)$")
"""What Voucherify appends to the source_id of a deleted customer (seen in customer.deleted)."""

SIMPLE: Reading = {"name": ("name", key), "email": ("email", key), "source_id": ("source_id", key)}

PROFILE: Reading = SIMPLE | {
    "phone": ("phone", key),
    "description": ("description", text),
    "birthdate": ("birthdate", day),
    "created_at": ("created_at", moment),
    "updated_at": ("updated_at", moment),
}

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

STANDING: Reading = {
    "points": ("points", long),
    "loyalty_tier": ("tier_id", identifier),
    "referred_customers": ("referred_customers", long),
    "redeemed_points": ("redeemed_points", long),
    "points_to_go": ("points_to_go", long),
}

REFERRAL: Reading = {
    "campaign_id": ("campaign_id", identifier),
    "referrer_id": ("referrer_id", identifier),
    "related_object_id": ("related_object_id", identifier),
    "related_object_type": ("related_object_type", text),
    "date": ("date", moment),
}

KNOWN = (
    "id",
    "object",
    "metadata",
    "address",
    "summary",
    "loyalty",
    "referrals",
    "system_metadata",
    "assets",
    "birthday",
)
"""Keys of a customer that are read elsewhere or, like `assets` with its access token, must not be kept."""


@on("customer.created", "customer.updated", "customer.confirmed")
def described(event: Event) -> Iterator[Fact]:
    """Everything Voucherify knows of a customer."""
    yield from full_customer(table(event.data.get("customer")), event.project_id)


@on("customer.deleted")
def deleted(event: Event) -> Iterator[Fact]:
    """The last word on a customer: nothing told of this id later, or earlier, changes it."""
    customer = table(event.data.get("customer"))
    said = read(customer, PROFILE)
    source_id, renamed_at = without_suffix(said["source_id"])
    deleted_at = renamed_at or said["updated_at"] or moment_at(event.happened_at or 0)
    last = {"deleted_at": deleted_at, "source_id": source_id}
    yield from full_customer(customer, event.project_id, last)


def full_customer(customer: dict[str, Any], project_id: str | None, last: Columns | None = None) -> Iterator[Fact]:
    """A full snapshot: absent is unset, but a part that is null was not included and is not spoken of."""
    customer_id = identity(customer, "customer")
    parts = _parts(customer)
    profile = read(customer, PROFILE)
    columns = profile | {
        "project_id": project_id,
        "completeness": int(Rank.FULL),
        "metadata": json(table(customer.get("metadata"))),
        "unknown_fields": unknown(customer, PROFILE, profile, KNOWN),
    }
    if columns["birthdate"] is None:
        columns["birthdate"] = day(customer.get("birthday"))
    for name, part in parts.items():
        columns |= read(part, PARTS[name])
    final = last is not None
    columns |= _told(parts, final) | (last or {})
    yield Put(Customer, customer_id, columns, Rank.FULL, final)
    yield from _lists(customer_id, customer, parts, final)


def simple_customer(said: Any, project_id: str | None) -> Iterator[Fact]:
    """A customer mentioned with a few fields, any of which may be null for "not included"."""
    customer = table(said)
    customer_id = identifier(customer.get("id"))
    if customer_id is None:
        return
    columns = {column: value for column, value in read(customer, SIMPLE).items() if value is not None}
    if isinstance(customer.get("metadata"), dict):
        columns["metadata"] = json(customer["metadata"])
    rank = Rank.SIMPLE if columns else Rank.PASSING
    if project_id:
        columns["project_id"] = project_id
    yield Put(Customer, customer_id, columns | {"completeness": int(rank)}, rank)


def mentioned_customer(customer_id: str | None) -> Iterator[Fact]:
    """Someone of whom only the id is known so far."""
    if customer_id is not None:
        yield Put(Customer, customer_id, {"completeness": int(Rank.PASSING)}, Rank.PASSING)


def without_suffix(source_id: str | None) -> tuple[str | None, str | None]:
    """The merchant's own id as it was, and when Voucherify renamed it."""
    found = RENAMED.search(source_id or "")
    if source_id is None or found is None:
        return source_id, None
    return source_id[: found.start()] or None, moment(found[1])


def standing_id(customer_id: str, campaign_name: str) -> str:
    """The id of a customer's standing in the campaign of this name."""
    return derived("lcmp", customer_id, campaign_name)


def _parts(customer: dict[str, Any]) -> dict[str, dict[str, Any]]:
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


def _told(parts: dict[str, dict[str, Any]], final: bool) -> Columns:
    missing = PARTS.keys() - parts.keys() if final else ()
    columns: Columns = {column: None for name in missing for column, _ in PARTS[name].values()}
    columns |= {f"{name}_told": None for name in ("loyalty", "referrals") if name in missing}
    return columns | {f"{name}_told": True for name in ("loyalty", "referrals") if name in parts}


def _lists(customer_id: str, customer: dict[str, Any], parts: dict[str, dict[str, Any]], final: bool) -> Iterator[Fact]:
    if "loyalty" in parts or final:
        campaigns = table(parts.get("loyalty", {}).get("campaigns"))
        yield PutAll(LoyaltyCampaign, customer_id, dict(_standings(customer_id, campaigns)), final=final)
    if "referrals" in parts or final:
        said = rows(parts.get("referrals", {}).get("campaigns"))
        yield PutAll(Referral, customer_id, dict(_referrals(customer_id, said)), final=final)
    consents = table(customer.get("system_metadata")).get("consents")
    if isinstance(consents, dict) or final:
        yield PutAll(Consent, customer_id, dict(_consents(customer_id, table(consents))), final=final)


def _standings(customer_id: str, campaigns: dict[str, Any]) -> Iterator[tuple[str, Columns]]:
    for said_name, said in campaigns.items():
        name = key(said_name)
        if name is None:
            raise Unreadable("a loyalty campaign has no usable name")
        entry = table(said)
        columns = read(entry, STANDING)
        columns |= {"unknown_fields": unknown(entry, STANDING, columns)}
        yield standing_id(customer_id, name), columns | {"customer_id": customer_id, "name": name}


def _referrals(customer_id: str, said: list[Any]) -> Iterator[tuple[str, Columns]]:
    for position, entry in enumerate(said):
        columns = read(table(entry), REFERRAL) | {"campaign_name": key(table(entry).get("campaign_name"))}
        if isinstance(entry, str):
            name = "campaign_id" if entry.startswith("camp_") else "campaign_name"
            columns[name] = identifier(entry) if name == "campaign_id" else key(entry)
        columns |= {
            "customer_id": customer_id,
            "position": position,
            "unknown_fields": _beyond(entry, columns),
        }
        yield derived("ref", customer_id, str(position)), columns


def _beyond(entry: Any, columns: Columns) -> Columns | None:
    return unknown(entry, REFERRAL, columns, ("campaign_name",)) if isinstance(entry, dict) else None


def _consents(customer_id: str, said: dict[str, Any]) -> Iterator[tuple[str, Columns]]:
    for name, entry in said.items():
        consent = identifier(name)
        if consent is not None:
            yield (
                derived("consent", customer_id, consent),
                {
                    "customer_id": customer_id,
                    "consent_id": consent,
                    "granted": flag(table(entry).get("value")),
                    "date": moment(table(entry).get("date")),
                },
            )
