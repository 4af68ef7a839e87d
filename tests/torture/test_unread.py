"""What is written and never read may all fit into the kernel: then the kernel lets the client go."""

import asyncio
import socket

import pytest

from gql_app.commands import listening
from tests.stage import SOON
from tests.torture.sleepers import SMALLEST


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux looks after it")
async def test_what_waits_in_the_kernel_waits_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "UNREAD_SECONDS", 1)
    ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes(20 * SMALLEST))
        try:
            await reader.read()
        except OSError as error:
            ended.set_result(error)
        writer.transport.abort()

    listener = listening.listen("127.0.0.1", 0)
    async with await asyncio.start_server(tell, sock=listener):
        with socket.socket() as sleeper:
            sleeper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST)
            sleeper.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sleeper, listener.getsockname())
            async with asyncio.timeout(SOON):
                assert isinstance(await ended, OSError)
