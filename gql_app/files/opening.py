"""Opening a file, compressed or not, and seeing of what kind it is."""

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from gql_app.files.records import UnusableFile

GZIP = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"
HEAD = 1 << 20
"""Bytes that are looked at before the reading begins."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be read once; `head` is how it begins, without byte-order mark and leading space."""

    stream: "io.BufferedReader[Any]"
    head: bytes
    size: int
    _file: BinaryIO

    @property
    def done(self) -> int:
        """Bytes of the file that have been read so far."""
        return self._file.tell()


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Raises UnusableFile where there is nothing to read."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnusableFile(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        raw: Any = gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == GZIP else file
        stream = io.BufferedReader(raw, HEAD)
        head = _head(stream, path)
        if not head:
            raise UnusableFile(f"{path} is empty.")
        yield Opened(stream, head, path.stat().st_size, file)


def _head(stream: "io.BufferedReader[Any]", path: Path) -> bytes:
    try:
        head = stream.peek(HEAD)
    except (OSError, EOFError) as error:
        raise UnusableFile(f"{path} cannot be read: {error}.") from None
    if head.startswith(BOM):
        stream.read(len(BOM))
    return head.removeprefix(BOM).lstrip()
