"""The words by which somebody is found: the same letters whatever their accents and case, on every database."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 64
"""Letters of a word that are kept; of longer ones the beginning is compared."""

MOST = 16
"""Words of one text that are kept."""

STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "æ": "ae", "œ": "oe"}
)
"""Letters that Unicode does not take apart into a letter and its mark."""

ASCII_WORD = re.compile("[a-z0-9]+")

PHONE = frozenset("0123456789 ()-./+\u00a0")


def words_of(text: str) -> list[str]:
    """The words of a text, each once, in order."""
    plain = text.lower() if text.isascii() else folded(text)
    parts = ASCII_WORD.findall(plain) if plain.isascii() else "".join(map(_part, plain)).split()
    return list(dict.fromkeys([word[:LONGEST] for word in parts]))


def folded(text: str) -> str:
    """The text without marks and case."""
    return _bare(_bare(text).casefold()).translate(STROKES)


def _bare(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _part(letter: str) -> str:
    """Letters, digits, and vowel signs, which are neither; a space for all else."""
    return letter if letter.isalnum() or unicodedata.category(letter) == "Mc" else " "


def found_by(name: str | None, email: str | None, source_id: str | None, phone: str | None) -> frozenset[str]:
    """Every word that somebody is kept under. A number is found from the beginning of each of its groups on."""
    found = set(_tails(phone)) if phone else set()
    for text in (name, email, source_id):
        if text:
            found.update(words_of(text)[:MOST])
    return frozenset(found)


def _tails(phone: str) -> Iterator[str]:
    groups = [word for word in words_of(phone) if word.isdigit()][:MOST]
    for start in range(len(groups)):
        yield "".join(groups[start:])[:LONGEST]


def asked_words(text: str) -> list[str]:
    """The words of a search, the longest first. What begins with + and has only digits is one number."""
    stripped = text.strip()
    if stripped.startswith("+") and PHONE.issuperset(stripped):
        digits = "".join(filter(str.isdigit, stripped))
        return [digits[:LONGEST]] if digits else []
    return sorted(words_of(text), key=len, reverse=True)
