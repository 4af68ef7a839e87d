"""Clients that leave whenever they like and come back with the last cursor that they got."""

import asyncio
import random
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.torture.chaos.doors import BROKEN, DOORS, Door, Question, Refused
from tests.torture.chaos.events import Place
from tests.torture.chaos.heard import Item, Snapshot, complaints, snapshot_complaints
from tests.torture.chaos.oracle import ALL, WANTS, Row, Want

LONGEST_VISIT = 4.0
LONGEST_PAUSE = 0.5


@dataclass
class Client:
    """One of them, and all it heard."""

    want: Want
    door: Door
    cursor: str | None
    begins: int = 0
    snapshot: Snapshot | None = None
    connections: int = 0
    refusals: int = 0
    reached: int = 0
    heard: list[Item] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.want.name} {self.door.__name__}{' snapshot' if self.snapshot else ''}"  # type: ignore[attr-defined]

    async def live(self, place: Place, chance: random.Random, ending: asyncio.Event) -> None:
        """Comes and goes until all is told."""
        while not ending.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(chance.uniform(0.05, LONGEST_VISIT)):
                    await self.visit(place, None)
            await asyncio.sleep(chance.uniform(0, LONGEST_PAUSE))

    async def catch_up(self, place: Place, position: int) -> None:
        """Stays until it is told that the stream has come this far."""
        while self.reached < position:
            await self.visit(place, position)
            await asyncio.sleep(0.05)

    async def visit(self, place: Place, upto: int | None) -> None:
        """Listens until the connection ends, or until it has heard that the stream has come this far."""
        self.connections += 1
        try:
            async with aclosing(self.door(place.url, Question(self.want, bool(self.snapshot), self.cursor))) as items:  # type: ignore[type-var]
                async for item in items:
                    self.take(item)
                    if upto is not None and self.reached >= upto:
                        return
        except BROKEN:
            return
        except Refused as error:
            self.refusals += 1
            if '"OUTAGE"' not in str(error) and "'OUTAGE'" not in str(error):
                self.faults.append(f"refused: {error}")

    def take(self, item: dict[str, Any]) -> None:
        """Notes it, and where to go on."""
        self.cursor = item["cursor"]
        position = int(self.cursor.split(".")[2])
        match item:
            case {"__typename": "CustomerChange", "kind": "SNAPSHOT"} if self.snapshot:
                self.snapshot.shown[item["customerId"]] = self.connections, item["version"]
            case {"__typename": "CustomerChange"}:
                self.heard.append(Item(self.connections, position, item["customerId"], item["kind"], item["version"]))
            case {"__typename": "FeedSnapshotEnd"} if self.snapshot:
                self.snapshot.begins, self.snapshot.ends = position, self.connections
            case {"__typename": "FeedProgress"}:
                self.reached = position
            case _:
                self.faults.append(str(item))

    def complaints(self, journal: list[Row]) -> list[str]:
        """What is wrong with what it heard."""
        if self.snapshot:
            found = snapshot_complaints(self.want, journal, self.snapshot, self.heard)
        else:
            found = complaints(self.want, journal, self.begins, self.heard)
        return [f"{self}: {fault}" for fault in (*self.faults, *found)]


def crowd(count: int, start: str, chance: random.Random) -> list[Client]:
    """A quarter by each door, a third with filters or kinds; a fifth begin by a snapshot."""
    return [client(number, start, chance) for number in range(count)]


def client(number: int, start: str, chance: random.Random) -> Client:
    """The one of this number; it begins at the cursor, the journal's first, or by a snapshot."""
    want = WANTS[number // 3 % len(WANTS)] if number % 3 == 0 else ALL
    snapshot = Snapshot() if chance.random() < 0.2 else None
    return Client(want, DOORS[number % len(DOORS)], None if snapshot else start, snapshot=snapshot)
