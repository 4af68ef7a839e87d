"""`gql-app schema`."""

import difflib
from pathlib import Path

from gql_app.errors import MirrorError
from gql_app.schema.build import build_schema, printed


class SchemaOutOfDate(MirrorError):
    """schema.graphql is not what the code says: run `gql-app schema`."""


def write_schema(path: str) -> None:
    """Writes the schema as the code says it."""
    Path(path).write_text(printed(build_schema()))
    print(f"wrote {path}")


def check_schema(path: str) -> None:
    """Raises SchemaOutOfDate, with the first differing lines, where the file is not current."""
    file = Path(path)
    committed = file.read_text() if file.exists() else ""
    current = printed(build_schema())
    if committed != current:
        lines = difflib.unified_diff(committed.splitlines(), current.splitlines(), path, "code", lineterm="", n=1)
        print("\n".join(list(lines)[:40]))
        raise SchemaOutOfDate(f"{path} is not what the code says: run `gql-app schema`.")
    print(f"{path} is current")
