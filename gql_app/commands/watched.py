"""What a server shows to have changed, asked over its own API."""

from typing import Any

import httpx2

HERE = "{ customerChanges(first: 1) { nextCursor } }"
SINCE = """query Since($after: Cursor) { customerChanges(after: $after) { nextCursor upToDate items {
  ... on CustomerChange { event { id } changes { path before after } } } } }"""
PAGES = 20
"""Pages that are looked through for one event, on a server to which much is told."""

WANTED = "What changed is not shown: the server wants to know who asks. Set GQL_APP_TOKEN, or say --token."
REFUSED = "What changed is not shown: {message} Give a token that has it."
UNSHOWN = "What changed is not shown: the server answered the question with {what}."


class Watched:
    """Asks with a token where there is one. `refusal` says why it cannot be seen what changed."""

    def __init__(self, client: httpx2.AsyncClient, token: str | None) -> None:
        self._client = client
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self.refusal: str | None = None

    async def cursor(self) -> str | None:
        """How far the journal has come; None where that is not shown."""
        said = await self._ask(HERE, {})
        page = said.get("customerChanges") if said else None
        return str(page["nextCursor"]) if page else None

    async def changes(self, after: str | None, event_id: str) -> list[dict[str, Any]]:
        """What this event changed, after this place."""
        found: list[dict[str, Any]] = []
        for _ in range(PAGES):
            said = await self._ask(SINCE, {"after": after}) if after else None
            page = said.get("customerChanges") if said else None
            if page is None:
                return found
            after = page["nextCursor"]
            for item in page["items"]:
                found += item["changes"] if (item.get("event") or {}).get("id") == event_id else []
            if found or page["upToDate"]:
                return found
        return found

    async def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any] | None:
        body = {"query": query, "variables": variables}
        answer = await self._client.post("/graphql", json=body, headers=self._headers)
        try:
            said = answer.json()
        except ValueError:
            said = {}
        if said.get("errors") or not isinstance(said.get("data"), dict):
            self.refusal = _refusal(answer.status_code, said.get("errors") or [])
        data: dict[str, Any] | None = said.get("data")
        return data


def _refusal(status: int, errors: list[dict[str, Any]]) -> str:
    """Why nothing is shown, and what to do about it."""
    by_code = {error.get("extensions", {}).get("code"): error.get("message") for error in errors}
    if "FORBIDDEN" in by_code:
        return REFUSED.format(message=by_code["FORBIDDEN"])
    if status == 401 or "UNAUTHENTICATED" in by_code:
        return WANTED
    return UNSHOWN.format(what=", ".join(sorted(filter(None, by_code))) or status)
