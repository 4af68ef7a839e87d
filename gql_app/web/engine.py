"""What the doors need from whoever answers."""

from collections.abc import AsyncIterator
from typing import Protocol

from gql_app.live.recent import Result, Take, not_now
from gql_app.schema.request import Answer, Request


class Engine(Protocol):
    """Answers requests; the transports know nothing else of the schema."""

    def kind(self, request: Request) -> str | None:
        """Say "query", "mutation" or "subscription", or None where only `answer` can report what is wrong."""

    def is_trusted(self, request: Request) -> bool:
        """Say whether it asks one of the keeper's own documents."""

    async def state(self) -> str:
        """Say a word for everything stored; the same word twice means that nothing changed in between."""

    async def answer(self, request: Request) -> Answer:
        """Answer a query or a mutation."""

    def stream(self, request: Request, take: Take = not_now) -> AsyncIterator[Result]:
        """Yield encoded response maps, for any kind; raise RequestRefused before the first if it is wrong. Whatever
        `take` has taken while the next was waited for is not yielded.
        """
