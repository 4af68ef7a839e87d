"""In which order the story is told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from gql_app.demo.chance import Chance
from gql_app.demo.comings import arrives, brings_friend, edits, is_told_again, is_told_late, leaves
from gql_app.demo.envelope import Envelope
from gql_app.demo.moments import iso
from gql_app.demo.town import Town
from gql_app.demo.visits import buys, pays_later, thanks, uses_coupon

Scene = Callable[[Town], Iterator[Envelope]]

OPENING = timedelta(days=5)
FIRST_COMERS = 8
# How far into its share of the opening a scene may begin and still end within it.
LATEST = 0.9
CAST: tuple[Scene, ...] = (arrives,) * 18 + (brings_friend,) * 4
FIRST_VISITS: tuple[Scene, ...] = (buys,) * 48 + (uses_coupon,) * 8 + (thanks,) * 8 + (edits,) * 6
ROUND: tuple[Scene, ...] = (
    *(buys,) * 5,
    *(edits,) * 4,
    *(arrives, thanks, pays_later) * 2,
    *(brings_friend, uses_coupon, leaves, is_told_late, is_told_again),
)


@dataclass(frozen=True)
class Telling:
    """One delivery, and the seconds of silence before it."""

    pause: float
    envelope: dict[str, Any]


def story(seed: int, start: datetime) -> Iterator[Telling]:
    """An endless story, the same for the same seed and start; its pauses begin `OPENING` after the start."""
    town = Town(Chance(f"{seed} {iso(start)}"), start)
    for telling in chain(_opening(town, start), _life(town)):
        town.recent.append(telling.envelope)
        yield telling


def _opening(town: Town, start: datetime) -> Iterator[Telling]:
    later = [*CAST, *FIRST_VISITS]
    town.chance.shuffle(later)
    scenes = [arrives] * FIRST_COMERS + later
    for number, scene in enumerate(scenes):
        town.now = start + OPENING * (number + town.chance.uniform(0, LATEST)) / len(scenes)
        for envelope in _played(town, scene):
            yield Telling(0.0, envelope)
            town.now += timedelta(seconds=_pause(town))
    town.now = start + OPENING


def _life(town: Town) -> Iterator[Telling]:
    deliveries = chain.from_iterable(_played(town, scene) for scene in _rounds(town))
    while True:
        pause = _pause(town)
        town.now += timedelta(seconds=pause)
        yield Telling(pause, next(deliveries))


def _rounds(town: Town) -> Iterator[Scene]:
    while True:
        yield from town.chance.sample(ROUND, len(ROUND))


def _played(town: Town, scene: Scene) -> Iterator[Envelope]:
    town.sender.begin_request()
    yield from scene(town)


def _pause(town: Town) -> float:
    return town.chance.randint(1000, 2800) / 1000
