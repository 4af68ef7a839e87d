"""What customers must have or have had for a filter to be concerned: its equalities, so far as all of it needs them."""

from collections.abc import Iterable

from gql_app.live.interest import Key
from gql_app.reads.criteria import All, Compared, Criterion, Exists, Some, Stored
from gql_app.reads.filter_values import reading
from gql_app.reads.values import Variables, getter

ROOT = "customer"
OWNED_BY = "customer_id"
Keys = frozenset[Key]


def sought(criterion: Criterion | None, variables: Variables, table: str = ROOT) -> Keys | None:
    """Keys of which a change must have one; None where any change may concern the filter."""
    if isinstance(criterion, Compared):
        return _compared(criterion, variables, table)
    if isinstance(criterion, Exists) and table == ROOT and criterion.column == OWNED_BY:
        return sought(criterion.criterion, variables, criterion.table)
    if isinstance(criterion, All):
        return _narrowest(sought(part, variables, table) for part in criterion.parts)
    if isinstance(criterion, Some):
        return _together([sought(part, variables, table) for part in criterion.parts])
    return None


def _compared(criterion: Compared, variables: Variables, table: str) -> Keys | None:
    operand = criterion.operand
    if not isinstance(operand, Stored) or operand.type != "text" or criterion.folded:
        return None
    if criterion.operator not in ("eq", "in"):
        return None
    wanted = reading(criterion)(getter(criterion.value)(variables))
    values = wanted if criterion.operator == "in" else [wanted]
    return frozenset((table, operand.name, value) for value in values if value is not None)


def _narrowest(parts: Iterable[Keys | None]) -> Keys | None:
    return min((keys for keys in parts if keys is not None), key=len, default=None)


def _together(parts: list[Keys | None]) -> Keys | None:
    keys = [part for part in parts if part is not None]
    return frozenset[Key]().union(*keys) if len(keys) == len(parts) else None
