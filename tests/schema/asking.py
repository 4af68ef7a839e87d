"""One question, by any door."""

import json
from typing import Any

from tests.stage import Stage


async def posted(stage: Stage, **body: Any) -> Any:
    """The response map of a request made of these parameters."""
    return (await stage.client.post("/graphql", json=body)).json()


async def over_socket(stage: Stage, **body: Any) -> dict[str, Any]:
    """The first message of an operation on a socket of its own."""
    async with stage.watcher() as watcher:
        await watcher.socket.send(_subscribe(body))
        return await watcher.message()


def _subscribe(body: dict[str, Any]) -> str:
    return json.dumps({"id": "1", "type": "subscribe", "payload": body})


def code_of(said: Any) -> str:
    """The code of the only error there is."""
    [error] = said["errors"]
    code: str = error["extensions"]["code"]
    return code
