"""How much may go on at once: operations, sockets, messages; one client's crowd is not another's trouble."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import ClientConnection, connect

from gql_app.viewers.crowd import Crowd, Crowded
from tests.limits.asking import ANN, asked, refusal
from tests.stage import Stage, on_stage
from tests.web.conftest import Serve
from tests.web.talk import Talk

LIVE = 'subscription { customer(by: {id: "cust_ann"}) { name } }'


def test_whoever_holds_nothing_takes_no_memory() -> None:
    crowd = Crowd(2)
    with crowd.place("ann"), crowd.place("ann"), crowd.place("bob"):
        with pytest.raises(Crowded), crowd.place("ann"):
            pass
        assert (crowd.held("ann"), crowd.held("bob")) == (2, 1)
    assert len(crowd) == 0


async def test_a_place_comes_back_however_its_holder_ends(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, subscriptions_per_viewer=1) as stage:
        for _ in range(5):
            async with stage.watcher() as watcher:
                await watcher.subscribe(LIVE)
                assert await watcher.data() == {"customer": None}
                await watcher.socket.send('{"id": "1", "type": "complete"}')
                await let_go(stage)
                await watcher.subscribe(LIVE)
                assert await watcher.data() == {"customer": None}
            await let_go(stage)


async def let_go(stage: Stage) -> None:
    """Waits until no subscription is left."""
    async with asyncio.timeout(10):
        while stage.parts.socket.sockets.operations():
            await asyncio.sleep(0.01)


async def test_one_more_subscription_than_allowed_is_refused_and_the_others_go_on(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, subscriptions_per_viewer=2) as stage, stage.watcher() as watcher:
        for _ in range(2):
            await watcher.subscribe(LIVE)
            assert await watcher.data() == {"customer": None}
        await watcher.subscribe(LIVE)
        said = await watcher.message()
        await stage.tell("customer.created", ANN, "2026-03-02T00:00:00.000Z")
        heard = [await watcher.data() for _ in range(2)]
    assert said["type"] == "error"
    assert said["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
    assert "GQL_APP_SUBSCRIPTIONS_PER_VIEWER" in said["payload"][0]["message"]
    assert heard == [{"customer": {"name": "Ann"}}] * 2


async def test_queries_at_once_are_counted_by_address_as_a_trusted_proxy_names_it(postgres_url: str) -> None:
    """The test's server trusts what loopback forwards, as one behind a proxy is set to."""
    async with on_stage(postgres_url, queries_per_viewer=1, read_connections=1) as stage:
        async with stage.parts.database.turn() as turn:
            await turn.execute("LOCK TABLE customer IN ACCESS EXCLUSIVE MODE")
            first = asyncio.create_task(asked(stage, **{"x-forwarded-for": "192.0.2.1"}))
            await running(stage, "address 192.0.2.1")
            told = refusal(await asked(stage, **{"x-forwarded-for": "192.0.2.1"}))
            other = await asked(stage, "{ __typename }", **{"x-forwarded-for": "192.0.2.2"})
        assert (await first).status_code == 200
    assert told["code"] == "TOO_MANY_OPERATIONS"
    assert other.status_code == 200


async def running(stage: Stage, who: str) -> None:
    """Waits until somebody's question runs."""
    async with asyncio.timeout(10):
        while not stage.parts.engine.toll.queries.held(who):
            await asyncio.sleep(0.01)


async def test_sockets_of_one_address_have_an_end_and_places_come_back(serve: Serve) -> None:
    served = await serve(sockets_per_address=2)
    for _ in range(3):
        async with Talk.to(served.port) as one, Talk.to(served.port) as two:
            await one.greet()
            await two.greet()
            async with Talk.to(served.port) as third:
                code, reason = await third.closed()
            await one.send(type="ping")
            assert await one.hear() == {"type": "pong"}
        assert code == 1013
        assert "GQL_APP_SOCKETS_PER_ADDRESS" in (reason or "")
        await all_left(served.socket.sockets)


async def all_left(sockets: object) -> None:
    """Waits until no socket is held."""
    async with asyncio.timeout(10):
        while len(sockets):  # type: ignore[arg-type]
            await asyncio.sleep(0.01)


async def test_sockets_of_one_viewer_have_an_end_and_do_not_count_for_another(serve: Serve) -> None:
    served = await serve(sockets_per_viewer=1)
    async with Talk.to(served.port) as ann, Talk.to(served.port) as again, Talk.to(served.port) as bob:
        await ann.greet(**{"as": "ann"})
        await bob.greet(**{"as": "bob"})
        await again.send(type="connection_init", payload={"as": "ann"})
        code, reason = await again.closed()
    assert code == 1013
    assert "GQL_APP_SOCKETS_PER_VIEWER" in (reason or "")
    await all_left(served.socket.sockets)
    async with Talk.to(served.port) as ann:
        await ann.greet(**{"as": "ann"})


async def test_whoever_says_too_much_is_heard_later_and_nobody_else_is(serve: Serve) -> None:
    """A second's messages may come at once; of three seconds' messages the last is heard two seconds later."""
    served = await serve(messages_per_second=50)
    async with Talk.to(served.port) as talker, Talk.to(served.port) as other:
        await talker.greet()
        await other.greet()
        begun = asyncio.get_running_loop().time()
        for _ in range(150):
            await talker.send(type="ping")
        await other.send(type="ping")
        assert await other.hear() == {"type": "pong"}
        for _ in range(150):
            assert await talker.hear() == {"type": "pong"}
        assert asyncio.get_running_loop().time() - begun > 1.8


async def test_a_socket_that_is_refused_is_let_go(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, sockets_per_address=1) as stage, stage.watcher(), AsyncExitStack() as stack:
        address = stage.url.replace("http", "ws", 1) + "/graphql"
        others: list[ClientConnection] = []
        for _ in range(20):
            others.append(await stack.enter_async_context(connect(address, subprotocols=["graphql-transport-ws"])))  # type: ignore[list-item]
        for other in others:
            await other.wait_closed()
        assert {other.close_code for other in others} == {1013}
        assert len(stage.parts.socket.sockets) == 1
