"""`gql-app schema`."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLError, GraphQLSchema
from graphql import build_schema as read_schema
from graphql.utilities import find_schema_changes

from gql_app.errors import MirrorError
from gql_app.schema.build import build_schema, printed

SEVERITIES = {"BreakingChange": "breaking", "DangerousChange": "dangerous", "SafeChange": "safe"}
"""What a change may do to clients that were written against the file, the worst first."""

MOST_LINES = 40


class SchemaOutOfDate(MirrorError):
    """schema.graphql is not what the code says: run `gql-app schema`."""


def write_schema(path: str) -> None:
    """Writes the schema as the code says it."""
    Path(path).write_text(printed(build_schema()))
    print(f"wrote {path}")


def check_schema(path: str) -> None:
    """Raises SchemaOutOfDate where the file is not current; first a line for each change: what it is to clients."""
    committed, current = _committed(path), printed(build_schema())
    if committed == current:
        print(f"{path} is current")
        return
    changes = list(_changes(_read(path, committed), read_schema(current)))
    for severity, change in changes:
        print(f"{severity:<10} {change}")
    if not changes:
        print("\n".join(_differing_lines(path, committed, current)))
    counted = ", ".join(f"{sum(kind == each for kind, _ in changes)} {each}" for each in SEVERITIES.values())
    raise SchemaOutOfDate(f"{path} is not what the code says ({counted}): run `gql-app schema`.")


def _committed(path: str) -> str:
    try:
        return Path(path).read_text()
    except FileNotFoundError:
        raise SchemaOutOfDate(f"{path} is not there: run `gql-app schema`, or name it with --path.") from None


def _read(path: str, text: str) -> GraphQLSchema:
    try:
        return read_schema(text)
    except (GraphQLError, TypeError) as error:
        why = str(error).splitlines()[0]
        raise SchemaOutOfDate(f"{path} cannot be read as a schema ({why}): run `gql-app schema`.") from None


def _changes(before: GraphQLSchema, after: GraphQLSchema) -> Iterator[tuple[str, str]]:
    found = [(SEVERITIES[type(change).__name__], change.description) for change in find_schema_changes(before, after)]
    for severity in SEVERITIES.values():
        yield from sorted((kind, " ".join(said.split())) for kind, said in found if kind == severity)


def _differing_lines(path: str, committed: str, current: str) -> list[str]:
    """What no change of meaning explains: order, deprecations, spaces."""
    lines = difflib.unified_diff(committed.splitlines(), current.splitlines(), path, "code", lineterm="", n=1)
    return list(lines)[:MOST_LINES]
