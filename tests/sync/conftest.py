"""A shop, its fake Voucherify behind a socket, and a mirror that asks it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import stamina

from tests.sync.asked import Asked, asking_of
from tests.voucherify.api import Api
from tests.voucherify.shop import Shop


@pytest.fixture(autouse=True)
def without_backoff() -> Iterator[None]:
    """Tries follow one another at once."""
    stamina.set_testing(True, attempts=5)
    yield
    stamina.set_testing(False)


@pytest.fixture
def shop() -> Shop:
    """Nobody has joined yet."""
    return Shop()


@pytest.fixture
def api(shop: Shop) -> Api:
    """The shop as its REST API shows it."""
    return Api(shop)


@pytest.fixture
async def asked(api: Api, database_url: str) -> AsyncIterator[Asked]:
    """A mirror on each database, and what it asks of the shop."""
    async with asking_of(api, database_url) as asked:
        yield asked


@pytest.fixture
async def asked_once(api: Api, sqlite_url: str) -> AsyncIterator[Asked]:
    """The same where the database does not matter."""
    async with asking_of(api, sqlite_url) as asked:
        yield asked
