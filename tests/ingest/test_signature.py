"""Only who knows a secret of ours may tell us anything."""

import hmac
import inspect
import json
import time
from typing import Any

import pytest

from gql_app.errors import SignatureMismatch
from gql_app.settings import Settings
from gql_app.voucherify import signature
from gql_app.voucherify.signature import sign, verify, without_whitespace
from tests.ingest.mirror import Mirror, body, customer
from tests.stage import PAYLOADS, Stage, on_stage

VECTORS = json.loads((PAYLOADS / "signature-vectors.json").read_text())["vectors"]
EVENT = body("customer.created", customer(name='Ann  \\" Lee'))
SECRETS = ("new secret", "old sécret")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["signed_bytes_utf8"][:20])
def test_every_published_signature_is_ours(vector: dict[str, str]) -> None:
    signed = vector["signed_bytes_utf8"].encode()
    assert sign(signed, vector["secret"]) == vector["signature_hex"]
    received = vector.get("received_body", vector["signed_bytes_utf8"]).encode()
    verify(received, vector["signature_hex"], [vector["secret"]])


def test_there_are_nine_published_signatures() -> None:
    assert len(VECTORS) == 9


def test_a_spaced_out_body_bears_the_signature_of_the_compact_one() -> None:
    spaced = json.dumps(json.loads(EVENT), indent="\t").replace("\n", "\r\n").encode()
    compact = json.dumps(json.loads(EVENT), separators=(",", ":")).encode()
    assert without_whitespace(spaced) == compact
    verify(spaced, sign(compact, "s"), ["s"])


@pytest.mark.parametrize("odd", [b'"a \\" b" ', b'"a \\\\" ', b'"open \\" end', b'"ends in \\', b'"\xff  \n" '])
def test_nothing_within_a_string_is_removed(odd: bytes) -> None:
    assert without_whitespace(odd) == odd.strip()


def test_any_of_the_secrets_may_sign() -> None:
    for secret in SECRETS:
        verify(EVENT, sign(EVENT, secret).upper(), SECRETS)
    with pytest.raises(SignatureMismatch):
        verify(EVENT, sign(EVENT, "older secret"), SECRETS)


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    real = hmac.compare_digest

    def noted(given: bytes, expected: bytes) -> bool:
        compared.append(given)
        return real(given, expected)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    verify(EVENT, sign(EVENT, SECRETS[0]), SECRETS)
    assert len(compared) == len(SECRETS), "every secret is tried, whichever fits"
    assert "==" not in inspect.getsource(signature._signed)


def test_a_body_of_escaped_quotes_is_looked_through_once() -> None:
    """Where the search went back, a body of 1 MB took an hour; a limit in CPU seconds tells these apart."""
    before = time.process_time()
    with pytest.raises(SignatureMismatch):
        verify(b' "' + b'\\"' * 500_000, "0" * 64, ["s"])
    assert time.process_time() - before < 5


BAD = {
    "wrong": "0" * 64,
    "empty": "",
    "short": "ab",
    "not hex": "é" * 64,
    "of another secret": sign(EVENT, "x"),
}


@pytest.mark.parametrize("given", [None, *BAD.values()], ids=["missing", *BAD])
async def test_what_is_not_signed_is_refused_and_not_kept(sqlite_url: str, given: str | None) -> None:
    async with on_stage(sqlite_url, webhook_secrets=SECRETS) as stage:
        headers = {} if given is None else {b"x-voucherify-signature": given.encode("latin-1")}
        response = await stage.client.post("/webhooks/voucherify", content=EVENT, headers=headers)
        assert response.status_code == 401
        assert response.json()["errors"][0]["extensions"]["code"].startswith("SIGNATURE_MIS")
        assert await _kept(stage) == []


async def test_what_is_signed_is_kept(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, webhook_secrets=SECRETS) as stage:
        headers = {"x-voucherify-signature": sign(EVENT, SECRETS[1])}
        response = await stage.client.post("/webhooks/voucherify", content=EVENT, headers=headers)
        assert (response.status_code, response.json()["status"]) == (202, "stored")
        assert await _kept(stage) == [("customer.created", "applied", None)]


async def _kept(stage: Stage) -> list[tuple[object, ...]]:
    return await Mirror(stage.parts.database, stage.parts.inbox).inbox_rows()


def test_secrets_are_never_shown() -> None:
    given: Any = SECRETS
    assert "secret" not in repr(Settings(webhook_secrets=given).webhook_secrets)
