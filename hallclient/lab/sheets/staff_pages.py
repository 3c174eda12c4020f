"""The pages of the staff: bar, popovers, panel and console, each in every state, one by one.

A generator yields a name and what to draw; what it draws stands until the next one is asked for.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from hallclient.domain.case import REFUSALS
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import StaffRole
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.lab.sheets.advice import some_advice
from hallclient.lab.sheets.bar_scenes import SCENES
from hallclient.lab.sheets.console import (
    Setting,
    settled,
    sheets_of,
    still_console,
    with_bulletin,
)
from hallclient.lab.sheets.console_alarms import data_alarms, floor_with
from hallclient.lab.sheets.console_floor import (
    busy_floor,
    call_for_help,
    numbered_plan,
    quiet_floor,
)
from hallclient.lab.sheets.floor import until
from hallclient.lab.sheets.staff_checks import Page, staff_complaints
from hallclient.lab.sheets.window_stand import (
    PIN,
    WindowStand,
    morning,
    open_window,
    serve_now,
    with_more,
)
from hallclient.services.floor import FloorState
from hallclient.services.shifts import Shifts
from hallclient.services.store_error import StoreError
from hallclient.supervisor.sheets.data import DataSheet
from hallclient.window.bar import ClerkBar
from hallclient.window.layout import HEIGHT, SIDE_WIDTH
from hallclient.window.panel.presenter import PanelPresenter
from hallclient.window.panel.view import Middle, Tab
from hallclient.window.scene import Scene
from hallclient.window.states import KeyId, Stand
from hallclient.window.view import bar_view

TOP, SIDE = (1920, 1440, 1366, 1280, 1024), (1080, 768, 600)
PANEL = ((1280, 800), (1024, 640), (1920, 1080))
CONSOLE = ((1440, 900), (1280, 720), (1920, 1080), (3840, 2160))
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sort:
    """How staff pages look: language, scheme, names far too long."""

    language: str = "zh-CN"
    contrast: bool = False
    long: bool = False

    @property
    def scheme(self) -> str:
        """The theme's name."""
        return "high-contrast" if self.contrast else "light"


@dataclass(frozen=True, slots=True)
class Drawable:
    """One page to be drawn: which sheet it belongs to, its name, its widget, what may be amber."""

    sheet: str
    name: str
    widget: QWidget
    amber: int = 1
    judged: QWidget | None = None
    """The part that is looked at, where the rest lies below it; None is all."""
    judge: Callable[[Page], list[str]] = staff_complaints


class _Away(StoreError):
    """The database is away."""

    retryable = True


def settle() -> None:
    """Let Qt lay out and paint what was asked, and forget what was closed before.

    Nothing is deleted later where no event loop runs: a 4K board alone keeps 33 MB.
    """
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for _ in range(3):
        QCoreApplication.processEvents()


@contextmanager
def _window(plan: HallPlan, sort: Sort) -> Iterator[WindowStand]:
    with (
        tempfile.TemporaryDirectory(prefix="hallclient-sheets-") as name,
        open_window(Path(name), with_more(plan), sort.language, sort.scheme) as stand,
    ):
        yield stand


def bar_pages(plan: HallPlan, sort: Sort, *, quick: bool = False) -> Iterator[Drawable]:
    """Yield every state of the bar at every length, then its popovers."""
    with _window(plan, sort) as stand:
        yield from _popovers(stand, _signed_out)
        morning(stand)
        yield from _popovers(stand, _free)
        serve_now(stand)
        yield from _popovers(stand, _serving)
        stand.presenter.close()
        yield from _bars(stand.bar, plan, sort, quick=quick)


def _bars(bar: ClerkBar, plan: HallPlan, sort: Sort, *, quick: bool) -> Iterator[Drawable]:
    lengths = ((1920, 1024), (1080, 600)) if quick else (TOP, SIDE)
    for edge, length in (*product(("top",), lengths[0]), *product(("right",), lengths[1])):
        bar.set_edge(edge)
        bar.resize(*((length, HEIGHT) if edge == "top" else (SIDE_WIDTH, length)))
        for name, scene in bar_scenes(plan, sort).items():
            bar.show_view(bar_view(scene, bar.presenter.words))
            settle()
            yield Drawable(f"bar-{edge}-{length}", name, bar)


def bar_scenes(plan: HallPlan, sort: Sort) -> dict[str, Scene]:
    """Return the states of a bar, with the hall's longest names where they are wanted."""
    if not sort.long:
        scenes = dict(SCENES)
    else:
        service = max(plan.listed, key=lambda one: len(one.name.zh_cn))
        clerk = max(plan.staff, key=lambda one: len(one.name))
        scenes = {
            name: replace(
                scene,
                state=replace(
                    scene.state,
                    service=scene.state.service and service,
                    next_service=scene.state.next_service and service,
                    staff=scene.state.staff and clerk,
                ),
            )
            if scene.state is not None
            else scene
            for name, scene in SCENES.items()
        }
    said = LocalText(
        "社保系统正在恢复，预计十五分钟",
        "社保系統正在恢復，預計十五分鐘",
        "Social insurance is back in 15 min",
    ).text(sort.language)
    return scenes | {"bulletin": replace(scenes["serving"], message=said)}


_Opens = Callable[[WindowStand], Iterator[tuple[str, Callable[[], object]]]]


def _popovers(stand: WindowStand, opens: _Opens) -> Iterator[Drawable]:
    """Yield what opens under a key, and what opens after it."""
    stand.look_again()
    stand.bar.show()
    settle()
    for name, act in opens(stand):
        act()
        until(lambda: stand.bar.popover is not None, f"the popover {name}")
        until(lambda: stand.presenter._desk.worker.pending == 0, "its lines")  # noqa: SLF001
        settle()
        popover = stand.bar.popover
        assert popover is not None  # noqa: S101 - just waited for
        yield Drawable("bar-popovers", name, popover)
        stand.bar.askings.close()
        settle()


def _signed_out(stand: WindowStand) -> Iterator[tuple[str, Callable[[], object]]]:
    asks = stand.bar.askings
    yield "sign-in", asks.ask_sign_in
    yield "menu, signed out", asks.open_menu


def _free(stand: WindowStand) -> Iterator[tuple[str, Callable[[], object]]]:
    asks = stand.bar.askings
    yield "menu", asks.open_menu
    yield "F7 held", lambda: stand.presenter.press(KeyId.HOLD)
    yield "F10", lambda: stand.presenter.press(KeyId.PAUSE)
    yield from _menu(stand, ("chosen", "requeue", "hand_over", "settings"))


def _menu(stand: WindowStand, names: tuple[str, ...]) -> Iterator[tuple[str, Callable[[], object]]]:
    from hallclient.window.menu import _acts  # noqa: PLC0415

    for name, _icon, act in _acts(stand.bar.askings):
        if name in names:
            yield f"menu {name}", partial(act, stand.bar.askings)


def _serving(stand: WindowStand) -> Iterator[tuple[str, Callable[[], object]]]:
    asks, presenter = stand.bar.askings, stand.presenter

    def tab(of: KeyId, n: int) -> None:
        presenter.press(of)
        popover = asks.popover
        popover.turn_to(n)  # type: ignore[union-attr]

    yield "F6", lambda: presenter.press(KeyId.TRANSFER)
    yield "F6 window", lambda: tab(KeyId.TRANSFER, 1)
    yield "F6 person", lambda: tab(KeyId.TRANSFER, 2)
    yield "F7", lambda: presenter.press(KeyId.HOLD)
    yield "F8", lambda: presenter.press(KeyId.FINISH)

    def outcome(wanted: Outcome) -> None:
        presenter.press(KeyId.FINISH)
        ending = asks._endings  # noqa: SLF001
        ending._take(0, wanted.value)  # type: ignore[union-attr]  # noqa: SLF001

    yield "F8 missing", lambda: outcome(Outcome.SUPPLEMENT)
    yield "F8 refused", lambda: outcome(Outcome.REFUSED)
    yield "menu, serving", asks.open_menu
    yield from _menu(stand, ("return", "split", "step"))


# The panel


def panel_pages(plan: HallPlan, sort: Sort, *, quick: bool = False) -> Iterator[Drawable]:
    """Yield the panel with every middle, tab and form at every size."""
    sizes = PANEL[1:2] if quick else PANEL
    with _window(plan, sort) as stand:
        panel = stand.panel
        panel.show()
        for state in _panel_states(stand):
            amber = 2 if state == "called" else 1  # the number, and the word for its state
            for width, height in sizes:
                panel.resize(width, height)
                settle()
                yield Drawable(f"panel-{width}x{height}", state, panel, amber)


def _panel_states(stand: WindowStand) -> Iterator[str]:
    panel, presenter = stand.panel, stand.panel.presenter
    until(lambda: presenter.view.stand is Stand.SIGNED_OUT, "a window with nobody")
    yield "signed out"
    Shifts(stand.store, stand.window.code).sign_in(stand.staff.code, PIN)
    stand.presenter.refresh()
    until(lambda: presenter.view.stand is Stand.IDLE, "an empty window")
    for tab in Tab:
        presenter.choose_tab(tab)
        yield f"empty {tab}"
    presenter.choose_tab(Tab.WAITING)
    morning(stand)
    stand.look_again()
    until(lambda: bool(presenter.view.rows), "a queue")
    yield "idle"
    serve_now(stand)
    stand.look_again()
    until(lambda: presenter.view.middle is Middle.FORM, "the form")
    yield from _forms(stand)
    yield from _lists(stand)
    yield from _questions(stand)
    yield from _lookups(stand)
    presenter.clerk.say(presenter.words("window.help.asked"))
    yield "a message"
    yield from _turns(stand)
    panel.presenter.clerk._lose(_Away("nobody answers"))  # noqa: SLF001
    yield "database away"


def _forms(stand: WindowStand) -> Iterator[str]:
    presenter = stand.panel.presenter
    for option in presenter.view.form.options:
        presenter.filler.choose_outcome(option[0])
        yield f"form {option[0]}"
    presenter.filler.choose_outcome(Outcome.REFUSED)
    presenter.filler.fill("refused", REFUSALS[0])
    yield "form refused, reason"
    presenter.filler.choose_outcome(Outcome.PROMISED)
    presenter.filler.step_days(20)
    yield "form another limit"


def _lists(stand: WindowStand) -> Iterator[str]:
    presenter = stand.panel.presenter
    for tab in Tab:
        presenter.choose_tab(tab)
        yield f"list {tab}"
        if presenter.view.rows:
            presenter.choose_row(presenter.view.rows[0].key)
            yield f"row of {tab}"
        if presenter.view.middle is Middle.ASK:
            presenter.leave()
    presenter.choose_tab(Tab.WAITING)


def _questions(stand: WindowStand) -> Iterator[str]:
    presenter = stand.panel.presenter
    for name, ask in (("transfer", presenter.asker.transfer), ("hold", presenter.asker.hold)):
        ask()
        yield f"ask {name}"
        before = presenter.view.ask.again
        presenter.answer(presenter.view.ask.choices[0][0], "")
        until(partial(_asked_on, presenter, before), "the next question")
        yield f"ask {name}, then"
        presenter.leave()
    if presenter.panel is not None and presenter.panel.past:
        presenter.choose_past(presenter.panel.past[-1].turn.id)
        yield "history"
        presenter.leave()


def _asked_on(presenter: PanelPresenter, before: int) -> bool:
    return presenter.view.ask.again != before


def _lookups(stand: WindowStand) -> Iterator[str]:
    presenter = stand.panel.presenter
    presenter.finder.open_guide()
    yield "guide"
    presenter.finder.search("zzz")
    yield "guide, nothing"
    presenter.leave()
    presenter.finder.open_cases()
    until(lambda: bool(presenter.view.lookup.lines), "cases")
    yield "cases"
    presenter.finder.choose(presenter.view.lookup.lines[0].key)
    until(lambda: presenter.view.middle is Middle.ASK, "a case")
    yield "a case"
    presenter.leave()
    presenter.leave()


def _turns(stand: WindowStand) -> Iterator[str]:
    presenter = stand.panel.presenter
    presenter.filler.choose_outcome(Outcome.CONSULT)
    presenter.finish()
    until(lambda: presenter.view.stand is Stand.RATING, "the rating")
    stand.look_again()
    yield "rating"
    presenter.press(KeyId.CALL_NEXT)
    until(lambda: presenter.view.card.calling, "a call")
    stand.look_again()
    yield "called"
    presenter.press(KeyId.START)
    until(lambda: presenter.view.middle is Middle.FORM, "the form")


# The console


def console_pages(plan: HallPlan, sort: Sort, *, quick: bool = False) -> Iterator[Drawable]:
    """Yield the console's floor and every sheet on it, busy, quiet and an usher's."""
    sizes = CONSOLE[1:2] if quick else CONSOLE
    busy = with_bulletin(busy_floor(numbered_plan(plan)))
    hall = plan.hall_id
    for size in sizes:
        setting = Setting(sort.language, contrast=sort.contrast, size=size)
        sheet = f"console-{hall}-{size[0]}x{size[1]}"
        with still_console(busy, setting, (call_for_help(),), signed_in=False) as screen:
            settle()
            yield Drawable(sheet, "sign-in", screen)
        told = some_advice(busy)
        with still_console(busy, setting, (call_for_help(),)) as screen:
            settle()
            yield Drawable(sheet, "floor", screen, amber=99)
        with still_console(busy, setting, (call_for_help(),), advice=told) as screen:
            settle()
            yield Drawable(sheet, "advised", screen, amber=99)
            why = sheets_of(screen.presenter)["advice"]()
            screen.open_sheet(why)
            settled(why)
            settle()
            yield Drawable(sheet, "advice-why", screen, judged=screen.sheet)
            screen.leave_sheet()
            for name, make in sheets_of(screen.presenter).items():
                opened = make()
                screen.open_sheet(opened)
                if name != "advice":
                    settled(opened)
                settle()
                if screen.sheet is not None:
                    yield Drawable(sheet, name, screen, judged=screen.sheet)
                screen.leave_sheet()
        yield from _data_pages(floor_with(busy, data_alarms()), setting, sheet)
        with still_console(quiet_floor(numbered_plan(plan)), setting) as screen:
            settle()
            yield Drawable(sheet, "quiet", screen)
        with still_console(busy, replace(setting, role=StaffRole.USHER)) as screen:
            settle()
            yield Drawable(sheet, "usher", screen)


def _data_pages(state: FloorState, setting: Setting, sheet: str) -> Iterator[Drawable]:
    """Yield the alarms about the hall's data, and what each opens."""
    with still_console(state, setting) as screen:
        settle()
        yield Drawable(sheet, "data", screen, amber=99)
        for alarm in data_alarms()[:4]:
            screen.open_sheet(DataSheet(screen.presenter, alarm.key))
            settle()
            name = f"data-{alarm.facts['station']}".lower()
            yield Drawable(sheet, name, screen, judged=screen.sheet)
            screen.leave_sheet()
