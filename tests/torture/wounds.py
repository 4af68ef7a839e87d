"""What happens to bytes on their way."""

import gzip
from collections.abc import Callable
from random import Random

Wound = Callable[[bytes, Random], bytes]

ODD = [b"\x00", b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"{", b"]", b'"', b"\\", b"\r\n"]
BARE = [b"", b" ", b"null", b"[]", b"{}", b'""', b"\x00", b"\xef\xbb\xbf", b"a=b&c=d"]
TWICE = [b'"id":"x","id":null,', b'"type":1,"type":"customer.updated",', b'"data":{},', b'"event":{},']


def flipped(body: bytes, chance: Random) -> bytes:
    """A few bits are wrong."""
    flipped = bytearray(body)
    for _ in range(chance.randint(1, 8) if body else 0):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def cut(body: bytes, chance: Random) -> bytes:
    """Something is missing at an end or in the middle, or came twice."""
    start, end = sorted(chance.randrange(len(body) + 1) for _ in range(2))
    return chance.choice([body[:end], body[start:], body[:start] + body[end:], body[:end] + body[start:]])


def inserted(body: bytes, chance: Random) -> bytes:
    """A byte or two too many."""
    place = chance.randrange(len(body) + 1)
    return body[:place] + chance.choice(ODD) + body[place:]


def said_twice(body: bytes, chance: Random) -> bytes:
    """A key that is there already."""
    opened = [place for place, byte in enumerate(body[:20_000], 1) if byte == ord("{")]
    place = chance.choice(opened) if opened else 0
    return body[:place] + chance.choice(TWICE) + body[place:]


WOUNDS: list[Wound] = [
    flipped,
    flipped,
    cut,
    cut,
    inserted,
    said_twice,
    said_twice,
    lambda body, _: b"\xef\xbb\xbf" + body,
    lambda body, _: body.decode("utf-8", "replace").encode("utf-16"),
    lambda body, _: body.decode("utf-8", "replace").encode("utf-32-be"),
    lambda body, _: gzip.compress(body, 1, mtime=0),
    lambda body, _: body + body,
    lambda body, _: b" \n\t" * 1000 + body + b"\r\n",
    lambda body, chance: chance.choice(BARE),
    lambda body, chance: chance.randbytes(min(len(body), 2000)),
]
