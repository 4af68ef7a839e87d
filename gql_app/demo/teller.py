"""Tells the samples and the story through the real webhook door."""

import asyncio
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import httpx2

from gql_app.demo.story import OPENING, story

DOOR = "/webhooks/voucherify"
PATIENCE = 10.0
A_WHILE = 1.0


async def tell(url: str, secret: str | None, seed: int, stop: asyncio.Event | None = None) -> None:
    """Tell until stopped or cancelled; a door that is not open, or full, is knocked at again."""
    # The door is ours: no proxy stands between.
    async with httpx2.AsyncClient(base_url=url, timeout=PATIENCE, trust_env=False) as client:
        await Teller(client, secret, stop or asyncio.Event()).tell(seed)


class Teller:
    """Posts bodies as Voucherify does: compact, signed, and again if they were not taken."""

    def __init__(self, client: httpx2.AsyncClient, secret: str | None, stop: asyncio.Event) -> None:
        self._client = client
        self._secret = secret
        self._stop = stop

    async def tell(self, seed: int) -> None:
        """The samples, the opening at once, and then life as it happens."""
        for path, sample in samples():
            await self.post(path, sample)
        due, start = asyncio.get_running_loop().time(), datetime.now(UTC) - OPENING
        for telling in story(seed, start):
            due += telling.pause
            if await self._stopped_within(due - asyncio.get_running_loop().time()):
                return
            await self.post(DOOR, telling.envelope)

    async def post(self, path: str, body: dict[str, Any]) -> None:
        """Return once the body was taken, or nobody wants it told any more."""
        content = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
        while (wait := await self._refused_for(path, content)) is not None:
            if await self._stopped_within(wait):
                return

    async def _refused_for(self, path: str, content: bytes) -> float | None:
        try:
            response = await self._client.post(path, content=content, headers=self._headers(content))
        except httpx2.TransportError:
            return A_WHILE
        if response.is_server_error:
            return _seconds(response.headers.get("retry-after", ""))
        response.raise_for_status()
        return None

    def _headers(self, content: bytes) -> dict[str, str]:
        headers = {"content-type": "application/json"}
        if self._secret:
            signature = hmac.new(self._secret.encode(), content, "sha256").hexdigest()
            headers["x-voucherify-signature"] = signature
        return headers

    async def _stopped_within(self, seconds: float) -> bool:
        if seconds > 0:
            try:
                await asyncio.wait_for(self._stop.wait(), seconds)
            except TimeoutError:
                return False
        return self._stop.is_set()


def samples() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each shipped sample and where it is posted: bare data objects at their type's own address."""
    shipped = files("gql_app.demo").joinpath("samples").iterdir()
    for file in sorted(shipped, key=lambda file: file.name):
        body = json.loads(file.read_bytes())
        yield (DOOR if "event" in body else f"{DOOR}/{file.name.removesuffix('.json')}"), body


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isdecimal() else A_WHILE
