"""Secrets and personal data are pushed through everything, and then looked for in all that the service said."""

import asyncio
import json
import signal
from contextlib import suppress
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect

from gql_app.voucherify.signature import sign
from tests.live.served import Served, served
from tests.stage import envelope

from .collector import Collector, collecting
from .wire import Wire, wired

MONDAY = "2026-03-02T10:00:00.000Z"
SECRETS = {name: f"canary{name}hunter2" for name in ("password", "signing", "signature", "bearer", "cookie", "token")}
PERSONAL = {
    "name": "Canaryname Finch",
    "email": "canary.email@example.test",
    "phone": "+48canaryphone",
    "source_id": "canarysourceid",
    "description": "canarydescription",
}
WORDS = [
    *SECRETS.values(),
    *PERSONAL.values(),
    "canarycity",
    "canarymetadata",
    "canarytype",
    "canarykey",
    "canaryvariable",
    "canaryoperation",
    "canaryalias",
    "canaryfield",
    "canarysendout",
    "canarybody",
    "canarypath",
]
CUSTOMER = PERSONAL | {"id": "cust_1", "object": "customer", "address": {"city": "canarycity"}}
FULL = {"customer": CUSTOMER | {"metadata": {"canarykey": "canarymetadata"}}}
HEADERS = {"authorization": f"Bearer {SECRETS['bearer']}", "cookie": f"session={SECRETS['cookie']}"}
QUESTIONS: list[dict[str, Any]] = [
    {
        "query": "query canaryoperation($s: String) { canaryalias: customers(search: $s) { nodes { name email } } }",
        "variables": {"s": "canaryvariable"},
    },
    {"query": "{ canaryfield }"},
    {"query": "{ customers(first: 1", "variables": {"canaryvariable": 1}},
    {"query": "query($i: Int!) { customers(first: $i) { nodes { id } } }", "variables": {"i": "canaryvariable"}},
    {"query": '{ customers(after: "canaryvariable") { nodes { id } } }'},
    {"query": '{ customer(by: {email: "canary.email@example.test"}) { name } }'},
    {"query": '{ __type(name: "canaryfield") { name } }'},
]


def events() -> list[tuple[str, bytes]]:
    """Where each is posted, and its bytes: understood, unknown, set aside, no event at all."""
    without_id = {"customer": {key: value for key, value in FULL["customer"].items() if key != "id"}}
    told = [
        ("customer.updated", FULL, "whs_1"),
        ("canarytype", FULL, "whs_2"),
        ("customer.updated", without_id, "whs_3"),
    ]
    enveloped = [envelope(kind, data, MONDAY, sendout, f"evt_{sendout}") for kind, data, sendout in told]
    enveloped.append(envelope("customer.updated", FULL, MONDAY, "canarysendout", "evt_4"))
    enveloped.append(enveloped[0] | {"data": {"customer": CUSTOMER | {"name": "canarybody"}}})
    whole = [("", json.dumps(body).encode()) for body in enveloped]
    return [*whole, ("", b'{"canarybody'), ("/canarytype", json.dumps(FULL).encode()), ("", b"[1]")]


async def post_all(client: httpx2.AsyncClient) -> list[str]:
    """Each rightly and wrongly signed; returns what was answered to the wrong ones."""
    refused = []
    for where, body in events():
        for secret in (SECRETS["signing"], SECRETS["signature"]):
            headers = HEADERS | {"x-voucherify-signature": sign(body, secret)}
            answer = await client.post(f"/webhooks/voucherify{where}", content=body, headers=headers)
            refused += [answer.text] if answer.status_code >= 400 else []
    return refused


async def ask_all(client: httpx2.AsyncClient) -> None:
    """By every way of asking."""
    for question in QUESTIONS:
        await client.post("/graphql", json=question, headers=HEADERS)
    await client.get("/graphql", params={"query": "{ canaryfield }", "token": SECRETS["token"]}, headers=HEADERS)
    await client.get(f"/canarypath/{SECRETS['token']}?token={SECRETS['token']}", headers=HEADERS)
    await client.get("/graphql?query=%ff", headers=HEADERS)


async def subscribe_all(server: Served) -> None:
    """Over a socket whose address and greeting hold a token."""
    address = f"{server.url.replace('http', 'ws', 1)}/graphql?token={SECRETS['token']}"
    async with connect(address, subprotocols=["graphql-transport-ws"], additional_headers=HEADERS) as socket:  # type: ignore[list-item]
        greeting = {"type": "connection_init", "payload": {"Authorization": f"Bearer {SECRETS['bearer']}"}}
        await socket.send(json.dumps(greeting))
        await socket.recv()
        for number, question in enumerate(QUESTIONS):
            await socket.send(json.dumps({"id": str(number), "type": "subscribe", "payload": question}))
        await socket.send(json.dumps({"type": "canaryfield"}))
        with suppress(Exception):
            while True:
                await socket.recv()


async def push_all(server: Served, wire: Wire) -> list[str]:
    """While all is well, then while the database is away; returns error answers and the figures."""
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False, timeout=60) as client:
        said = await post_all(client)
        await ask_all(client)
        await subscribe_all(server)
        said.append((await client.get("/metrics")).text)
        wire.close()
        said += await post_all(client)
        answer = await client.post("/graphql", json={"query": "{ customers { nodes { name } } }"}, headers=HEADERS)
        said += [answer.text, (await client.get("/metrics")).text, (await client.get("/health/ready")).text]
    return said


async def everything_said(url: str, wire: Wire, collector: Collector) -> str:
    """By a process, from its first line to its last."""
    async with served("--database-url", url) as server:
        said = await push_all(server, wire)
        server.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            await server.process.wait()
    return "\n".join([*said, *server.log, collector.sent.decode("latin-1")])


async def test_nothing_of_it_is_found(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with wired(postgres_url) as wire, collecting() as collector:
        monkeypatch.setenv("GQL_APP_WEBHOOK_SECRETS", SECRETS["signing"])
        monkeypatch.setenv("GQL_APP_LOG_OPERATIONS", "true")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        said = await everything_said(wire.url.replace(":@", f":{SECRETS['password']}@"), wire, collector)
    assert [word for word in WORDS if word.lower() in said.lower()] == []
    for proof in (
        '"verdict":"applied"',
        '"webhook_refused"',
        '"operation"',
        "OUTAGE",
        "gql_app_webhooks_acknowledged",
    ):
        assert proof in said, "what was looked through must hold what it should"
    assert b"gql_app.verdict" in collector.sent
