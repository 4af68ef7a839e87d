"""What a handler may say about the mirror."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from models.base import Mirrored

Columns = dict[str, Any]


class Rank(IntEnum):
    """How much a telling knows; between two of the same moment the one that knows more wins."""

    PASSING = 0
    SIMPLE = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class Put:
    """These columns of this row are so. Columns that are not named are not spoken of; None is said, not
    absent.
    """

    model: type[Mirrored]
    id: str
    columns: Columns
    rank: Rank = Rank.SIMPLE
    final: bool = False


@dataclass(frozen=True, slots=True)
class PutAll:
    """These are all the rows of this model that `owner` has; what is not among them is gone."""

    model: type[Mirrored]
    owner: str
    rows: dict[str, Columns] = field(default_factory=dict)
    rank: Rank = Rank.FULL
    final: bool = False


@dataclass(frozen=True, slots=True)
class Seen(Put):
    """The customer was seen at Voucherify `at` this time, as it is stored; nothing that clients are told of changes."""

    at: str = ""


Fact = Put | PutAll
