"""The elements of a JSON column: metadata by key, changes in order."""

from gql_app.reads.builder import Builder, Row
from gql_app.reads.declare import Entries
from gql_app.reads.objects import compiles, members
from gql_app.reads.plan import Selected


@compiles(Entries)
def _entries(builder: Builder, selected: Selected, row: Row, kind: Entries) -> str:
    speech, place = builder.speech, f'{row.alias}."{kind.name}"'
    if kind.keys is None:
        return _list_items(builder, selected, place, kind.kept)
    parts = {"key": speech.text("entry.key"), "value": "entry.value_text"}
    body = members(selected.beneath[0], lambda part: parts[part.name])
    keys = selected.arguments.get(kind.keys)
    kept = f" WHERE entry.key IN {builder.elements(keys)}" if keys is not None else ""
    value = f"coalesce({speech.entry_value()},'null') AS value_text"
    rows = f"(SELECT entry.key, {value} FROM {speech.entries(place)}{kept} ORDER BY {speech.key_order}) AS entry"
    return speech.sound(f"(SELECT {speech.gather(body)} FROM {rows})", place)


def _list_items(builder: Builder, selected: Selected, place: str, kept: str | None) -> str:
    speech = builder.speech
    body = members(selected.beneath[0], lambda part: speech.member("item.value", part.name))
    where = "" if kept is None else f" WHERE {kept}"
    rows = f"(SELECT * FROM {speech.list_items(place)}{where} ORDER BY place) AS item"
    return speech.sound(f"(SELECT {speech.gather(body)} FROM {rows})", place)
