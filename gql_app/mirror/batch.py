"""What one commit was, for whoever watches the writer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Batch:
    """So many deliveries were committed together; `began` and `ended` are nanoseconds since 1970.

    `lags` are the seconds that passed from each applied event at Voucherify to this commit.
    """

    events: int
    began: int
    ended: int
    position: int
    lags: tuple[float, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended - self.began) / 1e9


OnCommit = Callable[[Batch], Any]
"""What it returns stands for the commit in what each delivery is told (`Settled.commit`)."""


def unwatched(_batch: Batch) -> None:
    """Nobody watches."""
