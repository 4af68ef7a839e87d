"""The rows that changes are read from: a stretch of the journal, chosen changes, or customers as if just told of."""

from gql_app.reads.builder import Builder
from gql_app.reads.criteria import ALWAYS, Criterion
from gql_app.reads.fence import ALL_TOLD
from gql_app.reads.filter_sql import filtered
from gql_app.reads.sql import Rows
from models import JournalEntry

SNAPSHOT_PAGE = 200
"""Customers read by one statement."""

COLUMNS = tuple(name for name in JournalEntry._meta.fields_map if name != "kind")
AS_TOLD = {
    "customer_id": "c.id",
    "version": "c.version",
    "source": "c.source",
    "project_id": "c.project_id",
    "occurred_at": "c.told_at",
    "received_at": "c.received_at",
    "recorded_at": "c.received_at",
}
NOTHING = {"inbox_id": "bigint", "event_id": "text", "event_type": "text", "event_created_at": "text"}
SAID = {
    "postgres": "jsonb_to_recordset($1::text::jsonb) AS said(position bigint, kind text)",
    "sqlite": "(SELECT value->>'position' AS position, value->>'kind' AS kind FROM json_each($1)) AS said",
}
HERE = "(SELECT position FROM mirror_state WHERE id = 1)"


def stretch(kinds: tuple[str, ...] | None) -> Rows:
    """Changes after one position up to another, of these kinds where any are named."""
    named = "" if kinds is None else f" AND {{row}}.kind IN ({','.join(map(_quoted, kinds)) or 'NULL'})"
    where = "{row}.position > $1 AND {row}.position <= $2" + named

    def source(_builder: Builder, row: str) -> str:
        return f"journal {row} WHERE {where.format(row=row)} ORDER BY {row}.position"

    return Rows(source, 2)


def chosen() -> Rows:
    """The changes that one JSON list of `position` and `kind` names, each seen as of that kind."""

    def source(builder: Builder, row: str) -> str:
        said = f"{SAID[builder.speech.name]} ON said.position = j.position"
        columns = ", ".join(f"j.{name}" for name in COLUMNS)
        found = f"SELECT {columns}, said.kind AS kind FROM journal j JOIN {said}"
        if builder.fence is not None:
            found = _theirs(builder, said, builder.fence.who(builder))
        return f"({found}) {row} ORDER BY {row}.position"

    return Rows(source, 1)


def _theirs(builder: Builder, said: str, who: str) -> str:
    """Of somebody who is no longer the viewer's customer, that they left or were deleted, and nothing more."""
    own = f"CASE WHEN j.customer_id={who} THEN j.changes ELSE {_none(builder)} END"
    columns = ", ".join(f"{own} AS changes" if name == "changes" else f"j.{name}" for name in COLUMNS)
    kept = f"j.customer_id={who} OR said.kind IN ('LEFT','DELETED')"
    return f"SELECT {columns}, said.kind AS kind FROM {ALL_TOLD} j JOIN {said} WHERE {kept}"


def _none(builder: Builder) -> str:
    """A list without changes."""
    return "'[]'::jsonb" if builder.speech.name == "postgres" else "'[]'"


def snapshot(criterion: Criterion | None) -> Rows:
    """The next customers after an id for whom the criterion holds, as changes of the kind SNAPSHOT at a position, given
    as text. `place` is the customer's id in hexadecimal, and the position at which the row was read.
    """

    def source(builder: Builder, row: str) -> str:
        met = "" if criterion in (None, ALWAYS) else f" AND {filtered(builder, criterion, 'c')}"
        columns = ", ".join(f"{value} AS {name}" for name, value in _as_changes(builder).items())
        page = f"customer c WHERE c.id > $1{met} ORDER BY c.id LIMIT {SNAPSHOT_PAGE}"
        return f"(SELECT {columns} FROM {page}) {row} ORDER BY {row}.customer_id"

    return Rows(source, 2)


def _as_changes(builder: Builder) -> dict[str, str]:
    is_postgres, hexadecimal = builder.speech.name == "postgres", builder.speech.hex("c.id")
    constants = {
        "position": f"{builder.speech.parameter(2, 'text')}||'.'||{hexadecimal}",
        "kind": "'SNAPSHOT'",
        "changes": _none(builder),
        "late": "false",
        "place": f"{hexadecimal}||'.'||{HERE}",
    }
    nothing = {name: f"NULL::{kind}" if is_postgres else "NULL" for name, kind in NOTHING.items()}
    return AS_TOLD | nothing | constants


def _quoted(kind: str) -> str:
    return f"'{kind}'"
