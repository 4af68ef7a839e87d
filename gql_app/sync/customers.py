"""All customers: along the time they were made, then along the time they changed; resumable after each page."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec

from gql_app.sync.fetched import telling
from gql_app.sync.shelf import Shelf
from gql_app.sync.walk import MILLISECOND, Place, Step, Walk
from gql_app.voucherify.rest.client import Voucherify

OVERLAP = 60_000
"""Milliseconds that a later run looks back: what was written at the same moment may have become visible later."""

MARK = "sync.customers"
MARK_SINCE = "sync.customers.since"
"""Who asks only for what changed since some time leaves the next whole run where it was."""


class Run(msgspec.Struct, frozen=True):
    """A run under way, or the last one. `since` and `began` are milliseconds since 1970, by Voucherify's clock; one
    since 0 brings everybody, so that who was received can be counted.
    """

    since: int = 0
    began: int | None = None
    created: Place | None = None
    updated: Place | None = None
    expected: int | None = None
    is_done: bool = False
    is_whole: bool = True

    @property
    def received(self) -> int:
        """Customers that the run has brought: each once where everybody is asked for, else the new and the changed."""
        told = (self.created,) if self.is_full else (self.created, self.updated)
        return sum(place.received for place in told if place)

    @property
    def is_full(self) -> bool:
        """Whether everybody is asked for, whenever they changed."""
        return self.since == 0

    @property
    def is_short(self) -> bool:
        """Whether fewer came than there are."""
        return self.is_full and self.expected is not None and self.received < self.expected


@dataclass(slots=True)
class Customers:
    """Loads them into the shelf."""

    voucherify: Voucherify
    shelf: Shelf

    async def resumed(self, since: int | None = None) -> Run:
        """The run that was broken off, else a new one: since the last whole one, or since a given time."""
        said = await self.shelf.mark(MARK if since is None else MARK_SINCE)
        last = msgspec.json.decode(said, type=Run) if said else Run(is_done=True)
        if since is not None:
            return last if not last.is_done and last.since == since else Run(since, is_whole=False)
        if not last.is_done:
            return last
        return Run(0 if last.began is None else max(0, last.began - OVERLAP))

    async def load(self, run: Run) -> AsyncIterator[Run]:
        """The run after each page that was kept; the last one is done."""
        if run.updated is None:
            walk = Walk(self.voucherify, "created_at")
            async for step in walk.steps(run.created or Place(run.since)):
                run = await self._keep(self._along_created(run, step), step)
                yield run
        walk = Walk(self.voucherify, "updated_at")
        async for step in walk.steps(run.updated or Place(self._changed_since(run))):
            run = msgspec.structs.replace(run, updated=step.place, is_done=step.is_last)
            run = await self._keep(run, step)
            yield run

    def _along_created(self, run: Run, step: Step) -> Run:
        began = run.began or step.read_at // MILLISECOND
        begun = Place(self._changed_since(run, began)) if step.is_last else None
        return msgspec.structs.replace(run, began=began, created=step.place, updated=begun, expected=step.total)

    def _changed_since(self, run: Run, began: int | None = None) -> int:
        """Who has not changed since a full run began has been brought by it as they are."""
        begins = began or run.began or 0
        return max(0, begins - OVERLAP) if run.is_full else run.since

    async def _keep(self, run: Run, step: Step) -> Run:
        bodies = [telling("customer", one, one.changed_at) for one in step.news]
        name = MARK if run.is_whole else MARK_SINCE
        await self.shelf.take(bodies, step.read_at, (name, msgspec.json.encode(run).decode()))
        return run
