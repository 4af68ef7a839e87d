"""How long a key is good for, as people write it."""

import re

from gql_app.errors import BadArgument

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
WRITTEN = re.compile(r"([1-9][0-9]{0,6})([smhdw])")
LONGEST = 100 * 366 * 86_400


def seconds_in(said: str) -> int:
    """Of `90d`, `12h` and the like; raises BadArgument."""
    found = WRITTEN.fullmatch(said.strip().lower())
    length = int(found[1]) * UNITS[found[2]] if found else 0
    if not 0 < length <= LONGEST:
        raise BadArgument(f"--expires-in {said!r} is no time to come: use 90d, 12h or 30m.")
    return length
