"""Files become part of the mirror: of any shape and size, once, and never over something newer."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.mirror import Mirror, Rows, body, renamed
from tests.keeper.desk import rebuilt
from tests.keeper.files import ANN, API, DASHBOARD, MONDAY, TUESDAY, Importer, customers, lines, page, rows_of
from tests.stage import Stage

NAMES = "{ customers(first: 5) { nodes { id name loyalty { points } freshness { source } } } }"
ORDER = {"id": "ord_1", "object": "order", "customer": {"id": "cust_1", "object": "customer"}, "updated_at": MONDAY}


@pytest.fixture
def importer(database_url: str, tmp_path: Path) -> Importer:
    """Whoever brings files."""
    return Importer(database_url, tmp_path)


def told(tally: dict[str, Any]) -> tuple[int, int, int, int, int]:
    """Exit status, told, older, told before, unusable."""
    return tuple(tally[name] for name in ("status", "applied", "stale", "duplicate", "unusable"))  # type: ignore[return-value]


@pytest.mark.parametrize("headings", [API, DASHBOARD])
async def test_an_export_is_taken_in_under_either_kind_of_heading(
    importer: Importer, mirror: Mirror, headings: str
) -> None:
    assert told(await importer.tally(importer.file("c.csv", f"{headings}\n{ANN}\n"))) == (0, 1, 0, 0, 0)
    row = await mirror.row()
    told_of = ("id", "source_id", "name", "email", "created_at", "updated_at", "address_city")
    assert [row[name] for name in told_of] == [
        "cust_1", "s-1", "Ann", "ann@example.com", "2026-03-01T10:00:00.000Z", MONDAY, "Graz",
    ]  # fmt: skip
    assert (row["summary_orders_total_amount"], row["loyalty_points"]) == (10000, 5)
    assert (row["source"], row["completeness"]) == ("IMPORT", 1)


async def test_orders_are_taken_in_from_an_export(importer: Importer, mirror: Mirror) -> None:
    text = "Order ID;Status;Total Amount;Customer ID;Creation Date\nord_1;PAID;77.00;cust_9;2026-03-01 10:00:00\n"
    file = importer.file("o.csv", "\ufeff" + text)
    assert told(await importer.tally(file)) == (1, 0, 0, 0, 1)
    assert told(await importer.tally(file, "--amounts", "major")) == (0, 1, 0, 0, 0)
    row = await mirror.row("order")
    assert (row["status"], row["total_amount"], row["customer_id"]) == ("PAID", 7700, "cust_9")
    assert (await mirror.row("customer"))["id"] == "cust_9"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.json", page("customers", customers(3))),
        ("page.json.gz", page("customers", customers(3))),
        ("array.json", json.dumps(customers(3), indent=1)),
        ("one-line.json", json.dumps({"customers": customers(3)})),
        ("lines.ndjson", lines(customers(3))),
        ("lines.ndjson.gz", lines(customers(3))),
        ("pages.ndjson", lines([{"customers": customers(2)}, {"customers": customers(3)[2:]}])),
        ("one-after-another.json", "\n".join(json.dumps(one, indent=2) for one in customers(3))),
    ],
)
async def test_a_dump_is_taken_in_whatever_its_shape(importer: Importer, mirror: Mirror, name: str, text: str) -> None:
    assert told(await importer.tally(importer.file(name, text))) == (0, 3, 0, 0, 0)
    rows = (await mirror.rows())["customer"]
    assert [(row["id"], row["loyalty_points"], row["completeness"]) for row in rows] == [
        (f"cust_{number}", number, 2) for number in (1, 2, 3)
    ]


async def test_a_dump_may_hold_customers_and_orders(importer: Importer, mirror: Mirror) -> None:
    both = {"orders": [ORDER | {"items": [{"amount": 5}]}], "customers": customers(1)}
    assert told(await importer.tally(importer.file("both.json", json.dumps(both, indent=1)))) == (0, 2, 0, 0, 0)
    assert (await mirror.row("order_item"))["amount"] == 5


async def test_importing_twice_changes_nothing(importer: Importer, mirror: Mirror) -> None:
    file = importer.file("c.ndjson", lines([*customers(3), ORDER]))
    assert told(await importer.tally(file)) == (0, 4, 0, 0, 0)
    before = await everything(mirror)
    assert told(await importer.tally(file)) == (0, 0, 0, 4, 0)
    assert await everything(mirror) == before


async def test_what_webhooks_said_later_stands(importer: Importer, mirror: Mirror) -> None:
    await mirror.hear(renamed("Anna", at=TUESDAY))
    before = (await mirror.rows())["customer"]
    assert told(await importer.tally(importer.file("c.ndjson", lines(customers(1))))) == (0, 0, 1, 0, 0)
    assert told(await importer.tally(importer.file("c.csv", f"{API}\n{ANN}\n"))) == (0, 1, 0, 0, 0)
    (row,) = (await mirror.rows())["customer"]
    assert {name for name in row if row[name] != before[0][name]} == {
        "stamps", "address_city", "summary_orders_total_amount",
    }  # fmt: skip


async def test_an_export_leaves_alone_what_it_has_no_column_for(importer: Importer, mirror: Mirror) -> None:
    standing = {"points": 5, "campaigns": {"Club": {"points": 5}}}
    full = customers(1, loyalty=standing, metadata={"vip": True}, phone="1", updated_at="2026-03-01T10:00:00Z")
    await importer.tally(importer.file("c.ndjson", lines(full)))
    text = "id,name,email,updated_at,metadata.vip\ncust_1,Anna,,2026-03-02T10:00:00Z,no\n"
    assert told(await importer.tally(importer.file("c.csv", text))) == (0, 1, 0, 0, 0)
    row = await mirror.row()
    assert (row["name"], row["email"], row["phone"], row["metadata"]) == ("Anna", None, "1", {"vip": True})
    assert (await mirror.row("loyalty_campaign"))["points"] == 5


async def test_metadata_of_an_export_fills_in_where_none_was_told(importer: Importer, mirror: Mirror) -> None:
    text = f"id,updated_at,metadata.vip,metadata.size\ncust_1,{MONDAY},yes,\n"
    await importer.tally(importer.file("c.csv", text))
    assert (await mirror.row())["metadata"] == {"vip": "yes"}
    await mirror.hear(body("customer.custom_event", {"customer": {"id": "cust_1", "metadata": {"vip": True}}}, MONDAY))
    assert (await mirror.row())["metadata"] == {"vip": True}


async def test_rows_without_a_time_are_as_of_when_one_says(importer: Importer, mirror: Mirror) -> None:
    await mirror.hear(body("customer.custom_event", {"customer": {"id": "cust_1", "name": "Anna"}}, MONDAY))
    file = importer.file("c.csv", "id,name\ncust_1,Ann\n")
    assert told(await importer.tally(file)) == (0, 0, 1, 0, 0)
    assert told(await importer.tally(file, "--at", TUESDAY)) == (0, 1, 0, 0, 0)
    assert (await mirror.row())["name"] == "Ann"


async def test_rows_that_cannot_be_used_are_named_and_hold_up_no_others(importer: Importer, mirror: Mirror) -> None:
    text = f'{API}\n{ANN}\n,x,x,x,,,,,\ncust_2,x,"two\nlines",x,{MONDAY},soon,,,\ncust_3,short\n'
    text += f"cust_4,,,,{MONDAY},{MONDAY},,1,many\ncust 5,,,,,,,,\n\ncust_6,,Eve,,{MONDAY},{MONDAY},,,\n"
    tally = await importer.tally(importer.file("c.csv", text), "--report", importer.path("report.csv"))
    assert told(tally) == (1, 2, 0, 0, 5)
    assert [row[1:] for row in rows_of((importer.folder / "report.csv").read_text())] == [
        ["3", "", "it has no id"],
        ["4", "cust_2", "updated_at is no time such as 2026-03-03T10:00:00Z"],
        ["6", "", "it has fewer cells than there are headings"],
        ["7", "cust_4", "loyalty_points is no whole number"],
        ["8", "", "id is none that Voucherify gives"],
    ]
    assert [row["id"] for row in (await mirror.rows())["customer"]] == ["cust_1", "cust_6"]


async def test_bad_lines_and_the_end_of_a_broken_dump_are_named(importer: Importer, mirror: Mirror) -> None:
    good = lines(customers(2)).splitlines()
    text = "\n".join([good[0], '{"id": ', "[1]", '{"name": "x"}', '{"id": "v_1", "object": "voucher"}', good[1]])
    tally = await importer.tally(importer.file("lines.ndjson", text))
    assert (told(tally), [reason["firstRows"] for reason in tally["reasons"]]) == (
        (1, 2, 0, 0, 4),
        [[2], [3], [4], [5]],
    )
    whole = json.dumps(customers(3), indent=1)
    tally = await importer.tally(importer.file("array.json", whole[: whole.index("Ann 3")]))
    assert told(tally) == (1, 0, 0, 2, 1)
    assert "no JSON from here on" in tally["reasons"][0]["reason"]


async def test_a_damaged_archive_is_read_as_far_as_it_goes(importer: Importer, mirror: Mirror) -> None:
    tally = await importer.tally(importer.file("c.ndjson.gz", lines(customers(10_000)), cut=1000))
    assert (tally["status"], tally["unusable"]) == (1, 1)
    assert tally["applied"] == len((await mirror.rows())["customer"]) > 5000


async def test_a_dry_run_says_the_same_and_tells_nothing(importer: Importer, mirror: Mirror) -> None:
    await mirror.hear(renamed("Anna", who=2, at=TUESDAY))
    before = await everything(mirror)
    file = importer.file("c.ndjson", lines([*customers(3), *customers(1)]))
    dry = await importer.tally(file, "--dry-run")
    assert await everything(mirror) == before
    assert dry | {"dryRun": False} == await importer.tally(file)
    assert told(dry) == (0, 2, 1, 1, 0)


async def test_nothing_that_is_printed_tells_of_a_person(importer: Importer, mirror: Mirror) -> None:
    secret = "S3cret.Name@example.com"
    text = f"{API}\ncust_1,{secret},{secret},{secret},{secret},{secret},{secret},{secret},{secret}\n"
    said = [await importer.types(importer.file("c.csv", text), *more) for more in ((), ("--json",), ("--dry-run",))]
    bad = lines(customers(1, id=secret + '"', name=secret)) + f'{{"{secret}": \n'
    said.append(await importer.types(importer.file("c.ndjson", bad), "--report", importer.path("r.csv")))
    assert [one[0] for one in said] == [1, 1, 1, 1]
    assert secret not in str(said) + (importer.folder / "r.csv").read_text()


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("", (), "is empty"),
        ("id,source_id\n1,s-1\n", (), "--kind"),
        ("name,source_id\nAnn,s-1\n", (), "export it with the field `id`"),
        ("id,source_id\ncust_1,s-1\n", ("--kind", "people"), "none of customers, orders"),
        ("id,name\ncust_1,Ann\n", ("--amounts", "cents"), "none of minor, major"),
        ("id,name\ncust_1,Ann\n", ("--at", "noon"), "is no time"),
        ("id,name\ncust_1,Ann\n", ("--report", "no/such/folder.csv"), "cannot be written"),
    ],
)
async def test_what_cannot_be_begun_is_said_in_one_line(
    importer: Importer, mirror: Mirror, text: str, words: tuple[str, ...], said: str
) -> None:
    status, _, err = await importer.types(importer.file("c.csv", text), *words)
    assert (status != 0, len(err.splitlines()), said in err) == (True, 1, True), err
    assert (await mirror.rows())["customer"] == []


async def test_a_file_that_is_not_there_is_said_before_anything_is_told(importer: Importer, mirror: Mirror) -> None:
    file = importer.file("c.ndjson", lines(customers(1)))
    status, _, err = await importer.types(file, "none.csv")
    assert (status, err) == (1, "gql-app: There is no file none.csv.\n")
    assert (await mirror.rows())["customer"] == []


async def test_a_service_that_runs_shows_it_and_goes_on_listening(importer: Importer, stage: Stage) -> None:
    file = importer.file("c.ndjson", lines(customers(2000)))
    async with stage.watcher() as watcher, importer.typing(file) as process:
        await watcher.subscribe('subscription { customer(by: {id: "cust_2000"}) { name } }')
        for number in range(50):
            named = {"customer": {"id": f"cust_{number}", "object": "customer", "name": "Anna", "summary": {}}}
            assert await stage.tell("customer.updated", named, TUESDAY) == "stored"
        seen = await watcher.data()
        while seen["customer"] is None:
            seen = await watcher.data()
        await process.communicate()
    assert (process.returncode, seen["customer"]["name"]) == (0, "Ann 2000")
    asked = await stage.ask('{ a: customer(by: {id: "cust_7"}) { name } mirror { eventsReceived } }')
    assert asked == {"a": {"name": "Anna"}, "mirror": {"eventsReceived": 50}}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
async def test_whoever_is_stopped_half_way_begins_again_and_ends_the_same(
    importer: Importer, mirror: Mirror, number: int
) -> None:
    file = importer.file("c.ndjson", lines([*customers(2000), ORDER]))
    async with importer.typing(file) as process:
        while (count := await how_many(mirror)) == 0:
            pass
        process.send_signal(number)
        _, err = await process.communicate()
    assert process.returncode != 0
    assert number == signal.SIGKILL or b"import the same files again" in err
    assert 0 < count <= await how_many(mirror) < 2000
    tally = await importer.tally(file)
    assert (tally["status"], tally["applied"] + tally["duplicate"]) == (0, 2001)
    assert tally["duplicate"] >= count
    stopped = await mirror.rows()
    await mirror.clear()
    await importer.tally(file)
    assert await mirror.rows() == stopped
    assert await rebuilt(mirror) == []


async def everything(mirror: Mirror) -> tuple[Rows, Any, Any]:
    """The mirror, its journal and its inbox."""
    return await mirror.rows(kept_too=True), await mirror.journal(), await mirror.inbox_rows()


async def how_many(mirror: Mirror) -> int:
    """How many customers there are."""
    return int((await mirror.database.read("SELECT count(*) FROM customer", ()))[0][0])
