"""What Tortoise's own commands need to know to write migrations."""

from typing import Any

APP: dict[str, Any] = {
    "models": ["models"],
    "default_connection": "default",
    "migrations": "models.migrations",
}

TORTOISE_ORM: dict[str, Any] = {"connections": {"default": "sqlite://:memory:"}, "apps": {"mirror": APP}}
