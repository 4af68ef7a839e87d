"""Texts that tell a moment tell the same to PostgreSQL and to Python, and those that tell none are no error."""

import random
from datetime import UTC, datetime

import asyncpg
import pytest

from gql_app.database.address import read_address
from gql_app.database.instants import instant
from gql_app.reads.filter_dates import told

TOLD = {
    "2024-02-01T10:42:59.594Z": "2024-02-01T10:42:59.594+00:00",
    "2024-02-01 11:42:59.594999999 +01:00": "2024-02-01T10:42:59.594+00:00",
    "2024-02-01T05:12:59-0530": "2024-02-01T10:42:59+00:00",
    "2024-02-01T10:42:59": "2024-02-01T10:42:59+00:00",
    "2024-02-29": "2024-02-29T00:00:00+00:00",
    "1900-02-28": "1900-02-28T00:00:00+00:00",
}
NOT_TOLD = (
    "",
    "2023-02-29",
    "1900-02-29",
    "0000-01-01",
    "2024-13-01",
    "2024-02-01T24:00:00Z",
    "2024-02-01T10:42",
    "now",
)
ODD = ("0001-01-01T00:00:00+15:59", "9999-12-31T23:59:59.999999999-15:59", "2024-02-01T10:42:59Z ", "٢٠٢٤-02-01")


@pytest.mark.parametrize("said", TOLD)
def test_an_instant_is_told_in_many_ways(said: str) -> None:
    assert instant(said) == round(datetime.fromisoformat(TOLD[said]).astimezone(UTC).timestamp() * 1000)


@pytest.mark.parametrize("said", NOT_TOLD)
def test_what_is_no_day_and_no_moment_tells_nothing(said: str) -> None:
    assert instant(said) is None


def mistyped() -> list[str]:
    """Moments and what becomes of them under careless hands."""
    chance, found = random.Random(7), [*TOLD, *NOT_TOLD, *ODD]
    for _ in range(20_000):
        letters = list(chance.choice(found[: len(TOLD) + len(NOT_TOLD) + len(ODD)]))
        for _ in range(chance.randint(1, 3)):
            place = chance.randint(0, len(letters))
            letters[place : place + chance.randint(0, 1)] = chance.choice(["", *"0123456789-:TZ.+ x\n"])
        found.append("".join(letters))
    return found


async def test_postgresql_reads_what_python_reads(postgres_url: str) -> None:
    query = f"SELECT said, (extract(epoch FROM {told('said')}) * 1000)::bigint FROM unnest($1::text[]) AS u(said)"
    address = read_address(postgres_url)
    connection = await asyncpg.connect(**address.options(), server_settings={"TimeZone": "Asia/Tokyo"})  # type: ignore[union-attr]
    try:
        read = [tuple(row) for row in await connection.fetch(query, mistyped())]
    finally:
        await connection.close()
    assert read == [(said, instant(said)) for said, _ in read]
    assert sum(found is not None for _, found in read) > 500
