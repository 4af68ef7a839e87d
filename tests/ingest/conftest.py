"""A mirror on each database."""

from collections.abc import AsyncIterator

import pytest

from tests.ingest.mirror import Mirror, mirroring


@pytest.fixture
async def mirror(database_url: str) -> AsyncIterator[Mirror]:
    """An empty mirror and its writer."""
    async with mirroring(database_url) as mirror:
        yield mirror
