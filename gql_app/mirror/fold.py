"""What was said, into what is known: per field the newest telling wins, whatever the order of arrival.

A telling of a whole list replaces everything told of the list before it. So a row of a list holds what was
told of it since the list's last telling, and is gone where that is nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from gql_app.mirror.facts import Columns, Fact, Put, PutAll, Seen
from gql_app.mirror.outcome import Outcome
from gql_app.mirror.stamps import stamp
from gql_app.mirror.state import Kept, State, list_told
from gql_app.mirror.tables import RISING, list_stamp, owner_of
from models import Customer

LEVEL = "9"
"""The stamp of a column that only rises, above all others: its value says all."""


@dataclass(frozen=True, slots=True)
class Telling:
    """When an event happened (microseconds since 1970, UTC) and what tells it from others of that moment."""

    happened_at: int
    event: str


def fold(state: State, facts: Iterable[Fact], telling: Telling) -> Outcome:
    """Applies one event's facts to the state."""
    outcome = Outcome()
    for fact in facts:
        if isinstance(fact, Seen):
            _see(state, fact)
            continue
        said = stamp(fact.final, telling.happened_at, fact.rank, telling.event)
        if isinstance(fact, Put):
            _put(state, fact, said, outcome)
        else:
            _put_all(state, fact, said, outcome)
    return outcome


def _put(state: State, fact: Put, said: str, outcome: Outcome) -> None:
    model = fact.model
    owner = fact.columns.get(model.owner[1]) if model.owner is not None else None
    if owner is not None and said < list_told(state, model, owner):
        return
    kept = state.row(model, fact.id)
    if model is Customer and not kept.exists:
        outcome.appeared.add(kept.id)
    _tell(kept, fact.columns, said, outcome)
    state.add(kept)


def _see(state: State, fact: Seen) -> None:
    """Only with a row that is written anyway: whoever writes nothing else notes it for many at once."""
    kept = state.row(fact.model, fact.id)
    if (kept.values.get("verified_at") or "") < fact.at:
        kept.values["verified_at"] = fact.at
        kept.altered = kept.altered or kept.changed


def _put_all(state: State, fact: PutAll, said: str, outcome: Outcome) -> None:
    model, listed = fact.model, list_stamp(fact.model)
    owner = state.row(owner_of(model), fact.owner)
    last = owner.stamps.get(listed, "")
    if said < last:
        return
    if said != last:
        owner.stamps[listed] = said
        owner.changed = outcome.moved = True
    for kept in list(state.lists[model, fact.owner].values()):
        if kept.id not in fact.rows:
            _forget(kept, said, outcome)
    for row_id, columns in fact.rows.items():
        kept = state.row(model, row_id)
        if kept.stamps:
            _forget(kept, said, outcome, columns)
        _tell(kept, columns, said, outcome)
        state.add(kept)


def _tell(kept: Kept, columns: Columns, said: str, outcome: Outcome) -> None:
    """Sets the columns whose last telling is older."""
    news = _newer(kept, columns, said) if kept.stamps else columns
    if not news:
        return
    outcome.moved = True
    if kept.is_blank:
        _set(kept, news, said)
        outcome.begins(kept, news)
        return
    values, is_new = kept.values, not kept.exists
    if not is_new and news.get("customer_id", held := values.get("customer_id")) != held:
        outcome.gone(kept)
        _set(kept, news, said)
        outcome.come(kept)
        kept.altered = True
        return
    told = zip(news.items(), map(values.get, news), strict=True)
    changes = [(name, held, value) for (name, value), held in told if held != value]
    _set(kept, news, said)
    kept.altered = kept.altered or bool(changes)
    if is_new:
        outcome.appears(kept)
    outcome.note_all(kept, changes)


def _newer(kept: Kept, columns: Columns, said: str) -> Columns:
    """Those of the columns that are not kept from a newer telling."""
    last = [name for name, last in kept.stamps.items() if last >= said and name in columns]
    older = {name for name in last if not _prevails(kept, name, columns[name], said)}
    return {name: value for name, value in columns.items() if name not in older} if older else columns


def _set(kept: Kept, news: Columns, said: str) -> None:
    kept.values.update(news)
    told = dict.fromkeys(news, said)
    if kept.stamps:
        kept.stamps.update(told)
    else:
        kept.stamps = told
    for name in RISING:
        if name in news:
            kept.stamps[name] = LEVEL
    kept.changed = True


def _prevails(kept: Kept, column: str, value: Any, said: str) -> bool:
    """Whether a value wins although its stamp is not the newer one."""
    held = kept.values.get(column)
    if column in RISING:
        return bool(value > held)
    return kept.stamps[column] == said and _outranks(value, held)


def _forget(kept: Kept, said: str, outcome: Outcome, but: Columns | None = None) -> None:
    """Takes back what was told of a list's row before the whole list was told anew."""
    old = [name for name, last in kept.stamps.items() if last < said and name not in (but or ())]
    if old and len(old) == len(kept.stamps):
        outcome.disappears(kept)
    for column in old:
        del kept.stamps[column]
        outcome.note(kept, column, kept.values.get(column), None)
    if old:
        kept.values = {"id": kept.id} | {name: kept.values[name] for name in kept.stamps}
        kept.changed = kept.altered = outcome.moved = True


def _outranks(value: Any, held: Any) -> bool:
    """Between two values told at the same instant of the same event the greater wins, so that order does
    not.
    """
    if value is None or held is None:
        return held is None and value is not None
    encode = msgspec.json.encode
    return encode(value, order="deterministic") > encode(held, order="deterministic")
