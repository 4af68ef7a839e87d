"""Subscriptions as streams of encoded answers."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from gql_app.errors import BadCursor, MirrorError, Outage, RequestRefused
from gql_app.live.follower import Follower
from gql_app.live.groups import Groups
from gql_app.live.recent import Result, Take
from gql_app.live.stream import Stream
from gql_app.live.watch import Watch
from gql_app.reads.reader import Reader
from gql_app.schema.answers import OUTAGE
from gql_app.schema.asked import Asked
from gql_app.schema.changes import Changes
from gql_app.schema.feed_reading import FeedReader
from gql_app.schema.objects import Objects
from gql_app.schema.planner import Planner
from gql_app.schema.question import Question, question
from gql_app.schema.remembered import Remembered
from gql_app.schema.sights import Seen

IDLE_SECONDS = 15.0
OUR_FAULT = "Something went wrong on our side."


class Watching:
    """Answers subscriptions; a stream of changes that is idle for so long says how far it has come."""

    def __init__(
        self,
        feeds: FeedReader,
        planner: Planner,
        reader: Reader,
        follower: Follower,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._planner = planner
        self._changes = Changes(feeds, follower, idle_seconds)
        self._objects = Objects(planner, reader, follower)
        self._plans: Remembered[Seen] = Remembered(512)

    @property
    def streams(self) -> Groups[Stream]:
        """Who follows the changes."""
        return self._changes.groups

    @property
    def watches(self) -> Groups[Watch]:
        """Who looks at an object."""
        return self._objects.groups

    def answers(self, asked: Asked, resume: str | None, take: Take) -> AsyncGenerator[Result, None]:
        """Encoded answers, after the cursor to resume from where there is one, beside those that are taken at once;
        what goes wrong is to be told `refusing`.
        """
        question = self._question(asked)
        if question.selected.name == "customer_changes":
            return self._changes.answers(question, resume, take)
        return self._objects.answers(question)

    @property
    def handed(self) -> int:
        """Answers that were taken at once, so far."""
        return self._changes.handed

    async def part(self) -> None:
        """Tells everyone who follows the changes how far they have come: whoever heard of none has no cursor yet."""
        for stream in self.streams:
            stream.bell.ring(news=False)
        await asyncio.sleep(0)  # within this turn all say it who can say anything at all

    def cost(self, asked: Asked) -> int:
        """How many rows one answer may touch at most."""
        return self._planner.cost_of(self._question(asked).selected, asked.variables)

    def _question(self, asked: Asked) -> Question:
        return question(self._plans.get(asked.key, lambda: self._planner.subscribed(asked)), asked)


@contextmanager
def refusing() -> Iterator[None]:
    """Where a subscription cannot begin or go on, raises RequestRefused."""
    try:
        yield
    except RequestRefused:
        raise
    except MirrorError as wrong:
        raise RequestRefused([_told(wrong)]) from None


def _told(wrong: MirrorError) -> dict[str, object]:
    """What the client did wrong, or that it should try again."""
    message, code = str(wrong), "BAD_USER_INPUT"
    if isinstance(wrong, BadCursor):
        code = "BAD_CURSOR"
    elif isinstance(wrong, Outage):
        message, code = OUTAGE, "OUTAGE"
    elif type(wrong) is MirrorError:
        message, code = OUR_FAULT, "INTERNAL_SERVER_ERROR"
    return {"message": message, "extensions": {"code": code}}
