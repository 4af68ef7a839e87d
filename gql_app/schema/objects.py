"""Live objects: answered at once, then whenever something that was selected changes."""

from collections.abc import AsyncGenerator

from gql_app.live.follower import Follower
from gql_app.live.groups import Groups
from gql_app.live.interest import CUSTOMER, Key
from gql_app.live.recent import Result
from gql_app.live.watch import Read, Watch
from gql_app.reads.fence import CUSTOMER as BOUND
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.reader import Reader
from gql_app.reads.sql import compile_root
from gql_app.reads.values import getter
from gql_app.schema.answers import spliced
from gql_app.schema.planner import Planner
from gql_app.schema.question import Question
from models.base import Beneath

BORROWED = frozenset({("CustomerSegment", "name")})
"""Fields of a customer's own rows whose values stand in somebody else's."""


class Objects:
    """One object per question, shared by everyone who asks the same."""

    def __init__(self, planner: Planner, reader: Reader, follower: Follower) -> None:
        self.groups: Groups[Watch] = Groups(follower)
        self._planner = planner
        self._reader = reader

    async def answers(self, question: Question) -> AsyncGenerator[Result, None]:
        """Only answers that differ from the one before; whoever reads slowly gets the newest."""
        async with self.groups.joined(question.key, lambda: self._watch(question)) as watch:
            sent = await watch.ask()
            yield Result(sent)
            while True:
                if watch.latest == sent:
                    await watch.bell.wait()
                else:
                    sent = watch.latest
                    yield Result(sent)

    def _watch(self, question: Question) -> Watch:
        return Watch(self._reading(question), _keys(question))

    def _reading(self, question: Question) -> Read:
        statement = compile_root(question.selected, self._planner.dialect, self._planner.max_page)

        async def read() -> bytes:
            value = await self._reader.value(statement, question.variables)
            return spliced([(question.field, value)], errors=question.errors)

        return read


def _keys(question: Question) -> frozenset[Key] | None:
    """Whose changes may change the answer: only its own customer's, where nothing else is shown."""
    selected = question.selected
    if selected.name != "customer" or any(_shows_others(part) for part in selected.beneath):
        return None
    if selected.reach and selected.reach.fence:
        return frozenset({(CUSTOMER[0], selected.reach.fence.by, question.variables[BOUND])})
    wanted = selected.arguments.get("by_id")
    return None if wanted is None else frozenset({(*CUSTOMER, getter(wanted)(question.variables))})


def _shows_others(selection: Selection) -> bool:
    return any(_is_others(selection, field) for field in selection.fields)


def _is_others(selection: Selection, field: Selected) -> bool:
    if (selection.type_name, field.name) in BORROWED:
        return True
    return any(
        (inner.model is not None and not issubclass(inner.model, Beneath)) or _shows_others(inner)
        for inner in field.beneath
    )
