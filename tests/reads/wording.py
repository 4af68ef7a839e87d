"""What it means to find somebody by words, in plain Python over a customer's row."""

import re
import unicodedata

from tests.reads.rows import Row

STROKES = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "æ": "ae", "œ": "oe"}


def words(text: str) -> list[str]:
    """Letters and digits without accents and case, parted by everything else."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
    bare = "".join(STROKES.get(c, c) for c in bare)
    return [word[:64] for word in re.split(r"[\W_]+", bare) if word]


def words_asked(text: str) -> set[str]:
    """The words of a search."""
    if re.fullmatch(r"\s*\+[-\d\s()./+]*", text, re.ASCII):
        return {re.sub(r"\D", "", text)} - {""}
    return set(words(text))


def is_found(row: Row, text: str) -> bool:
    """Whether the customer is found by this search."""
    if not text.strip():
        return True
    asked, kept = (
        words_asked(text),
        {word for name in ("name", "email", "source_id") for word in words(row[name] or "")},
    )
    groups = [word for word in words(row["phone"] or "") if word.isdigit()]
    kept |= {"".join(groups[start:]) for start in range(len(groups))}
    return bool(asked) and all(any(word.startswith(one) for word in kept) for one in asked)
