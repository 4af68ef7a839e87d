"""Subscriptions as streams of encoded answers, shared by everyone who asks the same."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from functools import partial
from typing import Any

import msgspec

from gql_app.database import Database
from gql_app.errors import BadCursor, MirrorError, Outage, RequestRefused
from gql_app.live.follower import Follower
from gql_app.live.position import Gap, Whereabouts, position_after, whereabouts
from gql_app.live.sharing import Groups, Item, Stream, Watch
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.reader import Reader
from gql_app.reads.sql import compile_root, compile_rows
from gql_app.reads.values import Slot, Variables, getter
from gql_app.schema.answers import OUTAGE, spliced
from gql_app.schema.planner import Asked, Planner
from gql_app.voucherify.values import moment_at

IDLE_SECONDS = 15.0
CHANGES = "{row}.position > $1 AND {row}.position <= $2"


class Watching:
    """Answers subscriptions."""

    def __init__(self, database: Database, planner: Planner, reader: Reader, follower: Follower) -> None:
        self._database = database
        self._planner = planner
        self._reader = reader
        self.streams: Groups[Stream] = Groups(follower)
        self.watches: Groups[Watch] = Groups(follower)

    async def stream(self, asked: Asked) -> AsyncIterator[bytes]:
        """Encoded answers; raises RequestRefused where the subscription cannot begin."""
        selected = self._planner.subscribed(asked)
        payloads = self._changes if selected.name == "customer_changes" else self._object
        try:
            async for payload in payloads(selected, asked):
                yield payload
        except BadCursor as wrong:
            raise RequestRefused([{"message": str(wrong), "extensions": {"code": "BAD_CURSOR"}}]) from None
        except Outage:
            raise RequestRefused([{"message": OUTAGE, "extensions": {"code": "OUTAGE"}}]) from None
        except MirrorError as wrong:
            raise RequestRefused(
                [{"message": str(wrong), "extensions": {"code": "BAD_USER_INPUT"}}]
            ) from None

    async def _changes(self, selected: Selected, asked: Asked) -> AsyncIterator[bytes]:
        now = await whereabouts(self._database)
        after = getter(selected.arguments.get("after"))(asked.variables)
        position = now.position if after is None else position_after(after, now)
        say = Speaker(selected, now)
        if isinstance(position, Gap):
            yield say.gap(after, position, now.position)
            position = now.position
        begin = partial(Stream, self._items(selected, asked.variables), now.position)
        async with self.streams.joined(_question(selected, asked), begin) as stream:
            await stream.hear(now.position, max(now.position, self.streams.follower.position), frozenset())
            while True:
                items, upto = await stream.since(position)
                for at, payload in items:
                    yield payload
                    position = at
                moved, position = upto > position, max(position, upto)
                if not items and not moved and not await stream.bell.wait(IDLE_SECONDS):
                    yield say.progress(position)

    def _items(self, selected: Selected, variables: Variables) -> Callable[[int, int], Awaitable[list[Item]]]:
        """Reads the changes of a stretch of the journal in one statement, and encodes each once."""
        selection = _of_type(selected, "CustomerChange")
        numbered = _with_position(selection)
        statement = compile_rows(
            numbered, self._planner.dialect, self._planner.max_page, CHANGES, "{row}.position"
        )
        key = b'"' + selected.key.encode() + b'"'

        async def read(after: int, upto: int) -> list[Item]:
            rows = await self._reader.rows(statement, variables, after, upto)
            return [(int(position), spliced([(key, row)])) for position, row in map(_split, rows)]

        return read

    async def _object(self, selected: Selected, asked: Asked) -> AsyncIterator[bytes]:
        statement = compile_root(selected, self._planner.dialect, self._planner.max_page)
        key = b'"' + selected.key.encode() + b'"'

        async def read() -> bytes:
            return spliced([(key, await self._reader.value(statement, asked.variables))])

        begin = partial(Watch, read, _concerns(selected, asked))
        async with self.watches.joined(_question(selected, asked), begin) as watch:
            sent = await watch.look()
            yield sent
            while True:
                if watch.latest == sent:
                    await watch.bell.wait()
                elif watch.latest is not None:
                    sent = watch.latest
                    yield sent


def _question(selected: Selected, asked: Asked) -> Hashable:
    """What two subscribers must have in common to share their answers; where each begins is its own affair."""
    after = selected.arguments.get("after")
    own = after.path[0] if isinstance(after, Slot) else None
    shared = {name: value for name, value in asked.variables.items() if name != own}
    return asked.key, msgspec.json.encode(shared, order="sorted")


class Speaker:
    """Says the items of a stream that are not changes."""

    def __init__(self, selected: Selected, now: Whereabouts) -> None:
        self._selected = selected
        self._now = now

    def gap(self, cursor: str, gap: Gap, position: int) -> bytes:
        """Why the stream begins anew, and where."""
        values = {
            "cursor": cursor,
            "reason": gap.reason,
            "restart_from": self._now.cursor(position),
            "refetch": True,
        }
        return self._item("FeedGap", values)

    def progress(self, position: int) -> bytes:
        """That nothing happened, and where the stream stands."""
        at = moment_at(time.time_ns() // 1000)
        return self._item("FeedProgress", {"cursor": self._now.cursor(position), "at": at})

    def _item(self, type_name: str, values: dict[str, Any]) -> bytes:
        selection = _of_type(self._selected, type_name)
        values["__typename"] = type_name
        item = {field.key: values[field.name] for field in selection.fields}
        return spliced([(b'"' + self._selected.key.encode() + b'"', msgspec.json.encode(item))])


def _of_type(selected: Selected, type_name: str) -> Selection:
    return next(selection for selection in selected.beneath if selection.type_name == type_name)


def _with_position(selection: Selection) -> Selection:
    """The same, with the row's position as its first member."""
    from gql_app.reads.declare import Column

    position = Selected("0", "position", Column(), False, False, "Long", {})
    return Selection(selection.type_name, selection.model, (position, *selection.fields))


def _split(row: bytes) -> tuple[bytes, bytes]:
    """A row's position, and the row without it."""
    position, comma, rest = row.removeprefix(b'{"0":').partition(b",")
    return (position, b"{" + rest) if comma else (position.rstrip(b"}"), b"{}")


def _concerns(selected: Selected, asked: Asked) -> Callable[[frozenset[str]], bool]:
    """Whether a step of the journal may change the answer: only its own customer, where nobody else is shown."""
    wanted = selected.arguments.get("by_id")
    if wanted is None or any(_shows_others(part) for part in selected.beneath):
        return lambda customers: True
    customer = wanted(asked.variables) if isinstance(wanted, Slot) else wanted
    return lambda customers: customer in customers


def _shows_others(selection: Selection) -> bool:
    return any(
        inner.type_name in ("Customer", "Campaign") or _shows_others(inner)
        for field in selection.fields
        for inner in field.beneath
    )
