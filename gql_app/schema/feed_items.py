"""The items of the stream of changes that are not changes, as bytes."""

import time
from typing import Any

import msgspec

from gql_app.live.position import Gap, Whereabouts
from gql_app.reads.plan import Selected, Selection
from gql_app.schema.answers import spliced
from gql_app.schema.question import Question
from gql_app.voucherify.values import moment_at


class Speaker:
    """Says them with the fields that were selected."""

    def __init__(self, question: Question, now: Whereabouts) -> None:
        self._question = question
        self._now = now

    def gap(self, cursor: str, gap: Gap) -> bytes:
        """Why the stream begins anew, and where."""
        restart_from = self._now.cursor(self._now.position)
        values = {"cursor": cursor, "reason": gap.reason, "restart_from": restart_from, "refetch": True}
        return self._item("FeedGap", values)

    def progress(self, position: int) -> bytes:
        """That nothing happened, and where the stream stands."""
        at = moment_at(time.time_ns() // 1000)
        return self._item("FeedProgress", {"cursor": self._now.cursor(position), "at": at})

    def _item(self, type_name: str, values: dict[str, Any]) -> bytes:
        values["__typename"] = type_name
        fields = selected_of(self._question.selected, type_name).fields
        item = {field.key: values[field.name] for field in fields}
        return spliced([(self._question.field, msgspec.json.encode(item))])


def selected_of(selected: Selected, type_name: str) -> Selection:
    """What was selected of one of the types that an item may be."""
    return next(selection for selection in selected.beneath if selection.type_name == type_name)
