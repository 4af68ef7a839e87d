"""Entity tags: a client that asks again is told in a few bytes that nothing it was shown has changed.

A tag is a hash of the answer. A client that brings one back gets 304 where the answer is still the same; where the
database says that nothing at all was committed since this was last found out, without asking again.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, replace

import msgspec

from gql_app.schema.remembered import Remembered
from gql_app.schema.request import Request
from gql_app.viewers.viewer import EVERYONE
from gql_app.web.engine import Engine
from gql_app.web.headers import Fields
from gql_app.web.problems import answer_status
from gql_app.web.reply import NOT_STORED, Reply

REVALIDATED = (b"cache-control", b"private, no-cache")
"""Kept by the client alone, and never shown without asking."""

TAG = re.compile(rb'"[^"]*"')
MOST_SEEN = 4096


@dataclass(frozen=True, slots=True)
class Seen:
    """What an answer's tag was when the database was in this state."""

    state: str
    tag: bytes


class Revisits:
    """Answers those who may have asked before."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen: Remembered[Seen] = Remembered(MOST_SEEN)

    async def reply(self, request: Request, fields: Fields, media: bytes) -> Reply:
        """The answer with its tag, or 304 without it; answers with errors have no tag."""
        held = frozenset(TAG.findall(fields.get(b"if-none-match", b"")))
        key = _digest(media, request)
        state = await self._engine.state() if held else ""
        seen = self._seen.found(key)
        if held and seen is not None and seen.state == state and seen.tag in held:
            return _not_modified(seen.tag)
        answer = await self._engine.answer(request)
        status = answer_status(answer.executed, media)
        if not answer.is_whole:
            return Reply(status, media, answer.payload, [NOT_STORED])
        tag = _tag(media, answer.payload)
        if held:
            self._seen.put(key, Seen(state, tag))
        if tag in held:
            return _not_modified(tag)
        return Reply(status, media, answer.payload, [REVALIDATED, (b"etag", tag)])


def _not_modified(tag: bytes) -> Reply:
    return Reply(304, None, b"", [REVALIDATED, (b"etag", tag)])


def _digest(media: bytes, request: Request) -> bytes:
    viewer = request.viewer
    who = msgspec.json.encode((viewer.sight.word, viewer.subject))
    asked = msgspec.json.encode(replace(request, viewer=EVERYONE, address=""))
    return hashlib.blake2b(b" ".join((media, who, asked)), digest_size=16).digest()


def _tag(media: bytes, payload: bytes) -> bytes:
    digest = hashlib.blake2b(media, digest_size=15)
    digest.update(payload)
    return b'"' + base64.urlsafe_b64encode(digest.digest()) + b'"'
