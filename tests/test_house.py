"""The rules of the house: imports point down, the schema is current, what is declared can be answered."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, is_specified_scalar_type
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector

import models
from gql_app.mirror.handlers import supported_types
from gql_app.reads.declare import KIND, Column, Kind
from gql_app.schema.build import build_schema, printed
from models.config import TORTOISE_ORM

ROOT = Path(__file__).parent.parent
BUILT = build_schema()


def test_schema_graphql_is_current() -> None:
    assert (ROOT / "schema.graphql").read_text() == printed(BUILT), "run `gql-app schema`"


def test_the_readme_lists_what_is_understood() -> None:
    assert supported_types() in (ROOT / "README.md").read_text()


def test_what_the_readme_quotes_of_the_examples_is_theirs() -> None:
    quoted = re.findall(r"```ts\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    folders = (ROOT / "examples" / name for name in ("", "apollo", "urql", "relay"))
    examples = [file.read_text() for folder in folders for file in folder.glob("*.ts")]
    assert len(quoted) == 3
    assert [block for block in quoted if not any(block in text for text in examples)] == []


def test_imports_point_down() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


async def test_models_have_no_change_without_a_migration() -> None:
    async with TortoiseContext() as context:
        await context.init(config=TORTOISE_ORM)
        assert context.apps is not None
        writers = await MigrationAutodetector(context.apps, TORTOISE_ORM["apps"]).changes()
    assert [writer.operations for writer in writers] == [], "run `tortoise makemigrations`"


def object_types() -> list[GraphQLObjectType]:
    """The types that show rows."""
    return [
        kind
        for kind in BUILT._schema.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        and hasattr(getattr(kind.extensions.get("strawberry-definition"), "origin", None), "__rows__")
    ]


CONNECTION_FIELDS = {"edges", "nodes", "page_info", "total_count", "snapshot_cursor", "cursor", "node"}


@pytest.mark.parametrize("kind", object_types(), ids=lambda kind: kind.name)
def test_every_field_has_a_column_or_says_otherwise(kind: GraphQLObjectType) -> None:
    model = kind.extensions["strawberry-definition"].origin.__rows__
    for field in kind.fields.values():
        declared = field.extensions["strawberry-definition"]
        source: Kind = declared.metadata.get(KIND, Column())
        if isinstance(source, Column) and declared.python_name not in CONNECTION_FIELDS:
            assert (source.name or declared.python_name) in model._meta.fields_map, f"{kind.name}.{field}"


def shown_types() -> list[Any]:
    """Our own types, scalars among them."""
    ours = (kind for name, kind in BUILT._schema.type_map.items() if not name.startswith("__"))
    return [kind for kind in ours if not is_specified_scalar_type(kind)]


def test_everything_shown_is_described() -> None:
    silent = [kind.name for kind in shown_types() if kind.description is None]
    for kind in shown_types():
        fields = getattr(kind, "fields", {}) | getattr(kind, "values", {})
        silent += [f"{kind.name}.{name}" for name, field in fields.items() if not field.description]
        silent += [
            f"{kind.name}.{name}({argument})"
            for name, field in fields.items()
            for argument, said in getattr(field, "args", {}).items()
            if not said.description
        ]
    assert silent == []


def test_no_mirrored_table_points_at_another_by_constraint() -> None:
    for name in models.__all__:
        assert not getattr(models, name)._meta.fk_fields, f"{name} has a foreign key"
