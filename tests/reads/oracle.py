"""Plain graphql-core execution over plain rows: what the product's answers are compared with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ExecutionResult,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLSkipDirective,
    build_schema,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    parse,
    validate,
)
from graphql.execution.values import get_argument_values, get_directive_values, get_variable_values

from tests.reads.domain import World, resolve
from tests.reads.filter_meaning import check
from tests.reads.grouping import check_groups
from tests.reads.places import place_in, sorts_of
from tests.reads.rows import Tables
from tests.reads.wording import words_asked


@dataclass(frozen=True)
class Opaque:
    """A value of type JSON: the order of its keys means nothing."""

    value: Any


class Oracle:
    """Answers any document as the specification says, field by field."""

    def __init__(self, schema_text: str, tables: Tables, max_page: int = 500) -> None:
        self.schema = build_schema(schema_text)
        self.world = World(tables)
        self._max_page = max_page
        json_scalar = self.schema.type_map["JSON"]
        assert isinstance(json_scalar, GraphQLScalarType)
        # graphql-core names it so since 3.3; values of JSON are completed by it.
        json_scalar.coerce_output_value = Opaque

    def answer(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The response map; without `data` where nothing was executed."""
        document = parse(query)
        if errors := validate(self.schema, document):
            return {"errors": [error.formatted for error in errors]}
        operation: Any = document.definitions[0]
        given = get_variable_values(self.schema, operation.variable_definitions or (), dict(variables or {}))
        if isinstance(given, list):
            return {"errors": [error.formatted for error in given]}
        result = execute_sync(
            self.schema,
            document,
            variable_values=dict(variables or {}),
            field_resolver=self._resolve,
            type_resolver=lambda thing, *_: thing.kind,
        )
        assert isinstance(result, ExecutionResult)
        for error in result.errors or ():
            if not isinstance(error.original_error, GraphQLError | None):
                raise error.original_error  # the oracle itself is wrong
        said = {"data": result.data}
        return said | ({"errors": [error.formatted for error in result.errors]} if result.errors else {})

    def _resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        if source is None:
            self._check(info)
        returned = get_named_type(info.return_type).name
        return resolve(self.world, source, info.parent_type.name, info.field_name, returned, arguments)

    def _check(self, info: GraphQLResolveInfo[Any]) -> None:
        """What is wrong with an argument anywhere beneath a root field is the root field's error."""
        for path, written, arguments in Asked(info).fields():
            self._check_one(path, written, arguments)

    def _check_one(self, path: tuple[str, str], written: set[str], arguments: dict[str, Any]) -> None:
        sizes = {name: arguments[name] for name in ("first", "last") if arguments.get(name) is not None}
        if len(sizes) == 2 and "first" in written:
            raise GraphQLError("first or last, not both")
        if any(not 0 <= size <= self._max_page for size in sizes.values()):
            raise GraphQLError("too small or too large")
        if not 0 <= (arguments.get("cap") or 0) <= 1_000_000:
            raise GraphQLError("too small or too large")
        check(arguments.get("filter"))
        self._check_list(path, arguments)
        if path == ("Query", "customersAggregate"):
            check_groups(arguments)
        if path == ("Query", "campaign") and all(value is None for value in arguments.values()):
            raise GraphQLError("id or name")
        if path == ("Query", "nodes") and len(arguments["ids"]) > self._max_page:
            raise GraphQLError("too many")

    def _check_list(self, path: tuple[str, str], arguments: dict[str, Any]) -> None:
        sorts = sorts_of(arguments.get("orderBy"))
        if len({sort["field"] for sort in sorts}) < len(sorts):
            raise GraphQLError("a column twice")
        if len(words_asked(arguments.get("search") or "")) > 8:
            raise GraphQLError("too many words")
        for name in ("after", "before"):
            if arguments.get(name) is not None and place_in(arguments[name], *path, sorts) is None:
                raise GraphQLError("no cursor of this list")


@dataclass(frozen=True)
class Asked:
    """Everything asked for beneath a root field, whatever will be found."""

    info: GraphQLResolveInfo[Any]

    @property
    def schema(self) -> GraphQLSchema:
        return self.info.schema

    def fields(self) -> Iterator[tuple[tuple[str, str], set[str], dict[str, Any]]]:
        """Type and name, the arguments written in the document, and all arguments' values."""
        return self._field(self.info.parent_type, list(self.info.field_nodes))

    def _field(self, kind: Any, nodes: list[FieldNode]) -> Iterator[Any]:
        name, definition = nodes[0].name.value, kind.fields[nodes[0].name.value]
        values = get_argument_values(definition, nodes[0], self.info.variable_values)
        yield (kind.name, name), self._written(nodes[0]), values
        named = get_named_type(definition.type)
        if is_composite_type(named):
            possible = self.schema.get_possible_types(named) if is_abstract_type(named) else [named]
            for one in possible:
                yield from self._object(one, nodes)

    def _object(self, kind: Any, nodes: list[FieldNode]) -> Iterator[Any]:
        grouped: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for node in nodes:
            for inner in self._spread(kind, node.selection_set, seen):
                grouped.setdefault((inner.alias or inner.name).value, []).append(inner)
        for same in grouped.values():
            if not same[0].name.value.startswith("__"):
                yield from self._field(kind, same)

    def _spread(self, kind: Any, selection_set: Any, seen: set[str]) -> Iterator[FieldNode]:
        for node in selection_set.selections:
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in seen:
                    continue
                seen.add(node.name.value)
                node = self.info.fragments[node.name.value]  # noqa: PLW2901
            if self._applies(node.type_condition, kind):
                yield from self._spread(kind, node.selection_set, seen)

    def _is_included(self, node: Any) -> bool:
        values = self.info.variable_values
        skip = get_directive_values(GraphQLSkipDirective, node, values)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, values)
        return not (include and not include["if"])

    def _applies(self, condition: Any, kind: Any) -> bool:
        named: Any = self.schema.get_type(condition.name.value) if condition else kind
        return named is kind or (is_abstract_type(named) and self.schema.is_sub_type(named, kind))

    def _written(self, node: FieldNode) -> set[str]:
        values = self.info.variable_values.coerced
        left_out = {
            part.name.value
            for part in node.arguments or ()
            if part.value.kind == "variable" and part.value.name.value not in values  # type: ignore[attr-defined]
        }
        return {part.name.value for part in node.arguments or ()} - left_out
