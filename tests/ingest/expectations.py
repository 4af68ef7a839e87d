"""What each published sample makes of an empty mirror: `python -m tests.ingest.expectations` writes it down anew.

Written down is not yet right: read the difference before you commit it, with Voucherify's reference beside it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gql_app.mirror.arrival import Arrival, receive
from gql_app.mirror.journal import Pages
from gql_app.mirror.state import State
from gql_app.mirror.writer import apply
from tests.ingest.mirror import TUESDAY, Rows, folded
from tests.stage import PAYLOADS

EXPECTED = PAYLOADS.parent / "expected"
HEARD = 1_772_532_000_000_000
"""2026-03-03T10:00:00Z, when all of them are heard."""

OLD_OBJECT = "customer-object-2021-with-consents"


def samples() -> list[Path]:
    """Every published sample of something that is posted to a webhook."""
    return sorted(file for file in PAYLOADS.rglob("*.json") if file.parent != PAYLOADS and "rest" not in file.parts)


def heard(sample: Path) -> Arrival:
    """The sample as it arrives: an envelope as it is, a data object under the type that the file is named by."""
    if "envelope" in sample.parent.name:
        return receive(sample.read_bytes(), HEARD)
    if sample.stem == OLD_OBJECT:
        said = json.dumps({"customer": json.loads(sample.read_bytes())}).encode()
        return receive(said, HEARD, "customer.updated")
    return receive(sample.read_bytes(), HEARD, sample.stem)


def expected(sample: Path) -> Path:
    """Where it is written down what becomes of it."""
    return EXPECTED / sample.relative_to(PAYLOADS)


def outcome(verdict: str, reason: str | None, rows: Rows) -> dict[str, Any]:
    """As it is written down: what is null, and by which telling it is so, is left out."""
    told = {name: [dict(_told(row)) for row in table] for name, table in rows.items() if table}
    return {"verdict": verdict, "reason": reason, "rows": told}


def _told(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in sorted(row.items()) if value is not None and name != "stamps")


def in_memory(sample: Path) -> dict[str, Any]:
    """What it makes of an empty mirror without a database."""
    arrival = heard(sample)
    verdict = apply(State(), arrival, 1, Pages(0, TUESDAY))
    return outcome(verdict, arrival.note, folded([arrival]))


def main() -> None:
    """Writes everything down."""
    for sample in samples():
        file = expected(sample)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(in_memory(sample), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
