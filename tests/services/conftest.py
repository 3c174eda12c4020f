"""Halls to work on."""

import pytest

from tests.services.under_rights import on_every_engine
from tests.stores import hall, hall_url, postgres_template, sqlite_template

__all__ = ["hall", "hall_url", "postgres_template", "sqlite_template"]


@pytest.fixture(autouse=True)
def under_rights(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL every service has the rights of the PC that it runs on, and no more."""
    if "[postgresql" in request.node.name:
        on_every_engine(monkeypatch)
