"""Every published sample makes exactly the rows that are written down for it, on both databases."""

import json

from tests.ingest.expectations import EXPECTED, expected, heard, outcome, samples
from tests.ingest.mirror import Mirror


def test_every_sample_has_its_rows_written_down() -> None:
    assert len(samples()) > 100
    assert sorted(map(expected, samples())) == sorted(EXPECTED.rglob("*.json"))


async def test_every_sample_makes_the_rows_that_are_written_down(mirror: Mirror) -> None:
    for sample in samples():
        await mirror.clear()
        (verdict,) = await mirror.write([heard(sample)])
        ((_, _, reason),) = await mirror.inbox_rows()
        written_down = json.loads(expected(sample).read_text())
        assert outcome(verdict, reason, await mirror.rows()) == written_down, sample


def test_a_sample_in_an_envelope_says_what_it_says_without() -> None:
    """But for its project, and where only the event says when."""
    for file in sorted((EXPECTED / "webhook-envelopes-constructed").glob("*.json")):
        bare, enveloped = (json.loads(one.read_text()) for one in (EXPECTED / "webhook-data" / file.name, file))
        for table, rows in enveloped["rows"].items():
            for row in rows:
                row.pop("project_id", None)
                assert table == "customer_segment" or row in bare["rows"][table], file
