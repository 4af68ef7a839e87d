"""How each database sums up, and spells what rows are grouped by, to the same effect."""

BILLION = 1000000000


def _wide(high: str, low: str) -> str:
    """A positive sum beyond 64 bits: its billions, what is carried over into them, and nine digits."""
    left = f"({low}%{BILLION}+{BILLION})%{BILLION}"
    return f"({high}+{low}/{BILLION}-({low}%{BILLION}<0))||printf('%09d',{left})"


def _beginning(expression: str, unit: str) -> str:
    kept, rest = {"day": (10, ""), "month": (7, "-01"), "year": (4, "-01-01")}[unit]
    return f"substr({expression},1,{kept})||'{rest}'"


class PostgresFigures:
    """Sums of integers are exact, whatever their size."""

    def exact_sum(self, expression: str) -> str:
        """The sum as a text; null over nothing."""
        return f"sum({expression})::text"

    def average(self, expression: str) -> str:
        """The average as a double's JSON text."""
        return f"avg({expression})::float8::text"

    def truncated(self, expression: str, unit: str) -> str:
        """The day that begins a moment's day, week, month or year, as a text."""
        day = f"left({expression},10)"
        if unit == "week":
            return f"""to_char(date_trunc('week',{day}::date),'YYYY-MM-DD') COLLATE "C\""""
        return _beginning(expression, unit)

    def as_text(self, text: str, number: str, flag: str) -> str:
        """A JSON value as a text: what it is of these, else null."""
        whole = f"{number}=trunc({number}) AND abs({number})<1e15"
        said = f"CASE WHEN {whole} THEN {number}::bigint::text ELSE {number}::text END"
        return f'coalesce({text},{said},{flag}::text) COLLATE "C"'


class SqliteFigures:
    """Sums of integers end at 64 bits."""

    def exact_sum(self, expression: str) -> str:
        """SQLite's sums end at 64 bits: billions and what is left of them are summed apart."""
        high, low = f"sum({expression}/{BILLION})", f"sum({expression}%{BILLION})"
        small = f"CAST({high}*{BILLION}+{low} AS TEXT)"
        great, less = _wide(high, low), _wide(f"(-{high})", f"(-{low})")
        return f"CASE WHEN abs({high})<9000000000 THEN {small} WHEN {high}>0 THEN {great} ELSE '-'||{less} END"

    def average(self, expression: str) -> str:
        whole = f"({BILLION}.0*sum({expression}/{BILLION})+sum({expression}%{BILLION}))/count({expression})"
        return f"printf('%!.17g',{whole})"

    def truncated(self, expression: str, unit: str) -> str:
        if unit == "week":
            return f"date(substr({expression},1,10),'-6 days','weekday 1')"
        return _beginning(expression, unit)

    def as_text(self, text: str, number: str, flag: str) -> str:
        whole = f"{number}=CAST({number} AS INTEGER) AND abs({number})<1e15"
        said = f"CASE WHEN {whole} THEN CAST(CAST({number} AS INTEGER) AS TEXT) ELSE CAST({number} AS TEXT) END"
        return f"coalesce({text},{said},CASE {flag} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"


FIGURES: dict[str, PostgresFigures | SqliteFigures] = {"postgres": PostgresFigures(), "sqlite": SqliteFigures()}
"""By the dialect's name."""
