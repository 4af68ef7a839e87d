"""Values that some database, or some reader, could not hold: both databases store the same, and go on."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from gql_app.voucherify.values import (
    day,
    identifier,
    instant,
    key,
    long,
    moment,
    moment_at,
    text,
)
from gql_app.voucherify.values import (
    json as plain,
)
from tests.ingest.mirror import Mirror, body, customer, mirroring, renamed

HUGE = "1" + "0" * 400
ODD: dict[str, str] = {
    "NUL": '{"name": "A\\u0000nn", "metadata": {"a\\u0000": "b\\u0000", "c": ["\\u0000"]}}',
    "lone surrogates": '{"name": "Ann \\ud83d", "metadata": {"\\udc00": "\\ud800x"}, "odd": "\\udfff"}',
    "NaN": '{"loyalty": {"points": NaN}, "metadata": {"a": NaN, "b": -Infinity}}',
    "10^400": f'{{"loyalty": {{"points": {HUGE}}}, "metadata": {{"a": {HUGE}, "b": 1e400, "c": -{HUGE}.5}}}}',
    "beyond 64 bits": '{"loyalty": {"points": 9223372036854775808}, "metadata": {"a": 18446744073709551616}}',
    "beyond 2^53": '{"loyalty": {"points": 9007199254740992}, "metadata": {"a": 9007199254740993, "b": 1e9}}',
    "numbers of many forms": '{"loyalty": {"points": 5.0}, "metadata": {"a": 5.0, "b": -0.0, "c": 1e-7}}',
    "points that are a table": '{"loyalty": {"points": {"a": 1}, "campaigns": {"C": {"points": ["x"]}}}}',
    "a 5 MB name": json.dumps({"name": "n" * 5_000_000, "description": "d" * 1_000_000}),
    "a 100 KB key": json.dumps({"source_id": "é" * 100_000, "email": "e" * 1001, "phone": "p" * 1000}),
    "a 100 KB campaign": json.dumps({"loyalty": {"campaigns": {"c" * 100_000: {}}}}),
    "a 100 KB id": json.dumps({"id": "c" * 100_000}),
    "keys nobody expects": '{"": 1, "__proto__": {"a": null}, "metadata": {"": "", "a.b": [[]], "\\"": 1}}',
    "types nobody expects": '{"name": 5, "email": ["x"], "address": [], "metadata": [1], "summary": "x"}',
    "misprinted times": '{"created_at": " 2024-02-01T10:42:59.594Z ", "updated_at": "2024-02-01 T10:42"}',
    "the same key twice": '{"name": "Ann", "name": "Bob", "metadata": {"a": 1, "a": 2}}',
}


@pytest.fixture
async def both(sqlite_url: str, postgres_url: str) -> AsyncIterator[list[Mirror]]:
    """A mirror on each database, to be compared."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(mirroring(url)) for url in (sqlite_url, postgres_url)]


def odd(what: str) -> bytes:
    """An event with this oddity in its customer; the text is spliced in, for not all of it is JSON."""
    data = '{"customer": {"id": "cust_1", ' + ODD[what][1:] + "}"
    return body("customer.updated", "DATA").replace(b'"DATA"', data.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("what", ODD)
async def test_an_odd_value_is_stored_alike_and_holds_nobody_up(both: list[Mirror], what: str) -> None:
    seen: list[Any] = []
    for mirror in both:
        verdicts = await mirror.hear(odd(what), renamed("Bob", 2, who=2))
        again = await mirror.hear(renamed("Eve", 3, at="2026-03-04T10:00:00Z"))
        assert (verdicts[1], again) == ("applied", ["applied"])
        seen.append((verdicts, await mirror.rows(), await mirror.inbox_rows(), await mirror.journal()))
    assert seen[0] == seen[1]


async def test_half_a_pair_of_surrogates_does_not_cost_the_event(both: list[Mirror]) -> None:
    for mirror in both:
        assert await mirror.hear(odd("lone surrogates"), odd("lone surrogates")) == ["applied", "duplicate"]
        assert (await mirror.row())["name"] == "Ann "


async def test_numbers_of_points_are_whole_or_unknown(both: list[Mirror]) -> None:
    for mirror in both:
        await mirror.hear(odd("numbers of many forms"))
        kept = await mirror.row()
        assert (kept["loyalty_points"], kept["metadata"]["a"]) == (5, 5)


@pytest.mark.parametrize("digits", range(10))
def test_a_fraction_may_have_any_number_of_digits(digits: int) -> None:
    fraction = f".{'123456789'[:digits]}" if digits else ""
    stored = f"2024-02-01T10:42:59.{'123'[:digits]:0<3}Z"
    assert moment(f"2024-02-01T10:42:59{fraction}Z") == stored
    assert moment(f"2024-02-01T16:12:59{fraction}+05:30") == stored
    assert moment(f" 2024-02-01 05:42:59{fraction} -0500 ") == stored


def test_time_is_told_apart_to_the_microsecond() -> None:
    assert (instant("2024-02-01T10:42:59.000002Z") or 0) - (instant("2024-02-01T10:42:59.000001Z") or 0) == 1


@pytest.mark.parametrize(
    "misprint",
    [
        *("", "now", "2024-02-30T10:00:00Z", "2024-02-01T25:00:00Z", "2024-02-01", 5, None),
        "1969-12-31T23:59:59Z",
        "2024-02-01T10:00:00.1234567890Z",
        "\uff12024-02-01T10:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "x" * 100_000,
    ],
)
def test_what_is_no_time_is_none(misprint: Any) -> None:
    assert (instant(misprint), moment(misprint)) == (None, None)


def test_the_last_day_of_all_is_a_time() -> None:
    assert moment_at(instant("9999-12-31T23:59:59.999999Z") or 0) == "9999-12-31T23:59:59.999Z"


async def test_a_time_in_the_far_future_is_newer_than_now(both: list[Mirror]) -> None:
    for mirror in both:
        await mirror.hear(renamed("Late", 1, at="9999-12-31T23:59:59Z"), renamed("Now", 2))
        assert (await mirror.row())["name"] == "Late"


def test_only_what_is_of_the_right_kind_is_read() -> None:
    assert [long(value) for value in (True, "5", 5.5, 2**53, 2**53 - 1, -(2**53))] == [None] * 4 + [
        2**53 - 1,
        None,
    ]
    assert [identifier(value) for value in ("cust_1", 'a"b', "a\\b", "", "a b", "x" * 256)] == ["cust_1"] + [None] * 5
    assert (key("é" * 500), key("é" * 501), text("\x00")) == ("é" * 500, None, None)
    assert (day("1974-01-02T00:00:00Z"), day("1974-13-02"), day(5)) == ("1974-01-02", None, None)


def test_plain_json_is_what_both_databases_give_back() -> None:
    said = {"a": [1.0, -0.0, 2.5, 1e300, 2**60, float("inf")], "b\x00": {"c": "\ud800d"}, "e": [True, None]}
    assert plain(said) == {"a": [1, 0, 2.5, str(1e300), str(2**60), None], "b": {"c": "d"}, "e": [True, None]}
    assert json.dumps(plain([1.0, -0.0])) == "[1, 0]"


async def test_an_absurd_customer_is_left_in_the_list(both: list[Mirror]) -> None:
    for mirror in both:
        await mirror.hear(body("customer.updated", customer(name="n" * 2000)))
        kept = await mirror.row()
        assert (kept["name"], kept["unknown_fields"]["name"]) == (None, "n" * 2000)
