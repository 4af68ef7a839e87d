"""The elements of a JSON column: metadata by key, changes in order."""

from gql_app.reads.builder import Builder, Row
from gql_app.reads.declare import Entries
from gql_app.reads.objects import compiles
from gql_app.reads.plan import Selected
from gql_app.reads.text import json_object, literal


@compiles(Entries)
def _entries(builder: Builder, selected: Selected, row: Row, kind: Entries) -> str:
    speech, place = builder.speech, f'{row.alias}."{kind.name}"'
    if kind.keys is None:
        return _list_items(builder, selected, place)
    parts = {
        "key": speech.text("entry.key"),
        "value": "entry.value_text",
        "__typename": literal('"MetadataEntry"'),
    }
    body = json_object([(part.key, parts[part.name]) for part in selected.beneath[0].fields])
    keys = selected.arguments.get(kind.keys)
    kept = f" WHERE entry.key IN {builder.elements(keys)}" if keys is not None else ""
    value = f"coalesce({speech.entry_value()},'null') AS value_text"
    rows = f"(SELECT entry.key, {value} FROM {speech.entries(place)}{kept} ORDER BY {speech.key_order}) AS entry"
    return speech.sound(f"(SELECT {speech.gather(body)} FROM {rows})", place)


def _list_items(builder: Builder, selected: Selected, place: str) -> str:
    speech = builder.speech
    selection = selected.beneath[0]
    body = json_object(
        [
            (
                part.key,
                literal(f'"{selection.type_name}"')
                if part.name == "__typename"
                else speech.member("item.value", part.name),
            )
            for part in selection.fields
        ]
    )
    rows = f"(SELECT * FROM {speech.list_items(place)} ORDER BY place) AS item"
    return speech.sound(f"(SELECT {speech.gather(body)} FROM {rows})", place)
