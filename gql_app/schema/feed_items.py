"""The items of the stream of changes that are not changes, as bytes."""

import time
from typing import Any

import msgspec

from gql_app.live.position import Gap, Whereabouts
from gql_app.live.recent import Result
from gql_app.reads.declare import Hidden
from gql_app.reads.plan import Selected, Selection
from gql_app.schema.answers import continued
from gql_app.schema.question import Question
from gql_app.voucherify.values import moment_at


class Speaker:
    """Says them with the fields that were selected."""

    def __init__(self, question: Question, now: Whereabouts) -> None:
        self._question = question
        self._now = now

    def gap(self, cursor: str, gap: Gap, refetch: bool = True) -> Result:
        """Why the stream begins anew, and where; nothing need be fetched anew where a snapshot follows."""
        values = gap_values(cursor, gap, self._now, refetch)
        return self._item("FeedGap", values, values["restart_from"])

    def snapshot_end(self, position: int, count: int) -> Result:
        """That the snapshot is complete, and where the changes after it begin."""
        cursor = self._now.cursor(position)
        return self._item("FeedSnapshotEnd", {"cursor": cursor, "count": count}, cursor)

    def progress(self, position: int) -> Result:
        """That nothing happened, and where the stream stands."""
        at = moment_at(time.time_ns() // 1000)
        cursor = self._now.cursor(position)
        return self._item("FeedProgress", {"cursor": cursor, "at": at}, cursor)

    def _item(self, type_name: str, values: dict[str, Any], go_on_from: str) -> Result:
        item = said(selected_of(self._question.selected, type_name), values)
        return continued((self._question.field, item), go_on_from)


def gap_values(cursor: str, gap: Gap, now: Whereabouts, refetch: bool = True) -> dict[str, Any]:
    """The fields of a FeedGap."""
    return {"cursor": cursor, "reason": gap.reason, "restart_from": now.cursor(now.position), "refetch": refetch}


def said(selection: Selection, values: dict[str, Any]) -> bytes:
    """These values as selected, encoded."""
    values = values | {"__typename": selection.type_name}
    return msgspec.json.encode({field.key: _value(field, values) for field in selection.fields})


def _value(field: Selected, values: dict[str, Any]) -> Any:
    return None if isinstance(field.kind, Hidden) else values[field.name]


def selected_of(selected: Selected, type_name: str) -> Selection:
    """What was selected of one of the types that an item may be."""
    return next(selection for selection in selected.beneath if selection.type_name == type_name)
