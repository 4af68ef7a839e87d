"""What filters mean, by hand and without `gql_app.reads`."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError

from tests.reads.rows import Row

Find = Callable[[str, str, Any], list[Row]]
"""The rows of a table whose column has this value."""

COLUMNS = {
    "country": "address_country",
    "city": "address_city",
    "ordersTotalAmount": "summary_orders_total_amount",
    "ordersTotalCount": "summary_orders_total_count",
    "lastOrderDate": "summary_orders_last_order_date",
}
CONNECTIVES: dict[str, Callable[[list[bool]], bool]] = {"and": all, "or": any, "not": lambda found: not any(found)}
MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d(\.\d{1,9})?( ?(Z|[+-](0\d|1[0-5]):?[0-5]\d))?)?", re.ASCII)


def meant(find: Find, rows: list[Row], said: dict[str, Any] | None, keeps_deleted: bool) -> list[Row]:
    """The rows that a filter means; an argument that was left out is an empty filter."""
    said = said or {}
    deleted = "INCLUDE" if keeps_deleted else said.get("deleted") or "EXCLUDE"
    kept = [row for row in rows if deleted == "INCLUDE" or (row["deleted_at"] is not None) is (deleted == "ONLY")]
    return [row for row in kept if meets(find, row, said)]


def meets(find: Find, row: Row, said: dict[str, Any]) -> bool:
    """Whether a row is one of those that a filter means."""
    return all(_field(find, row, name, value) for name, value in said.items() if value is not None)


def _field(find: Find, row: Row, name: str, value: Any) -> bool:
    if name in BENEATH:
        return _beneath(find, row, BENEATH[name], value)
    if name in CONNECTIVES:
        parts = value if isinstance(value, list) else [value]
        return CONNECTIVES[name]([meets(find, row, part) for part in parts])
    if name == "deleted":
        return value != "ONLY" or row["deleted_at"] is not None
    if name in ("metadata", "status"):
        return _metadata(row[name], value) if name == "metadata" else row[name] in value
    if name in MOMENTS:
        wanted = {key: one if key == "isNull" else moment(one) for key, one in value.items()}
        told = row[COLUMNS.get(name) or MOMENTS[name]]
        return compares(told and moment(told), wanted)
    return compares(row[COLUMNS.get(name) or re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name)], value)


def _beneath(find: Find, row: Row, link: tuple[str, str, str | None], said: Any) -> bool:
    table, owner, column = link
    inner = [one for one in find(table, owner, row["id"]) if one.get("present", True)]
    return _any_of([one[column] for one in inner], said) if column else any(meets(find, one, said) for one in inner)


MOMENTS = {"createdAt": "created_at", "updatedAt": "updated_at", "lastOrderDate": ""}
BENEATH = {
    "anyOrder": ("order", "customer_id", None),
    "anyLoyaltyCampaign": ("loyalty_campaign", "customer_id", None),
    "segmentId": ("customer_segment", "customer_id", "segment_id"),
    "productId": ("order_item", "order_id", "product_id"),
}


def _any_of(values: list[Any], said: dict[str, Any]) -> bool:
    there = [value for value in values if value is not None]
    negated = {"isNull": (not there) is said.get("isNull")}
    return all(
        negated[name] if name in negated else any(compares(v, {name: w}) for v in there) for name, w in said.items()
    )


def compares(value: Any, said: dict[str, Any]) -> bool:
    """Whether a value is one of those that the operators mean."""
    is_folded = said.get("caseInsensitive")
    operators = ((name, wanted) for name, wanted in said.items() if name != "caseInsensitive")
    if is_folded and value is not None:
        value = fold(value)
    return all(OPERATORS[name](value, _folded(wanted) if is_folded else wanted) for name, wanted in operators)


def _folded(wanted: Any) -> Any:
    if isinstance(wanted, list):
        return [fold(one) for one in wanted]
    return fold(wanted) if isinstance(wanted, str) else wanted


def fold(text: str) -> str:
    """One character for one."""
    return "".join(c.casefold() if len(c.casefold()) == 1 else c.lower()[:1] for c in text)


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: value is not None and value == wanted,
    "ne": lambda value, wanted: value != wanted,
    "in": lambda value, wanted: value is not None and value in wanted,
    "notIn": lambda value, wanted: value not in wanted,
    "gt": lambda value, wanted: value is not None and value > wanted,
    "gte": lambda value, wanted: value is not None and value >= wanted,
    "lt": lambda value, wanted: value is not None and value < wanted,
    "lte": lambda value, wanted: value is not None and value <= wanted,
    "startsWith": lambda value, wanted: value is not None and value.startswith(wanted),
    "contains": lambda value, wanted: value is not None and wanted in value,
    "isNull": lambda value, wanted: (value is None) is wanted,
}


def _metadata(document: Any, said: dict[str, Any]) -> bool:
    there = list(_at(document, said["path"]))
    typed: dict[str, Callable[[Any], Any]] = {
        "string": lambda found: found if isinstance(found, str) else None,
        "number": lambda found: found if type(found) in (int, float) else None,
        "date": lambda found: moment(found) if isinstance(found, str) else None,
    }
    for name, value in said.items():
        if name == "exists" and bool(there) is not value:
            return False
        if name == "boolean" and not (there and there[0] is value):
            return False
        if name in typed and value is not None:
            wanted = value if name != "date" else {k: v if k == "isNull" else moment(v) for k, v in value.items()}
            if not compares(typed[name](there[0]) if there else None, wanted):
                return False
    return True


def _at(document: Any, path: str) -> Iterator[Any]:
    for step in split(path):
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, list) and re.fullmatch("-?[0-9]{1,4}", step) and _has(document, int(step)):
            document = document[int(step)]
        else:
            return
    yield document


def _has(elements: list[Any], place: int) -> bool:
    return -len(elements) <= place < len(elements)


def split(path: str) -> list[str]:
    """The steps of a path, character by character."""
    steps, escaped = [""], False
    for character in path:
        if escaped or character not in ".\\":
            steps[-1] += character
            escaped = False
        elif character == ".":
            steps.append("")
        else:
            escaped = True
    if escaped:
        raise GraphQLError("a lone backslash")
    return steps


def moment(said: str) -> float | None:
    """Whole milliseconds."""
    found = MOMENT.fullmatch(said)
    if not found:
        return None
    fraction = (found[2] or "").ljust(4, "0")[1:4] if found[2] else "000"
    try:
        at = datetime.fromisoformat(re.sub(r"\.\d+| ", lambda f: "T" if f.start() == 10 else "", said))
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return int(at.timestamp()) * 1000 + int(fraction)


def check(said: Any, at: str = "filter") -> None:
    """Raises where a filter is wrong, wherever in it."""
    for name, value in (said or {}).items():
        is_operators = any(key in OPERATORS for key in said) or name == "caseInsensitive"
        if value is None and ((is_operators and name != "caseInsensitive") or name in ("exists", "boolean")):
            raise GraphQLError(f"{at}.{name}")
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                check(part, f"{at}.{name}")
    if said and "path" in said:
        split(said["path"])
        if all(value is None for name, value in said.items() if name != "path"):
            raise GraphQLError("nothing to look for")
