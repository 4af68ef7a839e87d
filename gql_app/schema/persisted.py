"""Automatic persisted queries: documents that clients sent once and then name by their SHA-256.

Source: Apollo's protocol, `extensions.persistedQuery` of version 1.
"""

import hashlib

from gql_app.schema.remembered import Remembered

SMALLEST = 64
"""Bytes that are counted for a document at least: a hash takes room as well."""


def sha256_of(text: str) -> str:
    """In lower-case hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class Persisted:
    """The most recently used documents, in this process's memory, no more than so many bytes of them."""

    def __init__(self, most_bytes: int) -> None:
        self.is_on = most_bytes > 0
        self._texts: Remembered[str] = Remembered(most_bytes // SMALLEST + 1, most_bytes, _bytes)

    def __len__(self) -> int:
        return len(self._texts)

    def get(self, sha256: str) -> str | None:
        """The document with this hash; a hash that is not known costs nothing."""
        return self._texts.found(sha256)

    def keep(self, sha256: str, text: str) -> None:
        """Keeps a document that was found to be right, and lets go of those not used for longest."""
        if self.is_on:
            self._texts.put(sha256, text)


def _bytes(_sha256: str, text: str) -> int:
    return max(len(text.encode()), SMALLEST)
