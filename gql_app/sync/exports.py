"""Exports: Voucherify writes a file of everything there is, we ask until it is done, and read it line by line."""

import csv
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from gql_app.errors import VoucherifyUnreachable
from gql_app.voucherify.rest.client import Voucherify, escaped

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between two looks at whether it is done: each is a call."""

MOST_LOOKS = 200


class _Result(msgspec.Struct):
    url: str | None = None


class _Export(msgspec.Struct):
    id: str
    status: str = ""
    result: _Result | None = None


async def exported(voucherify: Voucherify, what: str, fields: list[str]) -> AsyncIterator[list[str]]:
    """Every line of an export of these fields, in their order, without the headings."""
    wanted: dict[str, Any] = {"exported_object": what, "parameters": {"fields": fields, "order": "created_at"}}
    export = _read((await voucherify.post("exports", wanted)).body)
    url = await _done(voucherify, export.id)
    is_heading = True
    async with voucherify.download(url) as lines:
        async for line in lines:
            if not is_heading:
                for row in csv.reader([line]):
                    yield row
            is_heading = False


async def _done(voucherify: Voucherify, export_id: str) -> str:
    pause = FIRST_PAUSE
    for _ in range(MOST_LOOKS):
        export = _read((await voucherify.get(f"exports/{escaped(export_id)}")).body)
        if export.status == "DONE" and export.result and export.result.url:
            return export.result.url
        if export.status == "ERROR":
            break
        await voucherify.budget.pause(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    raise VoucherifyUnreachable(f"Voucherify's export {export_id} did not come to an end: run this again.")


def _read(body: bytes) -> _Export:
    try:
        return msgspec.json.decode(body, type=_Export)
    except msgspec.MsgspecError:
        raise VoucherifyUnreachable("Voucherify answers an export with something that is none.") from None
