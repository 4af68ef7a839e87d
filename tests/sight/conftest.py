"""The service without limits."""

from collections.abc import AsyncIterator

import pytest

from tests.reads.limits import UNLIMITED
from tests.stage import Stage, on_stage


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    """The service, running."""
    async with on_stage(database_url, **UNLIMITED) as stage:
        yield stage
