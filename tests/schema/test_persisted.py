"""Automatic persisted queries, by Apollo's protocol."""

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gql_app.schema.persisted import Persisted, sha256_of
from tests.schema.asking import code_of, over_socket, posted
from tests.stage import Stage, on_stage

QUERY = "query Hello($with: Boolean = true) { __typename viewer @include(if: $with) { subject } }"
DATA = {"__typename": "Query", "viewer": {"subject": None}}


@pytest.fixture
async def calm(sqlite_url: str) -> AsyncIterator[Stage]:
    async with on_stage(sqlite_url) as stage:
        yield stage


def named(query: str, **persisted: Any) -> dict[str, Any]:
    """The extension that names a document."""
    sha256 = hashlib.sha256(query.encode()).hexdigest()
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256} | persisted}


async def test_a_document_is_sent_once_and_then_named(calm: Stage) -> None:
    extensions = named(QUERY)
    assert code_of(await posted(calm, extensions=extensions)) == "PERSISTED_QUERY_NOT_FOUND"
    assert (await posted(calm, query=QUERY, extensions=extensions))["data"] == DATA
    assert (await posted(calm, extensions=extensions))["data"] == DATA
    assert (await posted(calm, extensions=extensions, variables={"with": False}))["data"] == {"__typename": "Query"}


async def test_get_and_the_socket_know_it_as_well(calm: Stage) -> None:
    extensions = named(QUERY)
    heard = await over_socket(calm, extensions=extensions)
    assert heard["payload"][0]["message"] == "PersistedQueryNotFound"
    assert (await over_socket(calm, query=QUERY, extensions=extensions))["payload"]["data"] == DATA
    response = await calm.client.get("/graphql", params={"extensions": json.dumps(extensions)})
    assert response.json()["data"] == DATA


async def test_not_found_is_an_answer_that_clients_try_again_on(calm: Stage) -> None:
    response = await calm.client.post("/graphql", json={"extensions": named(QUERY)})
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert response.json()["errors"][0]["message"] == "PersistedQueryNotFound"


@pytest.mark.parametrize(
    "body",
    [
        {"query": QUERY + " ", "extensions": named(QUERY)},
        {"extensions": named(QUERY, version=2)},
        {"extensions": named(QUERY, sha256Hash="abc")},
        {"extensions": named(QUERY, sha256Hash=["a"])},
        {"extensions": {"persistedQuery": "x"}},
    ],
)
async def test_what_is_not_the_protocol_is_400(calm: Stage, body: dict[str, Any]) -> None:
    response = await calm.client.post("/graphql", json=body)
    assert response.status_code == 400
    assert code_of(response.json()) in ("BAD_REQUEST", "PERSISTED_QUERY_MISMATCH")


async def test_only_a_right_document_is_kept(calm: Stage) -> None:
    for wrong in ("{ nothing }", "{"):
        assert "errors" in await posted(calm, query=wrong, extensions=named(wrong))
        assert code_of(await posted(calm, extensions=named(wrong))) == "PERSISTED_QUERY_NOT_FOUND"


async def test_without_memory_for_it_clients_are_told_to_stop(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, persisted_queries_bytes=0) as stage:
        assert (await posted(stage, query=QUERY, extensions=named(QUERY)))["data"] == DATA
        assert code_of(await posted(stage, extensions=named(QUERY))) == "PERSISTED_QUERY_NOT_SUPPORTED"


def test_memory_is_bounded_by_bytes_and_the_least_used_goes_first() -> None:
    persisted = Persisted(200)
    texts = [f"{{ {'é' * 10} {number} }}" for number in range(4)]
    hashes = [sha256_of(text) for text in texts]
    for sha256, text in zip(hashes[:3], texts[:3], strict=True):
        persisted.keep(sha256, text)
    assert persisted.get(hashes[0]) == texts[0]
    persisted.keep(hashes[3], texts[3])
    assert [persisted.get(sha256) is not None for sha256 in hashes] == [True, False, True, True]
    persisted.keep(sha256_of("x" * 201), "x" * 201)
    assert len(persisted) == 0
