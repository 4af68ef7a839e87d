"""What time it is, handed in so that a test need not wait."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Microseconds since 1970, UTC."""


def now() -> int:
    """The machine's clock."""
    return time.time_ns() // 1000
