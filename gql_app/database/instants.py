"""Texts that tell a day or a moment, as instants."""

import re
from datetime import date

CLOCK = "[T ]([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])"
OFFSET = "Z|[+-](?:0[0-9]|1[0-5]):?[0-5][0-9]"
INSTANT = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?:{CLOCK}(?:\.([0-9]{{1,9}}))?(?: ?({OFFSET}))?)?")
BEFORE_1970 = date(1970, 1, 1).toordinal()


def instant(said: str) -> int | None:
    """Milliseconds since 1970, UTC, of a day or a moment with 0 to 9 digits of a second, those beyond three cut off.

    Without an offset it is UTC; None where the text tells no instant.
    """
    found = INSTANT.fullmatch(said)
    if found is None:
        return None
    day, hours, minutes, seconds, fraction, offset = found.groups("0")
    try:
        days = date.fromisoformat(day).toordinal() - BEFORE_1970
    except ValueError:
        return None
    whole = days * 86400 + int(hours) * 3600 + int(minutes) * 60 + int(seconds) - _east(offset)
    return whole * 1000 + int(fraction.ljust(3, "0")[:3])


def _east(offset: str) -> int:
    """Seconds east of Greenwich."""
    if offset in ("0", "Z"):
        return 0
    east = int(offset[1:3]) * 3600 + int(offset[-2:]) * 60
    return -east if offset[0] == "-" else east
