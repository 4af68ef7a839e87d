"""What arguments mean whose name says the same wherever it stands."""

from graphql import GraphQLArgument, GraphQLSchema, get_named_type, is_interface_type, is_object_type

MEANINGS = {
    "after": "A cursor of this list: what follows its place. Exclusive.",
    "before": "A cursor of this list: what precedes its place. Exclusive.",
    "by": "Whom, by exactly one of these.",
    "cap": "Where to stop counting.",
    "filter": "Only what meets all of this.",
    "first": "How many at most, from the beginning of the list or from `after` on.",
    "groupBy": "By what; each of these parts the groups further. Without any, all are one group.",
    "id": "The id, as it is shown.",
    "ids": "The ids, as they are shown.",
    "key": "The key, as the merchant wrote it.",
    "keys": "Only these keys; all of them where this is not given.",
    "kinds": "Only changes of these kinds; all of them where this is not given.",
    "last": "How many at most, counted from the end of the list or back from `before`.",
    "name": "The campaign's name, letter for letter.",
    "orderBy": "What comes first: by the first of these, among equals by the next, at last by id.",
    "search": "Words, each the beginning of one in name, e-mail, source id or phone; case and accents do not matter.",
    "snapshot": "Whether to begin with everything that matches, before the changes.",
    "types": "Only these event types, word for word; all of them where this is not given.",
}
POSITION = "A cursor that an item of this stream carried: goes on after it. Without it the stream begins now."
"""What `after` means where it is a place in time, not in a list."""


def describe_arguments(schema: GraphQLSchema) -> None:
    """Says what each argument means that does not say so itself."""
    for kind in schema.type_map.values():
        if is_object_type(kind) or is_interface_type(kind):
            for field in kind.fields.values():
                for name, argument in field.args.items():
                    argument.description = argument.description or _meaning(name, argument)


def _meaning(name: str, argument: GraphQLArgument) -> str | None:
    return POSITION if get_named_type(argument.type).name == "Cursor" else MEANINGS.get(name)
