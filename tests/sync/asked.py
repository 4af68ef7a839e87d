"""A mirror that fetches from a fake Voucherify; waiting for its limits moves the shop's clock instead of ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from gql_app.mirror.shelf import Shelf
from gql_app.settings import Settings
from gql_app.sync.customers import Customers, Run
from gql_app.voucherify.rest.access import Access
from gql_app.voucherify.rest.budget import Budget
from gql_app.voucherify.rest.client import Voucherify, asking
from tests.ingest.mirror import Mirror, mirroring
from tests.voucherify.api import Api
from tests.voucherify.served import served
from tests.voucherify.shop import SECOND

COLUMNS = ("name", "email", "source_id", "phone", "description", "created_at", "updated_at", "metadata")


@dataclass
class Asked:
    """Everything at hand."""

    api: Api
    url: str
    database_url: str
    mirror: Mirror
    voucherify: Voucherify
    intake: Shelf

    async def load(self, since: int | None = None) -> Run:
        """A whole run."""
        customers = Customers(self.voucherify, self.intake)
        begun = await customers.resumed(since)
        return [run async for run in customers.load(begun)][-1]

    async def shown(self) -> dict[str, dict[str, Any]]:
        """What the mirror knows of everybody who is not deleted."""
        rows = (await self.mirror.rows())["customer"]
        return {row["id"]: {name: row[name] for name in COLUMNS} for row in rows if row["deleted_at"] is None}

    @property
    def true(self) -> dict[str, dict[str, Any]]:
        """What it should know."""
        return {one: {name: said.get(name) for name in COLUMNS} for one, said in self.api.shop.customers.all.items()}

    @property
    def settings(self) -> Settings:
        """What a deployment would set."""
        return settings_of(self.url, self.database_url)


def settings_of(url: str, database_url: str) -> Settings:
    """The fake's address and keys."""
    keys: dict[str, Any] = {"voucherify_app_id": "app-id", "voucherify_app_token": "app-token"}
    return Settings(database_url=database_url, voucherify_url=url, **keys)


@asynccontextmanager
async def asking_of(api: Api, database_url: str, share: float = 0.5, **access: Any) -> AsyncIterator[Asked]:
    """For as long as the context lasts."""

    async def pause(seconds: float) -> None:
        api.shop.pass_time(seconds)

    budget = Budget(share, clock=lambda: api.shop.now / SECOND, pause=pause)
    async with (
        served(api) as url,
        mirroring(database_url) as mirror,
        asking(Access(url, *api.key, **access), budget) as voucherify,
    ):
        yield Asked(api, url, database_url, mirror, voucherify, Shelf(mirror.database, _unheard, "BACKFILL"))


async def _unheard(_position: int) -> None:
    """Nobody listens."""
