"""The least that broadcasting costs: ready bytes, sent to each socket by the same server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Receive, Scope, Send

from bench.contestants.floor import Application, reply, whole
from gql_app.commands.server import quiet_collector

HELLO = '{"id":"1","type":"next"}'


@asynccontextmanager
async def broadcast(url: str, connections: int) -> AsyncIterator[Application]:
    """What is posted goes to every socket as it is."""
    sockets: set[Send] = set()

    async def hold(receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "graphql-transport-ws"})
        await send({"type": "websocket.send", "text": HELLO})
        sockets.add(send)
        try:
            while (await receive())["type"] != "websocket.disconnect":
                pass
        finally:
            sockets.discard(send)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await hold(receive, send)
            return
        text = (await whole(receive)).decode()
        for say in sockets:
            await say({"type": "websocket.send", "text": text})
        await reply(send, 202, b"{}")

    quiet_collector()
    yield application
