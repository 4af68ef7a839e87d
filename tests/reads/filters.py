"""Filters drawn from the schema: which operators, nested how, with which values, as literals or as variables."""

import json
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_required_input_field,
)
from hypothesis import strategies as st

CONNECTIVES = ("and", "or", "not")
BENEATH = ("anyOrder", "anyLoyaltyCampaign")


@dataclass(frozen=True)
class Values:
    """What filters are drawn with, by the scalar's name; paths have their own."""

    by_type: dict[str, tuple[Any, ...]]
    paths: tuple[str, ...]


@dataclass
class FilterWriter:
    """Draws a filter, then writes it."""

    schema: GraphQLSchema
    values: Values
    draw: Any
    makes_mistakes: bool = False
    definitions: list[str] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)

    def chance(self, percent: int) -> bool:
        return bool(self.draw(st.integers(0, 99)) >= 100 - percent)

    def drawn(self, kind: Any, name: str = "", depth: int = 3) -> Any:
        """A value of an input type, as JSON."""
        kind = get_nullable_type(kind)
        if is_list_type(kind):
            return [self.drawn(kind.of_type, name, depth) for _ in range(self.draw(st.sampled_from((2, 1, 3, 0))))]
        if is_input_object_type(kind):
            return self._object(kind, depth)
        if is_enum_type(kind):
            return self.draw(st.sampled_from(sorted(kind.values)))
        return self.draw(st.sampled_from(self.values.paths if name == "path" else self.values.by_type[kind.name]))

    def _object(self, kind: Any, depth: int) -> dict[str, Any]:
        names = [
            name
            for name in kind.fields
            if name != "caseInsensitive" and (depth > 0 or name not in (*CONNECTIVES, *BENEATH))
        ]
        required = [name for name in names if is_required_input_field(kind.fields[name])]
        count = self.draw(st.sampled_from((1, 1, 2, 3, 0)))
        wanted = required + [self.draw(st.sampled_from(names)) for _ in range(max(count, len(required)))]
        if required and not self.makes_mistakes:
            wanted.append(self.draw(st.sampled_from([name for name in names if name not in required])))
        deeper = {name: depth - (name in (*CONNECTIVES, *BENEATH)) for name in wanted}
        found = {name: self.drawn(kind.fields[name].type, name, at) for name, at in deeper.items()}
        if "caseInsensitive" in kind.fields and self.chance(60):
            found["caseInsensitive"] = True
        if self.makes_mistakes and found and self.chance(10):
            found[self.draw(st.sampled_from([name for name in found if name != "path"] or ["path"]))] = None
        return {name: value for name, value in found.items() if value is not None or name != "path"}

    def written(self, kind: Any, value: Any, percent: int = 15) -> str:
        """The value as GraphQL writes it, parts of it as variables."""
        if self.chance(percent) and not (value is None and str(kind).endswith("!")):
            name = f"f{len(self.definitions)}"
            self.definitions.append(f"${name}: {kind}")
            self.given[name] = value
            return f"${name}"
        inner = get_nullable_type(kind)
        if isinstance(value, dict):
            parts = (f"{name}: {self.written(inner.fields[name].type, one, percent)}" for name, one in value.items())
            return "{" + ", ".join(parts) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.written(inner.of_type, one, percent) for one in value) + "]"
        return str(value) if is_enum_type(get_named_type(kind)) and value else json.dumps(value, ensure_ascii=False)
