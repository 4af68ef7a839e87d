"""What a server has to do in a soak: events, questions and subscribers who come and go, all at a steady pace."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.events import CUSTOMERS, delivery
from bench.load import post
from bench.town import customer_id

WHOLE_STREAM = 20
"""Every so-manyth subscriber hears all changes; the others hear those of one customer each."""

LEAVERS_PER_SECOND = 2
CHANGES = (
    "subscription ($f: CustomerFilter) { customerChanges(filter: $f) { ... on CustomerChange { version cursor } } }"
)
QUESTIONS = (
    "{ customers(first: 20) { nodes { id name loyalty { points } orders(first: 3) { nodes { id status } } } } }",
    '{{ customer(by: {{id: "{who}"}}) {{ name address {{ city }} orders(first: 5) {{ nodes {{ id }} }} }} }}',
    "{ mirror { healthy cursor } }",
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of everything."""

    events: int = 200
    subscribers: int = 500
    queries: int = 50


@dataclass
class Load:
    """At work from `begin` until its tasks are cancelled; counts what came of it."""

    port: int
    pace: Pace
    counted: Counter[str] = field(default_factory=Counter)
    _numbers: "count[int]" = field(default_factory=count)

    def begin(self, group: asyncio.TaskGroup) -> list["asyncio.Task[None]"]:
        """Everybody starts."""
        works = [
            self._steadily(self.pace.events, self._tell, 16),
            self._steadily(self.pace.queries, self._ask, 8),
            *(self._listen(number) for number in range(self.pace.subscribers)),
        ]
        return [group.create_task(work) for work in works]

    async def _steadily(self, rate: int, act: Callable[["Wire"], Awaitable[None]], wires: int) -> None:
        """So often a second, on connections that are kept; what cannot keep up is late, never more at once."""
        async with asyncio.TaskGroup() as group:
            for place in range(wires):
                group.create_task(self._at_pace(wires / rate, place / rate, act))

    async def _at_pace(self, period: float, offset: float, act: Callable[["Wire"], Awaitable[None]]) -> None:
        clock, wire = asyncio.get_running_loop().time, Wire(self.port)
        due = clock() + offset
        while True:
            await asyncio.sleep(max(0.0, due - clock()))
            due = max(due + period, clock() - 1)
            await act(wire)

    async def _tell(self, wire: "Wire") -> None:
        self.counted[f"event {await wire.say(delivery(next(self._numbers)))}"] += 1

    async def _ask(self, wire: "Wire") -> None:
        number = next(self._numbers)
        query = QUESTIONS[number % len(QUESTIONS)]
        if "{who}" in query:
            query = query.format(who=customer_id(number % CUSTOMERS))
        self.counted[f"query {await wire.say(post('/graphql', json.dumps({'query': query}).encode()))}"] += 1

    async def _listen(self, number: int) -> None:
        """Some leave now and then, and come back."""
        stay = self.pace.subscribers / LEAVERS_PER_SECOND
        await asyncio.sleep(number * 0.01)
        while True:
            with suppress(ConnectionClosed, TimeoutError):
                async with connect(
                    f"ws://127.0.0.1:{self.port}/graphql", subprotocols=["graphql-transport-ws"]
                ) as socket:  # type: ignore[list-item]
                    async with asyncio.timeout(stay * (0.5 + number % 100 / 100)):
                        await self._hear(socket, number)

    async def _hear(self, socket: ClientConnection, number: int) -> None:
        chosen = None if number % WHOLE_STREAM == 0 else {"id": {"in": [customer_id(number % CUSTOMERS)]}}
        asked = {"query": CHANGES, "variables": {"f": chosen}}
        await socket.send('{"type": "connection_init"}')
        await socket.recv()
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": asked}))
        async for said in socket:
            self.counted["heard" if '"next"' in str(said)[:40] else "refused"] += 1


class Wire:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def say(self, request: bytes) -> int:
        """The status of the answer, which is read to its end."""
        if self._ends is None:
            self._ends = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._ends
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
        await reader.readexactly(int(length))
        return int(head.split(b" ")[1])
