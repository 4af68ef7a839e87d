"""What connections promise, read back from the databases themselves."""

import socket

import pytest

from gql_app.commands.listening import listen
from gql_app.database import open_database
from gql_app.errors import MirrorError


async def test_readers_cannot_write(database_url: str) -> None:
    database = await open_database(database_url, readers=1)
    try:
        with pytest.raises(MirrorError):
            await database.read("DELETE FROM mirror_state RETURNING id", ())
        assert await database.read("SELECT count(*) FROM mirror_state", ()) == [(1,)]
    finally:
        await database.close()


async def test_arrays_are_gathered_in_the_order_of_their_rows(postgres_url: str) -> None:
    database = await open_database(postgres_url, readers=1)
    try:
        assert await database.read("SHOW max_parallel_workers_per_gather", ()) == [("0",)]
    finally:
        await database.close()


def test_small_answers_are_sent_at_once() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
