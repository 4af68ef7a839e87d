"""GraphQL by GET, and what a browser sees."""

import httpx2
import pytest

from .conftest import Served

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


async def test_a_query_may_be_sent_by_get(http: httpx2.AsyncClient) -> None:
    params = {
        "query": "query A($n: String) {hello(name: $n)}",
        "variables": '{"n":"Zoë"}',
        "operationName": "A",
    }
    response = await http.get("/graphql", params=params)
    assert response.json() == {"data": {"hello": "hello Zoë"}}


async def test_empty_parameters_are_absent(http: httpx2.AsyncClient) -> None:
    params = {"query": "{hello}", "variables": "", "operationName": "", "extensions": ""}
    assert (await http.get("/graphql", params=params)).json() == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query={hello}&query={hello}",
        "query={hello}&variables={}&variables={}",
        "query=%ff",
        "query={hello}&variables=[]",
        "query={hello}&variables=%22x%22",
        "query={hello}&variables={",
        "query={hello}&extensions=1",
        "&".join(f"x{n}=" for n in range(200)),
    ],
)
async def test_other_parameters_are_400(http: httpx2.AsyncClient, query_string: str) -> None:
    response = await http.get(f"/graphql?{query_string}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("media", ["application/json", "application/graphql-response+json"])
async def test_a_mutation_by_get_is_405(served: Served, http: httpx2.AsyncClient, media: str) -> None:
    response = await http.get("/graphql", params={"query": "mutation {bump}"}, headers={"accept": media})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert response.headers["content-type"].startswith(media)
    assert served.engine.bumps == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_are_405(http: httpx2.AsyncClient, method: str) -> None:
    response = await http.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


async def test_a_browser_that_opens_the_address_gets_the_page(http: httpx2.AsyncClient) -> None:
    response = await http.get("/graphql", headers=BROWSER)
    assert response.text == "<p>the page</p>"
    assert response.headers["vary"] == "Accept"


async def test_a_browser_that_asks_gets_the_answer(http: httpx2.AsyncClient) -> None:
    response = await http.get("/graphql", params={"query": "{hello}"}, headers=BROWSER)
    assert response.json() == {"data": {"hello": "hello world"}}
