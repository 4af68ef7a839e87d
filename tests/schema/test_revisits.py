"""Clients that ask again: 304 while nothing they were shown has changed, and never a moment longer."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.stage import Stage, on_stage, payload

WHO = '{ customer(by: {id: "cust_7iUXMrDEGtMdHhYrHbjtYEpP"}) { name freshness { receivedAt } } }'
COUNTED = "{ mirror { eventsReceived } }"


async def get(stage: Stage, query: str, tag: str | None = None, **headers: str) -> httpx2.Response:
    """A GET of this query, by a client that holds an answer with this tag."""
    held = headers | ({"if-none-match": tag} if tag else {})
    return await stage.client.get("/graphql", params={"query": query}, headers={"accept": "*/*"} | held)


async def test_an_unchanged_answer_is_not_sent_twice(stage: Stage) -> None:
    await stage.post("customer.created", payload("seeds/customer.created"))
    first = await get(stage, COUNTED)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for held in (tag, f'W/{tag}, "other"', f'"other", {tag}', tag):
        again = await get(stage, COUNTED, held)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["vary"] == "Accept, Authorization"


async def test_a_changed_answer_is_sent(stage: Stage) -> None:
    tag = (await get(stage, COUNTED)).headers["etag"]
    assert (await get(stage, COUNTED, tag)).status_code == 304
    for number in range(1, 4):
        await stage.post("customer.created", payload("seeds/customer.created") | {"name": f"Ann {number}"})
        changed = await get(stage, COUNTED, tag)
        assert changed.status_code == 200
        assert changed.json() == {"data": {"mirror": {"eventsReceived": number}}}
        assert changed.headers["etag"] != tag
        tag = changed.headers["etag"]
        assert (await get(stage, COUNTED, tag)).status_code == 304


async def test_while_nothing_is_committed_nothing_is_executed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = (await get(stage, COUNTED)).headers["etag"]
    await get(stage, COUNTED, tag)
    asked: list[Any] = []
    original = type(stage.parts.engine).answer

    async def noted(engine: Any, request: Any) -> Any:
        asked.append(request)
        return await original(engine, request)

    monkeypatch.setattr(type(stage.parts.engine), "answer", noted)
    assert (await get(stage, COUNTED, tag)).status_code == 304
    assert asked == []
    assert (await get(stage, COUNTED, '"foreign"')).status_code == 200
    assert len(asked) == 1


async def test_what_changes_elsewhere_may_be_read_again_and_is_found_the_same(stage: Stage) -> None:
    tag = (await get(stage, WHO)).headers["etag"]
    await stage.post("customer.created", payload("seeds/customer.created") | {"id": "cust_other", "source_id": "o"})
    assert (await get(stage, WHO, tag)).status_code == 304


async def test_every_form_and_every_variable_has_a_tag_of_its_own(stage: Stage) -> None:
    tag = (await get(stage, COUNTED)).headers["etag"]
    other = await get(stage, COUNTED, tag, accept="application/graphql-response+json")
    assert (other.status_code, other.headers["etag"] != tag) == (200, True)
    assert (await get(stage, "{ mirror { duplicates } }", tag)).status_code == 200


@pytest.mark.parametrize("query", ["{ nothing }", "{", "{ orders(first: -1) { nodes { id } } }"])
async def test_errors_have_no_tag(stage: Stage, query: str) -> None:
    response = await get(stage, query, '"x"')
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


async def test_a_post_has_a_tag_where_its_document_is_trusted(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "counted.graphql").write_text(COUNTED)
    async with on_stage(sqlite_url, trusted_documents=tmp_path) as stage:
        first = await stage.client.post("/graphql", json={"documentId": "counted"})
        held = {"if-none-match": first.headers["etag"]}
        again = await stage.client.post("/graphql", json={"documentId": "counted"}, headers=held)
        assert (again.status_code, again.content) == (304, b"")
        other = await stage.client.post("/graphql", json={"query": "{ __typename }"}, headers=held)
        assert (other.status_code, other.headers["cache-control"]) == (200, "no-store")
        assert "etag" not in other.headers
