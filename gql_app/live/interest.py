"""Who is to hear of a change: listeners by what they look for."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Generic, TypeVar

L = TypeVar("L")

Trait = tuple[str, str]
"""A table and one of its columns: of customers, or of rows beneath them."""

Key = tuple[str, str, str]
"""A trait's table and column, and the value that is looked for."""

CUSTOMER: Trait = ("customer", "id")


class Interests(Generic[L]):
    """Who looks for nothing in particular hears of everything."""

    def __init__(self) -> None:
        self._everything: set[L] = set()
        self._by_key: defaultdict[Key, set[L]] = defaultdict(set)
        self._traits: Counter[Trait] = Counter()

    def add(self, listener: L, keys: frozenset[Key] | None) -> None:
        """Takes a listener in; without keys it hears of everything."""
        if keys is None:
            self._everything.add(listener)
        for table, column, value in keys or ():
            self._by_key[table, column, value].add(listener)
            self._traits[table, column] += 1

    def remove(self, listener: L, keys: frozenset[Key] | None) -> None:
        """Lets it go, with the keys it was taken in with."""
        self._everything.discard(listener)
        for key in keys or ():
            self._by_key[key].discard(listener)
            if not self._by_key[key]:
                del self._by_key[key]
            self._traits[key[:2]] -= 1

    def __len__(self) -> int:
        return len(self.all())

    @property
    def traits(self) -> frozenset[Trait]:
        """What customers are looked for by."""
        return frozenset(trait for trait, count in self._traits.items() if count)

    def all(self) -> dict[L, None]:
        """Every listener."""
        return self.concerned(self._by_key)

    def concerned(self, keys: Iterable[Key]) -> dict[L, None]:
        """Those who look for nothing in particular, then those who look for one of these, in their order."""
        found = (self._by_key[key] for key in keys if key in self._by_key)
        return dict.fromkeys(chain(self._everything, *found))
