"""What a row of a file turned out to be."""

from dataclasses import dataclass
from typing import Any

from gql_app.errors import MirrorError
from gql_app.files.telling import Noun
from gql_app.voucherify.values import identifier

PREFIXES: dict[str, Noun] = {"cust_": "customer", "ord_": "order"}


class UnusableFile(MirrorError):
    """The file is of no kind that can be read."""


@dataclass(frozen=True, slots=True)
class Row:
    """A customer or an order as the API would say it. `is_whole`: what is not there is unset, not just not told.

    `hint` is what gives way to everything told outright.
    """

    number: int
    noun: Noun
    said: dict[str, Any]
    is_whole: bool = False
    hint: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A row that cannot be used. The reason names no value; the id is only there where it is one."""

    number: int
    reason: str
    id: str | None = None


Read = Row | Unusable


def entity(number: int, said: Any, noun: Noun | None) -> Read:
    """An object of a dump, of this noun unless it says otherwise itself."""
    if not isinstance(said, dict):
        return Unusable(number, "it is no JSON object")
    found = identifier(said.get("id"))
    if found is None:
        return Unusable(
            number, "it has no id" if said.get("id") in (None, "") else "its id is none that Voucherify gives"
        )
    known = _noun_of(said, found) or noun
    if known is None:
        return Unusable(number, "it is neither a customer nor an order", found)
    return Row(number, known, said, is_whole=_is_whole(known, said))


def _noun_of(said: dict[str, Any], found: str) -> Noun | None:
    if said.get("object") in ("customer", "order"):
        noun: Noun = said["object"]
        return noun
    if isinstance(said.get("object"), str):
        return None
    return next((noun for prefix, noun in PREFIXES.items() if found.startswith(prefix)), None)


def _is_whole(noun: Noun, said: dict[str, Any]) -> bool:
    """Whether it is what the API lists; a thinner object is told in part, and unsets nothing."""
    if noun == "order":
        return isinstance(said.get("items"), list)
    return any(isinstance(said.get(part), dict) for part in ("summary", "loyalty", "referrals"))
