"""What a statement is made with: aliases, parameters, and the views it speaks of."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gql_app.reads.criteria import ALWAYS
from gql_app.reads.declare import Groups, Many, One, Page
from gql_app.reads.dialect import Speech
from gql_app.reads.fence import SCOPE, Fence, Reach
from gql_app.reads.filter_sql import filtered
from gql_app.reads.plan import Selected
from gql_app.reads.values import Getter, Slot, Variables, getter, storable
from gql_app.viewers.viewer import UNRESTRICTED
from models.base import Model

PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL, and how each of its parameters is found in a request's variables."""

    sql: str
    parameters: tuple[Getter, ...]

    def bind(self, variables: Variables) -> tuple[Any, ...]:
        """The parameters of one request; raises BadArgument or BadCursor where one cannot be used."""
        return tuple(get(variables) for get in self.parameters)


@dataclass(frozen=True, slots=True)
class Row:
    """The row an object's fields are read from: its alias, its model, and how its columns begin."""

    alias: str
    model: type[Model]
    prefix: str = ""


@dataclass(slots=True)
class Builder:
    """Builds one statement: hands out aliases and parameters."""

    speech: Speech
    max_page: int
    parameters: list[Getter] = field(default_factory=list)
    aliases: int = 0
    nesting: int = 0
    views: list[str] = field(default_factory=list)
    one_plan: bool = False
    """Whether one plan is to serve all requests, whatever their parameters."""

    reach: Reach | None = None
    """How far the viewer sees; None where they may see everything."""

    _known: dict[str, int] = field(default_factory=dict)

    def alias(self) -> str:
        """A name for one more table in the statement."""
        self.aliases += 1
        return f"t{self.aliases}"

    def parameter(self, value: Any, value_type: str = "text", read: Callable[[Any], Any] | None = None) -> str:
        """A parameter; `read` checks or converts each request's value."""
        return self.speech.parameter(self.place(value, read or storable), value_type)

    def place(self, value: Any, read: Callable[[Any], Any]) -> int:
        """The number of a new parameter."""
        self.parameters.append(_reading(getter(value), read))
        return len(self.parameters)

    def apart(self, query: str) -> str:
        """The name of a view of this query, which depends on no row: the parser sees them one after the other."""
        name = f"v{len(self.views)}_{self.aliases}"
        self.views.append(f"{name} AS NOT MATERIALIZED ({query})")
        return name

    def with_views(self, sql: str) -> str:
        """The statement, and before it the views it speaks of."""
        said = " ".join([*self.views, sql])
        views = [*self.fence.views(self, said), *self.views] if self.fence else self.views
        whole = f"WITH {', '.join(views)} {sql}" if views else sql
        return self.speech.for_any_parameters(whole) if self.one_plan else whole

    def known(self, name: str) -> str:
        """What is known of the viewer, as one parameter however often it is used."""
        if name not in self._known:
            self._known[name] = self.place(Slot((name,)), storable)
        return self.speech.parameter(self._known[name], "text")

    @property
    def scope(self) -> str:
        """What stands for the viewer's sight in cursors, in the midst of a literal."""
        return f"'||{self.known(SCOPE)}||'" if self.reach else UNRESTRICTED

    @property
    def fence(self) -> Fence | None:
        """Behind which the rows are that there are for the viewer."""
        return self.reach.fence if self.reach else None

    def elements(self, value: Any) -> str:
        """A list parameter, for `IN`."""
        return self.speech.elements(self.place(value, self._as_list))

    def _as_list(self, values: list[str]) -> Any:
        return self.speech.as_list([storable(value) for value in values])

    def fill(self, template: str, arguments: Mapping[str, Any], inner: str = "", outer: str = "") -> str:
        """A declared condition with its aliases and arguments in place."""

        def place(found: re.Match[str]) -> str:
            name = found[1]
            if name in ("inner", "row"):
                return inner
            if name == "outer":
                return outer
            if name == "scope":
                return self.scope
            value = arguments[name]
            is_list = template[: found.start()].rstrip().endswith("IN")
            return self.elements(value) if is_list else self.parameter(value)

        return PLACE.sub(place, template)

    def conditions(self, kind: One | Many | Page | Groups, selected: Selected, inner: str, outer: str) -> list[str]:
        """What rows must meet: always, because an argument was given, and what a filter says."""
        given = [kind.where] if kind.where else []
        given += [text for name, text in kind.when.items() if selected.arguments.get(name) is not None]
        said = [self.fill(text, selected.arguments, inner, outer) for text in given]
        if selected.criterion not in (None, ALWAYS):
            said.append(filtered(self, selected.criterion, inner))
        return said


def _reading(get: Getter, read: Callable[[Any], Any]) -> Getter:
    return lambda variables: read(get(variables))
