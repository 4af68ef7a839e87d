"""What a minute may cost: whoever asks more is told what it costs and when to come back, at every door."""

import pytest

from tests.limits.asking import ANN, LISTED, asked, over_socket, refusal
from tests.stage import on_stage

DOORS = {
    "a query": "{ customers(first: 40) { nodes { id } } }",
    "a live object": 'subscription { customer(by: {id: "cust_ann"}) { orders(first: 39) { nodes { id } } } }',
}


async def test_a_budget_is_spent_and_then_refused_with_the_time_to_come_back(database_url: str) -> None:
    async with on_stage(database_url, cost_per_minute=100) as stage:
        assert [(await asked(stage)).status_code for _ in range(2)] == [200, 200]
        response = await asked(stage)
    told = refusal(response)
    assert told["code"] == "RATE_LIMITED"
    assert told["cost"] == {"requested": 40, "perMinute": 100}
    assert 1 <= told["retryAfter"] <= 12
    assert response.headers["retry-after"] == str(told["retryAfter"])
    assert response.headers["cache-control"] == "no-store"


async def test_without_the_setting_nobody_is_refused(sqlite_url: str) -> None:
    async with on_stage(sqlite_url) as stage:
        assert {(await asked(stage)).status_code for _ in range(50)} == {200}


@pytest.mark.parametrize("query", DOORS.values(), ids=DOORS)
async def test_over_a_socket_only_the_operation_ends(sqlite_url: str, query: str) -> None:
    async with on_stage(sqlite_url, cost_per_minute=60) as stage, stage.watcher() as watcher:
        await stage.tell("customer.created", ANN, "2026-03-02T00:00:00.000Z")
        await watcher.subscribe(query)
        assert (await watcher.message())["type"] == "next"
        if query.startswith("{"):
            assert (await watcher.message())["type"] == "complete"
        await watcher.subscribe(query)
        said = await watcher.message()
        await watcher.subscribe("{ __typename }")
        assert await watcher.data() == {"__typename": "Query"}
    assert said["type"] == "error"
    assert said["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_every_door_draws_on_the_same_budget(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, cost_per_minute=60) as stage:
        assert (await over_socket(stage, LISTED))["type"] == "next"
        refusal(await asked(stage))


async def test_what_can_never_be_afforded_is_not_to_be_tried_again(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, cost_per_minute=30) as stage:
        response = await asked(stage)
        assert "retryAfter" not in refusal(response)
        assert "retry-after" not in response.headers
        assert (await asked(stage, "{ customers(first: 30) { nodes { id } } }")).status_code == 200


@pytest.mark.parametrize("wrong", ["{ nothing }", "{", "{ customers(first: 9999999) { nodes { id } } }"])
async def test_what_is_refused_costs_something_too(sqlite_url: str, wrong: str) -> None:
    async with on_stage(sqlite_url, cost_per_minute=60) as stage:
        said = [(await asked(stage, wrong)).status_code for _ in range(8)]
    assert said[0] == 200
    assert said[-1] == 429


@pytest.mark.parametrize("mistake", ['after: "no cursor"', "first: 9999999"])
async def test_a_mistake_in_one_field_makes_the_others_no_cheaper(sqlite_url: str, mistake: str) -> None:
    query = f"{{ wrong: customers({mistake}) {{ nodes {{ id }} }} customers(first: 40) {{ nodes {{ id }} }} }}"
    async with on_stage(sqlite_url, cost_per_minute=100) as stage:
        said = [(await asked(stage, query)).json() for _ in range(4)]
    assert said[0]["data"] is None or said[0]["errors"]
    assert "RATE_LIMITED" in str(said[-1])


async def test_viewers_are_told_their_budget(sqlite_url: str) -> None:
    query = "{ viewer { limits { costPerMinute } } }"
    async with on_stage(sqlite_url, cost_per_minute=1234) as stage:
        assert (await stage.ask(query))["viewer"]["limits"]["costPerMinute"] == 1234
