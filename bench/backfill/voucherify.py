"""The fake Voucherify of a backfill, in a process of its own, with as many customers as it is told.

Each line of standard input is answered with what it was asked since the last one.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from tests.voucherify.api import Api
from tests.voucherify.served import served
from tests.voucherify.shop import SAMPLE, Shop, moment

MILLISECOND = 1000


@dataclass
class Asked:
    """When customers were asked for."""

    times: list[float] = field(default_factory=list)

    async def note(self, path: str) -> None:
        """Takes down a call, and lets the fake answer it."""
        if path == "/v1/customers":
            self.times.append(time.monotonic())

    def told(self) -> dict[str, Any]:
        """How many calls, and the seconds from the first to the last; then none."""
        times, self.times = self.times, []
        return {"calls": len(times), "seconds": times[-1] - times[0] if times else 0.0}


def settled(customers: int) -> Shop:
    """A shop of so many customers, of whom nothing was told."""
    shop = Shop()
    for number in range(customers):
        shop.now += MILLISECOND
        at = moment(shop.now)
        news = {"id": f"cust_{number:08d}", "source_id": f"source_{number}", "created_at": at, "updated_at": at}
        shop.customers.put(SAMPLE | news | {"name": f"Bob {number}", "email": f"bob.{number}@example.test"})
    shop.pass_time(3600)
    return shop


async def serve(customers: int) -> None:
    """Until standard input ends."""
    asked = Asked()
    api = Api(settled(customers), before_answer=asked.note)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with served(api) as url:
        print(url, flush=True)
        while await reader.readline():
            print(json.dumps(asked.told()), flush=True)
            api.asked.clear()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
