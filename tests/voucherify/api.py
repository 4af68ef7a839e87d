"""The REST API as it is documented: caps, cursors, filters, limits, and answers that go wrong."""

import asyncio
import json
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.stage import payload
from tests.voucherify.exports import Exports
from tests.voucherify.limits import Limits
from tests.voucherify.shop import SECOND, Noun, Shop

NOT_FOUND = payload("rest/customers/get.customers-customerId.404.Not-found")
UNAUTHORIZED = payload("rest/exports/get.exports-export_Id.401.Unauthorized")
HIGHEST = "\U0010ffff"

Send = Callable[[dict[str, Any]], Awaitable[None]]
Query = dict[str, str]


@dataclass
class Refused(Exception):
    """An answer that is not 200."""

    status: int
    said: dict[str, Any]


@dataclass
class Api:
    """An ASGI application on a shop. `troubles` are what the next answers suffer: a status, `slow`, `broken`, `cut`."""

    shop: Shop
    key: tuple[str, str] = ("app-id", "app-token")
    limits: Limits = field(init=False)
    exports: Exports = field(init=False)
    troubles: deque[Any] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    last_page: dict[str, int] = field(default_factory=lambda: {"customers": 99, "orders": 100, "campaigns": 100})
    is_exclusive: bool = True
    before_answer: Callable[[str], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self.limits = Limits(self.shop)
        self.exports = Exports(self.shop)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            return
        query = dict(parse_qsl(scope["query_string"].decode()))
        path = scope["path"]
        self.asked.append(f"{scope['method']} {path}?{scope['query_string'].decode()}".rstrip("?"))
        said = await _body(receive) if scope["method"] == "POST" else b""
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        if self.before_answer is not None:
            await self.before_answer(path)
        try:
            status, body = 200, self._answer(scope["method"], unquote(path), query, headers, said)
        except Refused as refused:
            status, body = refused.status, json.dumps(refused.said).encode()
        await self._send(send, status, body)

    async def _send(self, send: Send, status: int, body: bytes) -> None:
        trouble = self.troubles.popleft() if self.troubles else None
        if isinstance(trouble, float):
            await asyncio.sleep(trouble)
        if isinstance(trouble, int):
            status, body = trouble, json.dumps({"code": trouble, "message": "trouble"}).encode()
        if trouble == "broken":
            body = body[: len(body) // 2]
        length = len(body) + 1 if trouble == "cut" else len(body)
        headers = {
            "content-type": "application/json",
            "content-length": str(length),
            "date": formatdate(self.shop.now / SECOND, usegmt=True),
        } | self.limits.headers
        lines = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": lines})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, method: str, path: str, query: Query, headers: dict[str, str], said: bytes) -> bytes:
        self._authorise(path, headers)
        if not self.limits.allows():
            raise Refused(429, {"code": 429, "message": "Too many requests hit the API too quickly."})
        if path == "/v1/oauth/token":
            token = f"token-{len(self.tokens)}"
            self.tokens.add(token)
            return json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 900}).encode()
        if path.startswith(("/v1/exports", "/download/")):
            found = self.exports.answer(method, path, said, headers.get("host", ""))
            if found is None:
                raise Refused(404, NOT_FOUND)
            return found
        return self._shown(path.removeprefix("/v1/").split("/"), query)

    def _authorise(self, path: str, headers: dict[str, str]) -> None:
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        given = headers.get("x-app-id"), headers.get("x-app-token")
        if given != self.key and (bearer not in self.tokens or path == "/v1/oauth/token"):
            raise Refused(401, UNAUTHORIZED)

    def _shown(self, parts: list[str], query: Query) -> bytes:
        nouns = {"customers": self.shop.customers, "orders": self.shop.orders, "campaigns": self.shop.campaigns}
        if parts[0] in nouns and len(parts) == 1:
            return self._list(parts[0], nouns[parts[0]], query)
        if parts[0] in nouns and len(parts) == 2:
            return self._one(nouns[parts[0]], parts[1], parts[0] == "customers")
        if parts[0] == "loyalties" and parts[2:] == ["tiers"]:
            tiers = self.shop.tiers[parts[1]]
            return json.dumps({"object": "list", "data_ref": "data", "data": tiers, "total": len(tiers)}).encode()
        if parts == ["async-actions"]:
            shown = [one for one in self.shop.actions if one["created_at"] < query.get("end_date", HIGHEST)]
            most = int(query.get("limit", "10"))
            said = {"object": "list", "data_ref": "async_actions", "async_actions": shown[:most]}
            return json.dumps(said | {"has_more": len(shown) > most}).encode()
        raise Refused(404, NOT_FOUND)

    def _one(self, noun: Noun, wanted: str, is_customer: bool) -> bytes:
        if wanted not in noun.all:
            wanted = next((one for one, said in noun.all.items() if said.get("source_id") == wanted), "")
        if not wanted:
            raise Refused(404, NOT_FOUND)
        body = noun.body(wanted)
        return body[:-1] + b',"assets":{"cockpit_url":"https://x.test/?token=hunter2"}}' if is_customer else body

    def _list(self, name: str, noun: Noun, query: Query) -> bytes:
        limit = int(query.get("limit", "10"))
        page = int(query.get("page", "1"))
        if not 1 <= limit <= 100 or not 1 <= page <= self.last_page[name]:
            raise Refused(400, {"code": 400, "key": "invalid_query_params", "message": "Invalid query parameters"})
        found = self._ordered(noun, query, page * limit + 1) if name == "customers" else self._simply(noun, query)
        ids = found[(page - 1) * limit : page * limit]
        shown = b",".join(noun.body(one) for one in ids)
        head = json.dumps({"object": "list", "data_ref": name, "total": len(noun.all)})[:-1].encode()
        has_more = b',"has_more":%s' % (b"true" if len(found) > page * limit else b"false")
        return b'%s,"%s":[%s]%s}' % (head, name.encode(), shown, has_more if name == "customers" else b"")

    def _simply(self, noun: Noun, query: Query) -> list[str]:
        """Orders know no filter and no cursor."""
        order = query.get("order", "-created_at")
        ids = [one for _, one in noun.sorted_by[order.removeprefix("-")]]
        return ids[::-1] if order.startswith("-") else ids

    def _ordered(self, noun: Noun, query: Query, most: int) -> list[str]:
        order = query.get("order", "-created_at")
        axis, is_falling = order.removeprefix("-"), order.startswith("-")
        listed = noun.sorted_by[axis]
        begin, end = 0, len(listed)
        if cursor := query.get("starting_after"):
            side = bisect_right if self.is_exclusive else bisect_left
            other = bisect_left if self.is_exclusive else bisect_right
            top = (cursor, HIGHEST if self.is_exclusive else "")
            low = (cursor, "" if self.is_exclusive else HIGHEST)
            begin, end = (0, other(listed, low)) if is_falling else (side(listed, top), end)
        places = range(end - 1, begin - 1, -1) if is_falling else range(begin, end)
        shown = (listed[place][1] for place in places)
        return list(islice((one for one in shown if _is_between(noun.all[one], query)), most))


def _is_between(said: dict[str, Any], query: Query) -> bool:
    return all(
        query.get(f"{time}[after]", "") < said.get(time, "") < query.get(f"{time}[before]", HIGHEST)
        for time in ("created_at", "updated_at")
        if f"{time}[after]" in query or f"{time}[before]" in query
    )


async def _body(receive: Any) -> bytes:
    parts = b""
    while True:
        message = await receive()
        parts += message.get("body", b"")
        if not message.get("more_body"):
            return parts
