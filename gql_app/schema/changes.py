"""The stream of changes, read from the journal and shared by everyone who asks the same."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial

from gql_app.live.bell import Seat
from gql_app.live.follower import Follower
from gql_app.live.groups import Groups
from gql_app.live.position import Gap, Place, Whereabouts, place_after
from gql_app.live.recent import Result, Take
from gql_app.live.stream import JournalReset, Stream
from gql_app.reads.values import getter
from gql_app.schema.feed_filter import concern_of
from gql_app.schema.feed_items import Speaker
from gql_app.schema.feed_reading import FeedReader
from gql_app.schema.question import Question
from gql_app.schema.sights import seen_by
from gql_app.schema.snapshot import Snapshot
from gql_app.schema.sought import sought

Results = AsyncGenerator[Result, None]


@dataclass(slots=True)
class Beginning:
    """Where a stream begins, and the positions after it that its snapshot has already told of."""

    cursor: str | None
    now: Whereabouts
    position: int
    told: frozenset[int] = frozenset()


class Changes:
    """In order, without gaps, each once; where that cannot be kept, a FeedGap says so."""

    def __init__(self, feeds: FeedReader, follower: Follower, idle_seconds: float) -> None:
        self.groups: Groups[Stream] = Groups(follower)
        self.handed = 0
        """Items handed to those who took them at once; what was yielded is not among them."""

        self._feeds = feeds
        self._idle = idle_seconds

    async def answers(self, question: Question, resume: str | None, take: Take) -> Results:
        """What follows the cursor to resume from, else the one asked about; else the snapshot where one is asked
        for, and what happens from now on: what can be taken at once is not among these. Never ends by itself.
        """
        cursor = resume or getter(question.selected.arguments.get("after"))(question.variables)
        while True:
            now = seen_by(await self._feeds.now(), question.variables)
            begun = Beginning(cursor, now, now.position)
            async with aclosing(self._opening(question, begun)) as opening:
                async for result in opening:
                    yield result
            seat = Seat(begun.position, take, max(begun.told, default=0))
            async with self.groups.joined(question.key, partial(self._stream, question, now)) as stream:
                with suppress(JournalReset):
                    while True:
                        is_idle = seat.place >= stream.position and not await stream.bell.wait(seat)
                        if is_idle:
                            stream.pass_over(self.groups.position)
                        items, reached = await stream.since(seat.place)
                        for seat.place, result in items:
                            if seat.place not in begun.told:
                                yield result
                        seat.place = max(seat.place, reached)
                        if is_idle:
                            yield Speaker(question, now).progress(seat.place)
            cursor = now.cursor(seat.place)

    async def _opening(self, question: Question, begun: Beginning) -> Results:
        """Why the cursor cannot be gone on from, where it cannot, and the snapshot or the rest of it."""
        wants_snapshot = bool(question.selected.arguments.get("snapshot"))
        place = None if begun.cursor is None else place_after(begun.cursor, begun.now)
        if isinstance(place, Gap):
            yield Speaker(question, begun.now).gap(begun.cursor or "", place, refetch=not wants_snapshot)
            place = None
        place = place or Place(begun.now.position, "" if wants_snapshot else None)
        begun.position = place.position
        if place.told is None:
            return
        snapshot = Snapshot(self._feeds, question, begun.now, place)
        async with aclosing(snapshot.items()) as results:
            async for result in results:
                yield result
        begun.told = await snapshot.told()
        yield Speaker(question, begun.now).snapshot_end(place.position, snapshot.count)

    def _stream(self, question: Question, now: Whereabouts) -> Stream:
        keys = sought(concern_of(question.selected), question.variables)
        return Stream(self._feeds.stretches(question, now), now.position, self._idle, keys, self._note)

    def _note(self, handed: int) -> None:
        self.handed += handed
