"""What is kept in memory is bounded, and what is wrong cannot displace what is right."""

from typing import Any

import pytest

from gql_app.schema import documents as module
from gql_app.schema.build import build_schema
from gql_app.schema.documents import Documents
from gql_app.schema.limits import Limits
from gql_app.schema.remembered import Remembered
from gql_app.settings import Settings


def test_the_least_used_goes_first_by_number_and_by_weight() -> None:
    remembered: Remembered[str] = Remembered(3, 10, lambda _, text: len(text))
    for text in ("aa", "bb", "cc"):
        remembered.put(text, text)
    assert remembered.get("aa", str) == "aa"
    remembered.put("dd", "dd")
    assert [remembered.found(text) for text in ("aa", "bb", "cc", "dd")] == ["aa", None, "cc", "dd"]
    remembered.put("aa", "a" * 8)
    assert [remembered.found(text) for text in ("aa", "cc", "dd")] == ["a" * 8, None, "dd"]
    remembered.put("ee", "e" * 11)
    assert len(remembered) == 0


def test_wrong_documents_do_not_displace_right_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 8)
    documents = Documents(build_schema()._schema, Limits.of(Settings(_env_file=None)))  # type: ignore[call-arg]
    right: Any = documents.prepare("{ __typename }")
    for number in range(20):
        assert documents.prepare(f"{{ wrong{number} }}").errors
    assert documents.prepare("{ __typename }") is right
