"""One question and its answer; what passes by itself is asked again, everything else is said clearly."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
import stamina

from gql_app.errors import VoucherifyUnreachable
from gql_app.voucherify.rest.access import Access
from gql_app.voucherify.rest.budget import Budget
from gql_app.voucherify.rest.refusals import refusal

TIMEOUT = httpx2.Timeout(60, connect=10)
TRIES = 5
MOST_REFUSALS = 20
"""How often in a row one question may be told to come back later."""

PASSING = (502, 503, 504)
HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes, and when the server read what they say: microseconds since 1970, by its own clock, whole seconds."""

    body: bytes
    read_at: int


class Voucherify:
    """The REST API of one project."""

    def __init__(self, client: httpx2.AsyncClient, access: Access, budget: Budget) -> None:
        self._client = client
        self._access = access
        self.budget = budget
        self.now = 0
        """When the server answered last, by its own clock: microseconds since 1970."""

    async def get(self, path: str, **query: Any) -> Answer:
        """The answer; raises VoucherifyRefuses or VoucherifyUnreachable with what to do."""
        return self._answer(await self._asked("GET", path, params=query))

    async def find(self, path: str) -> Answer | None:
        """The same where there may be nothing."""
        response = await self._asked("GET", path)
        return None if response.status_code == 404 else self._answer(response)

    async def post(self, path: str, said: Any) -> Answer:
        """Asks for something to be made, such as an export."""
        return self._answer(await self._asked("POST", path, json=said))

    @asynccontextmanager
    async def download(self, url: str) -> AsyncIterator[AsyncIterator[str]]:
        """The lines of a file at an address that Voucherify gave; our keys go to nobody else."""
        if not self._is_voucherifys(url):
            raise VoucherifyUnreachable(f"An export lies at {urlsplit(url).netloc}, which is not Voucherify's.")
        await self.budget.turn()
        try:
            async with self._client.stream("GET", url) as response:
                if response.status_code != 200:
                    raise refusal(response, self._access.url)
                yield response.aiter_lines()
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error

    async def _asked(self, method: str, path: str, **said: Any) -> httpx2.Response:
        for _ in range(MOST_REFUSALS):
            response = await self._tried(method, path, **said)
            self.now = read_at(response.headers)
            self.budget.note(response.status_code, response.headers, self.now / 1e6)
            if response.status_code != 429:
                return response
        raise VoucherifyUnreachable("Voucherify keeps saying that too many calls are made: try again later.")

    async def _tried(self, method: str, path: str, **said: Any) -> httpx2.Response:
        """A passing fault is asked about again; each time is a call of the budget's."""
        try:
            async for attempt in stamina.retry_context(on=_is_passing, attempts=TRIES, timeout=None, wait_max=20):
                with attempt:
                    await self.budget.turn()
                    response = await self._client.request(method, f"/v1/{path}", **said)
                    if response.status_code in PASSING:
                        response.raise_for_status()
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error
        return response

    def _answer(self, response: httpx2.Response) -> Answer:
        if response.status_code != 200:
            raise refusal(response, self._access.url)
        return Answer(response.content, read_at(response.headers))

    def _unreachable(self, error: Exception) -> VoucherifyUnreachable:
        status = getattr(getattr(error, "response", None), "status_code", None)
        what = f"status {status}" if status else type(error).__name__
        host = urlsplit(self._access.url).netloc
        return VoucherifyUnreachable(
            f"Voucherify does not answer at {host} ({what}): check GQL_APP_VOUCHERIFY_URL and the network."
        )

    def _is_voucherifys(self, url: str) -> bool:
        asked, ours = urlsplit(url), urlsplit(self._access.url)
        is_same = (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)
        return is_same or (asked.scheme == "https" and (asked.hostname or "").endswith(".voucherify.io"))


@asynccontextmanager
async def asking(access: Access, budget: Budget) -> AsyncIterator[Voucherify]:
    """Connected for as long as the context lasts; a proxy of the environment stands between only on the way out."""
    is_here = urlsplit(access.url).hostname in HERE
    async with httpx2.AsyncClient(
        base_url=access.url, auth=access.auth(), timeout=TIMEOUT, trust_env=not is_here
    ) as client:
        yield Voucherify(client, access, budget)


def read_at(headers: Mapping[str, str]) -> int:
    """When an answer was made, by the server's clock; by ours where it does not say."""
    try:
        return int(parsedate_to_datetime(headers["date"]).timestamp()) * 1_000_000
    except (KeyError, ValueError):
        return time.time_ns() // 1000


def escaped(part: str) -> str:
    """A part of a path, whatever is in it."""
    return quote(part, safe="")


def _is_passing(error: Exception) -> bool:
    return isinstance(error, (httpx2.TransportError, httpx2.HTTPStatusError))
