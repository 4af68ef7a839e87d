"""Why Voucherify does not give what was asked for, and what to do."""

from typing import Any
from urllib.parse import urlsplit

import httpx2

from gql_app.errors import VoucherifyRefuses

WAYS_OUT = {
    401: "does not know these keys: check GQL_APP_VOUCHERIFY_APP_ID and GQL_APP_VOUCHERIFY_APP_TOKEN,"
    " and that GQL_APP_VOUCHERIFY_URL is the region of the project",
    402: "says that the plan has ended or is used up: look into the project's subscription, then run this again",
    403: "does not let this key read here: allow it in the project's settings (GQL_APP_VOUCHERIFY_APP_ID),"
    " or allow this machine's address",
    404: "has nothing there",
}


def refusal(response: httpx2.Response, url: str) -> VoucherifyRefuses:
    """An error that a person can act on; never a body, which may hold personal data."""
    status = response.status_code
    way_out = WAYS_OUT.get(status, f"answers with status {status}{_key(response)}")
    path = urlsplit(str(response.url)).path
    return VoucherifyRefuses(f"Voucherify at {urlsplit(url).netloc} {way_out} ({status} for {path}).", status)


def _key(response: httpx2.Response) -> str:
    """Voucherify's own word for what is wrong."""
    try:
        said: Any = response.json()
    except (ValueError, httpx2.ResponseNotRead):
        return ""
    key = said.get("key") if isinstance(said, dict) else None
    return f" ({key[:60]})" if isinstance(key, str) and key.isprintable() else ""
