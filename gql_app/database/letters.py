"""Upper and lower case, taken for the same: by one table of our own, so that every database agrees."""

from collections.abc import Iterable
from functools import cache
from itertools import chain

CASED = ((0, 0x3000), (0xA600, 0xAC00), (0xF900, 0x11000), (0x11800, 0x11A00), (0x16E00, 0x17000), (0x1E800, 0x1EA00))
"""Where letters with a case are, so that nobody waits while all of Unicode is looked through."""


def folded(text: str) -> str:
    """The text without the difference between upper and lower case, character by character, in no one's language."""
    return text.lower() if text.isascii() else text.translate(_folding())


def variants(texts: Iterable[str]) -> tuple[str, str]:
    """Every other character that folds into one of these folded texts, and beside it what it folds into."""
    wanted = set().union(*texts)
    pairs = [(chr(point), fold) for fold in sorted(wanted) for point in _unfolding().get(fold, ())]
    return "".join(one for one, _ in pairs), "".join(fold for _, fold in pairs)


@cache
def _folding() -> dict[int, str]:
    points = chain.from_iterable(range(first, last) for first, last in CASED)
    pairs = ((point, _fold(chr(point))) for point in points)
    return {point: fold for point, fold in pairs if fold != chr(point)}


@cache
def _unfolding() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for point, fold in _folding().items():
        found.setdefault(fold, []).append(point)
    return found


def _fold(character: str) -> str:
    """One character for one, as positions in a text must stay."""
    fold = character.casefold()
    return fold if len(fold) == 1 else character.lower()[0]
