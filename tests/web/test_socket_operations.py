"""Operations on one socket, from the first word to the last."""

import asyncio

import pytest

from .conftest import Serve, Served
from .talk import Talk, waited


async def test_a_subscription_says_everything_and_completes(talk: Talk) -> None:
    await talk.subscribe('a "b"', "subscription($to: Int!) {count(to: $to)}", variables={"to": 3})
    for number in range(3):
        payload = {"data": {"count": number}}
        assert await talk.hear() == {"id": 'a "b"', "type": "next", "payload": payload}
    assert await talk.hear() == {"id": 'a "b"', "type": "complete"}


@pytest.mark.parametrize(("query", "data"), [("{hello}", {"hello": "hello world"}), ("mutation {bump}", {"bump": 1})])
async def test_queries_and_mutations_are_answered_once(talk: Talk, query: str, data: object) -> None:
    await talk.subscribe("1", query)
    assert await talk.hear() == {"id": "1", "type": "next", "payload": {"data": data}}
    assert await talk.hear() == {"id": "1", "type": "complete"}


async def test_an_operation_is_chosen_by_name(talk: Talk) -> None:
    await talk.subscribe("1", "query A {broken} query B {hello}", operationName="B", extensions=None)
    assert (await talk.hear())["payload"] == {"data": {"hello": "hello world"}}


async def test_a_field_error_is_part_of_an_answer(talk: Talk) -> None:
    await talk.subscribe("1", "{broken}")
    answer = await talk.hear()
    assert answer["type"] == "next"
    assert answer["payload"]["errors"][0]["path"] == ["broken"]
    assert await talk.hear() == {"id": "1", "type": "complete"}


@pytest.mark.parametrize(
    "query",
    ["{", "{nothing}", "subscription {nothing}", "subscription {count}", "query A {hello} query B {hello}"],
)
async def test_a_wrong_request_ends_only_itself(served: Served, talk: Talk, query: str) -> None:
    await talk.subscribe("live", "subscription {forever}")
    assert (await talk.hear())["id"] == "live"
    await talk.subscribe("wrong", query)
    answer = await talk.hear()
    assert (answer["id"], answer["type"]) == ("wrong", "error")
    assert answer["payload"][0]["message"]
    await talk.send(type="ping")
    assert await talk.hear() == {"type": "pong"}
    assert not served.engine.stopped.is_set()


async def test_an_unknown_operation_ends_only_itself(talk: Talk) -> None:
    await talk.subscribe("1", "{hello}", operationName="Other")
    assert (await talk.hear())["type"] == "error"
    await talk.subscribe("1", "{hello}")
    assert (await talk.hear())["type"] == "next"


async def test_a_fault_of_ours_ends_one_operation_and_tells_nothing(talk: Talk, no_trouble: list[str]) -> None:
    no_trouble.append("unexpected ValueError")
    await talk.subscribe("1", "subscription {crash}")
    assert (await talk.hear())["type"] == "next"
    answer = await talk.hear()
    assert answer["type"] == "error"
    assert "secret" not in str(answer)
    await talk.send(type="ping")
    assert await talk.hear() == {"type": "pong"}


@pytest.mark.parametrize("query", ["subscription {forever}", "{never}"])
async def test_complete_stops_an_operation(served: Served, talk: Talk, query: str) -> None:
    await talk.subscribe("1", query)
    await waited(served.engine.started)
    await talk.send(id="1", type="complete")
    await waited(served.engine.stopped)


async def test_nothing_is_said_after_complete(served: Served, talk: Talk) -> None:
    await talk.subscribe("1", "subscription {forever}")
    assert (await talk.hear())["type"] == "next"
    await talk.send(id="1", type="complete")
    await waited(served.engine.stopped)
    await talk.send(type="ping")
    assert await talk.hear() == {"type": "pong"}


async def test_completing_what_is_unknown_is_no_mistake(talk: Talk) -> None:
    await talk.send(id="never", type="complete")
    await talk.send(type="ping")
    assert await talk.hear() == {"type": "pong"}


async def test_a_live_id_may_not_be_used_twice(served: Served, talk: Talk) -> None:
    await talk.subscribe("1", "subscription {forever}")
    await waited(served.engine.started)
    await talk.subscribe("1", "{hello}")
    assert await talk.closed() == (4409, "Subscriber for 1 already exists")
    await waited(served.engine.stopped)


async def test_the_reason_is_cut_where_an_id_is_long(served: Served, talk: Talk) -> None:
    await talk.subscribe("é" * 500, "subscription {forever}")
    await waited(served.engine.started)
    await talk.subscribe("é" * 500, "{hello}")
    code, reason = await talk.closed()
    assert code == 4409
    assert reason == "Subscriber for " + "é" * 54


async def test_an_id_is_free_again_after_complete(served: Served, talk: Talk) -> None:
    for _ in range(50):
        await talk.subscribe("1", "subscription {forever}")
        assert (await talk.hear())["type"] == "next"
        await talk.send(id="1", type="complete")
    await talk.subscribe("1", "{hello}")
    assert (await talk.hear())["payload"] == {"data": {"hello": "hello world"}}


async def test_stopped_operations_do_not_fill_a_socket_up(serve: Serve) -> None:
    served = await serve(operations=2)
    async with Talk.to(served.port) as talk:
        await talk.greet()
        for _ in range(200):
            await talk.subscribe("1", "{never}")
            await talk.send(id="1", type="complete")
        await talk.send(type="ping")
        assert await talk.hear() == {"type": "pong"}


async def test_an_id_is_free_again_once_it_has_ended(talk: Talk) -> None:
    for _ in range(50):
        await talk.subscribe("1", "{hello}")
        assert (await talk.hear())["type"] == "next"
        assert await talk.hear() == {"id": "1", "type": "complete"}


async def test_operations_on_a_socket_are_counted(serve: Serve) -> None:
    served = await serve(operations=2)
    async with Talk.to(served.port) as talk:
        await talk.greet()
        for number in "12":
            await talk.subscribe(number, "subscription {forever}")
            assert (await talk.hear())["type"] == "next"
        await talk.subscribe("3", "{hello}")
        answer = await talk.hear()
        assert (answer["id"], answer["type"]) == ("3", "error")
        assert answer["payload"][0]["extensions"] == {"code": "TOO_MANY_OPERATIONS"}
        assert served.socket.sockets.operations() == 2


async def test_operations_run_side_by_side(served: Served, talk: Talk) -> None:
    await talk.subscribe("slow", "{never}")
    await waited(served.engine.started)
    async with asyncio.timeout(5):
        await talk.subscribe("quick", "{hello}")
        assert (await talk.hear())["id"] == "quick"
