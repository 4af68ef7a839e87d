"""Servers that are limited in one way or another."""

from tests.web.conftest import no_trouble, serve

__all__ = ["no_trouble", "serve"]
