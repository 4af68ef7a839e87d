"""The lists in a customer, each told as a whole: standings, referrals, consents."""

from collections.abc import Iterator
from typing import Any

from gql_app.errors import Unreadable
from gql_app.mirror.facts import Columns, Fact, PutAll
from gql_app.mirror.handlers.said import Reading, derived, read, unknown
from gql_app.voucherify.values import flag, identifier, key, long, moment, rows, table, text
from models import Consent, LoyaltyCampaign, Referral

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


def standing_id(customer_id: str, campaign_name: str) -> str:
    """The id of a customer's standing in the campaign of this name."""
    return derived("lcmp", customer_id, campaign_name)


def told_lists(
    customer_id: str, customer: dict[str, Any], parts: dict[str, dict[str, Any]], final: bool
) -> Iterator[Fact]:
    """Each list that was included, whole."""
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
        columns["unknown_fields"] = unknown(entry, STANDING, columns)
        columns["customer_id"], columns["name"] = customer_id, name
        yield standing_id(customer_id, name), columns


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
