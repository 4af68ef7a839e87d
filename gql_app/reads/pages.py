"""Relay connections as SQL.

Source: GraphQL Cursor Connections Specification. One row more than asked for tells whether there is a next page.
"""

from gql_app.errors import BadArgument
from gql_app.reads.builder import Builder, Row
from gql_app.reads.declare import Page
from gql_app.reads.objects import compiles, members, object_of, value_of
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.search import MOST_COUNTED
from gql_app.reads.text import one_row
from gql_app.reads.window import Window, open_window

SNAPSHOT = "(SELECT '\"'||epoch||'.{scope}.'||position||'\"' FROM mirror_state WHERE id = 1)"
DEFAULT_CAP = 10_000


@compiles(Page)
def _page(builder: Builder, selected: Selected, row: Row, kind: Page) -> str:
    connection = selected.beneath[0]
    window = open_window(builder, selected, row, kind)
    body = members(connection, lambda part: _member(builder, part, connection, window))
    return f"(SELECT {one_row(body)} FROM {window.rows})"


def _member(builder: Builder, part: Selected, connection: Selection, window: Window) -> str:
    if part.name == "total_count":
        return _total(builder, part, window)
    if part.name == "snapshot_cursor":
        return builder.fill(SNAPSHOT, {})
    if part.name == "page_info":
        return members(part.beneath[0], lambda one: _info(builder, one.name, window))
    assert connection.model is not None
    inner, shown = Row(window.inner, connection.model), part.beneath[0]
    item = object_of(builder, shown, inner) if part.name == "nodes" else _edge(builder, shown, window, inner)
    return builder.speech.gather(f"({item})", window.kept)


def _edge(builder: Builder, edge: Selection, window: Window, inner: Row) -> str:
    return members(edge, lambda part: _edge_member(builder, part, window, inner))


def _edge_member(builder: Builder, part: Selected, window: Window, inner: Row) -> str:
    if part.name == "cursor":
        return window.cursor
    if part.name == "node":
        return object_of(builder, part.beneath[0], inner)
    return value_of(builder, part, inner)


def _info(builder: Builder, name: str, window: Window) -> str:
    if name in ("start_cursor", "end_cursor"):
        is_near = (name == "end_cursor") is window.backward
        end = "1" if is_near else builder.speech.least(f"{window.inner}.total", str(window.size))
        at_end = f"{window.inner}.rn={end} AND {window.kept}"
        return f"coalesce(max(CASE WHEN {at_end} THEN {window.cursor} END),'null')"
    is_ahead = name == ("has_previous_page" if window.backward else "has_next_page")
    condition = window.more if is_ahead else window.opposite
    return f"CASE WHEN {condition} THEN 'true' ELSE 'false' END" if condition else "'false'"


def _total(builder: Builder, part: Selected, window: Window) -> str:
    cap = part.arguments.get("cap")
    most = DEFAULT_CAP if cap is None else cap
    if not 0 <= most <= MOST_COUNTED:
        raise BadArgument(f"totalCount: cap is {cap}, but must lie between 0 and {MOST_COUNTED}.")
    rows = f"({window.counted} LIMIT {most + 1}) AS counted"
    values = {
        "value": builder.speech.number(builder.speech.least("count(*)", str(most))),
        "exact": f"CASE WHEN count(*)>{most} THEN 'false' ELSE 'true' END",
    }
    body = members(part.beneath[0], lambda one: values[one.name])
    return f"(SELECT {one_row(body)} FROM {rows})"
