"""Keeping the words by which customers are found: written with the customer, and only where they changed."""

from dataclasses import dataclass
from typing import Any

from gql_app.database import Dialect, Transaction, among, as_list
from gql_app.mirror.heard import Fetch
from models.words import found_by

Names = tuple[str | None, str | None, str | None, str | None]
"""Name, e-mail address, source id and telephone number."""

INSERT = "INSERT INTO customer_word (customer_id, word) VALUES ($1, $2)"
DELETE = "DELETE FROM customer_word WHERE customer_id = $1 AND word = $2"
FORGET = "DELETE FROM customer_word WHERE customer_id = $1"


@dataclass(frozen=True, slots=True)
class Renamed:
    """A customer and what they were and are found by, None where they were or are not there.

    Where it is not known what is stored, everything is written anew.
    """

    customer_id: str
    before: Names | None
    after: Names | None
    is_known: bool

    @property
    def gone(self) -> frozenset[str]:
        """Words that no longer lead to the customer."""
        return self._were - _words(self.after)

    @property
    def new(self) -> frozenset[str]:
        """Words that did not lead to the customer before."""
        return _words(self.after) - self._were

    @property
    def _were(self) -> frozenset[str]:
        return _words(self.before) if self.is_known else frozenset()


def names_in(values: dict[str, Any]) -> Names:
    """What a customer's row is found by."""
    get = values.get
    return get("name"), get("email"), get("source_id"), get("phone")


async def keep_words(transaction: Transaction, renamed: list[Renamed]) -> None:
    """Writes the words that changed."""
    unknown = [(one.customer_id,) for one in renamed if not one.is_known]
    gone = [(one.customer_id, word) for one in renamed for word in one.gone]
    new = [(one.customer_id, word) for one in renamed for word in sorted(one.new)]
    for sql, rows in ((FORGET, unknown), (DELETE, gone), (INSERT, new)):
        if rows:
            await transaction.execute_many(sql, rows)


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
