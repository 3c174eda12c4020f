"""Random touches, keys, scans and cards on every page of the kiosk: it stays whole, always home."""

from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.kiosk.visit import Page
from tests.widget.kiosk_monkey import Monkey, at_the_kiosk

SHARE, ALL = 40, 10_000
BURST = 8
GROWTH = 60
"""Widgets that rows not seen before may add to pages that have been walked for a while."""
WALKED = tuple(page for page in Page if page is not Page.STARTING)


def walk(monkey: Monkey, page: Page, moves: int) -> int:
    """Make so many moves on this very page; return how many in all."""
    before, began = monkey.moves, monkey.seen[page]
    while monkey.seen[page] - began < moves:
        if monkey.presenter.page is not page:
            monkey.go_to(page)
        for _ in range(BURST):
            monkey.step()
        monkey.settle()
        monkey.check()
        if monkey.random.random() < 0.2:
            monkey.wait_for_home()
    return monkey.moves - before


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
    assert not [row for row in rows if row[0].split("/")[0] not in asked]


def test_a_share_of_the_walk(app: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    made: Counter[Page] = Counter()
    with qtbot.capture_exceptions() as raised, at_the_kiosk(tmp_path, qtbot, 1) as monkey:
        for page in WALKED:
            import time; t=time.time(); c=time.process_time()
            made[page] = walk(monkey, page, SHARE); print(page, made[page], round(time.time()-t,2), round(time.process_time()-c,2), flush=True)
            assert not raised, (raised, monkey.done)
        monkey.wait_for_home()
        audit(monkey)
    assert set(monkey.seen) >= set(WALKED)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("page", WALKED)
def test_ten_thousand_moves(
    app: QApplication, qtbot: QtBot, tmp_path: Path, page: Page
) -> None:
    with qtbot.capture_exceptions() as raised, at_the_kiosk(tmp_path, qtbot, hash(page)) as monkey:
        walk(monkey, page, ALL // 2)
        assert not raised, (raised, monkey.done)
        monkey.wait_for_home()
        half = monkey.objects()
        moves = walk(monkey, page, ALL // 2)
        monkey.wait_for_home()
        assert not raised, (raised, monkey.done)
        assert monkey.objects() <= half + GROWTH
        audit(monkey)
    print(f"{page}: {monkey.seen[page]} of {moves} moves, {len(monkey.wishes)} wishes")
