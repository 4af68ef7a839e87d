"""What the process says of itself: one line per event, never a payload, a secret or personal data."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


class JsonLines(logging.Formatter):
    """A JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record and what was said beside it."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= _beside(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class TextLines(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The record and what was said beside it."""
        beside = " ".join(f"{name}={value}" for name, value in _beside(record).items())
        return f"{super().format(record)} {beside}".rstrip()


def _beside(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in PLAIN}


def configure_logs(form: Literal["text", "json"] | None) -> None:
    """Logs go to standard error: for people on a terminal, else as JSON."""
    form = form or ("text" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else TextLines("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("httpx2", "httpcore2", "uvicorn.access", "tortoise", "aiosqlite"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    quiet_retries()


def quiet_retries() -> None:
    """What was tried again in vain is said once, at the end."""
    logging.getLogger("stamina").setLevel(logging.ERROR)
