"""What the columns of Voucherify's exports are called, and where the API keeps what they say.

The API heads a column with the field's name, the dashboard with words; both are the same once case, spaces and
punctuation are gone.
"""

import re
from dataclasses import dataclass
from typing import Literal

from gql_app.files.telling import Noun

Kind = Literal["id", "text", "number", "amount", "time", "day"]


@dataclass(frozen=True, slots=True)
class Field:
    """Where a column's value stands in the object, and what it is."""

    path: tuple[str, ...]
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Metadatum:
    """A column that holds one metadata value."""

    key: str


def _numbers(part: str, names: str, kind: Kind) -> dict[str, Field]:
    where = {"loyalty": ("loyalty",)}.get(part, ("summary", part))
    return {f"{part}_{name}": Field((*where, name), kind) for name in names.split()}


SHARED = {
    "id": Field(("id",), "id"),
    "source_id": Field(("source_id",)),
    "created_at": Field(("created_at",), "time"),
    "updated_at": Field(("updated_at",), "time"),
}
ADDRESS = ("city", "state", "line_1", "line_2", "country", "postal_code")
REDEMPTIONS = "redeemed failed succeeded rolled_back rollback_failed rollback_succeeded"
CUSTOMER = (
    SHARED
    | {name: Field((name,)) for name in ("name", "email", "phone", "description")}
    | {name: Field((name,), "day") for name in ("birthdate", "birthday")}
    | {f"address_{name}": Field(("address", name)) for name in ADDRESS}
    | _numbers("redemptions", " ".join(f"total_{name}" for name in REDEMPTIONS.split()), "number")
    | _numbers("orders", "total_count", "number")
    | _numbers("orders", "total_amount average_amount last_order_amount", "amount")
    | {"orders_last_order_date": Field(("summary", "orders", "last_order_date"), "time")}
    | _numbers("loyalty", "points referred_customers", "number")
)
AMOUNTS = "amount initial_amount discount_amount items_discount_amount total_discount_amount total_amount"
ORDER = (
    SHARED
    | {"status": Field(("status",))}
    | {name: Field((name,), "amount") for name in AMOUNTS.split()}
    | {name: Field((name,), "id") for name in ("customer_id", "referrer_id")}
)
FIELDS: dict[Noun, dict[str, Field]] = {"customer": CUSTOMER, "order": ORDER}

ALSO = {
    "creation_date": "created_at",
    "date_created": "created_at",
    "created": "created_at",
    "last_update_date": "updated_at",
    "update_date": "updated_at",
    "last_updated": "updated_at",
    "updated": "updated_at",
    "phone_number": "phone",
    "e_mail": "email",
    "email_address": "email",
    "birth_date": "birthdate",
    "birthday_date": "birthdate",
    "city": "address_city",
    "state": "address_state",
    "line_1": "address_line_1",
    "line_2": "address_line_2",
    "address_line1": "address_line_1",
    "address_line2": "address_line_2",
    "country": "address_country",
    "postal_code": "address_postal_code",
    "zip_code": "address_postal_code",
    "last_order_date": "orders_last_order_date",
    "last_order_amount": "orders_last_order_amount",
    "referred_customers": "loyalty_referred_customers",
    "order_status": "status",
    "order_amount": "amount",
    "referrer": "referrer_id",
    "customer": "customer_id",
}
"""Words that headings use instead of a field's name."""

OWN: dict[Noun, tuple[str, ...]] = {"customer": ("customer_",), "order": ("order_",)}
"""What stands before a field where the heading says whose it is: in a file of customers their id is `Customer ID`."""

METADATA = re.compile(r"metadata[.:_ ]+(.+)", re.IGNORECASE | re.DOTALL)


def meaning(heading: str, noun: Noun) -> Field | Metadatum | None:
    """What a column of this heading holds; None where nobody knows."""
    plain = re.sub(r"[^a-z0-9]+", "_", heading.strip().lower()).strip("_")
    fields = FIELDS[noun]
    for name in (plain, ALSO.get(plain, ""), *(plain.removeprefix(own) for own in OWN[noun])):
        if name in fields:
            return fields[name]
    found = METADATA.fullmatch(heading.strip())
    return Metadatum(found[1].strip()) if found else None


def noun_of(headings: list[str]) -> Noun | None:
    """Of what a file with these headings is; None where it may be of either."""
    known = {noun: sum(meaning(heading, noun) is not None for heading in headings) for noun in FIELDS}
    if known["customer"] == known["order"]:
        return None
    return max(known, key=lambda noun: known[noun])
