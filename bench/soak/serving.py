"""The server of a soak, in a process of its own: what `gql-app serve` runs, and what it holds when it is asked.

The settings come as the first line of standard input; each further line is answered with what the process holds now.
"""

import asyncio
import json
import os
import sys
from typing import Any

from bench.events import SECRET
from gql_app.app import running
from gql_app.commands import server
from gql_app.commands.listening import listen
from gql_app.settings import Settings


async def serve(url: str) -> None:
    """Serves on a free port of 127.0.0.1 until standard input ends."""
    settings = Settings(_env_file=None, database_url=url, webhook_secrets=SECRET)  # type: ignore[call-arg,arg-type]
    listener = listen("127.0.0.1", 0)
    async with running(settings) as parts:
        telling: list[asyncio.Task[None]] = []

        def begun(serving: server.GentleServer) -> None:
            telling.append(asyncio.create_task(_tell(serving)))
            print(listener.getsockname()[1], flush=True)

        await server.serve(parts, listener, begun)
        telling[0].cancel()


async def _tell(serving: server.GentleServer) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        print(json.dumps(held()), flush=True)
    serving.stop()


def held() -> dict[str, Any]:
    """Bytes in memory, open files, tasks."""
    with open("/proc/self/statm") as statm:
        pages = int(statm.read().split()[1])
    return {
        "memory": pages * os.sysconf("SC_PAGE_SIZE"),
        "files": len(os.listdir("/proc/self/fd")),
        "tasks": len(asyncio.all_tasks()),
    }


if __name__ == "__main__":
    server.run(serve(json.loads(sys.stdin.readline())))
