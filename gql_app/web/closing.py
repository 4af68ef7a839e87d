"""How a socket ends: the close codes of graphql-transport-ws and of WebSocket itself."""

from dataclasses import dataclass

LONGEST_REASON = 123
NEVER_SENT = 1006


@dataclass(frozen=True, slots=True)
class Close:
    """A close code and the reason sent with it."""

    code: int
    reason: str


class Closing(Exception):
    """Raised where the client gave cause to close its socket."""

    def __init__(self, close: Close) -> None:
        super().__init__(close.reason)
        self.close = close


GONE = Close(NEVER_SENT, "The client has gone")
SLOW_READER = Close(NEVER_SENT, "The client does not read")
FAILED = Close(1011, "Internal error")
RESTART = Close(1012, "Service restart")
CROWDED_ADDRESS = Close(1013, "Too many sockets from one address (GQL_APP_SOCKETS_PER_ADDRESS)")
CROWDED_VIEWER = Close(1013, "Too many sockets of one viewer (GQL_APP_SOCKETS_PER_VIEWER)")
UNAUTHORIZED = Close(4401, "Unauthorized")
TRY_LATER = Close(1013, "Try again later")
NO_PROTOCOL = Close(4406, "Subprotocol not acceptable: offer graphql-transport-ws")
INIT_TIMEOUT = Close(4408, "Connection initialisation timeout")
TOO_MANY_INITS = Close(4429, "Too many initialisation requests")


def malformed(why: str) -> Close:
    """Close because of a message that is none."""
    return Close(4400, _short(why))


def unwelcome(why: str) -> Close:
    """Close because the client may not, or no longer, be here; with another token it may come back."""
    return Close(4403, _short(why))


def taken(operation_id: str) -> Close:
    """Close because an id was used again while its operation was running."""
    return Close(4409, _short(f"Subscriber for {operation_id} already exists"))


def _short(reason: str) -> str:
    return reason.encode()[:LONGEST_REASON].decode(errors="ignore")
