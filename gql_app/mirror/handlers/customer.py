"""What events say about customers."""

import re
from collections.abc import Iterator
from typing import Any

from gql_app.mirror.facts import Columns, Fact, Put, Rank
from gql_app.mirror.handlers import on
from gql_app.mirror.handlers.customer_lists import told_lists
from gql_app.mirror.handlers.customer_parts import PARTS, included, told_columns
from gql_app.mirror.handlers.said import Reading, identity, read, unknown
from gql_app.voucherify.event import Event
from gql_app.voucherify.times import is_ahead
from gql_app.voucherify.values import day, identifier, instant, json, key, moment, moment_at, table, text
from models import Customer

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

FULL = int(Rank.FULL)

KNOWN = frozenset(
    (
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
    last = {"deleted_at": _ended_at(event, renamed_at or said["updated_at"]), "source_id": source_id}
    yield from full_customer(customer, event.project_id, last)


def _ended_at(event: Event, told: str | None) -> str:
    """As told, unless some clock is wrong; else when the event happened or, where even it does not say, when we
    heard of it: deleted by then.
    """
    at = instant(told)
    return told if told and at is not None and not is_ahead(at, event.known_at) else moment_at(event.known_at)


def full_customer(customer: dict[str, Any], project_id: str | None, last: Columns | None = None) -> Iterator[Fact]:
    """A full snapshot: absent is unset, but a part that is null was not included and is not spoken of."""
    customer_id = identity(customer, "customer")
    parts = included(customer)
    columns = read(customer, PROFILE)
    columns["completeness"] = FULL
    columns["metadata"] = json(table(customer.get("metadata")))
    columns["unknown_fields"] = unknown(customer, PROFILE, columns, KNOWN)
    if project_id is not None:
        columns["project_id"] = project_id
    if columns["birthdate"] is None:
        columns["birthdate"] = day(customer.get("birthday"))
    for name, part in parts.items():
        columns |= read(part, PARTS[name])
    final = last is not None
    columns |= told_columns(parts, final) | (last or {})
    yield Put(Customer, customer_id, columns, Rank.FULL, final)
    yield from told_lists(customer_id, customer, parts, final)


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
