"""A sender that writes many requests before it reads the first answer, all on one connection and in order."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.torture.mutants import Mutant

Verdict = tuple[int, str | None, str, bool]

LONGEST = 30.0
"""Seconds a window of requests may take; beyond, something hangs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door said."""

    status: int
    said: dict[str, Any]

    @property
    def verdict(self) -> Verdict:
        """What must be the same on every database."""
        reason = sys.intern(self.said.get("reason", ""))
        return self.status, self.said.get("status"), reason, "errors" in self.said


@dataclass(slots=True)
class Pipeline:
    """One connection to the door."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, mutants: Sequence[Mutant]) -> list[Answer]:
        """The answers to these, in order; it is an error where any takes too long."""
        async with asyncio.timeout(LONGEST):
            writing = asyncio.ensure_future(self._write(mutants))
            answers = [await self._read() for _ in mutants]
            await writing
        return answers

    async def _write(self, mutants: Sequence[Mutant]) -> None:
        for one in mutants:
            self.writer.write(_request(one))
            await self.writer.drain()

    async def _read(self) -> Answer:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        body = await self.reader.readexactly(length)
        return Answer(int(head.split(" ")[1]), json.loads(body))


@asynccontextmanager
async def pipeline(url: str) -> AsyncIterator[Pipeline]:
    """A connection, closed at the end."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield Pipeline(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def _request(one: Mutant) -> bytes:
    head = [f"POST {one.path} HTTP/1.1", "Host: mirror", f"Content-Length: {len(one.body)}"]
    if one.signature is not None:
        head.append(f"X-Voucherify-Signature: {one.signature}")
    return "\r\n".join([*head, "", ""]).encode() + one.body
