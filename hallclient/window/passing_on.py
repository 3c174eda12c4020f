"""F6 and F7: the ticket goes to another queue, window or person, or is held; held ones go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hallclient.domain.holding import HoldKind
from hallclient.domain.parts import Service, windows_text
from hallclient.services.goals import Goals, StaffedWindow, goals_from
from hallclient.services.holding import Held
from hallclient.services.wait_words import wait_short
from hallclient.ui.words import Words
from hallclient.window.choices import Choice
from hallclient.window.fields import TextPopover
from hallclient.window.lists import PAGE, ListPopover, Tab, Typed
from hallclient.window.scene import minutes, reason_text
from hallclient.window.states import KeyId

if TYPE_CHECKING:
    from hallclient.domain.hall import HallPlan
    from hallclient.window.askings import Askings

Lines = Callable[[str], Sequence[Choice]]
HOLDS = (HoldKind.ANY, HoldKind.HERE, HoldKind.EVENT)
NOTE_LONGEST = 60
_HOLD_REASON = "window.hold_reason"


@dataclass(slots=True)
class _Targets:
    """What F6 lists: the plan at once, the figures when they were read."""

    plan: "HallPlan"
    own: str
    queue: str
    words: Words
    goals: Goals | None = None

    def queues(self, typed: str) -> Sequence[Choice]:
        """Return the queues but the ticket's own; letters are initials of what is done there."""
        plan, language = self.plan, self.words.language
        found = []
        for queue in plan.queues:
            here = [window for window in plan.windows if queue.code in window.queues]
            if queue.code == self.queue or not here or not self._fits(queue.code, typed):
                continue
            waiting = "" if self.goals is None else str(self.goals.waiting.get(queue.code, 0))
            numbers = self.words("window.transfer.windows", windows=windows_text(here))
            text = f"{queue.name.text(language)} {numbers}"
            note = self.words("window.transfer.waiting", n=waiting) if waiting else ""
            wait = self.goals.waits.get(queue.code) if self.goals is not None else None
            if note and wait is not None:
                short = wait_short(self.words, wait)
                note = self.words("window.transfer.waiting_of", n=waiting, wait=short)
            found.append(Choice(queue.code, text, note=note))
        return found

    def windows(self, typed: str) -> Sequence[Choice]:
        """Return the staffed windows whose number begins as typed."""
        staffed = self.goals.staffed if self.goals is not None else ()
        return [
            Choice(one.window.number, self._window_text(one), note=self._place(one))
            for one in staffed
            if one.window.number.startswith(typed)
        ]

    def people(self, typed: str) -> Sequence[Choice]:
        """Return who sits at a window, by the beginning of the staff number."""
        staffed = self.goals.staffed if self.goals is not None else ()
        return [
            Choice(one.staff.code, self._person_text(one), note=self._place(one))
            for one in staffed
            if one.staff.code.upper().startswith(typed)
        ]

    def _fits(self, queue: str, typed: str) -> bool:
        if not typed:
            return True
        services = [service for service in self.plan.services if service.queue == queue]
        return any(first.startswith(typed) for service in services for first in service.initials)

    def _window_text(self, one: StaffedWindow) -> str:
        return self.words("window.transfer.window", n=one.window.number, name=one.staff.name)

    def _person_text(self, one: StaffedWindow) -> str:
        words, staff = self.words, one.staff
        return words(
            "window.transfer.person", name=staff.name, code=staff.code, n=one.window.number
        )

    def _place(self, one: StaffedWindow) -> str:
        return self.words(f"window.transfer.{one.place}")


def ask_transfer(asks: "Askings") -> None:
    """Open 转其他窗口 below F6: queue, window or person, then a note."""
    presenter = asks.presenter
    plan, state, words = presenter.plan, presenter.state, presenter.words
    if plan is None or state is None or state.ticket is None:
        return
    queue = plan.queue_by_id(state.ticket.queue_id).code
    found = _Targets(plan, state.window.code, queue, words)
    letters, number = Typed.LETTERS, Typed.NUMBER

    def tab(name: str, lines: Lines, typed: Typed, hint: str, empty: str) -> Tab:
        said = (words(f"window.transfer.{key}") for key in (hint, empty))
        return Tab(words(f"window.transfer.{name}"), lines, typed, *said)

    tabs = (
        tab("queues", found.queues, letters, "by_letter", "no_queue"),
        tab("at_window", found.windows, number, "by_number", "nobody"),
        tab("people", found.people, number, "by_code", "nobody"),
    )
    label = state.ticket.label
    title = words("window.transfer.title")
    rows = max(3, min(6, len(found.queues(""))))
    popover = ListPopover(asks.bar, words, title, tabs, label=label, rows=rows)
    popover.chosen.connect(lambda tab, value: _ask_note(asks, label, tab, value))
    asks.open(popover, KeyId.TRANSFER)

    def fill(goals: Goals) -> None:
        found.goals = goals
        if asks.popover is popover:
            popover.refresh()

    store = presenter.store
    if store is not None:
        presenter.look(lambda: goals_from(store, state.window.code), fill)


def _ask_note(asks: "Askings", label: str, tab: int, value: str) -> None:
    presenter, words = asks.presenter, asks.presenter.words
    send = (
        presenter.transfer_to_queue,
        presenter.transfer_to_window,
        presenter.transfer_to_staff,
    )[tab]
    popover = TextPopover(
        asks.bar,
        words("window.transfer.title"),
        words("window.transfer.note"),
        words("window.transfer.send"),
        label=label,
        longest=NOTE_LONGEST,
        optional=True,
    )
    popover.submitted.connect(lambda note: send(value, note))
    asks.open(popover, KeyId.TRANSFER)


def ask_hold(asks: "Askings") -> None:
    """Open 挂起 below F7: where it goes on, and what for."""
    presenter, words = asks.presenter, asks.presenter.words
    rules, view = presenter.rules, presenter.view
    if rules is None:
        return
    reasons = [
        Choice(reason, reason_text(words, reason, _HOLD_REASON)) for reason in rules.hold_reasons
    ]
    tabs = [Tab(words(f"window.hold.{kind}"), lambda _typed: reasons) for kind in HOLDS]
    popover = ListPopover(
        asks.bar, words, words("window.hold.title"), tabs, label=view.label, rows=len(reasons)
    )
    popover.chosen.connect(lambda tab, reason: presenter.hold(HOLDS[tab], reason))
    asks.open(popover, KeyId.HOLD)


def ask_resume(asks: "Askings") -> None:
    """Open the held tickets below F7 of an empty window: one goes on, or waits again."""
    presenter, words = asks.presenter, asks.presenter.words
    state, held = presenter.state, presenter.held
    if state is None:
        return
    lines = [_held_line(words, one, state.now) for one in held]
    tabs = [
        Tab(words("window.held.resume"), lambda _typed: lines, empty=words("window.held.none")),
        Tab(words("window.held.release"), lambda _typed: lines, empty=words("window.held.none")),
    ]
    popover = ListPopover(
        asks.bar, words, words("window.held.title"), tabs, rows=min(PAGE, max(1, len(held)))
    )
    popover.chosen.connect(
        lambda tab, value: (presenter.release if tab else presenter.resume)(int(value))
    )
    asks.open(popover, KeyId.HOLD)


def _held_line(words: Words, one: Held, now: datetime) -> Choice:
    hold, label = one.hold, one.ticket.label
    where = words(f"window.hold.{hold.kind}") if one.here else words("window.held.elsewhere")
    reason = reason_text(words, hold.reason, _HOLD_REASON) if hold.reason else where
    note = words("window.held.since", n=minutes(hold.at, now))
    return Choice(str(one.ticket.id), f"{label} · {reason}", note=note)


def service_choices(plan: "HallPlan", words: Words, typed: str) -> Sequence[Choice]:
    """Return the services whose initials begin as typed; without letters the common ones first."""
    found = [service for service in plan.services if not service.general]
    if typed:
        found = [one for one in found if any(i.startswith(typed) for i in one.initials)]
    found.sort(key=_common)
    return [Choice(one.code, one.name.text(words.language)) for one in found]


def _common(service: Service) -> int:
    return service.common or 1_000_000
