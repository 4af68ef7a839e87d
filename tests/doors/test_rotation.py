"""An issuer changes its keys, or cannot be reached: who may come in comes in, and nobody waits for long."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest

from gql_app.errors import Unauthenticated, Unchecked
from gql_app.viewers.issuer import Flooded, published_at
from gql_app.viewers.rounds import Rhythm
from gql_app.viewers.rules import Rules
from gql_app.viewers.signers import PublishedKeys, usable
from gql_app.viewers.tokens import Tokens
from tests.stage import SOON

from .conftest import guarded
from .entries import bearing
from .issuer import AUDIENCE, Issuer, new_key

SELDOM = Rhythm(lasting=1000, eager=500)
OFTEN = Rhythm(lasting=1000, eager=0)
ALWAYS = Rhythm(lasting=0.01, eager=0)


@asynccontextmanager
async def verifying(issuer: Issuer, rhythm: Rhythm, clock: "list[float] | None" = None) -> AsyncIterator[Tokens]:
    """Tokens of this issuer, whose keys are followed in this rhythm."""
    keys = PublishedKeys(partial(published_at, issuer.url), rhythm)
    following = asyncio.create_task(keys.run())
    try:
        yield Tokens(keys, Rules((AUDIENCE,)), (lambda: clock[0]) if clock else time.time)
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def test_a_new_key_is_fetched_when_a_token_names_it(issuer: Issuer) -> None:
    async with verifying(issuer, OFTEN) as tokens:
        assert (await tokens.viewer(issuer.token())).subject == "ann"
        issuer.keys["two"] = "EdDSA", new_key("EdDSA")
        assert (await tokens.viewer(issuer.token("two"))).subject == "ann"
        assert issuer.asked == 2


async def test_made_up_keys_do_not_make_us_ask_again_and_again(issuer: Issuer) -> None:
    async with verifying(issuer, SELDOM) as tokens:
        await tokens.viewer(issuer.token())
        issuer.keys["two"] = "EdDSA", new_key("EdDSA")
        for _ in range(50):
            with pytest.raises(Unauthenticated):
                await tokens.viewer(issuer.token("two"))
        assert issuer.asked == 1


async def test_who_comes_at_once_shares_one_fetch(issuer: Issuer) -> None:
    async with verifying(issuer, SELDOM) as tokens:
        await asyncio.gather(*(tokens.viewer(issuer.token(sub=f"ann {number}")) for number in range(50)))
        assert issuer.asked == 1


async def test_while_the_issuer_is_away_known_keys_stay_known(issuer: Issuer) -> None:
    async with verifying(issuer, ALWAYS) as tokens:
        await tokens.viewer(issuer.token())
        issuer.is_broken = True
        await fetched(issuer, 3)
        assert (await tokens.viewer(issuer.token(sub="bob"))).subject == "bob"


async def test_a_key_that_is_taken_back_is_of_no_use_five_seconds_later(issuer: Issuer) -> None:
    now = [time.time()]
    token, (_, key) = issuer.token(), issuer.keys["one"]
    async with verifying(issuer, ALWAYS, now) as tokens:
        await tokens.viewer(token)
        issuer.keys = {"two": ("ES256", key)}
        await fetched(issuer, 2)
        now[0] += 5
        with pytest.raises(Unauthenticated):
            await tokens.viewer(token)


async def fetched(issuer: Issuer, times: int) -> None:
    """Waits until its keys were fetched so many times more."""
    goal = issuer.asked + times
    async with issuer.fetched, asyncio.timeout(SOON):
        await issuer.fetched.wait_for(lambda: issuer.asked >= goal)


async def test_a_token_without_a_key_id_means_the_only_key(issuer: Issuer) -> None:
    async with verifying(issuer, OFTEN) as tokens:
        assert (await tokens.viewer(issuer.token(None))).subject == "ann"
    issuer.keys["two"] = "EdDSA", new_key("EdDSA")
    async with verifying(issuer, OFTEN) as tokens:
        with pytest.raises(Unauthenticated):
            await tokens.viewer(issuer.token(None))


async def test_an_issuer_that_was_never_reached_is_an_outage_and_not_a_refusal(
    database_url: str, issuer: Issuer
) -> None:
    issuer.is_broken = True
    async with guarded(database_url, issuer) as stage:
        response = await stage.client.get("/schema.graphql", headers=bearing(f"Bearer {issuer.token()}"))
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
        assert response.json()["errors"][0]["extensions"]["code"] == "AUTHENTICATION_UNAVAILABLE"


async def test_until_it_is_reached_nobody_waits_twice(issuer: Issuer) -> None:
    issuer.is_broken = True
    async with verifying(issuer, SELDOM) as tokens:
        for _ in range(5):
            with pytest.raises(Unchecked):
                await tokens.viewer(issuer.token())
        assert issuer.asked == 1


async def test_an_issuer_that_floods_us_is_cut_off(issuer: Issuer) -> None:
    issuer.keys |= {"x" * 200_000: issuer.keys["one"], "y" * 200_000: issuer.keys["one"]}
    with pytest.raises(Flooded):
        await published_at(issuer.url)


def test_what_is_published_for_something_else_verifies_nothing(issuer: Issuer) -> None:
    published = issuer.published()["keys"][0]
    symmetric = {"kty": "oct", "k": "c2VjcmV0" * 8, "alg": "HS256", "kid": "two"}
    assert set(usable({"keys": [published, published | {"kid": "three", "use": "enc"}, symmetric]})) == {"one", None}
