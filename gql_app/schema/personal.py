"""Who reads personal data: a line for each operation that shows any, where the keeper wants one; never a value."""

import logging
import re
from collections.abc import Callable

from gql_app.observe.lines import tell
from gql_app.schema.asked import Asked
from gql_app.viewers.viewer import Viewer

CUSTOMER_ID = re.compile(rb'"(cust_[0-9A-Za-z_-]{1,60})"')
MOST_NAMED = 20

log = logging.getLogger("gql_app.personal_data")


class ReadLog:
    """Names the customers whose ids the answer, or the question, holds: the first twenty, and how many they are."""

    def __init__(self, is_personal: Callable[[Asked], bool]) -> None:
        self._is_personal = is_personal

    def answered(self, asked: Asked, payload: bytes) -> None:
        """An answer is about to be sent."""
        if self._is_personal(asked):
            self._tell(asked, CUSTOMER_ID.findall(payload))

    def listening(self, asked: Asked) -> None:
        """A subscription begins; whom its answers will be about is known only where it asks by id."""
        if self._is_personal(asked):
            self._tell(asked, CUSTOMER_ID.findall(repr(asked.variables).replace("'", '"').encode()))

    def _tell(self, asked: Asked, found: list[bytes]) -> None:
        customers = [one.decode() for one in dict.fromkeys(found)]
        said = {"operation": asked.kind, "customers": ",".join(customers[:MOST_NAMED]), "count": len(customers)}
        tell(log, logging.INFO, "personal_data_read", said | _who(asked.viewer))


def _who(viewer: Viewer) -> dict[str, object]:
    """Tokens name their subject, keys themselves; readers who are not told apart have neither."""
    named = {"key": viewer.key_id, "subject": viewer.subject}
    return {name: value for name, value in named.items() if value is not None}
