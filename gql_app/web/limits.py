"""How much one socket may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Times are in seconds, `operations` run at once, a `message` is at most so many characters."""

    init_timeout: float = 5.0
    send_timeout: float = 15.0
    operations: int = 100
    message: int = 1_000_000
