"""Bodies derived from every published sample by one seed: the same number is the same body, for ever."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from gql_app.voucherify.signature import sign
from tests.stage import PAYLOADS, envelope
from tests.torture import oddities
from tests.torture.wounds import WOUNDS

EVENTS = ("seeds", "webhook-data", "webhook-envelopes", "webhook-envelopes-constructed")
SECRET = "torture-secret"
DOOR = "/webhooks/voucherify"
SNAPSHOTS = ("customer.created", "customer.updated", "customer.deleted", "customer.order", "customer.segment")
SENDERS = 6
MARKS = ("mmmm", "nnnn", "rrrr", "tttt", "wwww", "zzzz")
"""By which the ids of one sender's customers end; no flipped bits make one of another."""
IDENTITY = re.compile(r'"([a-z]{1,10}_(?=[A-Za-z]*\d)[0-9A-Za-z]{6,})"')
MARK = "\ue000%d\ue001"
MARKED = re.compile('"\ue000(\\d+)\ue001"')


@dataclass(frozen=True, slots=True)
class Mutant:
    """One request: where it is posted, what it says, and under which signature."""

    number: int
    path: str
    body: bytes
    signature: str | None

    @property
    def is_signed(self) -> bool:
        """Whether the door must open."""
        return self.signature == sign(self.body, SECRET)


@cache
def samples() -> tuple[tuple[str | None, str], ...]:
    """Type (where the sample is a bare data object) and text of all published samples."""
    files = sorted(file for folder in EVENTS for file in (PAYLOADS / folder).rglob("*.json"))
    return tuple((None if "envelope" in file.parent.name else file.stem, file.read_text()) for file in files)


@cache
def snapshots() -> tuple[tuple[str | None, str], ...]:
    """The samples that carry whole customers and orders: there is most to read, and most to get wrong."""
    return tuple(one for one in samples() if one[0] and one[0].startswith(SNAPSHOTS))


def mutant(number: int) -> Mutant:
    """Senders tell of customers of their own, so that what is stored does not depend on who came first."""
    chance = Random(number)
    event_type, text = chance.choice(snapshots() if number // SENDERS % 2 else samples())
    said = json.loads(IDENTITY.sub(rf'"\1{MARKS[number % SENDERS]}"', text))
    is_bare = event_type is not None and chance.random() < 0.5
    if event_type is not None and not is_bare:
        at = f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T10:00:00.{number % 1000:03}Z"
        said = envelope(event_type, said, at, f"whs_{number:018d}a", f"ev_{number}")
    elif not is_bare and isinstance(said, dict):
        said["id"] = f"whs_{number:018d}b"
    body = _mutated(said, chance)
    return Mutant(number, f"{DOOR}/{event_type}" if is_bare else DOOR, body, _signature(body, said, chance))


def _signature(body: bytes, said: Any, chance: Random) -> str | None:
    if chance.random() < 0.8:
        return sign(body, SECRET)
    untouched = sign(json.dumps(said).encode(), SECRET)
    return chance.choice([None, "", "0" * 64, untouched[::-1], "é" * 32, sign(body, "another"), "a" * 5000])


def _mutated(said: Any, chance: Random) -> bytes:
    spliced: list[str] = []
    for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
        said = _touched(said, chance, spliced)
    text = json.dumps(said, ensure_ascii=False, separators=chance.choice([(",", ":"), (", ", ": ")]))
    body = MARKED.sub(lambda mark: spliced[int(mark[1])], text).encode("utf-8", "surrogatepass")
    return chance.choice(WOUNDS)(body, chance) if chance.random() < 0.3 else body


def _touched(said: Any, chance: Random, spliced: list[str]) -> Any:
    places = list(_places(said) if chance.random() < 0.5 else _shallow(said, chance))
    if not places:
        return said
    whole, place = chance.choice(places)
    spliced.append(_instead(str(place), whole[place], chance))
    mark = MARK % (len(spliced) - 1)
    kind = chance.random()
    if kind < 0.2 and isinstance(whole, dict):
        whole[oddities.key(chance)] = whole.pop(place)
    elif kind < 0.3:
        whole[place] = [whole[place]]
    elif kind < 0.4 and isinstance(whole, dict):
        del whole[place]
    else:
        whole[place] = mark
    return said if chance.random() < 0.99 else chance.choice([[said], mark])


def _instead(place: str, value: Any, chance: Random) -> str:
    if chance.random() < 0.7 and isinstance(value, str):
        if place == "id" or place.endswith("_id"):
            return oddities.identity(chance)
        if place.endswith(("_at", "date")):
            return oddities.moment(chance)
    return oddities.value(chance)


def _shallow(said: Any, chance: Random) -> Iterator[tuple[Any, Any]]:
    """The keys of the data, or of something close beneath it: what handlers read stands there."""
    whole, stays = said.get("data", said) if isinstance(said, dict) else said, False
    while not stays and isinstance(whole, dict):
        beneath = [part for part in whole.values() if isinstance(part, dict) and part]
        whole = chance.choice(beneath or [whole])
        stays = not beneath or chance.random() < 0.6
    return ((whole, key) for key in (whole if isinstance(whole, dict) else ()))


def _places(said: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(said) if isinstance(said, dict) else range(len(said)) if isinstance(said, list) else ()
    for key in keys:
        yield said, key
        yield from _places(said[key])
