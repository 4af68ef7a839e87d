"""The service in a process that kills itself at a named point: `python -m tests.torture.dying`.

Reads a life from each line of its input (a point, the number of the turn to die in, a database URL), forks
and serves in the child until it is killed; says where, and how that ended. Importing once makes lives cheap.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from gql_app import app
from gql_app.database.waiting import open_patiently
from gql_app.feed import open_feed
from gql_app.settings import Settings
from tests.stage import _served
from tests.torture.fate import DyingDatabase, DyingFeed, Fate


async def live(fate: Fate, url: str) -> None:
    """Serves until the end."""

    async def dying_database(*given: Any, **named: Any) -> Any:
        return DyingDatabase(await open_patiently(*given, **named), fate)

    @asynccontextmanager
    async def dying_feed(*given: Any) -> AsyncIterator[Any]:
        async with open_feed(*given) as feed:
            yield DyingFeed(feed, fate)

    vars(app).update(open_patiently=dying_database, open_feed=dying_feed)
    async with app.running(Settings(database_url=SecretStr(url))) as parts, _served(parts) as here:
        print(json.dumps({"url": here}), flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """One life after the other."""
    for line in sys.stdin:
        point, turn, url = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(live(Fate(point, turn), url))
            finally:
                os._exit(1)
        print(json.dumps({"pid": child}), flush=True)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"ended": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
