"""Lists as Voucherify answers them: each row as the bytes that it came in."""

from dataclasses import dataclass
from typing import Any

import msgspec

from gql_app.errors import VoucherifyUnreachable
from gql_app.voucherify.rest.client import Answer, Voucherify
from gql_app.voucherify.values import long

LARGEST = 100
"""Rows; what Voucherify gives at once."""

TRIES = 3
"""How often a list is asked for that comes as something else."""

Parts = dict[str, msgspec.Raw]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page; `total` is of everything there is, None where it is not said."""

    rows: list[bytes]
    total: int | None
    has_more: bool | None
    read_at: int

    @property
    def is_last(self) -> bool:
        """Whether nothing follows; a list that does not say so ends with a page that is not full."""
        return not self.rows or (len(self.rows) < LARGEST if self.has_more is None else not self.has_more)


async def listed(voucherify: Voucherify, path: str, name: str = "", **query: Any) -> Listed:
    """A page of at most LARGEST; raises VoucherifyUnreachable where what comes is no list."""
    for _ in range(TRIES):
        answer = await voucherify.get(path, **{"limit": LARGEST} | query)
        if (found := _read(answer, name or path)) is not None:
            return found
    raise VoucherifyUnreachable(f"Voucherify answers {path} with something that is no list: try again later.")


def _read(answer: Answer, name: str) -> Listed | None:
    try:
        parts = msgspec.json.decode(answer.body, type=Parts)
        rows = msgspec.json.decode(parts.get(name) or parts["data"], type=list[msgspec.Raw])
        total, has_more = (msgspec.json.decode(parts[key]) if key in parts else None for key in ("total", "has_more"))
    except (msgspec.MsgspecError, KeyError):
        return None
    return Listed(
        [bytes(row) for row in rows], long(total), has_more if isinstance(has_more, bool) else None, answer.read_at
    )
