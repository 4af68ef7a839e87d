"""SQL text that builds JSON text: literal pieces and expressions, concatenated."""

from collections.abc import Iterable, Iterator

Piece = tuple[bool, str]
"""Whether it is literal, and the literal or the expression."""


def literal(text: str) -> str:
    """A constant JSON text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def json_object(members: Iterable[tuple[str, str]]) -> str:
    """A JSON object of these keys and expressions of JSON text; keys are GraphQL names and need no escape."""
    return concatenated(list(_merged(_pieces(members))))


def _pieces(members: Iterable[tuple[str, str]]) -> Iterator[Piece]:
    opening = "{"
    for key, expression in members:
        yield True, f'{opening}"{key}":'
        yield _is_literal(expression), expression
        opening = ","
    yield True, "{}" if opening == "{" else "}"


def _is_literal(expression: str) -> bool:
    return expression.startswith("'") and expression.endswith("'") and "'" not in expression[1:-1]


def _merged(pieces: Iterator[Piece]) -> Iterator[str]:
    waiting = ""
    for is_literal, piece in pieces:
        if is_literal:
            waiting += piece.strip("'")
            continue
        if waiting:
            yield literal(waiting)
        yield f"({piece})" if _needs_brackets(piece) else piece
        waiting = ""
    if waiting:
        yield literal(waiting)


def _needs_brackets(piece: str) -> bool:
    return piece.startswith(("CASE", "SELECT"))


def concatenated(pieces: list[str]) -> str:
    """Brackets in halves, so that SQLite's limit on the depth of an expression is never near."""
    if len(pieces) <= 64:
        return "||".join(pieces)
    half = len(pieces) // 2
    return f"({concatenated(pieces[:half])})||({concatenated(pieces[half:])})"
