"""One moment of a real hall: kiosk, board, window, ticket and paper tell one wait."""

import re
import time

import pytest

from hallclient.display.said import Saying
from hallclient.display.wording import Wording
from hallclient.domain.turn import Outcome
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.offers import offer_of
from hallclient.kiosk.views.parts import offer_figure
from hallclient.kiosk.views.ticket import no_paper_figures
from hallclient.services.board import Board
from hallclient.services.goals import goals_from
from hallclient.services.ticket_slip import ticket_slip
from hallclient.ui.words import Words
from tests.stores import HallUnderTest, hall, hall_url, postgres_template, sqlite_template

__all__ = ["hall", "hall_url", "postgres_template", "sqlite_template"]

pytestmark = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


def figures(text: str) -> str:
    return "".join(re.findall(r"[\d–]", text))


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_all_tell_the_same_wait(hall: HallUnderTest, language: str) -> None:
    hall.sign_in("2")
    for _ in range(5):
        hall.issue()
    calling = hall.calling("2")
    for _ in range(14):
        hall.clock.advance(minutes=4)
        hall.issue()
        calling.call_next()
        calling.start()
        calling.finish(Outcome.CONSULT)
    words, plan = Words(language), hall.store.plan()
    now = Board(hall.store).now()
    wait = now.lines["A"].wait
    assert wait is not None, "fourteen calls are enough to tell one"
    at_kiosk = offer_figure(words, offer_of(HallSight(plan, now, time.monotonic()), "A"), 1)
    name = plan.queue("A").name.text(language)
    rows = Wording(plan, (), Saying(words)).rows(now)
    on_board = next(row.wait for row in rows if row.name == name)
    at_window = goals_from(hall.store, "1").waits["A"]
    issued = hall.issue()
    assert at_kiosk is not None
    after = no_paper_figures(words, plan, issued)[1]
    paper = ticket_slip(issued, plan, words)
    assert at_window == issued.wait == wait
    told = {at_kiosk.figure, after.figure, figures(on_board), figures(paper.wait_text or "")}
    assert told == {f"{wait.low}–{wait.high}" if wait.low else str(wait.high)}
    hour = issued.ticket.issued_at
    at = f"{(hour.hour + 8) % 24:02}:{hour.minute:02}"
    assert at in (paper.wait_caption or ""), "Shanghai's"
