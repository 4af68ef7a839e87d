"""Work in pieces, between which the loop hears what others have to say."""

import asyncio


class Yielding:
    """`async with` lets one piece of work through at each turn of the loop.

    Many deliveries that come at once would else be understood at one stroke, while the answers of a database that works
    in a process of its own lie unread and it has nothing to do.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> None:
        await self._turn.acquire()

    async def __aexit__(self, *_: object) -> None:
        try:
            await asyncio.sleep(0)
        finally:
            self._turn.release()
