"""What a client may ask about itself."""

from gql_app.reads.declare import described, needing, shown
from gql_app.reads.scopes import OPEN

UNLIMITED = 2**31 - 1


@described
class Limits:
    """The most that you may ask."""

    max_depth: int = shown("How many fields may stand within one another.")
    max_cost: int = shown(
        "How many rows one operation may touch at most: a page costs its size times what is beneath each row."
        ' A request with `"extensions": {"cost": true}` is told its own.'
    )
    max_page_size: int = shown("How many rows `first`, `last` and `ids` may ask for.")
    cost_per_minute: int = shown("How much all your operations of a minute may cost; 2147483647 is without limit.")
    max_subscriptions: int = shown("How many operations may run on one WebSocket at once.")


@needing(OPEN)
class Viewer:
    """You, as this service sees you."""

    subject: str | None = shown("Whom your token or key names; null where readers are not told apart.")
    scopes: list[str] = shown("What you may see.")
    limits: Limits = shown("The most that you may ask.")
