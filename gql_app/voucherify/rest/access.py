"""Who we are to Voucherify: an application's keys, sent themselves or exchanged for a token that lasts minutes."""

import time
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, field

import httpx2
import msgspec

TOKEN_PATH = "/v1/oauth/token"  # noqa: S105  # a path, not a secret
SCOPES = "customers orders campaigns loyalties segments exports async-actions"
"""What is read, and what exports need."""

EARLY_SECONDS = 60
"""A token is renewed so long before it ends: clocks differ, and answers take time."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where the project is and what opens it; `is_oauth` sends tokens instead of the keys."""

    url: str
    app_id: str
    app_token: str = field(repr=False)
    is_oauth: bool = False

    def auth(self) -> httpx2.Auth:
        """What signs every request."""
        return Tokens(self) if self.is_oauth else Keys(self)

    @property
    def headers(self) -> dict[str, str]:
        """The keys, as Voucherify wants them."""
        return {"X-App-Id": self.app_id, "X-App-Token": self.app_token}


class Keys(httpx2.Auth):
    """The keys with every request."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Signs once."""
        request.headers.update(self._access.headers)
        yield request


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float = 900


class Tokens(httpx2.Auth):
    """OAuth 2.0, client credentials: the keys buy a token, the token signs the requests."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._token = ""
        self._ends = 0.0

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """A new token where there is none, where it ends soon, and once where it is refused."""
        is_new = time.monotonic() > self._ends
        if is_new:
            await self._take((yield self._wanted()))
        request.headers["Authorization"] = f"Bearer {self._token}"
        answer = yield request
        if answer.status_code == 401 and not is_new:
            await self._take((yield self._wanted()))
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _wanted(self) -> httpx2.Request:
        form = {"grant_type": "client_credentials", "scope": SCOPES}
        return httpx2.Request("POST", self._access.url + TOKEN_PATH, headers=self._access.headers, data=form)

    async def _take(self, answer: httpx2.Response) -> None:
        """What is no token is left to the request to fail by."""
        try:
            said = msgspec.json.decode(await answer.aread(), type=_Token)
        except msgspec.MsgspecError:
            said = _Token("", 0)
        self._token = said.access_token
        self._ends = time.monotonic() + said.expires_in - EARLY_SECONDS
