"""Somebody who asks a lot."""

import json
from typing import Any

import httpx2

from tests.stage import Stage

LISTED = "{ customers(first: 40) { nodes { id } } }"
"""Costs 40."""

ANN = {"customer": {"id": "cust_ann", "object": "customer", "name": "Ann"}}


async def asked(stage: Stage, query: str = LISTED, **headers: str) -> httpx2.Response:
    """A question over HTTP."""
    return await stage.client.post("/graphql", json={"query": query}, headers=headers)


async def over_socket(stage: Stage, query: str) -> dict[str, Any]:
    """The first word about an operation, on a socket of its own."""
    async with stage.watcher() as watcher:
        await watcher.subscribe(query)
        return await watcher.message()


def refusal(response: httpx2.Response) -> dict[str, Any]:
    """The extensions of the only error of a 429."""
    assert response.status_code == 429, response.text
    [error] = json.loads(response.content)["errors"]
    told: dict[str, Any] = error["extensions"]
    return told
