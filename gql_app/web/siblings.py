"""The processes that share a port: each answers the others over a socket, in a folder that only they may open."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

ANSWER_SECONDS = 1.0
"""A process that takes longer is stuck, or was only just begun."""

log = logging.getLogger(__name__)


class Told(msgspec.Struct, array_like=True):
    """A metric of one process: its samples are name, labels and value."""

    name: str
    said: str
    type: str
    samples: list[tuple[str, dict[str, str], float]]


@dataclass(frozen=True, slots=True)
class Seat:
    """Which of how many processes this is, and where they meet."""

    number: int = 0
    count: int = 1
    folder: Path | None = None

    def path(self, number: int) -> Path:
        """A process's socket."""
        assert self.folder is not None
        return self.folder / str(number)


class Siblings:
    """`tell` gives this process's own figures."""

    def __init__(self, seat: Seat, tell: Callable[[], Iterable[Told]]) -> None:
        self.number = seat.number
        self._seat = seat
        self._tell = tell

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Answers the others for as long as the context lasts."""
        if self._seat.folder is None:
            yield
            return
        async with await asyncio.start_unix_server(self._answer, self._seat.path(self.number)):
            yield

    async def others(self) -> dict[int, list[Told] | None]:
        """What each of the others says; None of one that does not answer."""
        numbers = [number for number in range(self._seat.count) if number != self.number]
        return dict(zip(numbers, await asyncio.gather(*map(self._ask, numbers)), strict=True))

    async def _ask(self, number: int) -> list[Told] | None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_unix_connection(self._seat.path(number))
                try:
                    return msgspec.msgpack.decode(await reader.read(), type=list[Told])
                finally:
                    writer.close()
        except (OSError, TimeoutError, msgspec.MsgspecError):
            return None

    async def _answer(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            writer.write(msgspec.msgpack.encode(list(self._tell())))
            await writer.drain()
        writer.close()
