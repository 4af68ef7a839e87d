"""A live object: at once, then whenever something that was selected changes."""

from typing import Any

import pytest

from tests.stage import Stage, Watcher, payload

from .scenes import MONDAY, TUESDAY, person, rename

WATCHED = "subscription($by: CustomerRef!) { customer(by: $by) { name } }"
REFERENCES = [{"id": "cust_1"}, {"sourceId": "ann"}, {"email": "ann@shop.example"}]


def ann(name: str, **more: Any) -> dict[str, Any]:
    return person(name, source_id="ann", email="ann@shop.example", **more)


async def named(watcher: Watcher) -> Any:
    customer = (await watcher.data())["customer"]
    return customer and customer["name"]


@pytest.mark.parametrize("by", REFERENCES)
async def test_a_customer_is_shown_at_once_and_whenever_it_changes(stage: Stage, by: dict[str, str]) -> None:
    await stage.post("customer.created", ann("Ann"))
    async with stage.watcher() as watcher:
        await watcher.subscribe(WATCHED, by=by)
        assert await named(watcher) == "Ann"
        for name in ("Anna", "Annie"):
            await stage.post("customer.updated", ann(name))
            assert await named(watcher) == name


@pytest.mark.parametrize("by", REFERENCES)
async def test_a_customer_may_appear_later(stage: Stage, by: dict[str, str]) -> None:
    async with stage.watcher() as watcher:
        await watcher.subscribe(WATCHED, by=by)
        assert await named(watcher) is None
        await stage.post("customer.created", ann("Ann"))
        assert await named(watcher) == "Ann"


async def test_what_was_not_selected_is_no_news(stage: Stage) -> None:
    await stage.post("customer.created", ann("Ann"))
    async with stage.watcher() as watcher:
        await watcher.subscribe(WATCHED, by={"id": "cust_1"})
        assert await named(watcher) == "Ann"
        await stage.post("customer.updated", ann("Ann", description="new"))
        await rename(stage, "Bob", number=2)
        await stage.post("customer.updated", ann("Anna", description="new"))
        assert await named(watcher) == "Anna"


@pytest.mark.parametrize("by", REFERENCES)
async def test_a_deleted_customer_is_seen_to_go(stage: Stage, by: dict[str, str]) -> None:
    await stage.tell("customer.created", ann("Ann"), MONDAY)
    query = "subscription($by: CustomerRef!) { customer(by: $by) { deletedAt } }"
    async with stage.watcher() as watcher:
        await watcher.subscribe(query, by=by)
        assert await watcher.data() == {"customer": {"deletedAt": None}}
        await stage.tell("customer.deleted", ann("Ann"), TUESDAY)
        gone = (await watcher.data())["customer"]
        assert gone == ({"deletedAt": TUESDAY} if "id" in by else None)


async def test_a_change_of_the_referrer_is_seen(stage: Stage) -> None:
    referral = {"campaigns": [{"campaign_name": "friends", "campaign_id": "camp_1", "referrer_id": "cust_2"}]}
    await stage.post("customer.created", person("Ann", referrals={"total": 1} | referral))
    await rename(stage, "Bob", number=2)
    async with stage.watcher() as watcher:
        query = '{ customer(by: {id: "cust_1"}) { referrals { campaigns { referrer { name } } } } }'
        await watcher.subscribe("subscription " + query)
        for name in ("Bob", "Robert"):
            await rename(stage, name, number=2)
            assert f"'name': '{name}'" in str(await watcher.data())


async def test_a_change_of_a_campaign_is_seen(stage: Stage) -> None:
    standing = {"points": 1, "campaigns": {"Club": {"points": 1}}}
    await stage.post("customer.created", person("Ann", loyalty=standing))
    query = '{ customer(by: {id: "cust_1"}) { loyalty { campaigns { campaign { id } } } } }'
    async with stage.watcher() as watcher:
        await watcher.subscribe("subscription " + query)
        assert "None" in str(await watcher.data())
        campaign = payload("webhook-data/campaign.created")["campaign"] | {"name": "Club"}
        await stage.tell("campaign.created", {"campaign": campaign}, TUESDAY)
        assert campaign["id"] in str(await watcher.data())


async def test_an_address_that_becomes_ambiguous_ends_the_answers_with_a_word_why(stage: Stage) -> None:
    await stage.post("customer.created", ann("Ann"))
    async with stage.watcher() as watcher:
        await watcher.subscribe(WATCHED, by={"email": "ann@shop.example"})
        assert await named(watcher) == "Ann"
        await stage.post("customer.created", person("Other", 2, email="ann@shop.example"))
        message = await watcher.message()
        assert message["type"] == "error"
        assert "Several customers" in message["payload"][0]["message"]
        assert message["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_the_mirror_counts_what_it_hears(stage: Stage) -> None:
    async with stage.watcher() as watcher:
        await watcher.subscribe("subscription { mirror { eventsReceived duplicates } }")
        assert (await watcher.data())["mirror"] == {"eventsReceived": 0, "duplicates": 0}
        await stage.tell("customer.created", person("Ann"), MONDAY, sendout="whs_1", event="evcus_1")
        assert (await watcher.data())["mirror"] == {"eventsReceived": 1, "duplicates": 0}
        await stage.tell("customer.created", person("Ann"), MONDAY, sendout="whs_1", event="evcus_1")
        assert (await watcher.data())["mirror"] == {"eventsReceived": 2, "duplicates": 1}
