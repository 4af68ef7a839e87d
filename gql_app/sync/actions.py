"""The log of bulk and asynchronous jobs: changes of which no webhook tells."""

from collections import Counter

import msgspec

from gql_app.voucherify.rest.client import Voucherify
from gql_app.voucherify.rest.lists import listed
from gql_app.voucherify.values import instant

ABOUT_CUSTOMERS = ("CUSTOMERS.", "CUSTOMER.")


class _Action(msgspec.Struct):
    type: str = ""
    updated_at: str | None = None
    created_at: str | None = None


async def bulk_jobs_since(voucherify: Voucherify, since: int) -> Counter[str]:
    """How many jobs of each type have touched customers since then (milliseconds since 1970); none where there is no
    earlier time to count from.
    """
    found: Counter[str] = Counter()
    query: dict[str, str] = {}
    while since:
        page = await listed(voucherify, "async-actions", "async_actions", **query)
        actions = [msgspec.json.decode(row, type=_Action) for row in page.rows]
        late = [one for one in actions if (instant(one.updated_at or one.created_at) or 0) // 1000 >= since]
        found.update(one.type for one in late if one.type.startswith(ABOUT_CUSTOMERS))
        end = actions[-1].created_at if actions else None
        if page.is_last or not late or end is None or query.get("end_date") == end:
            break
        query = {"end_date": end}
    return found
