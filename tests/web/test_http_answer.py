"""In which form, and with which status, an answer comes."""

from typing import Any

import httpx2
import pytest

from .conftest import Served

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
)

ACCEPTED = [
    ("", JSON),
    ("*/*", JSON),
    ("application/*", JSON),
    ("application/json, text/plain, */*", JSON),
    ("text/html, */*;q=0.1", JSON),
    (JSON, JSON),
    (GRAPHQL, GRAPHQL),
    ("Application/GraphQL-Response+JSON; charset=utf-8", GRAPHQL),
    (f"{GRAPHQL}, {JSON}", GRAPHQL),
    (f"{JSON}, {GRAPHQL}", JSON),
    (f"{JSON};q=0.9, {GRAPHQL}", GRAPHQL),
    (f"{JSON};q=0, */*", GRAPHQL),
    (f"*/*, {GRAPHQL}", GRAPHQL),
    (URQL, GRAPHQL),
    ("text/event-stream, application/json", JSON),
]


@pytest.mark.parametrize(("accept", "media"), ACCEPTED)
async def test_the_client_chooses_the_form(http: httpx2.AsyncClient, accept: str, media: str) -> None:
    response = await http.post("/graphql", json={"query": "{hello}"}, headers={"accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    assert response.headers["vary"] == "Accept, Authorization"
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == {"data": {"hello": "hello world"}}


async def test_repeated_accept_headers_count_together(http: httpx2.AsyncClient) -> None:
    headers = [("accept", "text/html"), ("accept", GRAPHQL)]
    response = await http.post("/graphql", json={"query": "{hello}"}, headers=headers)
    assert response.headers["content-type"].startswith(GRAPHQL)


@pytest.mark.parametrize("accept", ["text/html", "image/*", f"{JSON};q=0", f"{JSON};q=x", "multipart/mixed"])
async def test_what_we_cannot_answer_is_406(http: httpx2.AsyncClient, accept: str) -> None:
    response = await http.post("/graphql", json={"query": "{hello}"}, headers={"accept": accept})
    assert response.status_code == 406
    assert "accept" in response.json()["errors"][0]["message"]


WRONG = [
    {"query": "{"},
    {"query": "{nothing}"},
    {"query": "{hello}", "operationName": "Other"},
    {"query": "query A($n: Int!) {hello}", "variables": {"n": "x"}},
    {"query": "query A {hello} query B {hello}"},
]


@pytest.mark.parametrize(("media", "status"), [(JSON, 200), (GRAPHQL, 400)])
@pytest.mark.parametrize("body", WRONG)
async def test_a_request_error_has_no_data(
    http: httpx2.AsyncClient, body: dict[str, object], media: str, status: int
) -> None:
    response = await http.post("/graphql", json=body, headers={"accept": media})
    assert response.status_code == status
    assert list(response.json()) == ["errors"]


@pytest.mark.parametrize("media", [JSON, GRAPHQL])
async def test_a_field_error_is_still_an_answer(http: httpx2.AsyncClient, media: str) -> None:
    response = await http.post("/graphql", json={"query": "{broken}"}, headers={"accept": media})
    assert response.status_code == 200
    assert response.json()["data"] == {"broken": None}


@pytest.mark.parametrize("media", [JSON, GRAPHQL])
async def test_what_is_malformed_is_400_in_either_form(http: httpx2.AsyncClient, media: str) -> None:
    response = await http.post("/graphql", json={}, headers={"accept": media})
    assert response.status_code == 400
    assert response.headers["content-type"].startswith(media)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_subscription_is_sent_to_the_socket(http: httpx2.AsyncClient, method: str) -> None:
    body = {"query": "subscription {forever}"}
    sent: dict[str, Any] = {"json": body} if method == "POST" else {"params": body}
    response = await http.request(method, "/graphql", headers={"accept": GRAPHQL}, **sent)
    assert response.status_code == 400
    assert "WebSocket" in response.text
    assert "graphql-transport-ws" in response.text


async def test_a_mutation_may_be_sent_by_post(served: Served, http: httpx2.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": "mutation {bump}"})
    assert response.json() == {"data": {"bump": 1}}


async def test_a_fault_of_ours_is_500_and_tells_nothing(http: httpx2.AsyncClient, no_trouble: list[str]) -> None:
    no_trouble.append("unexpected ValueError")
    response = await http.post("/graphql", json={"query": "crash"})
    assert response.status_code == 500
    assert "secret" not in response.text


async def test_the_log_of_a_fault_quotes_nobody(
    http: httpx2.AsyncClient, no_trouble: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    no_trouble.append("unexpected ValueError")
    await http.post("/graphql", json={"query": "crash"})
    assert "counter.py" in caplog.text
    assert "in answer" in caplog.text
    assert "ValueError: a secret" not in caplog.text
