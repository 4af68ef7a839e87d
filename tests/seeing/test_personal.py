"""Who reads personal data is said where the keeper wants it: to whom, of which customers, never what."""

from collections.abc import AsyncIterator

import pytest

from gql_app.schema.request import Request
from gql_app.viewers.viewer import EVERY_SCOPE, Sight, Viewer
from tests.stage import Stage, on_stage

SUPPORT = Viewer(subject="support", key_id="0a1b")
SHOP = Viewer(subject="shop", sight=Sight(EVERY_SCOPE - {"customers:pii"}))
ANN = {"id": "cust_ann", "object": "customer", "name": "Łucja Żółć", "email": "lucja@example.test"}


@pytest.fixture
async def logged(database_url: str, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Stage]:
    """A service whose keeper wants to know, with one customer."""
    caplog.set_level("INFO", "gql_app.personal_data")
    async with on_stage(database_url, log_personal_reads=True) as stage:
        await stage.post("customer.updated", {"customer": ANN})
        yield stage


async def read(stage: Stage, query: str, viewer: Viewer = SUPPORT, **variables: str) -> bytes:
    request = Request(query, variables, None, None, viewer=viewer)
    return (await stage.parts.engine.answer(request)).payload


def said(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    found = [vars(one) for one in caplog.records if one.message == "personal_data_read"]
    names = "operation", "customers", "count", "key", "subject"
    return [{name: one[name] for name in names if name in one} for one in found]


async def test_who_read_of_whom_is_said_and_not_what(logged: Stage, caplog: pytest.LogCaptureFixture) -> None:
    assert b"lucja@example.test" in await read(logged, "{ customers { nodes { id email } } }")
    who = {"key": "0a1b", "subject": "support"}
    assert said(caplog) == [{"operation": "query", "customers": "cust_ann", "count": 1, **who}]
    assert "lucja" not in caplog.text.lower() + str([vars(one) for one in caplog.records]).lower()


@pytest.mark.parametrize("query", ["{ customers { nodes { id } } }", "{ customers { nodes { id version } } }"])
async def test_what_is_not_personal_is_not_said(logged: Stage, caplog: pytest.LogCaptureFixture, query: str) -> None:
    await read(logged, query)
    assert said(caplog) == []


async def test_who_may_see_none_reads_none(logged: Stage, caplog: pytest.LogCaptureFixture) -> None:
    assert b'"email":null' in await read(logged, "{ customers { nodes { id email } } }", SHOP)
    assert said(caplog) == []


async def test_looking_somebody_up_by_what_is_personal_is_said(logged: Stage, caplog: pytest.LogCaptureFixture) -> None:
    await read(logged, "query($e: String!) { customer(by: {email: $e}) { id } }", e="lucja@example.test")
    assert [one["customers"] for one in said(caplog)] == ["cust_ann"]


async def test_a_subscription_is_said_when_it_begins(logged: Stage, caplog: pytest.LogCaptureFixture) -> None:
    asked = "subscription($id: ID!) { customer(by: {id: $id}) { id name } }"
    stream = logged.parts.engine.stream(Request(asked, {"id": "cust_ann"}, None, None, viewer=SUPPORT))
    assert "Łucja".encode() in (await anext(stream)).payload
    await stream.aclose()  # type: ignore[attr-defined]
    assert [(one["operation"], one["customers"]) for one in said(caplog)] == [("subscription", "cust_ann")]
