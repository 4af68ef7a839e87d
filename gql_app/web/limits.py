"""How much one client may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Times are in seconds, `operations` run at once on a socket, a `message` has at most so many characters."""

    init_timeout: float = 5.0
    send_timeout: float = 15.0
    heartbeat: float = 12.0
    operations: int = 100
    message: int = 1_000_000
    messages_per_second: int = 1_000
    sockets_per_viewer: int = 1_000
    sockets_per_address: int = 10_000
