"""Where connections come in."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from gql_app.errors import BadSetting

BACKLOG = 2048
SHARES = hasattr(socket, "SO_REUSEPORT")
UNREAD_SECONDS = 30
"""How long what was sent may wait in the kernel, where no server sees that nobody reads it."""


def listen(host: str, port: int, is_shared: bool = False) -> socket.socket:
    """A socket whose connections wait until they are served; raises BadSetting where the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends small answers at once instead of waiting for more (TCP_NODELAY).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
    if is_shared and SHARES:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise BadSetting(f"Cannot listen on {host}:{port} ({error}): set --port or GQL_APP_PORT.") from None
    return listener


@contextmanager
def listeners(host: str, port: int, count: int) -> Iterator[list[socket.socket]]:
    """A socket for each worker, all on one port: the kernel deals connections out evenly, where workers that
    accept from one socket would be served unevenly. What waits at a dead worker's waits for its successor.
    """
    with ExitStack() as stack:
        one = stack.enter_context(listen(host, port))
        if count == 1 or not SHARES:
            yield [one] * count
            return
        # Only a socket that shares with nobody finds out that the port is taken.
        port = one.getsockname()[1]
        one.close()
        yield [stack.enter_context(listen(host, port, is_shared=True)) for _ in range(count)]
