"""Upper and lower case are the same in one way, whatever the database, its version and its locale."""

import sys

from gql_app.database.letters import folded, variants

FOLDED = "askσ"  # noqa: RUF001
EVERY = [chr(point) for point in range(sys.maxunicode + 1)]


def simply(character: str) -> str:
    """The character folded into one character."""
    fold = character.casefold()
    return fold if len(fold) == 1 else character.lower()[0]


def test_every_letter_of_unicode_is_folded_into_one_character_once() -> None:
    assert [one for one in EVERY if folded(one) != simply(one)] == []
    assert [one for one in EVERY if folded(folded(one)) != folded(one)] == []


def test_the_variants_of_a_text_are_all_that_fold_into_its_letters() -> None:
    others, folds = variants([FOLDED])
    wanted = {one for one in EVERY if folded(one) in FOLDED and one not in FOLDED}
    assert set(others) == wanted
    assert folds == "".join(map(folded, others))


def test_plain_text_is_folded_as_anyone_would() -> None:
    assert folded("Ann STRASSE ΌΣΟΣ İı") == "ann strasse όσοσ iı"  # noqa: RUF001
