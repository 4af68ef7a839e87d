"""What it means to group customers, in plain Python over rows."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from typing import Any

from graphql import GraphQLError

from tests.reads.rows import Row

Where = Callable[[str, str, Any], list[Row]]


def check_groups(arguments: dict[str, Any]) -> None:
    """What is wrong with the arguments."""
    asked = arguments.get("groupBy") or []
    if len(asked) > 4 or any(one.get("loyaltyCampaign") is False for one in asked):
        raise GraphQLError("nothing to group by, or too much")
    for one in asked:
        _steps(one.get("metadataPath") or "")


def groups(where: Where, rows: list[Row], asked: list[dict[str, Any]]) -> list[Row]:
    """Each group's keys, number and rows, the largest first, then by value with nulls last."""
    found: dict[tuple[str | None, ...], list[Row]] = {} if asked else {(): []}
    for row in rows:
        for values in _values(where, row, asked):
            found.setdefault(values, []).append(row)
    names = [_name(one) for one in asked]
    order = sorted(found.items(), key=lambda pair: (-len(pair[1]), [(one is None, one or "") for one in pair[0]]))
    keys = [[{"name": name, "value": one} for name, one in zip(names, values, strict=True)] for values, _ in order]
    return [
        {"group": group, "count": len(members), "rows": members}
        for group, (_, members) in zip(keys, order, strict=True)
    ]


def stats(values: list[int]) -> Row:
    """Sum, average, least and greatest."""
    return {
        "sum": str(sum(values)),
        "avg": float(Fraction(sum(values), len(values))),
        "min": min(values),
        "max": max(values),
    }


def _name(asked: dict[str, Any]) -> str:
    ((member, value),) = asked.items()
    if member == "field":
        return str(value)
    return {"createdAtTrunc": "createdAt", "metadataPath": f"metadata.{value}"}.get(member, member)


def _values(where: Where, row: Row, asked: list[dict[str, Any]]) -> set[tuple[str | None, ...]]:
    """Every combination of what the customer has; tier and campaign are those of one standing."""
    standings = [(one["tier_id"], one["name"]) for one in where("loyalty_campaign", "customer_id", row["id"])]
    segments = [one["segment_id"] for one in where("customer_segment", "customer_id", row["id"]) if one["present"]]
    by_tier, by_name = {"field": "TIER"} in asked, {"loyaltyCampaign": True} in asked
    told = [one for one in standings if (by_tier and one[0]) or (by_name and one[1])]
    pairs = product(told or [(None, None)], segments or [None])
    return {tuple(_value(row, one, tier, name, segment) for one in asked) for (tier, name), segment in pairs}


def _value(row: Row, asked: dict[str, Any], tier: Any, name: Any, segment: Any) -> Any:
    ((member, value),) = asked.items()
    if member == "field":
        own = {"COUNTRY": row["address_country"], "CITY": row["address_city"], "TIER": tier, "SEGMENT": segment}
        return own[value]
    if member == "loyaltyCampaign":
        return name
    return _begin(row["created_at"], value) if member == "createdAtTrunc" else _inside(row["metadata"], value)


def _begin(moment: str | None, unit: str) -> str | None:
    if moment is None:
        return None
    day = date.fromisoformat(moment[:10])
    if unit == "WEEK":
        day -= timedelta(days=day.weekday())
    return {"MONTH": day.replace(day=1), "YEAR": day.replace(month=1, day=1)}.get(unit, day).isoformat()


def _inside(document: Any, path: str) -> str | None:
    for step in _steps(path):
        if isinstance(document, list):
            document = document[int(step)] if step.isdigit() and int(step) < len(document) else None
        else:
            document = document.get(step) if isinstance(document, dict) else None
    if isinstance(document, bool):
        return str(document).lower()
    return str(document) if isinstance(document, str | int | float) else None


def _steps(path: str) -> list[str]:
    """What stands between the dots; a backslash makes the letter after it one like any other."""
    found, letters = [""], iter(path)
    for letter in letters:
        if letter == ".":
            found.append("")
            continue
        said = next(letters, None) if letter == "\\" else letter
        if said is None:
            raise GraphQLError("a lone backslash")
        found[-1] += said
    return found
