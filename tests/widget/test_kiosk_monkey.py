"""Random touches, keys, scans and cards on every page of the kiosk: it stays whole, always home."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.kiosk.visit import Page
from tests.widget.kiosk_monkey import Monkey, at_the_kiosk

SHARE, ROUND, ROUNDS = 12, 1000, 10
"""Moves on each page: in the usual suite, and in each of the rounds that make ten thousand."""
BURST = 8
GROWTH = 60
"""Widgets that rows not seen before may add to pages that have been walked for a while."""
WALKED = tuple(page for page in Page if page is not Page.STARTING)


def walk(monkey: Monkey, moves: int) -> None:
    """Move on until there were so many moves on each page, most on those seen least."""
    while (page := min(WALKED, key=lambda one: monkey.seen[one])) and monkey.seen[page] < moves:
        monkey.go_to(page)
        while monkey.presenter.page is page and monkey.seen[page] < moves:
            for _ in range(BURST):
                monkey.step()
            monkey.settle()
            monkey.check()
            if monkey.random.random() < 0.1:
                monkey.wait_for_home()


def audit(monkey: Monkey) -> None:
    """Recount by plain SQL: every number of this kiosk was asked for, once."""
    monkey.set_away(False)
    monkey.presenter.home()
    offline = monkey.presenter.offline
    monkey.look()
    monkey.qtbot.waitUntil(lambda: offline.settled and offline.pending == 0, timeout=8000)
    with monkey.kiosk.engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT request_id, channel FROM ticket WHERE station = 'K1'")
        ).all()
    assert rows
    asked = set(monkey.wishes)
    assert not [row for row in rows if row[0].partition("+")[0] not in asked]


def test_a_share_of_the_walk(app: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.capture_exceptions() as raised, at_the_kiosk(tmp_path, qtbot, 1) as monkey:
        walk(monkey, SHARE)
        monkey.wait_for_home()
        assert not raised, (raised, monkey.done)
        audit(monkey)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_ten_thousand_moves(
    app: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    with qtbot.capture_exceptions() as raised, at_the_kiosk(tmp_path, qtbot, seed) as monkey:
        walk(monkey, ROUND // 2)
        monkey.wait_for_home()
        assert not raised, (raised, monkey.done)
        half = monkey.objects()
        walk(monkey, ROUND)
        monkey.wait_for_home()
        assert not raised, (raised, monkey.done)
        assert monkey.objects() <= half + GROWTH
        audit(monkey)
    record_property("moves", monkey.moves)
    record_property("least_a_page", min(monkey.seen[page] for page in WALKED))
