"""Documents that the keeper trusts: their names, and what becomes of others."""

import logging
from collections.abc import Mapping
from typing import Literal

from gql_app.schema.persisted import sha256_of
from gql_app.schema.remembered import Remembered

Mode = Literal["enforce", "log", "off"]

log = logging.getLogger(__name__)


class Trusted:
    """Found by the id their manifest gives them, and by the SHA-256 of their text, with or without `sha256:`."""

    def __init__(self, documents: Mapping[str, str], mode: Mode = "off") -> None:
        self.mode = mode
        self._texts = frozenset(documents.values())
        self._by_name = dict(documents)
        for text in self._texts:
            sha256 = sha256_of(text)
            self._by_name |= {sha256: text, f"sha256:{sha256}": text}
        self._noted: Remembered[bool] = Remembered(1024)

    def __contains__(self, text: str) -> bool:
        return text in self._texts

    def get(self, name: str) -> str | None:
        """The document of this name."""
        return self._by_name.get(name)

    def note(self, text: str) -> None:
        """Logs the hash of a document that is not trusted, once, and never its text."""
        if self._noted.found(text) is None:
            self._noted.put(text, True)
            log.warning("document_not_trusted", extra={"sha256": sha256_of(text)})
