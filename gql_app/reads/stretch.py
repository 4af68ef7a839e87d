"""A stretch of an ordered list: as many rows as are wanted from one place on, and whether there are any before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gql_app.reads.keyset import beyond, stretches
from gql_app.reads.order import Order
from gql_app.reads.source import Branch, Source, where


@dataclass(frozen=True, slots=True)
class Stretch:
    """The order of walking, and the places where the walk starts and ends, as parameters.

    Where it is patient, a part of the list is looked into only once those before it have not sufficed.
    """

    walk: Order
    start: Sequence[str] | None
    end: Sequence[str] | None
    is_patient: bool = False

    def rows(self, source: Source, limit: int) -> str:
        """The first rows of each part of the list, then of all."""
        alias = source.inner
        each = [one for branch in source.branches for one in self._each(source, branch, limit)]
        if len(each) == 1:
            return each[0]
        every = " UNION ALL ".join(f"SELECT * FROM ({one}) {alias}" for one in each)
        return f"SELECT * FROM ({every}) {alias} ORDER BY {self.walk.by(alias)} LIMIT {limit}"

    def _each(self, source: Source, branch: Branch, limit: int) -> Iterator[str]:
        groups = self._groups(source.inner)
        if branch.is_scattered:
            yield self._scattered(source, branch, groups, limit)
            return
        order = f"ORDER BY {self.walk.within(source.inner)}"
        rows = [[self._rows(branch, source.inner, [part]) for part in group] for group in groups]
        for place, group in enumerate(rows):
            guard, most = self._guarded(source, branch, rows[:place], limit)
            yield from (f"SELECT * FROM {one}{guard} {order} {most}" for one in group)

    def _scattered(self, source: Source, branch: Branch, groups: list[list[str]], limit: int) -> str:
        alias = source.inner
        few = f"SELECT {alias}.* FROM {self._rows(branch, alias, _any_of(groups))}{source.speech.fence}"
        return f"SELECT * FROM ({few}) {alias} ORDER BY {self.walk.by(alias)} LIMIT {limit}"

    def _rows(self, branch: Branch, alias: str, parts: list[str]) -> str:
        return f"{branch.rows}{where([*branch.conditions, *filter(None, parts), *self._end(alias)])}"

    def _guarded(self, source: Source, branch: Branch, earlier: list[list[str]], limit: int) -> tuple[str, str]:
        """What must be true for this part to be looked into: the branch's guard, and that the parts before do not
        suffice.
        """
        guards = [branch.guard] if branch.guard else []
        if earlier and self.is_patient:
            found = " UNION ALL ".join(f"SELECT 1 FROM {one}" for group in earlier for one in group)
            enough = source.apart(f"SELECT count(*) AS n FROM (SELECT * FROM ({found}) every LIMIT {limit}) enough")
            guards.append(f"(SELECT n FROM {enough})<{limit}")
        return source.speech.only_if(" AND ".join(guards), limit) if guards else ("", f"LIMIT {limit}")

    def _groups(self, alias: str) -> list[list[str]]:
        return beyond(self.walk, alias, self.start) if self.start else stretches(self.walk, alias)

    def _end(self, alias: str) -> list[str]:
        return _any_of(beyond(self.walk.turned(), alias, self.end)) if self.end else []

    def opposite(self, source: Source) -> str:
        """Whether there is a row on the near side of the start, the start itself included."""
        if self.start is None:
            return ""
        groups = beyond(self.walk.turned(), source.inner, self.start, inclusive=True)
        parts = [part for group in groups for part in group]
        return " OR ".join(_exists(branch, part) for branch in source.branches for part in parts)


def _exists(branch: Branch, part: str) -> str:
    found = f"EXISTS (SELECT 1 FROM {branch.rows}{where([*branch.conditions, part])})"
    return f"{branch.guard} AND {found}" if branch.guard else found


def _any_of(groups: list[list[str]]) -> list[str]:
    """One condition, or none where every row meets it."""
    conditions = [one for group in groups for one in group]
    if "" in conditions:
        return []
    return conditions if len(conditions) == 1 else [f"({' OR '.join(conditions)})"]
