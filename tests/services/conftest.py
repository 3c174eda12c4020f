"""Halls to work on."""

from tests.stores import hall, hall_url, postgres_template, sqlite_template

__all__ = ["hall", "hall_url", "postgres_template", "sqlite_template"]
