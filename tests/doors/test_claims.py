"""What a token's claims make of its bearer, and which settings make no sense."""

import time
from typing import Any

import jwt
import pytest

from gql_app.errors import BadSetting, Unauthenticated
from gql_app.settings import Settings, load_settings
from gql_app.viewers.opening import has_tokens, tokens_of
from gql_app.viewers.rules import Binding, Rules
from gql_app.viewers.signers import SharedSecret
from gql_app.viewers.tokens import Tokens
from gql_app.viewers.viewer import Bound, Viewer

from .issuer import claims

SECRET = "of thirty-two bytes at the least!"
BINDING = Binding("shopper", "source_id")


async def read(rules: Rules | None = None, algorithm: str = "HS256", **given: Any) -> Viewer:
    """Who a token of these claims stands for."""
    token = jwt.encode(claims(aud=None, **given), SECRET, algorithm)
    return await Tokens(SharedSecret(SECRET), rules or Rules()).viewer(token)


async def refused(rules: Rules | None = None, **given: Any) -> str:
    """Why such a token is refused."""
    with pytest.raises(Unauthenticated) as error:
        await read(rules, **given)
    return str(error.value)


@pytest.mark.parametrize(
    ("said", "scopes"),
    [
        ("customers:read  orders:read", {"customers:read", "orders:read"}),
        (["customers:read", "customers:pii", 7, None, ["x"]], {"customers:read", "customers:pii"}),
        ("customers:read customers:write admin *", {"customers:read"}),
        ("CUSTOMERS:READ customers", set()),
        ("", set()),
        (None, set()),
        (7, set()),
        ({"customers:read": True}, set()),
    ],
)
async def test_scopes_are_words_or_a_list_and_what_is_unknown_grants_nothing(said: Any, scopes: set[str]) -> None:
    assert (await read(scope=said)).sight.scopes == scopes


async def test_the_claims_may_have_other_names_and_stand_deeper() -> None:
    rules = Rules(scope_claim="realm.roles", binding=Binding("https://shop.example/id", "id"))
    viewer = await read(rules, realm={"roles": ["orders:read"]}, **{"https://shop.example/id": "cust_1"})
    assert viewer.sight.scopes == {"orders:read"}
    assert viewer.sight.bound == Bound("id", "cust_1")
    assert (await read(Rules(scope_claim="a.b"), a=["x"])).sight.scopes == set()


async def test_a_token_stands_for_the_customer_it_names() -> None:
    viewer = await read(Rules(binding=BINDING), shopper="ann")
    assert (viewer.subject, viewer.sight.bound) == ("ann", Bound("source_id", "ann"))


@pytest.mark.parametrize("value", [None, "", 7, True, ["ann"], {"id": "ann"}, 0])
async def test_where_every_token_must_name_a_customer_none_that_does_not_is_let_in(value: Any) -> None:
    assert "names no customer" in await refused(Rules(binding=BINDING), shopper=value)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"exp": None}, "the claim exp is missing"),
        ({"exp": "soon"}, "not valid"),
        ({"exp": 10**400}, "not valid"),
        ({"exp": 1}, "expired"),
        ({"iat": time.time() + 500}, "not valid yet"),
        ({"nbf": time.time() + 500}, "not valid yet"),
        ({"sub": 7}, "not valid"),
    ],
)
async def test_what_does_not_hold_now_is_refused(said: dict[str, Any], why: str) -> None:
    assert why in await refused(**said)


async def test_clocks_may_differ_by_the_leeway_and_no_more() -> None:
    late = time.time() - 20
    viewer = await read(Rules(leeway=30), exp=int(late))
    assert viewer.expires_at == int(late) + 30
    assert "expired" in await refused(Rules(leeway=10), exp=int(late))


async def test_the_issuer_counts_where_it_is_set() -> None:
    rules = Rules(issuer=("https://one.example", "https://two.example"))
    assert (await read(rules, iss="https://two.example")).subject == "ann"
    assert "another issuer" in await refused(rules, iss="https://three.example")
    assert "iss is missing" in await refused(rules)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
async def test_a_shared_secret_signs_with_hmac(algorithm: str) -> None:
    secret = SECRET * 2
    token = jwt.encode(claims(aud=None), secret, algorithm)
    assert (await Tokens(SharedSecret(secret), Rules()).viewer(token)).subject == "ann"


async def test_a_token_is_verified_once_in_a_while_and_never_believed_beyond_its_expiry() -> None:
    now, expires = [time.time()], int(time.time()) + 3
    signers = Counting(SECRET)
    tokens = Tokens(signers, Rules(leeway=0), lambda: now[0])
    token = jwt.encode(claims(aud=None, exp=expires), SECRET)
    for _ in range(3):
        await tokens.viewer(token)
    assert signers.asked == 1
    now[0] = expires - 0.001
    await tokens.viewer(token)
    assert signers.asked == 1
    now[0] = expires
    await tokens.viewer(token)  # by its own clock the library still finds it good
    assert signers.asked == 2


class Counting(SharedSecret):
    """Says how often it was looked at."""

    asked = 0

    async def find(self, key_id: str | None) -> bytes:
        self.asked += 1
        return await super().find(key_id)


SIGNED = {"jwt_secret": SECRET}
PUBLISHED = {"jwt_jwks_url": "https://issuer.example/jwks.json", "jwt_audience": ("graph",)}


@pytest.mark.parametrize("given", [SIGNED, PUBLISHED, PUBLISHED | {"jwt_jwks_url": "http://localhost:1/keys"}])
def test_settings_that_say_who_signs_are_enough(given: dict[str, Any]) -> None:
    assert tokens_of(Settings(**given))[0] is not None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"jwt_secret": "short"}, "shorter than 32 bytes"),
        ({"jwt_secret": ""}, "shorter than 32 bytes"),
        ({"jwt_secret": "-----BEGIN PUBLIC KEY-----\n" + "M" * 80}, "public key"),
        (SIGNED | PUBLISHED, "choose one"),
        (PUBLISHED | {"jwt_audience": ()}, "GQL_APP_JWT_AUDIENCE is missing"),
        (PUBLISHED | {"jwt_jwks_url": "http://issuer.example/keys"}, "https://"),
        (PUBLISHED | {"jwt_jwks_url": "file:///etc/passwd"}, "https://"),
        (PUBLISHED | {"jwt_jwks_url": ""}, "https://"),
        (SIGNED | {"jwt_customer_claim": "a", "jwt_customer_id_claim": "b"}, "choose one"),
        (SIGNED | {"open_to_readers": True}, "choose one"),
        ({"jwt_audience": ("graph",)}, "neither GQL_APP_JWT_SECRET nor"),
        ({"jwt_customer_claim": "sub"}, "neither GQL_APP_JWT_SECRET nor"),
    ],
)
def test_settings_that_contradict_one_another_stop_the_start(given: dict[str, Any], said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        tokens_of(Settings(**given))


@pytest.mark.parametrize("name", ["jwt_customer_claim", "jwt_customer_id_claim", "jwt_scope_claim"])
def test_a_claim_without_a_name_is_no_way_to_bind_nobody(name: str) -> None:
    with pytest.raises(BadSetting, match=f"GQL_APP_{name.upper()}"):
        load_settings(**SIGNED, **{name: ""})


def test_without_a_word_of_tokens_there_are_none() -> None:
    assert not has_tokens(Settings(_env_file=None))  # type: ignore[call-arg]
