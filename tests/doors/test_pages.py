"""Browsers: which pages elsewhere may ask, what they may read, and what a shared cache may keep."""

import httpx2
import pytest

from gql_app.errors import BadSetting
from gql_app.settings import load_settings
from tests.stage import Stage, on_stage

from .conftest import at_table, new_key
from .entries import GRAPHQL, QUESTION, bearing

SHOP = "https://shop.example"
BODY = {"query": QUESTION}


async def preflight(stage: Stage, origin: str = SHOP, method: str = "POST", headers: str = "") -> httpx2.Response:
    """What a browser asks before a page may ask."""
    asked = {"origin": origin, "access-control-request-method": method}
    return await stage.client.options(
        "/graphql", headers=asked | ({"access-control-request-headers": headers} if headers else {})
    )


async def test_no_page_elsewhere_is_told_anything_unless_it_is_allowed(sqlite_url: str) -> None:
    async with on_stage(sqlite_url) as stage:
        assert (await preflight(stage)).status_code == 405
        answer = await stage.client.post("/graphql", json=BODY, headers={"origin": SHOP})
        assert not any(name.startswith("access-control") for name in answer.headers)


async def test_an_allowed_page_may_ask_with_its_token_and_read_what_it_needs(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, allowed_origins=(SHOP,)) as stage:
        allowed = await preflight(stage, headers="authorization,content-type,if-none-match,last-event-id")
        assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, SHOP)
        for path, status in (("/graphql?query={__typename}", 200), ("/schema.graphql", 200), ("/graphql?query=", 400)):
            said = await stage.client.get(path, headers={"origin": SHOP, "accept": GRAPHQL})
            assert (said.status_code, said.headers["access-control-allow-origin"]) == (status, SHOP)
            assert {"ETag", "Retry-After"} <= set(said.headers["access-control-expose-headers"].split(", "))
            assert "access-control-allow-credentials" not in said.headers
            assert "Origin" in said.headers["vary"]


@pytest.mark.parametrize(
    ("origin", "method", "headers"),
    [("https://evil.example", "POST", ""), ("null", "POST", ""), (SHOP, "DELETE", ""), (SHOP, "POST", "x-anything")],
)
async def test_what_is_not_allowed_is_refused_before_it_is_asked(
    origin: str, method: str, headers: str, sqlite_url: str
) -> None:
    async with on_stage(sqlite_url, allowed_origins=(SHOP,)) as stage:
        assert (await preflight(stage, origin, method, headers)).status_code == 400
        answer = await stage.client.post("/graphql", json=BODY, headers={"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in answer.headers


async def test_a_refused_token_can_be_read_by_an_allowed_page(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, allowed_origins=(SHOP,), jwt_secret="s" * 32) as stage:
        assert (await preflight(stage, headers="authorization")).status_code == 200
        answer = await stage.client.post("/graphql", json=BODY, headers=bearing("Bearer x", origin=SHOP))
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, SHOP)


@pytest.mark.parametrize(
    "origins", ["*", "https://*.shop.example", "shop.example", "https://shop.example/path", "null"]
)
def test_what_names_no_page_is_refused_at_the_start(origins: str) -> None:
    with pytest.raises(BadSetting, match="GQL_APP_ALLOWED_ORIGINS"):
        load_settings(allowed_origins=origins)


def test_origins_are_read_as_browsers_write_them() -> None:
    assert load_settings(allowed_origins="https://Shop.example/, http://localhost:5173").allowed_origins == (
        "https://shop.example",
        "http://localhost:5173",
    )


async def test_what_one_viewer_was_shown_no_cache_shows_to_another(sqlite_url: str) -> None:
    async with at_table(sqlite_url) as database:
        key = f"Bearer {(await new_key(database)).key}"
    async with on_stage(sqlite_url) as stage:
        first = await stage.client.get("/graphql", params=BODY, headers=bearing(key))
        held = {"if-none-match": first.headers["etag"]}
        assert "Authorization" in first.headers["vary"]
        assert first.headers["cache-control"] == "private, no-cache"
        assert (await stage.client.get("/graphql", params=BODY, headers=bearing(key, **held))).status_code == 304
        assert (await stage.client.get("/graphql", params=BODY, headers=held)).status_code == 401
