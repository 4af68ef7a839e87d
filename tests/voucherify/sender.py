"""Webhooks as they really come: signed, late, twice, in any order or not at all, retried for a day and then no more."""

import asyncio
import heapq
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

import httpx2

from gql_app.voucherify.signature import sign
from tests.stage import envelope
from tests.voucherify.shop import SECOND, Happened, Shop, moment

RETRIES = [*(60 * 2**number for number in range(11)), 86_400]
"""Seconds after a failure: 1, 2, 4 minutes, ... and at last a day."""

DOOR = "/webhooks/voucherify"
DAY = 86_400
AT_ONCE = 32

Due = tuple[int, int, int, Happened]


@dataclass
class Sender:
    """Delivers what happened in the shop's own time; whoever listens sees a month go by in seconds."""

    shop: Shop
    client: httpx2.AsyncClient
    secret: str
    chance: Random
    loss: float = 0.02
    repeats: float = 0.05
    late: float = 0.1
    is_on: bool = True
    waiting: list[Due] = field(default_factory=list)
    lost: int = 0
    refused: int = 0
    delivered: int = 0
    meanwhile: Callable[[], Awaitable[None]] | None = None

    def pick_up(self) -> None:
        """Schedules whatever happened since; what is not sent now never is."""
        for one in self.shop.events:
            if not self.is_on or self.chance.random() < self.loss:
                self.lost += 1
                continue
            for _ in range(1 + (self.chance.random() < self.repeats)):
                heapq.heappush(self.waiting, (one.at + self._delay(), one.number, 0, one))
        self.shop.events.clear()

    def _delay(self) -> int:
        most = DAY if self.chance.random() < self.late else 30
        return int(self.chance.random() * most * SECOND)

    async def deliver(self, until: int) -> None:
        """Everything that is due by then, in order of time, a few at once; `meanwhile` happens during the first."""
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await asyncio.gather(meanwhile(), *(self._send_next(until) for _ in range(AT_ONCE)))
        await asyncio.gather(*(self._send_all(until) for _ in range(AT_ONCE)))

    async def _send_all(self, until: int) -> None:
        while await self._send_next(until):
            pass

    async def _send_next(self, until: int) -> bool:
        """Whether anything was due."""
        if not self.waiting or self.waiting[0][0] > until:
            return False
        due, number, tries, one = heapq.heappop(self.waiting)
        if await self._post(one):
            self.delivered += 1
        elif tries == len(RETRIES):
            self.is_on = False
        else:
            self.refused += 1
            heapq.heappush(self.waiting, (due + RETRIES[tries] * SECOND, number, tries + 1, one))
        return True

    async def _post(self, one: Happened) -> bool:
        said = envelope(one.type, one.data, moment(one.at), f"whs_{one.number:06d}a", f"ev_{one.number:06d}")
        body = json.dumps(said, separators=(",", ":")).encode()
        headers = {"x-voucherify-signature": sign(body, self.secret), "content-type": "application/json"}
        try:
            return (await self.client.post(DOOR, content=body, headers=headers)).is_success
        except httpx2.TransportError:
            return False
