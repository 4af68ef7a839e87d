"""What was made once and is likely to be wanted again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

V = TypeVar("V")


class Remembered(Generic[V]):
    """The most recently used values: no more than `size`, and together no heavier than `most`."""

    def __init__(self, size: int, most: int | None = None, weigh: Callable[[Any, V], int] = lambda _, __: 1) -> None:
        self._size = size
        self._left = size if most is None else most
        self._weigh = weigh
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of this key, made where it is not remembered."""
        if key in self._values:
            self.hits += 1
            self._values.move_to_end(key)
            return self._values[key]
        self.misses += 1
        value = make()
        self.put(key, value)
        return value

    def found(self, key: Hashable) -> V | None:
        """The value of this key, if it is remembered."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: Hashable, value: V) -> None:
        """Remembers it, and forgets what was not used for longest."""
        if key in self._values:
            self._left += self._weigh(key, self._values.pop(key))
        self._values[key] = value
        self._left -= self._weigh(key, value)
        while self._left < 0 or len(self._values) > self._size:
            self._left += self._weigh(*self._values.popitem(last=False))
