"""What was applied can be read back as it was told, whatever it is made of."""

import pytest

from tests.ingest.mirror import body, customer
from tests.ingest.test_door import post
from tests.stage import Stage
from tests.torture.reading import asked

QUERY = """{ customers(first: 10) { nodes { id activity(first: 10) { nodes { type data } } } } }"""
ODD = {
    "a NUL": '"\\u0000"',
    "a NUL in a key": '{"a\\u0000b": 1}',
    "a backslash before u0000": '"\\\\u0000"',
    "emoji in ASCII": '"\\ud83d\\ude00"',
    "half a pair": '"\\ud83d"',
    "two halves in the wrong order": '"\\ude00\\ud83d"',
    "NaN": "NaN",
    "an infinity": "[-Infinity]",
    "a number beyond a double": "1e400",
    "400 digits": "1" + "0" * 400,
    "the same key twice": '{"a": 1, "a": {}}',
}


@pytest.mark.parametrize("what", ODD)
async def test_the_activity_of_a_customer_told_oddly_can_be_read(stage: Stage, what: str) -> None:
    for number, kept in enumerate(("ODD", "plain"), 1):
        said = body("customer.updated", customer(number, metadata={"odd": kept}), number=number)
        answer = await post(stage, said.replace(b'"ODD"', ODD[what].encode()))
        assert answer.json()["status"] == "stored"
    nodes = (await asked(stage, QUERY))["customers"]["nodes"]
    assert [len(node["activity"]["nodes"]) for node in nodes] == [1, 1]
