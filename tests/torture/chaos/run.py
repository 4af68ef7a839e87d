"""The run: events are told and clients come and go through troubles; at the end everybody is held to account."""

import asyncio
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2

from tests.torture.chaos.clients import Client, crowd
from tests.torture.chaos.events import Happening, Place, Teller, happenings
from tests.torture.chaos.oracle import Row, inbox_of, journal_of
from tests.torture.chaos.troubles import Troubles

EVENTS_PER_SECOND = 20
LONGEST_END = 120.0
"""Seconds in which every client must have caught up once the troubles are over."""


@dataclass(frozen=True)
class Scale:
    """How large a run is, and what its chances are made from."""

    clients: int
    seconds: float
    seed: int = 1


@dataclass
class Run:
    """One run at a place, on the database at this address."""

    place: Place
    url: str
    scale: Scale
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.scale.seed)
        self.stories = happenings(int(self.scale.seconds * EVENTS_PER_SECOND), self.chance)
        self.teller = Teller(self.place)
        self.clients: list[Client] = []
        self.journal: list[Row] = []

    async def through(self, troubles: Troubles) -> list[str]:
        """What is wrong in the end; the troubles last for as long as events are told."""
        self.clients = crowd(self.scale.clients, await self._start(), self.chance)
        async with asyncio.TaskGroup() as living:
            for client in self.clients:
                living.create_task(self._life(client, random.Random(self.chance.random())))
            async with troubles.going_on():
                await self.teller.tell(self.stories, self.scale.seconds)
            self.journal = await journal_of(self.url)
            self.ending.set()
        stored = await inbox_of(self.url)
        return [*self._lost(stored), *(fault for client in self.clients for fault in client.complaints(self.journal))]

    async def _life(self, client: Client, chance: random.Random) -> None:
        await client.live(self.place, chance, self.ending)
        try:
            async with asyncio.timeout(LONGEST_END):
                await client.catch_up(self.place, len(self.journal))
        except TimeoutError:
            client.faults.append(f"never caught up: {client.reached} of {len(self.journal)}")

    async def _start(self) -> str:
        """The cursor of the journal's beginning."""
        async with httpx2.AsyncClient(base_url=self.place.url, timeout=30, trust_env=False) as client:
            response = await client.post("/graphql", json={"query": "{ mirror { cursor } }"})
        cursor: str = response.json()["data"]["mirror"]["cursor"]
        assert cursor.endswith(".0"), "the mirror is empty"
        return cursor

    def _lost(self, stored: set[str]) -> Iterator[str]:
        """What was acknowledged must be there, and each customer must have ended as told last."""
        if lost := {one.key for one in self.teller.told} - stored:
            yield f"{len(lost)} events were acknowledged and lost: {sorted(lost)[:3]}"
        last = {row.customer: row.after for row in self.journal}
        ends = {
            customer: told.get("name") if told.get("deletedAt") is None else None for customer, told in last.items()
        }
        for customer, name in last_names(self.teller.told).items():
            if ends[customer] != name:
                yield f"{customer} is {ends[customer]}, and was told to be {name}"

    def report(self) -> str:
        """What was done, in a line."""
        heard = sum(len(client.heard) for client in self.clients)
        connections = sum(client.connections for client in self.clients)
        refusals = sum(client.refusals for client in self.clients)
        return (
            f"{len(self.clients)} clients made {connections} connections ({refusals} ended in an outage) and heard "
            f"{heard} changes of {len(self.journal)}; "
            f"{len(self.teller.told)} events were told, {self.teller.refused} times in vain"
        )


def last_names(told: list[Happening]) -> dict[str, str | None]:
    """The newest name of each customer; none where it was deleted, which is final."""
    newest = sorted((one for one in told if one.kind == "customer.updated"), key=lambda one: one.number)
    names = {one.customer: one.data["customer"]["name"] for one in newest}
    return names | {one.customer: None for one in told if one.kind == "customer.deleted"}


def failures(log: list[str]) -> list[str]:
    """What the service itself takes for a failure of its own."""
    lines = [json.loads(line) for line in log if line.startswith("{")]
    loud = [line for line in lines if line["level"] in ("error", "critical")]
    return [f"logged: {json.dumps(line)[:1500]}" for line in loud] + [line for line in log if "Traceback" in line]
