"""Which elements of a JSON list a viewer may see, where each tells by its `path` which column it is about."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gql_app.reads.declare import Entries, Told
from gql_app.reads.rules import Rules
from gql_app.reads.text import literal

PATH = "(item.value->>'path')"


def seen_paths(rules: Rules, scopes: frozenset[str], kind: Entries) -> Entries:
    """The elements that are about columns the viewer may see; of a column that this version does not know, those who
    may see every row of its kind.
    """
    hidden = [one for one in kind.paths if not _may(rules, scopes, one)]
    if not hidden:
        return kind
    return replace(kind, kept=" OR ".join(_kept(rules, scopes, kind.paths, hidden)) or "FALSE")


def _kept(rules: Rules, scopes: frozenset[str], paths: Iterable[Told], hidden: list[Told]) -> Iterator[str]:
    own = [literal(one.ends) for one in paths if not one.begins and one not in hidden]
    if own:
        yield f"{PATH} IN ({','.join(own)})"
    for begins in dict.fromkeys(one.begins for one in paths if one.begins):
        models = {one.model for one in paths if one.begins == begins}
        if all(rules.of_rows(model).met_by(scopes) for model in models):
            but = "".join(f" AND NOT {_ends(one.ends)}" for one in hidden if one.begins == begins)
            yield f"(substr({PATH},1,{len(begins)})={literal(begins)}{but})"


def _may(rules: Rules, scopes: frozenset[str], told: Told) -> bool:
    return rules.of_column(told.model, told.column).met_by(scopes)


def _ends(ending: str) -> str:
    return f"(substr({PATH},length({PATH})-{len(ending) - 1})={literal(ending)})"
