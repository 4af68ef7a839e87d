"""What several modules here look at."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.stage import Stage


@pytest.fixture
def statements(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that was read with."""
    read: Callable[..., Awaitable[Any]] = stage.parts.database.read
    sent: list[str] = []

    async def counted(sql: str, parameters: tuple[Any, ...]) -> Any:
        sent.append(sql)
        return await read(sql, parameters)

    monkeypatch.setattr(stage.parts.database, "read", counted)
    return sent
