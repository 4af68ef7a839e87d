"""Answers that go on over HTTP, from their first byte to their last."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.types import Receive, Send

from gql_app.errors import Unauthenticated
from gql_app.live.recent import Result, Take
from gql_app.viewers.guests import Guests
from gql_app.viewers.viewer import Viewer
from gql_app.web.forms import Form
from gql_app.web.limits import Limits
from gql_app.web.line import BodyLine
from gql_app.web.operation import closing
from gql_app.web.problems import problem_errors
from gql_app.web.refusals import ClientGone

FAREWELL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Ongoing:
    """An answer that goes on, and for whom; `answers` gives the results that were not taken at once."""

    form: Form
    answers: Callable[[Take], AsyncIterator[Result]]
    viewer: Viewer


class OpenStreams:
    """The streaming answers of this process."""

    def __init__(self, guests: Guests, limits: Limits | None = None) -> None:
        self._guests = guests
        self._limits = limits or Limits()
        self._open: dict[Streaming, asyncio.Task[None] | None] = {}
        self.closing = False
        self.slow = 0
        """How many were ended because their client did not read."""

    def __len__(self) -> int:
        return len(self._open)

    async def serve(self, ongoing: Ongoing, receive: Receive, send: Send) -> None:
        """Send everything, until it ends, the client leaves or the service stops."""
        streaming = Streaming(ongoing.form, send, self._limits)
        self._open[streaming] = asyncio.current_task()
        if self.closing:
            streaming.interrupt()
        try:
            with self._guests.staying(ongoing.viewer, streaming.dismiss):
                await streaming.live(ongoing.answers(streaming.take), receive)
        finally:
            del self._open[streaming]
            self.slow += streaming.was_slow

    async def close_all(self) -> None:
        """Tell every client to come back later, and wait until each has been let go; who does not even read that is
        hung up on.
        """
        self.closing = True
        tasks = [task for task in self._open.values() if task is not None]
        for streaming in self._open:
            streaming.interrupt()
        if tasks:
            await asyncio.wait(tasks, timeout=FAREWELL_SECONDS)
        for streaming in self._open:
            streaming.hang_up()
        if tasks:
            await asyncio.wait(tasks, timeout=FAREWELL_SECONDS)


class Streaming:
    """One of them: says something at least every `heartbeat` seconds, so that no proxy takes it for dead."""

    def __init__(self, form: Form, send: Send, limits: Limits) -> None:
        self._form = form
        self._heartbeat = limits.heartbeat
        self._line = BodyLine(send, limits.send_timeout, self._give_up)
        self.was_slow = False
        self._fuse: asyncio.Timeout | None = None
        self._farewell = form.interrupted
        self._interrupted = False
        self._is_quiet = True

    def hang_up(self) -> None:
        """Drop what is unsent: nothing more will be."""
        self._line.hang_up()

    def _give_up(self) -> None:
        """Whoever does not read is not waited for."""
        self.was_slow = True
        self.interrupt()

    def interrupt(self) -> None:
        """End it from another task."""
        self._interrupted = True
        if self._fuse is not None and self._fuse.when() is None:
            with suppress(RuntimeError):  # it has just ended
                self._fuse.reschedule(asyncio.get_running_loop().time())

    def take(self, results: list[Result]) -> bool:
        """Say results at once, unless they would have to wait."""
        is_said = self._line.say_at_once(b"".join(map(self._form.result, results)))
        self._is_quiet = self._is_quiet and not is_said
        return is_said

    def dismiss(self, objection: Unauthenticated) -> None:
        """End it because who listens may no longer; what is being sent is sent whole, and then they are told."""
        if not self._interrupted:
            self._farewell = self._form.failure(problem_errors(objection)) + self._form.ending
        self.interrupt()

    async def live(self, results: AsyncIterator[Result], receive: Receive) -> None:
        """Returns when nothing more will be sent, and lets go of what the results hold."""
        others = [asyncio.create_task(self._until_gone(receive)), asyncio.create_task(self._beat())]
        try:
            with suppress(ClientGone):
                await self._line.begin(self._form.media)
                await self._line.say(self._form.opening)
                await self._line.say(await self._said(results))
                await self._line.finish()
        finally:
            for task in others:
                task.cancel()
            await asyncio.wait(others)
            self._line.leave()

    async def _said(self, results: AsyncIterator[Result]) -> bytes:
        """Says all results, and returns the last words."""
        try:
            async with asyncio.timeout(None) as self._fuse, closing(results):
                await self._pass_on(results)
        except TimeoutError:
            return self._farewell
        except ClientGone:
            raise
        except Exception as error:
            return self._form.failure(problem_errors(error)) + self._form.ending
        return self._form.ending

    async def _pass_on(self, results: AsyncIterator[Result]) -> None:
        if self._interrupted:
            raise TimeoutError
        async for result in results:
            self._is_quiet = False
            await self._line.say(self._form.result(result))

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._line.hang_up()
        self.interrupt()

    async def _beat(self) -> None:
        with suppress(ClientGone):
            while True:
                await asyncio.sleep(self._heartbeat)
                if self._is_quiet:
                    await self._line.say(self._form.heartbeat)
                self._is_quiet = True
