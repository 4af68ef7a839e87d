"""The most that one request may ask, counted before anything is executed, in time linear in what was sent."""

from dataclasses import dataclass, fields

from graphql import GraphQLError

from gql_app.schema.size import Size
from gql_app.settings import Settings

SAID = {
    "document_length": "The document is {value} characters long",
    "tokens": "The document has more than {most} tokens",
    "operations": "The document has {value} operations",
    "depth": "The operation is {value} fields deep",
    "root_fields": "The operation has {value} root fields",
    "fields": "The operation selects {value} fields, counting each fragment wherever it is spread",
    "aliases": "The operation has {value} aliases, counting each fragment wherever it is spread",
    "directives": "The operation has {value} directives, counting each fragment wherever it is spread",
    "duplicates": "The operation selects {value} fields again under a key they already have",
    "values": "The arguments and variables hold {value} values",
    "input_depth": "An argument or a variable is nested {value} deep",
    "cost": "The operation may touch {value} rows",
}

COUNTED = ("depth", "root_fields", "fields", "aliases", "directives", "duplicates", "values", "input_depth")


@dataclass(frozen=True, slots=True)
class Limits:
    """Each is set by GQL_APP_MAX_ and its name in capitals; README says what it counts."""

    document_length: int
    tokens: int
    operations: int
    depth: int
    root_fields: int
    fields: int
    aliases: int
    directives: int
    duplicates: int
    values: int
    input_depth: int
    cost: int
    page_size: int

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """As the deployment says."""
        return cls(**{one.name: getattr(settings, f"max_{one.name}") for one in fields(cls)})

    def check(self, **values: int) -> None:
        """Raises GraphQLError for the first of these that is above its limit."""
        for name, value in values.items():
            if value > getattr(self, name):
                raise self.exceeded(name, value)

    def check_size(self, size: Size) -> None:
        """The same for everything that is counted of an operation."""
        self.check(**{name: getattr(size, name) for name in COUNTED})

    def exceeded(self, name: str, value: int) -> GraphQLError:
        """The error that names the limit, the value, the maximum and the setting."""
        most: int = getattr(self, name)
        setting = f"GQL_APP_MAX_{name.upper()}"
        message = f"{SAID[name].format(value=value, most=most)}, but {most} is the most ({setting})."
        return refused(message, limit=name, value=value, maximum=most, setting=setting)


def refused(message: str, **said: int | str) -> GraphQLError:
    """An error of code LIMIT_EXCEEDED."""
    return GraphQLError(message, extensions={"code": "LIMIT_EXCEEDED", **said})
