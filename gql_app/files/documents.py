"""Dumps in JSON: one object per line, an array, or pages as the API lists them."""

import io
from collections.abc import Iterator
from typing import Any

import ijson
from ijson.common import ObjectBuilder

from gql_app.errors import Unreadable
from gql_app.files.records import Read, Unusable, entity
from gql_app.files.telling import Noun
from gql_app.voucherify.event import decode

LISTS: dict[str, Noun | None] = {"customers": "customer", "orders": "order", "data": None}
"""Under which key a page holds its objects, and what they are."""

LONGEST_LINE = 1 << 24
OPENS, CLOSES = ("start_map", "start_array"), ("end_map", "end_array")


def is_by_line(head: bytes) -> bool:
    """Whether the first line is an object by itself."""
    first, newline, _ = head.partition(b"\n")
    try:
        decode(first)
    except Unreadable:
        return False
    return bool(newline)


def by_line(stream: io.BufferedReader, noun: Noun | None) -> Iterator[Read]:
    """An object, or a page of them, per line; a line that is none does not hold up the others."""
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if not line.endswith(b"\n") and len(line) == LONGEST_LINE:
            yield Unusable(number, f"the line is longer than {LONGEST_LINE} bytes")
            _skip_line(stream)
        elif not line.isspace():
            yield from _line(number, line, noun)


def _skip_line(stream: io.BufferedReader) -> None:
    while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass


def _line(number: int, line: bytes, noun: Noun | None) -> Iterator[Read]:
    try:
        said, _ = decode(line)
    except Unreadable as wrong:
        yield Unusable(number, str(wrong))
        return
    pages = [name for name in LISTS if isinstance(said.get(name), list)]
    if "id" in said or not pages:
        yield entity(number, said, noun)
    for name in pages if "id" not in said else ():
        for one in said[name]:
            yield entity(number, one, LISTS[name] or noun)


def whole(stream: io.BufferedReader, noun: Noun | None) -> Iterator[Read]:
    """The objects of arrays and pages, numbered in turn; where the JSON ends being JSON, that is the last row."""
    number = 0
    try:
        for name, said in _objects(stream):
            number += 1
            yield entity(number, said, LISTS.get(name) or noun)
    except (ijson.JSONError, UnicodeDecodeError):
        yield Unusable(number + 1, "the file is no JSON from here on: what follows was not read")


def _objects(stream: io.BufferedReader) -> Iterator[tuple[str, Any]]:
    """Each object with the key of the list that it stands in, which may be none."""
    events = ijson.basic_parse(stream, use_float=True, multiple_values=True)
    for event, value in events:
        if event == "start_array":
            yield from _elements(events, "")
        elif event == "start_map":
            yield from _page(events)
        else:
            yield "", value


def _page(events: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """What its lists hold; where it has none, the object itself."""
    said: dict[str, Any] = {}
    has_list = False
    for event, key in events:
        if event == "end_map":
            break
        first, value = next(events)
        if first == "start_array" and key in LISTS and "id" not in said:
            has_list = True
            yield from _elements(events, key)
        else:
            said[key] = _built(events, first, value)
    if not has_list:
        yield "", said


def _elements(events: Iterator[tuple[str, Any]], key: str) -> Iterator[tuple[str, Any]]:
    for event, value in events:
        if event == "end_array":
            return
        yield key, _built(events, event, value)


def _built(events: Iterator[tuple[str, Any]], event: str, value: Any) -> Any:
    """The value that begins with this event."""
    builder, depth = ObjectBuilder(), 0
    while True:
        builder.event(event, value)
        depth += (event in OPENS) - (event in CLOSES)
        if depth == 0:
            return builder.value
        event, value = next(events)
