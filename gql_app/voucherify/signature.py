"""Whether a webhook was signed with one of our secrets.

Source: Voucherify, Introduction to webhooks: hex HMAC-SHA256 of the body as compact JSON, in
`x-voucherify- signature`.
"""

import hmac
import re
from collections.abc import Iterable
from hashlib import sha256

from gql_app.errors import SignatureMismatch, SignatureMissing

STRING_OR_SPACE = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[ \t\r\n]+', re.DOTALL)
"""Never gives a character back, so that bodies of nothing but quotes take linear time as well."""


def sign(body: bytes, secret: str) -> str:
    """The signature Voucherify would send with these bytes."""
    return hmac.new(secret.encode(), body, sha256).hexdigest()


def verify(body: bytes, signature: str | None, secrets: Iterable[str]) -> int:
    """Which of the secrets signed it, counted from 0; raises SignatureMissing or SignatureMismatch. Bytes as sent are
    tried first, then without the whitespace.
    """
    secrets = tuple(secrets)
    if not signature:
        raise SignatureMissing()
    found = _signed(body, signature, secrets)
    if not any(found):
        compact = without_whitespace(body)
        found = [] if compact == body else _signed(compact, signature, secrets)
    if not any(found):
        raise SignatureMismatch()
    return found.index(True)


def without_whitespace(body: bytes) -> bytes:
    """JSON without the whitespace outside its strings; numbers, escapes and the order of keys stay as
    they are.
    """
    return STRING_OR_SPACE.sub(lambda found: found[0] if found[0].startswith(b'"') else b"", body)


def _signed(body: bytes, signature: str, secrets: tuple[str, ...]) -> list[bool]:
    given = signature.strip().lower().encode("utf-8", "replace")
    return [hmac.compare_digest(sign(body, secret).encode(), given) for secret in secrets]
