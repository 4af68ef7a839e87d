"""The stream of changes, read from the journal and shared by everyone who asks the same."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import partial

from gql_app.database import Database
from gql_app.live.follower import Follower
from gql_app.live.groups import Groups
from gql_app.live.position import Gap, position_after, whereabouts
from gql_app.live.recent import Item
from gql_app.live.stream import JournalReset, Read, Stream
from gql_app.reads.declare import Column
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.reader import Reader
from gql_app.reads.sql import compile_rows
from gql_app.reads.values import getter
from gql_app.schema.answers import spliced
from gql_app.schema.feed_items import Speaker, selected_of
from gql_app.schema.planner import Planner
from gql_app.schema.question import Question

STRETCH = "{row}.position > $1 AND {row}.position <= $2"
POSITION = Selected("0", "position", Column(), {})


class Changes:
    """In order, without gaps, each once; where that cannot be kept, a FeedGap says so."""

    def __init__(self, database: Database, planner: Planner, follower: Follower, idle_seconds: float) -> None:
        self.groups: Groups[Stream] = Groups(follower)
        self._database = database
        self._planner = planner
        self._reader = Reader(database)
        self._idle = idle_seconds

    async def answers(self, question: Question) -> AsyncGenerator[bytes, None]:
        """What follows the cursor that was given, or what happens from now on; never ends by itself."""
        cursor = getter(question.selected.arguments.get("after"))(question.variables)
        while True:
            now = await whereabouts(self._database)
            say = Speaker(question, now)
            place = now.position if cursor is None else position_after(cursor, now)
            if isinstance(place, Gap):
                yield say.gap(cursor, place)
                place = now.position
            begin = partial(self._stream, question, now.position)
            async with self.groups.joined(question.key, begin) as stream:
                with suppress(JournalReset):
                    while True:
                        items, reached = await stream.since(place)
                        for item in items:
                            yield item[1]
                            place = item[0]
                        if not items and reached == place and not await stream.bell.wait():
                            yield say.progress(place)
                        place = max(place, reached)
            cursor = now.cursor(place)

    def _stream(self, question: Question, begins: int) -> Stream:
        return Stream(self._reading(question), begins, self._idle)

    def _reading(self, question: Question) -> Read:
        """Reads a stretch of the journal in one statement, and encodes each change once."""
        selection = _with_position(selected_of(question.selected, "CustomerChange"))
        statement = compile_rows(selection, self._planner.dialect, self._planner.max_page, STRETCH, "{row}.position")
        field, variables = question.field, question.variables

        async def read(after: int, upto: int) -> list[Item]:
            rows = await self._reader.rows(statement, variables, after, upto)
            return [(int(position), spliced([(field, row)])) for position, row in map(_parted, rows)]

        return read


def _with_position(selection: Selection) -> Selection:
    """The same, with the row's position as its first member."""
    return Selection(selection.type_name, selection.model, (POSITION, *selection.fields))


def _parted(row: bytes) -> tuple[bytes, bytes]:
    """A row's position, and the row without it."""
    position, comma, rest = row.removeprefix(b'{"0":').partition(b",")
    return (position, b"{" + rest) if comma else (position.rstrip(b"}"), b"{}")
