"""Changes read and encoded, once for everyone who asks the same."""

from collections.abc import Awaitable, Callable

import msgspec

from gql_app.database import Database
from gql_app.live.history import History
from gql_app.live.position import Whereabouts, whereabouts
from gql_app.live.recent import Item
from gql_app.live.shared import Joined
from gql_app.live.stream import Read
from gql_app.reads.builder import Builder
from gql_app.reads.declare import Column, Computed
from gql_app.reads.dialect import SPEECH
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.reader import Reader
from gql_app.reads.sql import Rows, Statement, compile_rows
from gql_app.reads.values import Variables
from gql_app.schema.answers import continued
from gql_app.schema.feed_filter import FeedFilter, Seen, concern_of, kinds_of
from gql_app.schema.feed_items import selected_of
from gql_app.schema.feed_rows import chosen, stretch
from gql_app.schema.planner import Planner
from gql_app.schema.question import Question

POSITION = Selected("0", "position", Column(), {})
PLACE = Selected("0", "place", Computed("'\"'||{row}.place||'\"'", "'\"'||{row}.place||'\"'"), {})

Bodies = Callable[[list[Seen]], Awaitable[list[tuple[int, bytes]]]]


class FeedReader:
    """Compiles and runs the statements of one process's feeds."""

    def __init__(self, database: Database, planner: Planner) -> None:
        self.database = database
        self.history = History(database)
        self.reader = Reader(database)
        self._whereabouts = Joined(lambda: whereabouts(database))
        self._planner = planner

    async def now(self) -> Whereabouts:
        """Where the journal stands, as committed no earlier than now."""
        return await self._whereabouts.get()

    def filter(self, selected: Selected, variables: Variables) -> FeedFilter:
        """Raises BadArgument where a value of the filter cannot be used."""
        return FeedFilter(selected, variables, self.database, self.history)

    def statement(self, selected: Selected, rows: Rows, first: Selected = POSITION) -> Statement:
        """Reads changes as selected in the items of a feed, with `first` as their first member (see `parted`)."""
        changes = selected_of(selected, "CustomerChange")
        selection = Selection(changes.type_name, changes.model, (first, *changes.fields))
        builder = Builder(SPEECH[self._planner.dialect], self._planner.max_page, reach=selected.reach)
        return compile_rows(selection, builder, rows)

    def stretches(self, question: Question, now: Whereabouts) -> Read:
        """Reads a stretch of the journal as the question has it: in one statement where nothing is to be matched."""
        if concern_of(question.selected) is not None:
            return self._filtered(question, now)
        statement = self.statement(question.selected, stretch(kinds_of(question.selected)))

        async def read(after: int, upto: int) -> list[Item]:
            rows = await self.reader.rows(statement, question.variables, after, upto)
            return [_item(question, now, *parted(row)) for row in rows]

        return read

    def _filtered(self, question: Question, now: Whereabouts) -> Read:
        feed_filter = self.filter(question.selected, question.variables)
        bodies = self.bodies(question.selected, question.variables)

        async def read(after: int, upto: int) -> list[Item]:
            seen = await feed_filter.seen(now, after, upto)
            return [_item(question, now, *found) for found in await bodies(seen)]

        return read

    def bodies(self, selected: Selected, variables: Variables) -> Bodies:
        """Reads chosen changes: their positions and their JSON, in order."""
        statement = self.statement(selected, chosen())

        async def read(seen: list[Seen]) -> list[tuple[int, bytes]]:
            if not seen:
                return []
            named = msgspec.json.encode([{"position": place, "kind": kind} for place, kind in seen]).decode()
            return [_numbered(row) for row in await self.reader.rows(statement, variables, named)]

        return read


def _item(question: Question, now: Whereabouts, position: int | bytes, row: bytes) -> Item:
    place = int(position)
    return place, continued((question.field, row), now.cursor(place), question.errors)


def _numbered(row: bytes) -> tuple[int, bytes]:
    position, body = parted(row)
    return int(position), body


def parted(row: bytes) -> tuple[bytes, bytes]:
    """A row's first member, and the row without it."""
    first, comma, rest = row.removeprefix(b'{"0":').partition(b",")
    return (first, b"{" + rest) if comma else (first.removesuffix(b"}"), b"{}")
