"""The page a browser gets."""

import re
from pathlib import Path

import httpx2
import pytest
from graphql import parse, validate

from gql_app.schema.build import build_schema
from tests.stage import Stage

QUERIES = sorted((Path(__file__).parent.parent / "web" / "src" / "queries").glob("*.graphql"))


async def page(stage: Stage) -> httpx2.Response:
    """What a browser gets that opens the address."""
    return await stage.client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml"})


async def test_a_browser_gets_the_ide_and_nothing_from_elsewhere(stage: Stage) -> None:
    said = await page(stage)
    assert (said.status_code, said.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in said.headers["content-security-policy"]
    assert "unsafe-eval" not in said.headers["content-security-policy"]
    assert re.findall(r'(?:src|href)="(?!/graphql/ide/assets/)[^"]*"', said.text) == []


async def test_everything_the_page_names_is_served(stage: Stage) -> None:
    for path in re.findall(r'(?:src|href)="([^"]+)"', (await page(stage)).text):
        asset = await stage.client.get(path)
        assert asset.status_code == 200, path
        assert "immutable" in asset.headers["cache-control"]


async def test_a_path_beyond_the_assets_is_not_served(stage: Stage) -> None:
    assert (await stage.client.get("/graphql/ide/assets/../../ide.py")).status_code == 404
    assert (await stage.client.get("/graphql/ide/assets/%2e%2e/%2e%2e/ide.py")).status_code == 404


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_the_first_queries_can_be_asked(path: Path) -> None:
    assert validate(build_schema()._schema, parse(path.read_text())) == []
