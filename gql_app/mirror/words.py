"""Keeping the words by which customers are found: written with the customer, and only where they changed."""

from dataclasses import dataclass
from typing import Any

from gql_app.database import Change, Dialect, Transaction, among, as_list
from gql_app.database.bulk import columns_of, delete, insert
from gql_app.mirror.heard import Fetch
from models import CustomerWord
from models.words import found_by

Names = tuple[str | None, str | None, str | None, str | None]
"""Name, e-mail address, source id and telephone number."""

WORD = columns_of(CustomerWord, "customer_id", "word")
INSERT, DELETE = insert("customer_word", WORD), delete("customer_word", WORD)
FORGET = delete("customer_word", columns_of(CustomerWord, "customer_id"))


@dataclass(frozen=True, slots=True)
class Renamed:
    """A customer and what they were and are found by, None where they were or are not there.

    Where it is not known what is stored, everything is written anew.
    """

    customer_id: str
    before: Names | None
    after: Names | None
    is_known: bool

    def words(self) -> tuple[list[str], list[str]]:
        """Those that no longer lead to the customer, and those that did not before."""
        were, are = _words(self.before if self.is_known else None), _words(self.after)
        return sorted(were - are), sorted(are - were)


def names_in(values: dict[str, Any]) -> Names:
    """What a customer's row is found by."""
    get = values.get
    return get("name"), get("email"), get("source_id"), get("phone")


async def forget_words(transaction: Transaction, renamed: list[Renamed]) -> None:
    """Deletes those of which it is not known what is stored."""
    await transaction.execute_bulk((FORGET, [(one.customer_id,) for one in renamed if not one.is_known]))


def words_changed(renamed: list[Renamed]) -> list[Change]:
    """Writes the words that changed."""
    words = [(one.customer_id, *one.words()) for one in renamed]
    gone = [(customer_id, word) for customer_id, old, _ in words for word in old]
    new = [(customer_id, word) for customer_id, _, found in words for word in found]
    return [(DELETE, gone), (INSERT, new)]


async def stored_words(fetch: Fetch, dialect: Dialect, ids: list[str]) -> dict[str, list[str]]:
    """The words under which these customers are kept, sorted."""
    where = among(dialect, "customer_id")
    sql = f"SELECT customer_id, word FROM customer_word WHERE {where} ORDER BY customer_id, word"
    found: dict[str, list[str]] = {customer_id: [] for customer_id in ids}
    for customer_id, word in await fetch(sql, as_list(dialect, ids)):
        found[customer_id].append(word)
    return found


def _words(names: Names | None) -> frozenset[str]:
    return found_by(*names) if names else frozenset()
