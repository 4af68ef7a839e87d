"""Who gets a socket, and how long a stranger may keep it."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from .conftest import Serve, Served
from .talk import Talk


async def test_a_client_is_acknowledged_after_it_is_allowed(served: Served, stranger: Talk) -> None:
    await stranger.greet(Authorization="Bearer right")
    [(payload, headers)] = served.seen
    assert payload == {"Authorization": "Bearer right"}
    assert headers["host"] == f"127.0.0.1:{served.port}"


async def test_the_init_payload_may_be_missing(served: Served, stranger: Talk) -> None:
    await stranger.send(type="connection_init")
    assert await stranger.hear() == {"type": "connection_ack"}
    assert served.seen[0][0] is None


@pytest.mark.parametrize("protocols", [None, ["graphql-ws"], ["other"]])
async def test_other_protocols_are_closed(served: Served, protocols: Any) -> None:
    async with Talk.to(served.port, protocols) as talk:
        code, _ = await talk.closed()
        assert code == 4406


async def test_our_protocol_is_chosen_among_others(served: Served) -> None:
    async with Talk.to(served.port, ["graphql-ws", "graphql-transport-ws"]) as talk:
        assert talk.socket.subprotocol == "graphql-transport-ws"
        await talk.greet()


async def test_a_client_that_may_not_ask_is_closed(stranger: Talk) -> None:
    await stranger.send(type="connection_init", payload={"Authorization": "Bearer wrong"})
    assert await stranger.closed() == (4403, "This connection is not allowed to ask.")


async def test_our_own_failure_is_not_blamed_on_the_client(stranger: Talk, no_trouble: list[str]) -> None:
    no_trouble.append("unexpected ValueError")
    await stranger.send(type="connection_init", payload={"Authorization": "Bearer crash"})
    assert await stranger.closed() == (1011, "Internal error")


async def test_a_silent_stranger_is_closed(serve: Serve) -> None:
    served = await serve(init_timeout=0.05)
    async with Talk.to(served.port) as talk:
        assert await talk.closed() == (4408, "Connection initialisation timeout")


async def test_pings_do_not_prolong_the_wait(serve: Serve) -> None:
    served = await serve(init_timeout=0.2)
    async with Talk.to(served.port) as talk:
        await talk.send(type="ping")
        assert await talk.hear() == {"type": "pong"}
        assert (await talk.closed())[0] == 4408


async def test_nobody_waits_forever_for_permission(serve: Serve) -> None:
    served = await serve(init_timeout=0.05)
    async with Talk.to(served.port) as talk:
        await talk.send(type="connection_init", payload={"Authorization": "Bearer slow"})
        assert (await talk.closed())[0] == 4408


async def test_an_acknowledged_client_may_be_silent(serve: Serve) -> None:
    served = await serve(init_timeout=0.05)
    async with Talk.to(served.port) as talk:
        await talk.greet()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await talk.closed()


async def test_a_second_init_is_too_many(talk: Talk) -> None:
    await talk.send(type="connection_init")
    assert await talk.closed() == (4429, "Too many initialisation requests")


async def test_a_stranger_may_not_subscribe(stranger: Talk) -> None:
    await stranger.subscribe("1", "{hello}")
    assert await stranger.closed() == (4401, "Unauthorized")


@pytest.mark.parametrize("origin", ["https://shop.example", "HTTPS://Shop.Example", "http://127.0.0.1:{port}"])
async def test_pages_of_ours_may_connect(served: Served, origin: str) -> None:
    async with Talk.to(served.port, origin=origin.format(port=served.port)) as talk:
        await talk.greet()


@pytest.mark.parametrize("origin", ["https://evil.example", "https://shop.example.evil", "null", "http://", ""])
async def test_pages_of_others_may_not(served: Served, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with Talk.to(served.port, additional_headers={"Origin": origin}):
            pass
    assert refusal.value.response.status_code == 403
