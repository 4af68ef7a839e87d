"""Documents that the keeper trusts: named by id, and where that is enforced nothing else is answered."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from gql_app.app import running
from gql_app.errors import BadSetting
from gql_app.schema.persisted import sha256_of
from gql_app.settings import Settings
from tests.schema.asking import code_of, over_socket, posted
from tests.stage import on_stage

HELLO = "query Hello { __typename }\n"
OTHER = "{ viewer { subject } }"
NOT_ONE = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a"}]}


def folder(path: Path) -> Path:
    (path / "documents" / "shop").mkdir(parents=True)
    (path / "documents" / "shop" / "hello.graphql").write_text(HELLO)
    return path / "documents"


def apollo(path: Path) -> Path:
    operation = {"id": "shop/hello", "name": "Hello", "type": "query", "body": HELLO}
    said = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [operation]}
    (path / "apollo.json").write_text(json.dumps(said))
    return path / "apollo.json"


def relay(path: Path) -> Path:
    (path / "relay.json").write_text(json.dumps({"shop/hello": HELLO}))
    return path / "relay.json"


NAMES: list[dict[str, Any]] = [
    {"documentId": "shop/hello"},
    {"documentId": f"sha256:{sha256_of(HELLO)}"},
    {"id": "shop/hello"},
    {"doc_id": sha256_of(HELLO)},
    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256_of(HELLO)}}},
    {"query": HELLO},
    {"query": HELLO, "documentId": "shop/hello"},
]


@pytest.mark.parametrize("kept", [folder, apollo, relay])
async def test_a_trusted_document_is_answered_by_any_of_its_names(sqlite_url: str, tmp_path: Path, kept: Any) -> None:
    given = {"trusted_documents": kept(tmp_path), "trusted_documents_mode": "enforce"}
    async with on_stage(sqlite_url, **given) as stage:
        for body in NAMES:
            assert await posted(stage, **body) == {"data": {"__typename": "Query"}}, body
            assert (await over_socket(stage, **body))["payload"] == {"data": {"__typename": "Query"}}, body
        response = await stage.client.get("/graphql", params={"documentId": "shop/hello"})
        assert response.json() == {"data": {"__typename": "Query"}}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"query": OTHER}, "DOCUMENT_NOT_TRUSTED"),
    ({"query": HELLO.strip()}, "DOCUMENT_NOT_TRUSTED"),
    ({"query": "{ __schema { queryType { name } } }"}, "DOCUMENT_NOT_TRUSTED"),
    ({"query": "{"}, "DOCUMENT_NOT_TRUSTED"),
    ({"documentId": "shop/other"}, "DOCUMENT_NOT_FOUND"),
    ({"documentId": "shop/hello", "query": OTHER}, "PERSISTED_QUERY_MISMATCH"),
    ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}, "DOCUMENT_NOT_TRUSTED"),
]


async def test_where_it_is_enforced_nothing_else_is_answered(sqlite_url: str, tmp_path: Path) -> None:
    given = {"trusted_documents": folder(tmp_path), "trusted_documents_mode": "enforce"}
    async with on_stage(sqlite_url, **given) as stage:
        for body, code in REFUSED:
            assert code_of(await posted(stage, **body)) == code, body
            heard = await over_socket(stage, **body)
            assert (heard["type"], heard["payload"][0]["extensions"]["code"]) == ("error", code), body


async def test_where_it_is_logged_others_are_answered_and_noted_once(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    given = {"trusted_documents": folder(tmp_path), "trusted_documents_mode": "log"}
    with caplog.at_level(logging.WARNING, "gql_app"):
        async with on_stage(sqlite_url, **given) as stage:
            for query in (OTHER, OTHER, HELLO):
                assert "data" in await posted(stage, query=query)
    [record] = [record for record in caplog.records if record.getMessage() == "document_not_trusted"]
    assert record.__dict__["sha256"] == sha256_of(OTHER)
    assert "subject" not in caplog.text


async def test_where_it_is_off_they_have_names_and_others_are_answered(sqlite_url: str, tmp_path: Path) -> None:
    async with on_stage(sqlite_url, trusted_documents=relay(tmp_path)) as stage:
        assert "data" in await posted(stage, documentId="shop/hello")
        assert "data" in await posted(stage, query=OTHER)


BROKEN: dict[str, tuple[str, str]] = {
    "missing.json": ("", "cannot be read"),
    "broken.json": ("{", "is not JSON"),
    "list.json": ("[]", "neither an Apollo manifest"),
    "numbers.json": ('{"a": 1}', "neither an Apollo manifest"),
    "apollo.json": (json.dumps(NOT_ONE), "neither an Apollo manifest"),
    "empty.json": ("{}", "holds no documents"),
    "stale.json": ('{"old": "{ nothing }"}', "old: Cannot query field"),
    "fragment.json": ('{"f": "fragment F on Query { __typename }"}', "f: "),
}


@pytest.mark.parametrize(("name", "case"), BROKEN.items(), ids=BROKEN)
async def test_what_cannot_be_used_is_said_at_the_start(
    sqlite_url: str, tmp_path: Path, name: str, case: tuple[str, str]
) -> None:
    if case[0]:
        (tmp_path / name).write_text(case[0])
    settings = Settings(database_url=sqlite_url, trusted_documents=tmp_path / name)
    with pytest.raises(BadSetting, match=f"GQL_APP_TRUSTED_DOCUMENTS: .*{name}.*{case[1]}"):
        async with running(settings):
            pass


async def test_a_mode_without_documents_is_said_at_the_start(sqlite_url: str) -> None:
    with pytest.raises(BadSetting, match="set GQL_APP_TRUSTED_DOCUMENTS"):
        async with running(Settings(database_url=sqlite_url, trusted_documents_mode="enforce")):
            pass
