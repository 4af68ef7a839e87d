"""Root fields: the only fields that fetch. Each is one statement; beneath it everything is already in the answer."""

from collections.abc import Callable
from inspect import cleandoc
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types import Info

from gql_app.reads.declare import KIND, Kind


class Fetched(FieldExtension):
    """Answers a root field with its statement's JSON, whatever the resolver's own body."""

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: Info[Any, Any], **kwargs: Any) -> Any:
        return await info.context.fetch(info._raw_info)


def root(kind: Kind) -> Callable[[Callable[..., Any]], Any]:
    """A root field: the function declares its arguments, its docstring describes it."""

    def declare(function: Callable[..., Any]) -> Any:
        return strawberry.field(
            resolver=function,
            description=cleandoc(function.__doc__ or ""),
            metadata={KIND: kind},
            extensions=[Fetched()],
        )

    return declare
