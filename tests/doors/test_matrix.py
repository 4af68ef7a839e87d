"""Every door with every kind of credential: the same ones open all of them, and none opens any other way."""

import time
from collections.abc import Callable

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gql_app.viewers import key_table
from gql_app.viewers.keys import mint
from tests.stage import on_stage

from .conftest import at_table, guarded, new_key
from .entries import DOORS, Entry, everywhere
from .issuer import RSA_KEY, Issuer, claims
from .issuer import new_key as signing_key

NOT_VALID = "The token is not valid."
BAD_KEY = "The API key is not valid."


def confused(issuer: Issuer) -> str:
    """Signed with what everybody knows, as if it were a shared secret."""
    issuer.keys["rsa"] = "RS256", RSA_KEY
    public = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head, body, _ = jwt.encode(claims(), "x" * 32, "HS256", headers={"kid": "rsa"}).split(".")
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        f"{head}.{body}".encode(), public
    )
    return f"{head}.{body}.{jwt.utils.base64url_encode(signature).decode()}"


def forged(issuer: Issuer) -> str:
    """Signed by somebody else, in the issuer's name."""
    return jwt.encode(claims(), signing_key("ES256"), "ES256", headers={"kid": "one"})


def altered(issuer: Issuer) -> str:
    """A good token with the claims of another."""
    head, _, signature = issuer.token().split(".")
    return f"{head}.{issuer.token(sub='bob', scope='events:raw').split('.')[1]}.{signature}"


def published_secret(issuer: Issuer) -> str:
    """Signed with a symmetric key that somebody published by mistake."""
    issuer.keys["oct"] = "HS256", jwt.utils.base64url_encode(b"s" * 32).decode()
    return jwt.encode(claims(), "s" * 32, "HS256", headers={"kid": "oct"})


REFUSED: dict[str, tuple[Callable[[Issuer], str | None], str]] = {
    "no token": (lambda _: None, "This needs a token"),
    "nothing": (lambda _: "", "must read `Bearer"),
    "another scheme": (lambda _: "Basic YW5uOmFubg==", "must read `Bearer"),
    "only the scheme": (lambda _: "Bearer", "must read `Bearer"),
    "garbage": (lambda _: "Bearer garbage", NOT_VALID),
    "garbage of three parts": (lambda _: "Bearer a.b.c", NOT_VALID),
    "binary": (lambda _: "Bearer \x80\xff.\xfe.x", NOT_VALID),
    "endless": (lambda _: "Bearer " + "e" * 20_000, NOT_VALID),
    "expired": (lambda one: f"Bearer {one.token(exp=time.time() - 5)}", "The token has expired."),
    "too early": (lambda one: f"Bearer {one.token(nbf=time.time() + 500)}", "The token is not valid yet."),
    "without expiry": (lambda one: f"Bearer {one.token(exp=None)}", "the claim exp is missing"),
    "for another service": (lambda one: f"Bearer {one.token(aud='shop')}", "another service (aud)"),
    "for nobody": (lambda one: f"Bearer {one.token(aud=None)}", "the claim aud is missing"),
    "unsigned": (lambda _: f"Bearer {jwt.encode(claims(), None, 'none')}", NOT_VALID),
    "unsigned, with a key id": (lambda _: f"Bearer {jwt.encode(claims(), None, 'none', {'kid': 'one'})}", NOT_VALID),
    "signed with what is public": (lambda one: f"Bearer {confused(one)}", NOT_VALID),
    "signed with what was published": (lambda one: f"Bearer {published_secret(one)}", NOT_VALID),
    "signed by a stranger": (lambda one: f"Bearer {forged(one)}", NOT_VALID),
    "with other claims": (lambda one: f"Bearer {altered(one)}", NOT_VALID),
    "an unknown key": (lambda _: f"Bearer {mint().key}", BAD_KEY),
    "half a key": (lambda _: "Bearer cg_0123456789ab_short", BAD_KEY),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused_is_refused_at_every_door(name: str, database_url: str, issuer: Issuer) -> None:
    make, why = REFUSED[name]
    credential = make(issuer)
    async with guarded(database_url, issuer) as stage:
        for door, entry in (await everywhere(stage, credential)).items():
            assert not entry.is_in, door
            assert why in entry.why, door


async def test_keys_that_are_no_longer_good_are_refused_at_every_door(database_url: str, issuer: Issuer) -> None:
    async with at_table(database_url) as database:
        good, revoked = await new_key(database), await new_key(database)
        expired = await new_key(database, expires_in=-1)
        await key_table.revoke(database, revoked.id, time.time())
    wrong = good.key[:-1] + ("a" if good.key[-1] != "a" else "b")
    expected = {wrong: BAD_KEY, expired.key: "The API key has expired.", revoked.key: "The API key has been revoked."}
    async with guarded(database_url, issuer) as stage:
        for key, why in expected.items():
            assert set((await everywhere(stage, f"Bearer {key}")).values()) == {Entry(False, why)}
        assert all(entry.is_in for entry in (await everywhere(stage, f"Bearer {good.key}")).values())


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
async def test_a_good_token_opens_every_door(algorithm: str, database_url: str, issuer: Issuer) -> None:
    issuer.keys["two"] = algorithm, RSA_KEY if algorithm == "RS256" else signing_key(algorithm)
    async with guarded(database_url, issuer) as stage:
        entries = await everywhere(stage, f"bearer {issuer.token('two')}")
    assert entries == dict.fromkeys(DOORS, Entry(True))


async def test_a_shared_secret_opens_every_door_and_no_other_secret_does(database_url: str) -> None:
    secret = "of thirty-two bytes at the least!"
    async with on_stage(database_url, jwt_secret=secret) as stage:
        entries = await everywhere(stage, f"Bearer {jwt.encode(claims(aud=None), secret, 'HS256')}")
        assert entries == dict.fromkeys(DOORS, Entry(True))
        entries = await everywhere(stage, f"Bearer {jwt.encode(claims(aud=None), secret + '.', 'HS256')}")
        assert set(entries.values()) == {Entry(False, NOT_VALID)}
