"""Where in the rows a path of the journal points: `paths` the other way round."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import models
from gql_app.mirror.paths import column_path
from models.base import Beneath, Mirrored

IDENTITY = "id"
"""The last step of a path that says whether the row is there at all."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column, and which row it is in: what the path says of the row's own columns; nothing for the customer."""

    model: type[Mirrored]
    row: tuple[tuple[str, str], ...]
    column: str


@lru_cache(16_384)
def place_of(path: str) -> Place | None:
    """Where a path points; None where this version knows no such column."""
    own = _columns(models.Customer).get(path)
    if own is not None:
        return Place(models.Customer, (), own)
    where, _, name = path.rpartition(".")
    for model, pattern in _patterns():
        found = pattern.fullmatch(where)
        column = _columns(model).get(name)
        if found and column is not None:
            return Place(model, tuple(found.groupdict().items()), column)
    return None


def every_place() -> Iterator[tuple[type[Mirrored], str, str, str]]:
    """What paths there are: model and column, and how they begin, up to what names the row, and end. A customer's own
    have no beginning.
    """
    every: tuple[type[Mirrored], ...] = (models.Customer, *_beneath())
    for model in every:
        begins = model.path.partition("{")[0]
        for path, column in _columns(model).items():
            yield model, column, begins, f".{path}" if begins else path


@cache
def _columns(model: type[Mirrored]) -> dict[str, str]:
    paths = {column_path(model, column): column for column in model._meta.fields_map}
    return {path: column for path, column in paths.items() if path is not None} | {IDENTITY: IDENTITY}


@cache
def _patterns() -> tuple[tuple[type[Beneath], re.Pattern[str]], ...]:
    """The longest first: what is within an order is not the order."""
    known = sorted(_beneath(), key=lambda model: -len(model.path))
    return tuple((model, _pattern(model.path)) for model in known)


def _beneath() -> Iterator[type[Beneath]]:
    for model in vars(models).values():
        if isinstance(model, type) and issubclass(model, Beneath) and model.path:
            yield model


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", re.escape(path)), re.DOTALL)
