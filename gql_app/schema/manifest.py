"""Trusted documents as they are kept: a folder of `.graphql` files, or a manifest that a client's build wrote.

A file's id is its path within the folder without `.graphql`. Manifests are Apollo's (format
`apollo-persisted-query-manifest`) or Relay's (an object of texts by id).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gql_app.errors import BadSetting
from gql_app.schema.documents import Documents

SETTING = "GQL_APP_TRUSTED_DOCUMENTS"
APOLLO = "apollo-persisted-query-manifest"

Entry = tuple[str, str, str]
"""Where a document was found, its id, and its text."""


def trusted_documents(path: Path, documents: Documents) -> dict[str, str]:
    """Documents by id; raises BadSetting naming the file where one is missing, broken or does not fit the schema."""
    found: dict[str, str] = {}
    for place, name, text in _folder(path) if path.is_dir() else _manifest(path):
        if name in found:
            raise BadSetting(f"{SETTING}: {place}: the id {name!r} is given twice.")
        prepared = documents.prepare(text)
        if prepared.errors:
            raise BadSetting(f"{SETTING}: {place}: {prepared.errors[0]['message']}")
        found[name] = text
    if not found:
        raise BadSetting(f"{SETTING}: {path} holds no documents.")
    return found


def _folder(path: Path) -> Iterator[Entry]:
    for file in sorted(path.rglob("*.graphql")):
        yield str(file), file.relative_to(path).with_suffix("").as_posix(), _read(file)


def _manifest(path: Path) -> Iterator[Entry]:
    try:
        said = json.loads(_read(path))
    except ValueError as error:
        raise BadSetting(f"{SETTING}: {path} is not JSON: {error}.") from None
    pairs = _apollo(said) if isinstance(said, dict) and said.get("format") == APOLLO else _relay(said)
    for name, text in pairs:
        if not isinstance(name, str) or not isinstance(text, str):
            raise BadSetting(f"{SETTING}: {path} is neither an Apollo manifest nor an object of documents by id.")
        yield f"{path}: {name}", name, text


def _apollo(said: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    operations = said.get("operations")
    for operation in operations if isinstance(operations, list) else [None]:
        known = operation if isinstance(operation, dict) else {}
        yield known.get("id"), known.get("body")


def _relay(said: Any) -> Iterator[tuple[Any, Any]]:
    yield from said.items() if isinstance(said, dict) else [(None, None)]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise BadSetting(f"{SETTING}: {path} cannot be read: {error}.") from None
