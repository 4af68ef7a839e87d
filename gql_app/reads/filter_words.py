"""How each database spells what filters say of text, of lists and of JSON documents, to the same effect."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gql_app.database.letters import folded, variants
from gql_app.reads.criteria import Compared, JsonType, ValueType
from gql_app.reads.filter_dates import told
from gql_app.reads.filter_values import path_steps, path_text, reading

if TYPE_CHECKING:
    from gql_app.reads.builder import Builder


def _texts(value: Any) -> list[str]:
    return [folded(one) for one in ([value] if isinstance(value, str) else value)]


class PostgresWords:
    """Cases of a CASE are looked at in order, so that nothing is cast that is not of the type."""

    bound_path = staticmethod(path_steps)

    def value(self, builder: "Builder", criterion: Compared) -> str:
        """What the operand is compared with."""
        if criterion.operand.type == "instant":
            return builder.parameter(criterion.value, "text::timestamptz")
        return builder.parameter(criterion.value, criterion.operand.type, reading(criterion))

    def among(self, expression: str, number: int, value_type: ValueType) -> str:
        """Whether a list parameter has the value."""
        return f"{expression} = ANY(${number}::{value_type}[])"

    def bound_list(self, values: list[Any]) -> Any:
        """A list as the driver takes it."""
        return values

    def position(self, expression: str, value: str) -> str:
        """Where the value begins in the text, from 1; 0 where it is not in it."""
        return f"strpos({expression},{value})"

    def folded(self, builder: "Builder", expression: str, value: Any) -> str:
        """The text, folded as far as it matters: only in those characters that the value has."""
        upper = builder.parameter(value, "text", lambda said: variants(_texts(said))[0])
        lower = builder.parameter(value, "text", lambda said: variants(_texts(said))[1])
        return f"translate({expression},{upper},{lower})"

    def inside(self, expression: str, number: int, json_type: JsonType) -> str:
        """The value of this type at a path; null where there is none."""
        found = f"{expression} #> ${number}::text[]"
        text = f'({expression} #>> ${number}::text[]) COLLATE "C"'
        if json_type == "any":
            return f"({found})"
        if json_type in ("number", "boolean"):
            value = f"({found})::{'float8' if json_type == 'number' else 'boolean'}"
            return f"(CASE WHEN jsonb_typeof({found}) = '{json_type}' THEN {value} END)"
        if json_type == "string":
            return f"(CASE WHEN jsonb_typeof({found}) = 'string' THEN {text} END)"
        return told(f"CASE WHEN jsonb_typeof({found}) = 'string' THEN {text} END")


class SqliteWords:
    """`folded`, `inside` and `one_of` are functions of ours: see `gql_app.database.functions`."""

    bound_path = staticmethod(path_text)

    def value(self, builder: "Builder", criterion: Compared) -> str:
        """What the operand is compared with."""
        return builder.parameter(criterion.value, criterion.operand.type, reading(criterion))

    def among(self, expression: str, number: int, value_type: ValueType) -> str:
        """Whether a list parameter has the value; JSON's decimals are read by Python, which rounds as it should."""
        if value_type == "float8":
            return f"one_of({expression},${number})"
        return f"{expression} IN (SELECT value FROM json_each(${number}))"

    def bound_list(self, values: Iterable[Any]) -> Any:
        """A list as JSON text."""
        return json.dumps(values)

    def position(self, expression: str, value: str) -> str:
        """Where the value begins in the text, from 1; 0 where it is not in it."""
        return f"instr({expression},{value})"

    def folded(self, builder: "Builder", expression: str, value: Any) -> str:
        """The text, folded."""
        return f"folded({expression})"

    def inside(self, expression: str, number: int, json_type: JsonType) -> str:
        """The value of this type at a path; null where there is none."""
        return f"inside({expression},${number},'{json_type}')"


WORDS: dict[str, PostgresWords | SqliteWords] = {"postgres": PostgresWords(), "sqlite": SqliteWords()}
"""By the dialect's name."""
