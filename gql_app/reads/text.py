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


def one_row(text: str) -> str:
    """The text as an aggregate, by counting into an empty text: one row, whatever was selected."""
    return f"substr('',1,CAST(count(*) AS int))||{text}"


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


GROUP = 32


def concatenated(pieces: list[str]) -> str:
    """In two levels of brackets: SQLite takes expressions 1000 deep, its parser few brackets at once."""
    if len(pieces) <= GROUP:
        return "||".join(pieces)
    groups = (pieces[start : start + GROUP] for start in range(0, len(pieces), GROUP))
    return "||".join(f"({'||'.join(group)})" for group in groups)
