"""The run must be able to fail: streams that were tampered with are found out, whatever was done to them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.torture.chaos.heard import Item, Snapshot, complaints, snapshot_complaints
from tests.torture.chaos.oracle import ALL, RICH, Row, Want, _is_rich, replayed

POINTS = (50, 150, 160, 20, 130)


def journal() -> list[Row]:
    """Two customers' points, told by turns."""
    rows: list[tuple[Any, ...]] = []
    before: dict[str, int | None] = {}
    for version, points in enumerate(POINTS, 1):
        for customer in ("cust_1", "cust_2"):
            changes = [{"path": "loyalty.points", "before": before.get(customer), "after": points}]
            kind = "CREATED" if version == 1 else "UPDATED"
            rows.append((len(rows) + 1, customer, kind, version, json.dumps(changes)))
            before[customer] = points
    return list(replayed(rows))


THE_RICH = Want("the rich", RICH, _is_rich)
TOLD = journal()


def stream(want: Want, after: int = 0) -> list[Item]:
    """As it should be, left and resumed in the middle."""
    found = [(row, kind) for row in TOLD if row.position > after and (kind := want.sees(row))]
    return [Item(1 + row.position // 6, row.position, row.customer, kind, row.version) for row, kind in found]


def test_a_filter_sees_who_enters_and_leaves() -> None:
    kinds = [(item.position, item.kind) for item in stream(THE_RICH) if item.customer == "cust_1"]
    assert kinds == [(3, "ENTERED"), (5, "UPDATED"), (7, "LEFT"), (9, "ENTERED")]


@pytest.mark.parametrize("want", [ALL, THE_RICH])
@pytest.mark.parametrize("after", [0, 4])
def test_what_is_right_is_not_complained_of(want: Want, after: int) -> None:
    assert complaints(want, TOLD, after, stream(want, after)) == []


@pytest.mark.parametrize("want", [ALL, THE_RICH])
@pytest.mark.parametrize(
    ("tampered", "word"),
    [
        (lambda heard: heard[1:], "missing"),
        (lambda heard: heard[:-1], "missing"),
        (lambda heard: heard[:2] + heard[3:], "missing"),
        (lambda heard: heard[:2] + heard[1:], "doubled within a connection"),
        (lambda heard: [*heard[:-1], heard[-1], replace(heard[-1], connection=9)], "doubled across connections"),
        (lambda heard: [heard[1], heard[0], *heard[2:]], "out of order"),
        (lambda heard: [replace(heard[0], kind="DELETED"), *heard[1:]], "should not have come"),
        (lambda heard: [*heard[:-1], replace(heard[-1], version=99)], "should not have come"),
    ],
)
def test_what_was_tampered_with_is_found_out(want: Want, tampered: Any, word: str) -> None:
    assert any(word in one for one in complaints(want, TOLD, 0, tampered(stream(want))))


SNAPSHOT = Snapshot(begins=2, ends=1, shown={"cust_1": (1, 2), "cust_2": (1, 3)})
"""Begun after the second change; one customer's page was read after the third, the other's after the sixth."""


def test_changes_that_a_snapshot_showed_are_not_missed() -> None:
    heard = [item for item in stream(THE_RICH, 2) if item.position not in (3, 4, 6)]
    assert snapshot_complaints(THE_RICH, TOLD, SNAPSHOT, heard) == []


@pytest.mark.parametrize(
    ("left_out", "word"),
    [((3, 4, 5, 6), "newer than in the snapshot"), ((3, 4, 6, 8), "missing"), ((4, 6), "doubled"), ((3, 6), "missing")],
)
def test_a_snapshot_excuses_nothing_else(left_out: tuple[int, ...], word: str) -> None:
    heard = [item for item in stream(THE_RICH, 2) if item.position not in left_out]
    assert any(word in one for one in snapshot_complaints(THE_RICH, TOLD, SNAPSHOT, heard))


@pytest.mark.parametrize(("begins", "heard_after"), [(2, 6), (4, 4), (10, 10)])
def test_who_is_in_no_snapshot_is_told_of(begins: int, heard_after: int) -> None:
    nobody, heard = Snapshot(begins=begins, ends=1), stream(THE_RICH, heard_after)
    assert any("not in the snapshot" in one for one in snapshot_complaints(THE_RICH, TOLD, nobody, heard))


def test_a_journal_that_does_not_add_up_is_refused() -> None:
    row = (1, "cust_1", "CREATED", 1, "[]")
    with pytest.raises(AssertionError, match="version"):
        list(replayed([row, (2, "cust_1", "UPDATED", 3, "[]")]))
    with pytest.raises(AssertionError, match="begins elsewhere"):
        list(replayed([(1, "cust_1", "CREATED", 1, '[{"path": "name", "before": "Ann", "after": "Bob"}]')]))
