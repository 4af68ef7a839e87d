"""Finding rows by words: every word that is asked for must begin a word that the row is kept under.

The words are looked up once. Where one of them leads to few rows these are taken from the words' index; where all lead
to many, the list is read in its order, each row's words looked at on the way, until the page is full. So the cost
follows the smaller of the two, whatever the database's planner believes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gql_app.errors import BadArgument
from gql_app.reads.builder import Builder
from gql_app.reads.declare import Words
from gql_app.reads.dialect import Speech
from models.words import asked_words

MOST_WORDS = 8
MOST_COUNTED = 1_000_000
FEW = 10_000
"""Up to so many matches of a word are looked through."""

VERY_FEW = 200
"""Up to so many matches of every word are counted first: one with no more spares counting what others lead to."""

NOBODY = "\U0010ffff"
"""Begins no word: letters and digits only make words."""


@dataclass(frozen=True, slots=True)
class Search:
    """The views of one search: `asked` holds the words' ranges, `near` the one with the fewest matches if it has very
    few, `rarest` whichever has the fewest, and `found` the owners where those are few.
    """

    words: Words
    asked: str
    near: str
    rarest: str
    found: str

    @property
    def is_wide(self) -> str:
        """Whether all words lead to many, or no word is asked for."""
        return f"coalesce((SELECT n FROM {self.rarest}),{FEW + 1})>{FEW}"

    def all_lead_to(self, owner: str) -> str:
        """Whether each word begins one of the owner's."""
        return self._none_missing(owner, "")

    def others_lead_to(self, owner: str) -> str:
        """The same for an owner to whom the rarest one led."""
        return self._none_missing(owner, f"a.low<>(SELECT low FROM {self.rarest}) AND ")

    def _none_missing(self, owner: str, but: str) -> str:
        w = f"w.{self.words.owner}={owner} AND w.word>=a.low AND w.word<a.high"
        missing = f'NOT EXISTS (SELECT 1 FROM "{self.table}" w WHERE {w})'
        return f"NOT EXISTS (SELECT 1 FROM {self.asked} a WHERE {but}{missing})"

    @property
    def begins(self) -> str:
        """Whether the word w begins like the rarest one. The range is looked up first, so that an index serves it."""
        return f"w.word>=(SELECT low FROM {self.rarest}) AND w.word<(SELECT high FROM {self.rarest})"

    def counted(self, speech: Speech, rows: str, owner: str, conditions: str) -> str:
        """A row for each row that is found, however many there are."""
        few, is_found = speech.by_id(self.found, rows, owner)
        where, limit = speech.only_if(f"NOT EXISTS (SELECT 1 FROM {self.asked})", MOST_COUNTED + 1)
        every = f"SELECT 1 FROM {rows} WHERE true{where}{conditions} {limit}"
        many = self._counted_many(speech, rows, owner, conditions)
        few = f"SELECT 1 FROM {few} WHERE {is_found}{conditions}"
        return f"{few} UNION ALL SELECT * FROM ({many}) many UNION ALL SELECT * FROM ({every}) every"

    def _counted_many(self, speech: Speech, rows: str, owner: str, conditions: str) -> str:
        """Where the rarest word leads to many: each from its first word of that range."""
        to = self.words.owner
        earlier = f"e.{to}=w.{to} AND e.word>=(SELECT low FROM {self.rarest}) AND e.word<w.word"
        first = f'NOT EXISTS (SELECT 1 FROM "{self.table}" e WHERE {earlier})'
        tests = f"{self.begins} AND w.{to}={owner} AND {first} AND {self.others_lead_to(owner)}{conditions}"
        where, limit = speech.only_if(f"(SELECT n FROM {self.rarest})>{FEW}", MOST_COUNTED + 1)
        return f'SELECT 1 FROM "{self.table}" w CROSS JOIN {rows} WHERE {tests}{where} {limit}'

    @property
    def table(self) -> str:
        """The table of words."""
        return self.words.model._meta.db_table


def open_search(builder: Builder, words: Words, text: Any) -> Search:
    """Adds the views that the search needs."""
    name = builder.alias()
    search = Search(words, f"{name}_asked", f"{name}_near", f"{name}_rarest", f"{name}_found")
    builder.one_plan = True
    number = builder.place(text, _read(builder))
    ranges = f"SELECT asked.value AS low, asked.value||{builder.speech.last_letter} AS high"
    builder.views += [
        f"{search.asked} AS MATERIALIZED ({ranges} FROM {builder.speech.numbered_elements(number)})",
        f"{search.near} AS MATERIALIZED ({_fewest(search, VERY_FEW)})",
        f"{search.rarest} AS MATERIALIZED ({_rarest(search)})",
        f"{search.found} AS MATERIALIZED ({_found(search, builder.speech)})",
    ]
    return search


def _rarest(search: Search) -> str:
    far = _fewest(search, FEW, f" WHERE (SELECT n FROM {search.near})>{VERY_FEW}")
    return f"SELECT * FROM {search.near} WHERE n<={VERY_FEW} UNION ALL SELECT * FROM ({far}) far"


def _fewest(search: Search, most: int, where: str = "") -> str:
    """The word with the fewest matches, none counted beyond `most`; sorted by word, so that no planner reads the whole
    table for a few words.
    """
    few = f'SELECT 1 FROM "{search.table}" w WHERE w.word>=a.low AND w.word<a.high ORDER BY w.word LIMIT {most + 1}'
    return f"SELECT low, high, (SELECT count(*) FROM ({few}) few) AS n FROM {search.asked} a{where} ORDER BY n LIMIT 1"


def _found(search: Search, speech: Speech) -> str:
    owner = search.words.owner
    where, limit = speech.only_if(f"(SELECT n FROM {search.rarest})<={FEW}", FEW)
    few = f'SELECT w.{owner} AS id FROM "{search.table}" w WHERE {search.begins}{where} ORDER BY w.word {limit}'
    return f"SELECT DISTINCT f.id FROM ({few}) f WHERE {search.others_lead_to('f.id')}"


def _read(builder: Builder) -> Callable[[Any], Any]:
    def read(text: str) -> Any:
        words = asked_words(text)
        if len(words) > MOST_WORDS:
            raise BadArgument(f"search: {len(words)} words are more than the {MOST_WORDS} allowed.")
        if not words and text.strip():
            words = [NOBODY]
        return builder.speech.as_list(words)

    return read
