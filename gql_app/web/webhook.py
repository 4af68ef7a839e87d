"""Where Voucherify posts its events. 2xx means: durably ours and visible, or kept although not understood."""

import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext

import msgspec
from starlette.types import Receive, Scope, Send

from gql_app.errors import Forbidden, SignatureMissing
from gql_app.mirror.arrival import receive as understand
from gql_app.mirror.inbox import Inbox
from gql_app.voucherify.signature import verify
from gql_app.web.body import read_body
from gql_app.web.delivery import Delivery, Watch, unwatched
from gql_app.web.headers import JSON, Fields, header_fields
from gql_app.web.problems import code_of, problem_reply
from gql_app.web.refusals import ClientGone, PostOnly
from gql_app.web.reply import Reply, send_reply

DOOR = "/webhooks/voucherify"
SIGNATURE = b"x-voucherify-signature"
FROM_A_PAGE = "A web page may tell no events: set GQL_APP_WEBHOOK_SECRETS, and whoever signs them may."
STATUS = {"duplicate": "duplicate", "quarantined": "quarantined"}


class Webhook:
    """Verifies, understands, and waits until the event is committed."""

    def __init__(
        self,
        inbox: Inbox,
        secrets: Sequence[str],
        max_body: int,
        watch: Watch = unwatched,
        pieces: AbstractAsyncContextManager[None] | None = None,
    ) -> None:
        self._watch = watch
        self._pieces = pieces or nullcontext()
        self._inbox = inbox
        self._secrets = tuple(secrets)
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one delivery."""
        delivery = Delivery(fields=header_fields(scope))
        try:
            reply = await self._taken(scope, receive, delivery)
        except ClientGone:
            return
        except Exception as error:
            reply = problem_reply(error, JSON)
            delivery.error, delivery.code = error, code_of(error)
        self._watch(delivery)
        await send_reply(send, reply)

    async def _taken(self, scope: Scope, receive: Receive, delivery: Delivery) -> Reply:
        if scope["method"] != "POST":
            raise PostOnly
        body = await read_body(receive, delivery.fields, self._max_body)
        async with self._pieces:
            delivery.key = self._verified(body, delivery.fields)
            arrival = delivery.arrival = understand(body, time.time_ns() // 1000, bare_type(scope["path"]))
        settled = delivery.settled = await self._inbox.take(arrival)
        said = {"status": STATUS.get(settled.verdict, "stored"), "id": arrival.key}
        if settled.reason is not None:
            said["reason"] = settled.reason
        return Reply(202, JSON, msgspec.json.encode(said))

    def _verified(self, body: bytes, fields: Fields) -> int | None:
        if not self._secrets:
            if b"origin" in fields:
                raise Forbidden(FROM_A_PAGE)
            return None
        given = fields.get(SIGNATURE)
        if given is None:
            raise SignatureMissing()
        return verify(body, given.decode("latin-1"), self._secrets)


def bare_type(path: str) -> str | None:
    """The event type in the address of a bare data object."""
    return path.removeprefix(DOOR).strip("/") or None
