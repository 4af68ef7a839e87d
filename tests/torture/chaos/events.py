"""What happens: events that are known beforehand, no two alike, each told to the door until it is acknowledged."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import httpx2

from tests.stage import envelope

CUSTOMERS = 24
SEGMENTS = ("seg_1", "seg_2")
BEGINNING = datetime(2026, 3, 2, tzinfo=UTC)


class Place(Protocol):
    """Where the service is found; after a restart that may be elsewhere."""

    @property
    def url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Happening:
    """An event, newer than all with a smaller number."""

    number: int
    customer: str
    kind: str
    data: dict[str, Any]

    @property
    def key(self) -> str:
        """What the inbox knows it by."""
        return f"proj_test:whs_{self.number:018d}a"

    @property
    def at(self) -> str:
        """When it happened."""
        return (BEGINNING + timedelta(seconds=self.number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @property
    def body(self) -> dict[str, Any]:
        """As a project webhook sends it."""
        sendout, event = f"whs_{self.number:018d}a", f"evcus_{self.number:018d}"
        return envelope(self.kind, self.data, self.at, sendout, event)


def happenings(count: int, chance: random.Random) -> list[Happening]:
    """So many, in order; every customer is told of at least once where there are enough."""
    return [happening(number, f"cust_{number % CUSTOMERS}", chance) for number in range(1, count + 1)]


def happening(number: int, who: str, chance: random.Random) -> Happening:
    """Something that happens to a customer."""
    customer = {"id": who, "object": "customer"}
    kind = chance.choices(("updated", "order.updated", "segment.entered", "segment.left", "deleted"), (6, 2, 1, 1, 0.2))
    data: dict[str, Any] = {"customer": customer}
    match kind[0]:
        case "updated":
            customer |= {"name": f"Name {number}", "loyalty": {"points": chance.randrange(200), "campaigns": {}}}
        case "order.updated":
            data["order"] = order(f"ord_{who}_{chance.randrange(2)}", customer, chance)
        case "segment.entered" | "segment.left":
            data["segment"] = {"id": chance.choice(SEGMENTS), "object": "segment", "name": "S"}
    return Happening(number, who, f"customer.{kind[0]}", data)


def order(name: str, customer: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """An order, large or small, paid or not."""
    status, amount = chance.choice(("PAID", "CREATED")), chance.choice((50, 150))
    return {"id": name, "object": "order", "status": status, "total_amount": amount, "customer": customer}


@dataclass
class Teller:
    """Several senders, who repeat an event until it is acknowledged, as Voucherify does."""

    place: Place
    told: list[Happening] = field(default_factory=list)
    refused: int = 0

    async def tell(self, stories: list[Happening], seconds: float, senders: int = 12) -> None:
        """Tells for this time, several at once, and what was begun to its end; `told` has what was acknowledged."""
        ends, pause = asyncio.get_running_loop().time() + seconds, seconds * senders / len(stories)
        await asyncio.gather(*(self._send(stories[who::senders], ends, pause) for who in range(senders)))

    async def _send(self, stories: list[Happening], ends: float, pause: float) -> None:
        for one in stories:
            if asyncio.get_running_loop().time() > ends:
                return
            await self.repeat(one)
            await asyncio.sleep(pause)

    async def repeat(self, one: Happening) -> None:
        """Tells of it until it is acknowledged."""
        while not await self._is_taken(one):
            self.refused += 1
            await asyncio.sleep(0.1)
        self.told.append(one)

    async def _is_taken(self, one: Happening) -> bool:
        """On a connection of its own, so that any worker may get it."""
        try:
            async with httpx2.AsyncClient(base_url=self.place.url, timeout=30, trust_env=False, verify=False) as client:
                response = await client.post("/webhooks/voucherify", json=one.body)
        except httpx2.TransportError:
            return False
        assert response.status_code in (202, 503), response.text
        return response.status_code == 202
