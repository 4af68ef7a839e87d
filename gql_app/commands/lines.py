"""What a change looks like where it is printed."""

import json
from typing import Any

from rich.text import Text

from gql_app.live.position import Gap
from gql_app.live.tail import Entry

COLOURS = {"CREATED": "green", "DELETED": "red"}
LOST = "changes before this are lost; it goes on from now"


def said_of(news: Entry | Gap, cursor: str, with_values: bool) -> dict[str, Any]:
    """For a program. Values are personal data: they are said where somebody asks for them, and never logged."""
    if isinstance(news, Gap):
        return {"cursor": cursor, "kind": "GAP", "reason": news.reason}
    kept = ("path", "before", "after") if with_values else ("path",)
    return {
        "cursor": cursor,
        "kind": news.kind,
        "customerId": news.customer_id,
        "version": news.version,
        "eventType": news.event_type,
        "occurredAt": news.occurred_at,
        "recordedAt": news.recorded_at,
        "late": news.late,
        "changes": [{name: change[name] for name in kept} for change in news.changes],
    }


def line_of(news: Entry | Gap, said: dict[str, Any]) -> Text:
    """The same for a person."""
    if isinstance(news, Gap):
        return Text(f"GAP {news.reason}: {LOST}: {said['cursor']}", style="bold red")
    paths = ", ".join(change["path"] for change in said["changes"])
    line = Text.assemble(
        (news.recorded_at, "dim"),
        (f"  {news.kind:<10}", COLOURS.get(news.kind, "cyan")),
        (f" {_printable(news.customer_id)}", "bold"),
        f"  v{news.version}  {_printable(news.event_type)}  {'(late)  ' if news.late else ''}",
    )
    if any("after" in change for change in said["changes"]):
        return line.append("".join(f"\n    {_change(change)}" for change in said["changes"]))
    return line.append(_printable(paths))


def _change(change: dict[str, Any]) -> str:
    before, after = (json.dumps(change[name], ensure_ascii=False) for name in ("before", "after"))
    return _printable(f"{change['path']}: {before} → {after}")


def _printable(text: str) -> str:
    """Nothing that was told from outside may steer the terminal."""
    return text if text.isprintable() else "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
