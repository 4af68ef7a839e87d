"""All orders. Their list has no filter and ends after 10,000 rows, from either end: what lies between is found by an
export and asked for one by one.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec

from gql_app.sync.exports import exported
from gql_app.sync.fetched import Fetched, fetched, telling
from gql_app.sync.shelf import OrderShelf
from gql_app.voucherify.rest.client import Voucherify, escaped
from gql_app.voucherify.rest.lists import LARGEST, Listed, listed
from gql_app.voucherify.values import instant, moment

MARK = "sync.orders"
LAST_PAGE = 100
OVERLAP = 60_000_000
"""Microseconds that a later run looks back."""

FROM_BOTH_ENDS = ("created_at", "-created_at")


class Run(msgspec.Struct, frozen=True):
    """A run under way, or the last one. Times are microseconds since 1970, by Voucherify's clock; `since` is 0 where
    everything is asked for, `end` is the end of the list that is read, `page` the next page.
    """

    since: int = 0
    began: int = 0
    end: int = 0
    page: int = 1
    received: int = 0
    expected: int | None = None
    is_done: bool = False


@dataclass(slots=True)
class Orders:
    """Loads them into the shelf."""

    voucherify: Voucherify
    shelf: OrderShelf
    last_page: int = LAST_PAGE

    async def resumed(self) -> Run:
        """The run that was broken off, else a new one."""
        said = await self.shelf.mark(MARK)
        last = msgspec.json.decode(said, type=Run) if said else Run(is_done=True)
        return Run(max(0, last.began - OVERLAP)) if last.is_done else last

    async def load(self, run: Run) -> AsyncIterator[Run]:
        """The run after each page that was kept; the last one is done."""
        latest = run
        async for latest in self._changed(run) if run.since else self._listed(run):
            yield latest
        if not latest.is_done:
            async for last in self._between(latest):
                yield last

    async def _listed(self, run: Run) -> AsyncIterator[Run]:
        """From the oldest on, then from the newest back, until the two meet or neither goes on."""
        while run.end < len(FROM_BOTH_ENDS):
            page = await listed(self.voucherify, "orders", order=FROM_BOTH_ENDS[run.end], page=run.page)
            run = self._begun(run, page)
            is_all = page.is_last or (run.expected is not None and run.received + len(page.rows) >= run.expected)
            run = await self._keep(self._after(run, page, is_all), page)
            yield run
            if run.is_done:
                return

    async def _changed(self, run: Run) -> AsyncIterator[Run]:
        """From the newest change back to the last run's beginning."""
        while run.page <= self.last_page:
            page = await listed(self.voucherify, "orders", order="-updated_at", page=run.page)
            run = self._begun(run, page)
            oldest = min((fetched(raw, page.read_at).changed_at for raw in page.rows), default=0)
            run = await self._keep(self._after(run, page, page.is_last or oldest < run.since), page)
            yield run
            if run.is_done:
                return

    async def _between(self, run: Run) -> AsyncIterator[Run]:
        """What an export names and the mirror does not know as new as that."""
        names: list[tuple[str, str | None]] = []
        async for row in exported(self.voucherify, "order", ["id", "updated_at"]):
            names.append((row[0], moment(row[1]) if len(row) > 1 else None))
            if len(names) == LARGEST:
                yield (run := await self._fetch(run, names))
                names = []
        run = msgspec.structs.replace(await self._fetch(run, names), is_done=True)
        await self.shelf.take([], self.voucherify.now, _mark(run))
        yield run

    async def _fetch(self, run: Run, names: list[tuple[str, str | None]]) -> Run:
        known = await self.shelf.orders_changed([name for name, _ in names])
        for name, changed_at in names:
            if name in known and (instant(known[name]) or 0) >= (instant(changed_at) or 0):
                continue
            answer = await self.voucherify.find(f"orders/{escaped(name)}")
            if answer is not None:
                await self._tell([fetched(answer.body, answer.read_at)], answer.read_at, run)
                run = msgspec.structs.replace(run, received=run.received + 1)
        return run

    def _begun(self, run: Run, page: Listed) -> Run:
        return msgspec.structs.replace(run, began=run.began or page.read_at, expected=page.total)

    def _after(self, run: Run, page: Listed, is_all: bool) -> Run:
        received = run.received + len(page.rows)
        is_within = run.since or run.page < self.last_page
        end, number = (run.end, run.page + 1) if is_within else (run.end + 1, 1)
        return msgspec.structs.replace(run, end=end, page=number, received=received, is_done=is_all)

    async def _keep(self, run: Run, page: Listed) -> Run:
        await self._tell([fetched(raw, page.read_at) for raw in page.rows], page.read_at, run)
        return run

    async def _tell(self, found: list[Fetched], read_at: int, run: Run) -> None:
        await self.shelf.take([telling("order", one, one.changed_at) for one in found], read_at, _mark(run))


def _mark(run: Run) -> tuple[str, str]:
    return MARK, msgspec.json.encode(run).decode()
