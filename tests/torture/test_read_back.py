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


TWICE = {
    "data": (b'"data": {', b'"data": {"customer": {"id": "cust_9"}}, "data": {'),
    "data, spelt otherwise": (b'"data": {', b'"data": {"customer": {"id": "cust_9"}}, "d\\u0061ta": {'),
    "event": (b'"event": {', b'"event": 5, "event": {'),
    "name": (b'"name": "Ann"', b'"name": "Eve", "name": "Ann"'),
}


@pytest.mark.parametrize("what", TWICE)
async def test_of_a_key_that_is_there_twice_the_last_counts_everywhere(stage: Stage, what: str) -> None:
    said = body("customer.updated", customer())
    assert TWICE[what][0] in said
    assert (await post(stage, said.replace(*TWICE[what]))).json()["status"] == "stored"
    (node,) = (await asked(stage, QUERY))["customers"]["nodes"]
    assert (node["id"], node["activity"]["nodes"][0]["data"]) == ("cust_1", customer())


@pytest.mark.parametrize("what", ODD)
async def test_the_activity_of_a_customer_told_oddly_can_be_read(stage: Stage, what: str) -> None:
    for number, kept in enumerate(("ODD", "plain"), 1):
        said = body("customer.updated", customer(number, metadata={"odd": kept}), number=number)
        answer = await post(stage, said.replace(b'"ODD"', ODD[what].encode()))
        assert answer.json()["status"] == "stored"
    nodes = (await asked(stage, QUERY))["customers"]["nodes"]
    assert [len(node["activity"]["nodes"]) for node in nodes] == [1, 1]
