"""What a person types, and what they are told."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gql_app.cli import app
from gql_app.commands.events import app as events
from gql_app.commands.keys import app as keys
from gql_app.commands.serve import welcome
from gql_app.commands.sync import app as syncing
from gql_app.database.address import PostgresAddress, SqliteAddress, read_address
from gql_app.errors import BadSetting
from gql_app.settings import Settings, load_settings


def gql_app(*words: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command as a person runs it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GQL_APP", "DATABASE"))}
    return subprocess.run(
        [Path(sys.executable).with_name("gql-app"), *words],
        cwd=cwd,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_one_clear_line(ran: "subprocess.CompletedProcess[str]", said: str) -> None:
    """Non-zero, and one line on standard error that says what to do."""
    assert ran.returncode != 0
    assert said in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr


def test_version_is_said(tmp_path: Path) -> None:
    assert gql_app("version", cwd=tmp_path).stdout.strip() == "0.1.0"


def test_every_command_has_help() -> None:
    assert {command.callback.__name__ for command in app.registered_commands if command.callback} == {
        "serve",
        "doctor",
        "import_",
        "migrate",
        "schema",
        "rebuild",
        "send_test",
        "reconcile",
        "tail",
        "version",
    }
    beneath = (command.callback for command in events.registered_commands)
    assert {command.__name__.strip("_") for command in beneath if command} == {
        "list",
        "show",
        "replay",
        "discard",
        "prune",
    }
    assert {command.callback.__name__.strip("_") for command in keys.registered_commands if command.callback} == {
        "create",
        "list",
        "revoke",
    }
    assert syncing.registered_callback is not None
    assert syncing.registered_callback.callback is not None
    assert syncing.registered_callback.callback.__doc__
    groups = (events, keys, syncing)
    commands = app.registered_commands + [one for group in groups for one in group.registered_commands]
    assert all(command.callback and command.callback.__doc__ for command in commands)


def check_schema_after(edit: Callable[[str], str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """What is said of a file that was current until it was edited."""
    assert gql_app("schema", cwd=folder).returncode == 0
    assert gql_app("schema", "--check", cwd=folder).returncode == 0
    file = folder / "schema.graphql"
    file.write_text(edit(file.read_text()))
    return gql_app("schema", "--check", cwd=folder)


def test_a_stale_schema_file_is_refused_with_what_the_change_means_to_clients(tmp_path: Path) -> None:
    def as_it_was(text: str) -> str:
        text = re.sub(r"(type Mirror [^{]*{)", r"\1\n  age: Int\n", text)
        text = text.replace("Order implements Node ", "Order ").replace("  SNAPSHOT\n", "  FIRST\n")
        return text.replace('"""What may be watched."""', '"""What was watched."""')

    ran = check_schema_after(as_it_was, tmp_path)
    assert_one_clear_line(ran, "(2 breaking, 2 dangerous, 1 safe): run `gql-app schema`")
    assert [line.split()[0] for line in ran.stdout.splitlines()] == ["breaking"] * 2 + ["dangerous"] * 2 + ["safe"]
    assert "Field Mirror.age was removed." in ran.stdout
    assert "Enum value ChangeKind.SNAPSHOT was added." in ran.stdout


def test_a_schema_file_in_another_order_is_refused_with_the_lines(tmp_path: Path) -> None:
    ran = check_schema_after(lambda text: text + "\n# by hand\n", tmp_path)
    assert_one_clear_line(ran, "(0 breaking, 0 dangerous, 0 safe)")
    assert "-# by hand" in ran.stdout


def test_a_file_that_is_no_schema_is_named(tmp_path: Path) -> None:
    assert_one_clear_line(check_schema_after(lambda _: "type Query {", tmp_path), "cannot be read as a schema")
    (tmp_path / "schema.graphql").unlink()
    assert_one_clear_line(gql_app("schema", "--check", cwd=tmp_path), "schema.graphql is not there")


def test_migrating_twice_is_the_same_as_once(tmp_path: Path) -> None:
    first, second = gql_app("migrate", cwd=tmp_path), gql_app("migrate", cwd=tmp_path)
    assert first.stdout == second.stdout == "SQLite gql-app.db: tables are up to date\n"
    assert (tmp_path / "gql-app.db").exists()


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = gql_app("serve", "--port", str(taken.getsockname()[1]), cwd=tmp_path)
    assert_one_clear_line(ran, "--port")
    assert not (tmp_path / "gql-app.db").exists()


def test_a_database_of_another_kind_is_refused_without_its_password(tmp_path: Path) -> None:
    ran = gql_app("serve", cwd=tmp_path, DATABASE_URL="mysql://root:hunter2@localhost/shop")
    assert_one_clear_line(ran, "sqlite:///")
    assert "hunter2" not in ran.stderr


def test_an_unmigrated_postgres_says_what_to_run(tmp_path: Path, postgres_server: str) -> None:
    ran = gql_app("serve", "--port", "0", cwd=tmp_path, DATABASE_URL=postgres_server)
    assert_one_clear_line(ran, "gql-app migrate")


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    ran = gql_app("migrate", cwd=tmp_path, GQL_APP_DATABASE_URL="postgres://nobody:hunter2@127.0.0.1:1/none")
    assert_one_clear_line(ran, "PostgreSQL cannot be reached")
    assert "hunter2" not in ran.stderr


def test_a_voucherify_that_does_not_answer_is_said_once(tmp_path: Path) -> None:
    assert_one_clear_line(gql_app("sync", cwd=migrated(tmp_path)), "GQL_APP_VOUCHERIFY_APP_ID")
    keys = {"GQL_APP_VOUCHERIFY_APP_ID": "a", "GQL_APP_VOUCHERIFY_APP_TOKEN": "hunter2"}
    ran = gql_app("sync", cwd=tmp_path, GQL_APP_VOUCHERIFY_URL="http://127.0.0.1:1", **keys)
    assert_one_clear_line(ran, "GQL_APP_VOUCHERIFY_URL")
    assert "hunter2" not in ran.stderr


def migrated(folder: Path) -> Path:
    """With an empty mirror in it."""
    assert gql_app("migrate", cwd=folder).returncode == 0
    return folder


def test_a_wrong_setting_is_named() -> None:
    with pytest.raises(BadSetting, match="PORT"):
        load_settings(port=70_000)


def test_serve_says_every_address_and_what_is_open() -> None:
    said = welcome(Settings(_env_file=None), "http://127.0.0.1:8000", is_open=True)  # type: ignore[call-arg]
    for address in ("/graphql", "/webhooks/voucherify", "/health/ready", "ws://127.0.0.1:8000/graphql"):
        assert address in said
    assert "GQL_APP_WEBHOOK_SECRETS" in said
    assert "not authenticated" in said


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("sqlite:///shop.db", SqliteAddress("shop.db")),
        ("sqlite:////var/lib/shop.db", SqliteAddress("/var/lib/shop.db")),
        (
            "postgres://u:p%40ss@db.example:6543/shop?sslmode=require&channel_binding=require",
            PostgresAddress("db.example", 6543, "u", "p@ss", "shop", "require"),
        ),
        ("postgresql:///shop?host=/run/postgresql", PostgresAddress("/run/postgresql", 5432, None, None, "shop", None)),
    ],
)
def test_database_urls_are_read_as_people_write_them(url: str, address: object) -> None:
    assert read_address(url) == address


@pytest.mark.parametrize("url", ["postgres://h/d?sslmode=maybe", "sqlite:///", "sqlite:///:memory:", "shop.db"])
def test_database_urls_that_cannot_be_used_are_refused(url: str) -> None:
    with pytest.raises(BadSetting):
        read_address(url)
