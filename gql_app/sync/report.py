"""What a comparison found."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from gql_app.sync.shelf import Difference

BENEATH = ("loyalty.campaigns.", "referrals.campaigns.", "consents.", "orders.", "redemptions.", "segments.")


@dataclass(slots=True)
class Report:
    """What a run found. `drift` counts customers by the path that differed."""

    compared: int = 0
    is_full: bool = True
    created: int = 0
    corrected: int = 0
    deleted: int = 0
    orders: int = 0
    drift: Counter[str] = field(default_factory=Counter)
    jobs: Counter[str] = field(default_factory=Counter)

    def count(self, differences: Sequence[Difference]) -> None:
        """Takes down what was found of some customers."""
        self.compared += len(differences)
        for one in differences:
            if one.is_new:
                self.created += 1
            elif one.changes:
                self.corrected += 1
                self.drift.update(set(map(general, one.changes)))


def general(path: str) -> str:
    """`loyalty.campaigns.Club.points` is `loyalty.campaigns.*.points`: what drifts, whosever it is."""
    first = next((begin for begin in BENEATH if path.startswith(begin)), None)
    return path if first is None else f"{first}*.{path.rsplit('.', 1)[-1]}"
