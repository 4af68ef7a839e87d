"""However a socket ends, nothing of it remains."""

import asyncio
from typing import Any

import pytest

from .conftest import Serve, Served
from .talk import PATIENCE, Talk, waited


async def emptied(served: Served) -> None:
    """Wait until a socket has been let go; it was the only one."""
    await waited(served.left)
    assert len(served.socket.sockets) == 0


@pytest.mark.parametrize("query", ["subscription {forever}", "{never}"])
async def test_a_client_that_closes_leaves_nothing(served: Served, query: str) -> None:
    async with Talk.to(served.port) as talk:
        await talk.greet()
        await talk.subscribe("1", query)
        await waited(served.engine.started)
        assert served.socket.sockets.operations() == 1
    await waited(served.engine.stopped)
    await emptied(served)


async def test_a_client_that_vanishes_leaves_nothing(served: Served) -> None:
    async with Talk.to(served.port) as talk:
        await talk.greet()
        await talk.subscribe("1", "subscription {forever}")
        await waited(served.engine.started)
        talk.socket.transport.abort()
        await waited(served.engine.stopped)
    await emptied(served)


async def test_a_client_that_vanishes_while_it_is_told_leaves_nothing(served: Served) -> None:
    async with Talk.to(served.port, max_queue=1) as talk:
        await talk.greet()
        await talk.subscribe("1", "subscription {flood}")
        await talk.hear()
        talk.socket.transport.abort()
        await waited(served.engine.stopped)
    await emptied(served)


async def test_a_restart_is_announced(served: Served, talk: Talk) -> None:
    await talk.subscribe("1", "subscription {forever}")
    await waited(served.engine.started)
    await served.socket.sockets.close_all()
    assert await talk.closed() == (1012, "Service restart")
    assert served.engine.stopped.is_set()
    assert len(served.socket.sockets) == 0


async def test_a_restart_reaches_strangers_as_well(served: Served, stranger: Talk) -> None:
    await stranger.send(type="ping")
    await stranger.hear()
    await served.socket.sockets.close_all()
    assert await stranger.closed() == (1012, "Service restart")


async def test_nobody_new_is_let_in_while_we_restart(served: Served) -> None:
    await served.socket.sockets.close_all()
    async with Talk.to(served.port) as talk:
        assert await talk.closed() == (1012, "Service restart")


async def test_a_slow_reader_is_dropped(serve: Serve) -> None:
    served = await serve(send_timeout=0.1)
    async with Talk.to(served.port, max_queue=1) as slow:
        await slow.greet()
        await slow.subscribe("1", "subscription {flood}")
        await waited(served.engine.stopped)
        await emptied(served)
        assert (await slow.closed())[0] == 1006


def hidden(app: Any) -> Any:
    """Wrap an app so that it cannot see the server behind `send`."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        async def forward(message: Any) -> None:
            await send(message)

        await app(scope, receive, forward)

    return wrapped


async def test_a_slow_reader_is_let_go_where_the_server_is_hidden(serve: Serve) -> None:
    served = await serve(send_timeout=0.1)
    inner, served.socket = served.socket, hidden(served.socket)
    async with Talk.to(served.port, max_queue=1) as slow:
        await slow.greet()
        await slow.subscribe("1", "subscription {flood}")
        await waited(served.engine.stopped)
    served.socket = inner
    await emptied(served)


async def test_a_slow_reader_keeps_nobody_waiting(serve: Serve) -> None:
    served = await serve(send_timeout=0.3)
    async with Talk.to(served.port, max_queue=1) as slow, Talk.to(served.port) as quick:
        await slow.greet()
        await slow.subscribe("1", "subscription {flood}")
        await quick.greet()
        await quick.subscribe("1", "subscription {count(to: 500)}")
        told = [await quick.hear() for _ in range(501)]
        assert told[-1] == {"id": "1", "type": "complete"}
        await waited(served.engine.stopped)


async def test_a_slow_reader_s_other_operations_end_too(serve: Serve) -> None:
    served = await serve(send_timeout=0.1)
    async with Talk.to(served.port, max_queue=1) as slow:
        await slow.greet()
        await slow.subscribe("1", "{never}")
        await slow.subscribe("2", "subscription {flood}")
        await waited(served.engine.stopped)
        await emptied(served)
        assert served.socket.sockets.operations() == 0


async def test_a_restart_does_not_wait_for_a_slow_reader(serve: Serve) -> None:
    served = await serve(send_timeout=0.3)
    async with Talk.to(served.port, max_queue=1) as slow:
        await slow.greet()
        await slow.subscribe("1", "subscription {flood}")
        await slow.hear()
        async with asyncio.timeout(PATIENCE):
            await served.socket.sockets.close_all()
        assert len(served.socket.sockets) == 0
