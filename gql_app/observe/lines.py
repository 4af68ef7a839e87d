"""Log lines: one per event, never a payload, a secret or personal data."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from opentelemetry import trace

ENCODER = msgspec.json.Encoder(enc_hook=str)
CLIENTS = re.compile(r'.*"WebSocket |connection (open|closed|rejected)')
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
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = frames(record.exc_info[1])
        try:
            return ENCODER.encode(line).decode()
        except UnicodeEncodeError:  # half a character, which only the slower one can write
            return json.dumps(line, default=str)


class TextLines(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The record and what was said beside it."""
        beside = " ".join(f"{name}={_plain(value)}" for name, value in _beside(record).items())
        return f"{super().format(record)} {beside}".rstrip()

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the library's name
        """Without the error's own words."""
        return frames(ei[1]) if ei[1] is not None else ""


class NothingOfClients(logging.Filter):
    """Drops the lines by which the server tells who opened which address: addresses may hold tokens."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is said."""
        return not (record.name == "uvicorn.error" and CLIENTS.match(str(record.msg)))


class TraceIds(logging.Filter):
    """Adds the trace that a line belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always said."""
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            record.trace = format(context.trace_id, "032x")
        return True


def frames(error: BaseException) -> str:
    """Where it happened and what kind of error it was; its message may quote what a client sent."""
    return "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__


def _plain(value: object) -> str:
    """On one line, whatever it holds."""
    text = str(value)
    return text if text.isprintable() and " " not in text else json.dumps(text)


def tell(log: logging.Logger, level: int, event: str, beside: dict[str, Any]) -> None:
    """A line that is said very often: without looking up who says it, which costs more than all the rest."""
    if log.isEnabledFor(level):
        log.handle(log.makeRecord(log.name, level, "", 0, event, (), None, extra=beside))


def _beside(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in PLAIN}


def configure_logs(form: Literal["text", "json"] | None, with_traces: bool = False) -> None:
    """Logs go to standard error: for people on a terminal, else as JSON."""
    form = form or ("text" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else TextLines("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(NothingOfClients())
    if with_traces:
        handler.addFilter(TraceIds())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("httpx2", "httpcore2", "uvicorn.access", "tortoise", "aiosqlite"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    quiet_retries()


def quiet_retries() -> None:
    """What was tried again in vain is said once, at the end."""
    logging.getLogger("stamina").setLevel(logging.ERROR)
