"""Relay connections as SQL: keyset paging both ways, stable under inserts and deletes.

Source: GraphQL Cursor Connections Specification. One row more than asked for tells whether there is a next page.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gql_app.errors import BadArgument
from gql_app.reads.cursors import MARK, read_key, read_number_key
from gql_app.reads.declare import Page
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.text import json_object, literal

if TYPE_CHECKING:
    from gql_app.reads.sql import Builder, Row

DEFAULT_SIZE = 20
SNAPSHOT = "(SELECT '\"'||epoch||'.all.'||position||'\"' FROM mirror_state WHERE id = 1)"


@dataclass(frozen=True, slots=True)
class Window:
    """The rows of one page: where they come from, in which direction, how many."""

    table: str
    inner: str
    base: str
    bounded: str
    descending: bool
    backward: bool
    size: str
    cursor: str
    key: str
    opposite: str

    @property
    def rows(self) -> str:
        """The page's rows and one more, numbered in the direction of paging as `rn`, `total` of them."""
        way = "DESC" if self.descending is not self.backward else "ASC"
        order = f"ORDER BY {self.inner}.{self.key} {way}"
        limited = (
            f'(SELECT * FROM "{self.table}" {self.inner}{_where(self.bounded)} {order} LIMIT {self.size}+1)'
        )
        numbered = (
            f"SELECT {self.inner}.*, row_number() OVER ({order}) AS rn, count(*) OVER () AS total"
            f" FROM {limited} {self.inner}"
        )
        return f"(SELECT * FROM ({numbered}) {self.inner} ORDER BY {self.order}) {self.inner}"

    @property
    def order(self) -> str:
        """The order in which clients see the rows."""
        return f"{self.inner}.rn {'DESC' if self.backward else 'ASC'}"

    @property
    def kept(self) -> str:
        """Which of the rows belong to the page."""
        return f"{self.inner}.rn<={self.size}"

    @property
    def more(self) -> str:
        """Whether there is a row beyond the page, in the direction of paging."""
        return f"coalesce(max({self.inner}.total),0)>{self.size}"


def page(builder: "Builder", selected: Selected, row: "Row", kind: Page) -> str:
    """The JSON of a connection."""
    connection = selected.beneath[0]
    node = _node_selection(connection)
    window = _window(builder, selected, row, kind, node)
    members = [(part.key, _member(builder, part, connection, window, node)) for part in connection.fields]
    # Counting, into an empty text, makes it one row whatever was selected.
    return f"(SELECT substr('',1,CAST(count(*) AS int))||{json_object(members)} FROM {window.rows})"


def _member(builder: "Builder", part: Selected, connection: Selection, window: Window, node: Any) -> str:
    if part.name == "__typename":
        return literal(f'"{connection.type_name}"')
    if part.name == "total_count":
        return _total(builder, part, window)
    if part.name == "snapshot_cursor":
        return SNAPSHOT
    if part.name == "page_info":
        return _page_info(builder, part, window)
    from gql_app.reads.sql import Row, object_of

    inner = Row(window.inner, node)
    item = (
        object_of(builder, part.beneath[0], inner)
        if part.name == "nodes"
        else _edge(builder, part, window, inner)
    )
    return builder.speech.gather(f"({item})", window.order, window.kept)


def _edge(builder: "Builder", part: Selected, window: Window, inner: "Row") -> str:
    from gql_app.reads.sql import object_of, value_of

    members = []
    for field in part.beneath[0].fields:
        if field.name == "__typename":
            value = literal(f'"{part.beneath[0].type_name}"')
        elif field.name == "cursor":
            value = window.cursor
        elif field.name == "node":
            value = object_of(builder, field.beneath[0], inner)
        else:
            value = value_of(builder, field, inner)
        members.append((field.key, value))
    return json_object(members)


def _window(builder: "Builder", selected: Selected, row: "Row", kind: Page, node: Any) -> Window:
    backward, size = _size(builder, selected)
    inner = builder.alias()
    base = builder.conditions(kind, selected, inner, row.alias)
    read, key_type = (read_number_key, "bigint") if kind.is_number else (read_key, "text")
    bounds = {}
    for name, sign in (("after", ">"), ("before", "<")):
        value = selected.arguments.get(name)
        if value is not None:
            sign = {">": "<", "<": ">"}[sign] if kind.newest_first else sign
            bounds[name] = (sign, builder.parameter(value, key_type, read))
    place = f"{inner}.{kind.key}"
    bounded = base + [f"{place}{sign}{value}" for sign, value in bounds.values()]
    text_key = place if not kind.is_number else f"CAST({place} AS text)"
    start = bounds.get("before" if backward else "after")
    behind = {">": "<=", "<": ">="}
    beyond = [*base, f"{place}{behind[start[0]]}{start[1]}"] if start else []
    table = node._meta.db_table
    opposite = f'EXISTS (SELECT 1 FROM "{table}" {inner}{_where(" AND ".join(beyond))})' if beyond else ""
    return Window(
        table=table,
        inner=inner,
        base=" AND ".join(base),
        bounded=" AND ".join(bounded),
        descending=kind.newest_first,
        backward=backward,
        size=size,
        cursor=f"'\"'||{builder.speech.hex(f'{literal(MARK)}||{text_key}')}||'\"'",
        key=kind.key,
        opposite=opposite,
    )


def _size(builder: "Builder", selected: Selected) -> tuple[bool, str]:
    first, last = selected.arguments.get("first"), selected.arguments.get("last")
    if last is not None:
        if first is not None and not _is_default(selected):
            raise BadArgument(f"{selected.key}: give first or last, not both.")
        return True, builder.parameter(last, "bigint", _checked(selected.key, "last", builder.max_page))
    size = DEFAULT_SIZE if first is None else first
    return False, builder.parameter(size, "bigint", _checked(selected.key, "first", builder.max_page))


def _is_default(selected: Selected) -> bool:
    return selected.arguments.get("first") == DEFAULT_SIZE


def _checked(key: str, name: str, most: int) -> Any:
    def check(size: int) -> int:
        if size < 0:
            raise BadArgument(f"{key}: {name} is {size}, but a page cannot be smaller than 0.")
        if size > most:
            raise BadArgument(
                f"{key}: {name} is {size}, more than the {most} allowed (GQL_APP_MAX_PAGE_SIZE)."
            )
        return size

    return check


def _page_info(builder: "Builder", part: Selected, window: Window) -> str:
    ends = {"start_cursor": "1", "end_cursor": builder.speech.least(f"{window.inner}.total", window.size)}
    if window.backward:
        ends = {"start_cursor": ends["end_cursor"], "end_cursor": "1"}
    members = []
    for field in part.beneath[0].fields:
        if field.name == "__typename":
            value = literal('"PageInfo"')
        elif field.name in ends:
            value = f"coalesce(max(CASE WHEN {window.inner}.rn={ends[field.name]} AND {window.kept} THEN {window.cursor} END),'null')"
        else:
            ahead = field.name == ("has_previous_page" if window.backward else "has_next_page")
            condition = window.more if ahead else window.opposite
            value = f"CASE WHEN {condition} THEN 'true' ELSE 'false' END" if condition else "'false'"
        members.append((field.key, value))
    return json_object(members)


def _total(builder: "Builder", part: Selected, window: Window) -> str:
    cap = part.arguments.get("cap")
    most = builder.parameter(10_000 if cap is None else cap, "bigint", _checked_cap)
    rows = f'(SELECT 1 FROM "{window.table}" {window.inner}{_where(window.base)} LIMIT {most}+1) AS counted'
    fields = {
        "value": builder.speech.least("count(*)", most),
        "exact": f"CASE WHEN count(*)>{most} THEN 'false' ELSE 'true' END",
        "__typename": literal('"Count"'),
    }
    body = json_object(
        [
            (
                field.key,
                builder.speech.number(fields["value"]) if field.name == "value" else fields[field.name],
            )
            for field in part.beneath[0].fields
        ]
    )
    return f"(SELECT {body} FROM {rows})"


def _checked_cap(cap: int) -> int:
    if not 0 <= cap <= 1_000_000:
        raise BadArgument(f"totalCount: cap is {cap}, but must lie between 0 and 1000000.")
    return cap


def _node_selection(connection: Selection) -> Any:
    return connection.model


def _where(conditions: str) -> str:
    return f" WHERE {conditions}" if conditions else ""
