"""Which changes a filter and kinds let through, and as what: seen from who listens, a customer enters and leaves."""

from collections.abc import Iterable
from enum import Enum

from gql_app.database import Database
from gql_app.live.history import History
from gql_app.live.past import Turn
from gql_app.live.position import Whereabouts
from gql_app.reads.criteria import Criterion, every
from gql_app.reads.fence import owned
from gql_app.reads.plan import Selected
from gql_app.reads.predicate import Predicate, predicate
from gql_app.reads.records import layouts
from gql_app.reads.values import Variables

Seen = tuple[int, str]
"""A position, and the kind of change it is to who listens."""

KINDS = "SELECT position, kind FROM journal WHERE position > $1 AND position <= $2 ORDER BY position"


def criterion_of(selected: Selected) -> Criterion | None:
    """What the filter says; None where none was given: then deleted customers are meant as well."""
    return selected.criterion if selected.arguments.get("filter") is not None else None


def concern_of(selected: Selected) -> Criterion | None:
    """What customers must meet for the viewer to hear of them; None where everybody does."""
    own = owned(selected.reach.fence) if selected.reach and selected.reach.fence else None
    said = [one for one in (own, criterion_of(selected)) if one is not None]
    return every(iter(said)) if said else None


def kinds_of(selected: Selected) -> tuple[str, ...] | None:
    """The kinds that were asked for; None where all are."""
    kinds = selected.arguments.get("kinds")
    return None if kinds is None else tuple(kind.name if isinstance(kind, Enum) else str(kind) for kind in kinds)


class FeedFilter:
    """One question's filter, its variables filled in; raises BadArgument where a value cannot be used."""

    def __init__(self, selected: Selected, variables: Variables, database: Database, history: History) -> None:
        criterion = concern_of(selected)
        self._is_filtered = criterion_of(selected) is not None
        self._kinds = kinds_of(selected)
        self._matches = None if criterion is None else predicate(criterion, variables)
        self._beneath = frozenset() if criterion is None else layouts(criterion)
        self._database = database
        self._history = history

    async def seen(self, now: Whereabouts, after: int, upto: int) -> list[Seen]:
        """The changes of a stretch that are let through, in order."""
        if self._matches is None:
            found: Iterable[Seen] = [(row[0], row[1]) for row in await self._database.read(KINDS, (after, upto))]
        else:
            turns = await self._history.turns(now.epoch, after, upto, self._beneath)
            found = [(turn.position, kind) for turn in turns if (kind := self._kind(turn, self._matches))]
        return [one for one in found if self._kinds is None or one[1] in self._kinds]

    def _kind(self, turn: Turn, matches: Predicate) -> str | None:
        """To who did not filter, a customer's first change is what the journal says it is."""
        if turn.before is None and not self._is_filtered:
            return turn.kind if matches(turn.after) else None
        return kind_seen(turn, matches)


def kind_seen(turn: Turn, matches: Predicate) -> str | None:
    """What a change is to who listens with a filter; None where it is nothing to them."""
    before = turn.before is not None and matches(turn.before)
    after = matches(turn.after)
    if before and turn.kind == "DELETED":
        return "DELETED"
    if before:
        return turn.kind if after else "LEFT"
    if after:
        return "CREATED" if turn.kind == "CREATED" else "ENTERED"
    return None
