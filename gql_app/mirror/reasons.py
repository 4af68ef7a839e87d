"""Why deliveries are set aside, in few words: a reason may quote what was sent, its kind never does."""

from gql_app.mirror.repeats import CONTRADICTS, UNCLEAR

KINDS = (
    ("handler failed", "handler_failed"),
    ("folding failed", "folding_failed"),
    (CONTRADICTS, "contradiction"),
    (UNCLEAR, "contradiction"),
    ("webhook format", "old_format"),
    ("no envelope", "no_envelope"),
    ("the address names", "no_envelope"),
    ("not JSON", "unreadable"),
    ("nested", "unreadable"),
    ("a JSON ", "unreadable"),
    ("event.type", "incomplete"),
    ("the ", "incomplete"),
    ("a loyalty campaign", "incomplete"),
)
"""How a reason begins, and its kind."""


UNSTORABLE = "unstorable"
ALL_KINDS = (*dict.fromkeys(kind for _, kind in KINDS), UNSTORABLE)


def kind_of(reason: str) -> str:
    """One of few words; what no rule of ours names, the database could not store."""
    return next((kind for begins, kind in KINDS if reason.startswith(begins)), UNSTORABLE)
