"""A kiosk goes on without the database, and hands its numbers in when it is back."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from hallclient.domain.errors import Refused
from hallclient.domain.ticket import Channel, short_code
from hallclient.kiosk.visit import Page
from hallclient.services.issuing import IssuedTicket
from hallclient.services.ports_devices import PrintResult, PrintTrouble
from hallclient.services.spool import Spool
from hallclient.services.spool_clock import process_ticks
from hallclient.storage.spool_file import SpoolFile
from hallclient.ui.notices import Tone
from tests import invariants
from tests.widget.kiosk_support import (
    QUICK,
    FakePrinter,
    Kiosk,
    Unreachable,
    kiosk_hall,
    names,
    press,
    running_kiosk,
)

TIMES = replace(QUICK, offline=0.2)


@contextmanager
def spooling(folder: Path, **more: Any) -> Iterator[Kiosk]:
    def make() -> Spool:
        return Spool(SpoolFile(folder / "spool"), process_ticks())

    with running_kiosk(folder, times=TIMES, spool=make, **more) as kiosk:
        yield kiosk


@contextmanager
def database_away(kiosk: Kiosk) -> Iterator[None]:
    """Nobody answers in the block."""

    def nobody(*_args: object, **_more: object) -> Any:
        raise Unreachable("nobody answers")

    store: Any = kiosk.desk.store
    for name in ("change", "look", "take_lease"):
        setattr(store, name, nobody)
    try:
        yield
    finally:
        for name in ("change", "look", "take_lease"):
            delattr(store, name)


def ready(qtbot: QtBot, kiosk: Kiosk) -> None:
    qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
    qtbot.waitUntil(lambda: kiosk.presenter.offline.ready)


def lost(qtbot: QtBot, kiosk: Kiosk) -> None:
    qtbot.waitUntil(lambda: kiosk.presenter.figures.down)


def take(kiosk: Kiosk, service: str = "BDC03") -> None:
    kiosk.presenter.choose_service(service)
    press(kiosk.screen.page, "确认取号")


def shown(kiosk: Kiosk) -> IssuedTicket:
    issued = kiosk.presenter.visit.issued
    assert issued is not None
    return issued


def handed_in(qtbot: QtBot, kiosk: Kiosk) -> None:
    def is_done() -> bool:
        offline = kiosk.presenter.offline
        return not kiosk.presenter.figures.down and offline.settled and offline.pending == 0

    qtbot.waitUntil(is_done)


def rows(kiosk: Kiosk) -> list[tuple[str, str, bool]]:
    return [(t.label, t.channel, t.delivered_at is not None) for t in kiosk.tickets()]


def test_numbers_go_on_without_the_database(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter()
    with spooling(tmp_path, printer=printer) as kiosk:
        ready(qtbot, kiosk)
        with database_away(kiosk):
            lost(qtbot, kiosk)
            notice = kiosk.presenter.notices.current
            assert notice is not None
            assert (notice.tone, notice.text) == (Tone.RECOVERING, "取号照常，已取的号都有效。")
            home = kiosk.presenter.home_view()
            assert home is not None
            assert home.take_works
            for label in ("B800", "B801"):
                take(kiosk)
                qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
                qtbot.waitUntil(lambda: kiosk.presenter.visit.paper)
                assert shown(kiosk).ticket.label == label
                assert kiosk.presenter.notices.current == notice
                press(kiosk.screen.page, "完成")
            assert [slip.label for slip in printer.slips] == ["B800", "B801"]
            assert printer.slips[0].ahead_text == "–"
            qtbot.waitUntil(lambda: kiosk.presenter.offline.pending == 2)
        handed_in(qtbot, kiosk)
        qtbot.waitUntil(lambda: len(rows(kiosk)) == 2)
        assert rows(kiosk) == [
            ("B800", Channel.OFFLINE, True),
            ("B801", Channel.OFFLINE, True),
        ]
        assert len(printer.slips) == 2
        invariants.check(kiosk.engine, kiosk.store)


def test_an_answer_that_never_comes_is_not_waited_for(qtbot: QtBot, tmp_path: Path) -> None:
    """The database has committed and its answer hangs: one ticket, the number on the paper."""
    printer = FakePrinter()
    with spooling(tmp_path, printer=printer) as kiosk:
        ready(qtbot, kiosk)
        go_on = threading.Event()
        issue: Callable[..., Any] = kiosk.issuing.issue

        def hang(request: Any) -> Any:
            issued = issue(request)
            assert go_on.wait(20)
            return issued

        kiosk.issuing.issue = hang  # type: ignore[method-assign]
        take(kiosk)
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        assert shown(kiosk).ticket.label == "B800"
        assert [t.label for t in kiosk.tickets()] == ["B001"]
        go_on.set()
        handed_in(qtbot, kiosk)
        qtbot.waitUntil(lambda: rows(kiosk) == [("B800", Channel.KIOSK, True)])
        press(kiosk.screen.page, "完成")
        qtbot.waitUntil(lambda: kiosk.desk.worker.pending == 0)
        assert [slip.label for slip in printer.slips] == ["B800"]
        invariants.check(kiosk.engine, kiosk.store)


def test_a_commit_whose_answer_was_lost_gets_the_number_on_the_paper(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with spooling(tmp_path, printer=FakePrinter()) as kiosk:
        ready(qtbot, kiosk)
        issue: Callable[..., Any] = kiosk.issuing.issue

        def lose(request: Any) -> Any:
            issue(request)
            raise Unreachable("the line is cut")

        kiosk.issuing.issue = lose  # type: ignore[method-assign]
        take(kiosk)
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
        handed_in(qtbot, kiosk)
        qtbot.waitUntil(lambda: rows(kiosk) == [("B800", Channel.KIOSK, True)])


def test_a_ticket_that_comes_while_the_spool_says_no_is_shown(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue closes meanwhile: the database had let it in, the spool would not."""
    asked, came = threading.Event(), threading.Event()

    def closed(*_args: object) -> Any:
        asked.set()
        assert came.wait(20)
        raise Refused("queue_closed", "the queue is closed")

    with spooling(tmp_path, printer=FakePrinter()) as kiosk:
        ready(qtbot, kiosk)
        issue: Callable[..., Any] = kiosk.issuing.issue

        def late(request: Any) -> Any:
            assert asked.wait(20)
            return issue(request)

        kiosk.issuing.issue = late  # type: ignore[method-assign]
        monkeypatch.setattr(Spool, "issue", closed)
        take(kiosk)
        try:
            qtbot.waitUntil(lambda: asked.is_set() and len(kiosk.tickets()) == 1)
            qtbot.waitUntil(lambda: kiosk.desk.worker.pending == 0)
        finally:
            came.set()
        qtbot.waitUntil(lambda: kiosk.presenter.page in (Page.DONE, Page.REFUSED))
        assert shown(kiosk).ticket.label == "B001"


def test_started_without_the_database_it_gives_numbers(qtbot: QtBot, tmp_path: Path) -> None:
    with spooling(tmp_path) as kiosk:
        ready(qtbot, kiosk)
        qtbot.waitUntil(lambda: kiosk.presenter.offline.settled)
        plan = kiosk.store.plan()
    with spooling(tmp_path, remembered=plan, late=True) as kiosk, database_away(kiosk):
        kiosk.presenter.start()
        lost(qtbot, kiosk)
        qtbot.waitUntil(lambda: kiosk.presenter.takes)
        take(kiosk)
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
        assert shown(kiosk).ticket.label == "B800"
        press(kiosk.screen.page, "我记下了")
    with spooling(tmp_path) as kiosk:
        ready(qtbot, kiosk)
        handed_in(qtbot, kiosk)
        qtbot.waitUntil(lambda: rows(kiosk) == [("B800", Channel.OFFLINE, True)])


def test_a_double_touch_is_one_number(qtbot: QtBot, tmp_path: Path) -> None:
    with spooling(tmp_path, printer=FakePrinter()) as kiosk:
        ready(qtbot, kiosk)
        with database_away(kiosk):
            lost(qtbot, kiosk)
            take(kiosk)
            kiosk.presenter.confirm()
            qtbot.waitUntil(lambda: kiosk.presenter.page is Page.DONE)
            kiosk.presenter.confirm()
            press(kiosk.screen.page, "完成")
        handed_in(qtbot, kiosk)
        assert len(kiosk.tickets()) == 1


def test_used_up_numbers_send_to_the_desk(qtbot: QtBot, tmp_path: Path) -> None:
    with spooling(tmp_path) as kiosk:
        ready(qtbot, kiosk)
        with database_away(kiosk):
            lost(qtbot, kiosk)
            for _ in range(20):
                take(kiosk)
                qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
                kiosk.presenter.finish()
            take(kiosk)
            qtbot.waitUntil(lambda: kiosk.presenter.taking._tries > 1)
            assert kiosk.presenter.page is Page.CONFIRM
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
        assert shown(kiosk).ticket.label == "B001"
        handed_in(qtbot, kiosk)
        assert len(kiosk.tickets()) == 21


def test_a_number_nobody_got_on_paper_is_printed_once_it_is_in(
    qtbot: QtBot, tmp_path: Path
) -> None:
    printer = FakePrinter(answers=None)
    with spooling(tmp_path, printer=printer) as kiosk:
        ready(qtbot, kiosk)
        with database_away(kiosk):
            lost(qtbot, kiosk)
            take(kiosk)
            kiosk.presenter.home()  # gone before it came
            qtbot.waitUntil(lambda: kiosk.presenter.offline.pending == 1)
            assert printer.slips == []
        printer.answers = (PrintResult.PRINTED, None)
        qtbot.waitUntil(lambda: rows(kiosk) == [("B800", Channel.OFFLINE, True)])
        assert [slip.label for slip in printer.slips] == ["B800"]


def test_paper_that_ends_offline_keeps_the_number(qtbot: QtBot, tmp_path: Path) -> None:
    printer = FakePrinter(answers=(PrintResult.NOT_PRINTED, PrintTrouble.PAPER_OUT))
    with spooling(tmp_path, printer=printer) as kiosk:
        ready(qtbot, kiosk)
        with database_away(kiosk):
            lost(qtbot, kiosk)
            take(kiosk)
            qtbot.waitUntil(lambda: kiosk.presenter.page is Page.NO_PAPER)
        handed_in(qtbot, kiosk)
        qtbot.waitUntil(lambda: rows(kiosk) == [("B800", Channel.OFFLINE, True)])


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_without_a_spool_it_says_that_numbers_wait(
    qtbot: QtBot, tmp_path: Path, language: str
) -> None:
    with running_kiosk(tmp_path, times=TIMES, language=language) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        with database_away(kiosk):
            lost(qtbot, kiosk)
            notice = kiosk.presenter.notices.current
            assert notice is not None
            assert notice.text == kiosk.presenter.words("kiosk.fault.network_wait")
            assert not kiosk.presenter.takes
            assert names(kiosk.screen.page)
            assert kiosk.presenter.plan is not None
            assert len(kiosk.presenter.plan.services) == len(kiosk_hall().services)


def test_elders_get_numbers_too(qtbot: QtBot, tmp_path: Path) -> None:
    with spooling(tmp_path, printer=FakePrinter()) as kiosk:
        ready(qtbot, kiosk)
        with database_away(kiosk):
            lost(qtbot, kiosk)
            kiosk.presenter.set_modes(replace(kiosk.presenter.modes, elder=True))
            kiosk.presenter.choose_service("BDC03")
            kiosk.presenter.confirm()
            qtbot.waitUntil(lambda: kiosk.presenter.page is Page.EASY_DONE)
            assert shown(kiosk).ticket.label == "B800"
            assert names(kiosk.screen.page)


def test_a_paper_that_is_not_in_yet_is_known(qtbot: QtBot, tmp_path: Path) -> None:
    with spooling(tmp_path, scanner=True) as kiosk:
        ready(qtbot, kiosk)
        presenter, scanning = kiosk.presenter, kiosk.presenter.journeys.scanning
        with database_away(kiosk):
            lost(qtbot, kiosk)
            take(kiosk)
            qtbot.waitUntil(lambda: presenter.visit.issued is not None)
            ticket = shown(kiosk).ticket
            qtbot.waitUntil(lambda: presenter.offline.pending == 1)
            presenter.home()
            for code in (ticket.token, short_code(ticket), f"{ticket.day:%m%d}-F805-0000"):
                scanning.scanned(code)
                assert (presenter.page, scanning.problem) == (Page.SCAN, "ticket_offline")
            scanning.scanned("0" * 16)
            assert scanning.problem == "later"
            assert "照样有效" in presenter.words("kiosk.found.no.ticket_offline")
            assert ticket.token not in repr(presenter.offline.state)
        handed_in(qtbot, kiosk)
        scanning._last = (0, -100.0)
        scanning.scanned(ticket.token)
        qtbot.waitUntil(lambda: presenter.page is Page.FOUND)


def test_a_spool_that_cannot_be_opened_holds_nothing_else_up(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "spool").write_text("no folder")
    with spooling(tmp_path, printer=FakePrinter()) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        offline, figures = kiosk.presenter.offline, kiosk.presenter.figures
        qtbot.waitUntil(lambda: offline.settled)  # left-over tickets are printed
        assert not offline.ready
        looks: list[object] = []
        figures.changed.connect(lambda: looks.append(None))
        qtbot.waitUntil(lambda: len(looks) >= 3)
    assert caplog.text.count("the spool cannot be opened") == 1


def test_an_answer_after_the_end_starts_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with spooling(tmp_path) as kiosk:
        ready(qtbot, kiosk)
        qtbot.waitUntil(lambda: kiosk.desk.worker.pending == 0)
        figures, heard = kiosk.presenter.figures, list[None]()
        figures.changed.connect(lambda: heard.append(None))
        figures.look()
        kiosk.presenter.stop()
        qtbot.waitUntil(lambda: kiosk.desk.worker.pending == 0)
        assert heard == []
