"""What each type of event means. A handler is pure: an event in, facts out.

Several handlers may listen to one type: each noun says what the event means to it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator

from gql_app.mirror.facts import Fact
from gql_app.voucherify.event import Event

Handler = Callable[[Event], Iterator[Fact]]

HANDLERS: defaultdict[str, list[Handler]] = defaultdict(list)


def on(*types: str) -> Callable[[Handler], Handler]:
    """Registers a handler for these event types."""

    def register(handler: Handler) -> Handler:
        for event_type in types:
            HANDLERS[event_type].append(handler)
        return handler

    return register


def understand(event: Event) -> list[Fact] | None:
    """The facts in an event; None where no handler knows its type."""
    if event.type not in HANDLERS:
        return None
    return [fact for handler in HANDLERS[event.type] for fact in handler(event)]


def supported_types() -> str:
    """A Markdown table of every type that is understood, and what it tells."""
    lines = ["| event type | what it tells |", "|---|---|"]
    for event_type, handlers in sorted(HANDLERS.items()):
        told = " ".join((handler.__doc__ or "").split(". ")[0].rstrip(".") + "." for handler in handlers)
        lines.append(f"| `{event_type}` | {told} |")
    return "\n".join(lines) + "\n"


from gql_app.mirror.handlers import campaign, customer, fetched, loyalty, mention, order, redemption, segment  # noqa: E402

__all__ = [
    "HANDLERS",
    "Handler",
    "campaign",
    "customer",
    "fetched",
    "loyalty",
    "mention",
    "on",
    "order",
    "redemption",
    "segment",
    "supported_types",
    "understand",
]
