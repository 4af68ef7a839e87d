"""How many objects a request may bring in its variables: each costs more to read than any other value."""

from typing import Any

from gql_app.errors import RequestRefused

MOST_OBJECTS = 500


def check_objects(variables: dict[str, Any]) -> None:
    """Raises RequestRefused, which names the limit, where there are too many."""
    objects, level = -1, [variables]
    while level:
        objects += sum(isinstance(one, dict) for one in level)
        if objects > MOST_OBJECTS:
            message = f"The variables hold more than {MOST_OBJECTS} objects: ask for less at once."
            raise RequestRefused([{"message": message, "extensions": {"code": "LIMIT_EXCEEDED"}}])
        level = [inner for outer in level for inner in _within(outer)]


def _within(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
