"""What the panel asks in its middle, one question after another: each answer is a move, or asks on.

Nothing here is a widget: an :class:`Ask` is a title, choices, and what an answer does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hallclient.domain.case_moves import CORRECTIONS
from hallclient.domain.holding import HoldKind
from hallclient.domain.turn import RATED_OUTCOMES
from hallclient.services.receipts import RECEIPT_KINDS
from hallclient.services.wait_words import wait_short
from hallclient.window.panel.view import AskView, Choices, Tab
from hallclient.window.panel.wording import (
    chosen_reason,
    day_text,
    hold_reason,
    outcome_text,
    pairs,
)
from hallclient.window.scene import reason_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.domain.ending import Ending
    from hallclient.services.goals import Goals
    from hallclient.services.hall_slips import MadeSlip
    from hallclient.services.window_panel import PanelState, PastRow
    from hallclient.ui.words import Words
    from hallclient.window.panel.presenter import PanelPresenter


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. ``answer`` takes a value and the note; ``label_now``: only while it is there."""

    title: str
    choices: Choices
    answer: Callable[[str, str], None]
    label: str = ""
    facts: Choices = ()
    chosen: str = ""
    note: bool = False
    label_now: str = ""

    def view(self, again: int) -> AskView:
        """Return what is shown of it."""
        return AskView(
            self.title, self.label, self.facts, self.choices, self.chosen, self.note, again
        )


class Asker:
    """The questions of one panel."""

    def __init__(self, core: PanelPresenter) -> None:
        self._core = core
        self._say = core.words

    # Keys

    def pause(self) -> None:
        """Ask why the window pauses."""
        rules, say = self._core.clerk.rules, self._say
        if rules is None:
            return
        choices = tuple((reason, reason_text(say, reason)) for reason in rules.pause_reasons)
        pause = self._core.clerk.pause
        self._ask(say("window.pause.title"), choices, lambda value, _note: pause(value))

    def hold(self) -> None:
        """Ask where the held ticket goes on, then what it waits for."""
        say = self._say
        choices = pairs(say, "panel.hold", [*HoldKind])
        self._ask_now(say("panel.hold.title"), choices, self._hold_reason, moves=False)

    def _hold_reason(self, kind: str, _note: str) -> None:
        say, rules = self._say, self._core.clerk.rules
        reasons = rules.hold_reasons if rules is not None else ()
        choices = tuple((reason, hold_reason(say, reason)) for reason in reasons)
        hold = self._core.clerk.hold
        why = say("panel.hold.why")
        self._ask_now(why, choices, lambda reason, _note: hold(HoldKind(kind), reason))

    def transfer(self) -> None:
        """Ask where the ticket goes, or what comes to it."""
        say = self._say
        ways = ("queue", "window", "staff", "pool", "step", "split")
        choices = pairs(say, "panel.transfer", ways)
        self._ask_now(say("panel.transfer.title"), choices, self._transfer_to, moves=False)

    def _transfer_to(self, way: str, _note: str) -> None:
        core, label = self._core, self._core.clerk.view.label

        def show(goals: Goals) -> None:
            if core.clerk.view.label == label:
                self._transfer_by(way, goals)

        core.run(core.desk.panel.goals, show)

    def _transfer_by(self, way: str, goals: Goals) -> None:
        panel, clerk, say = self._core.panel, self._core.clerk, self._say
        if panel is None:
            return
        moves: dict[str, tuple[Choices, Callable[[str, str], None]]] = {
            "queue": (_queues(panel, goals, say), clerk.transfer_to_queue),
            "window": (_windows(panel, goals, say), clerk.transfer_to_window),
            "staff": (_staff(goals, say), clerk.transfer_to_staff),
            "pool": (
                (("pool", say("panel.transfer.pool")),),
                lambda _value, note: clerk.return_to_pool(note),
            ),
            "step": (_services(panel, say.language), lambda code, _note: clerk.add_step(code)),
            "split": (_services(panel, say.language), lambda code, _note: clerk.split_off(code)),
        }
        choices, move = moves[way]
        if not choices:
            self._core.clerk.say(say("panel.transfer.nobody"))
            return
        note = way not in ("step", "split")
        self._ask_now(say(f"panel.transfer.{way}"), choices, move, note=note)

    # Lists

    def row(self, tab: Tab, ticket_id: int) -> None:
        """Ask what becomes of a ticket in a list."""
        panel = self._core.panel
        if panel is None or self._core.acting:
            return
        {Tab.WAITING: self._waiting, Tab.HELD: self._held, Tab.MISSED: self._missed}[tab](
            panel, ticket_id
        )

    def _waiting(self, panel: PanelState, ticket_id: int) -> None:
        row = next((row for row in panel.waiting if row.ticket.id == ticket_id), None)
        if row is not None:
            self._chosen(row.ticket.label)

    def _chosen(self, label: str) -> None:
        """Ask why a ticket is called out of order; not while another one is at the window."""
        core, say = self._core, self._say
        if not core.free:
            core.clerk.say(say("window.trouble.turn_open"))
            return
        rules = core.clerk.rules
        reasons = rules.chosen_reasons if rules is not None else ()
        choices = tuple((reason, chosen_reason(say, reason)) for reason in reasons)
        call = core.clerk.call_chosen
        title = say("panel.ask.chosen")
        self._ask(title, choices, lambda reason, _note: call(label, reason), label=label)

    def _held(self, panel: PanelState, ticket_id: int) -> None:
        row = next((row for row in panel.held if row.ticket.id == ticket_id), None)
        if row is None:
            return
        clerk, say = self._core.clerk, self._say
        ways = ("resume", "release") if self._core.free else ("release",)
        where = panel.plan.window_by_id(row.hold.window_id).number
        facts = [(say("panel.held.window"), say("common.window_n", window=where))]
        facts.append((say("panel.held.goes_on"), say(f"panel.hold.{row.hold.kind}")))
        if row.hold.reason:
            facts.append((say("panel.held.waits_for"), hold_reason(say, row.hold.reason)))

        def answer(way: str, _note: str) -> None:
            (clerk.resume if way == "resume" else clerk.release)(ticket_id)

        self._ask(
            say("panel.held.title"),
            pairs(say, "panel.held", ways),
            answer,
            label=row.ticket.label,
            facts=tuple(facts),
        )

    def _missed(self, panel: PanelState, ticket_id: int) -> None:
        row = next((row for row in panel.missed if row.ticket.id == ticket_id), None)
        if row is None:
            return
        label, say, clerk = row.ticket.label, self._say, self._core.clerk
        ways = ("requeue", "call") if self._core.free else ("requeue",)

        def answer(way: str, _note: str) -> None:
            if way == "call":
                self._chosen(label)
            else:
                clerk.requeue(label)
                self._core.did()

        choices = pairs(say, "panel.missed", ways)
        self._ask(say("panel.missed.title"), choices, answer, label=label, moves=False)

    # History

    def past(self, turn_id: int) -> None:
        """Show a turn of today, and ask what is to be done about it."""
        panel, say = self._core.panel, self._say
        row = next((row for row in panel.past if row.turn.id == turn_id), None) if panel else None
        if panel is None or row is None:
            return
        case = row.case
        ways = []
        if row.turn.result in RATED_OUTCOMES:
            ways.append("correct")
        if self._core.desk.prints and case is not None and case.kind in RECEIPT_KINDS:
            ways.append("reprint")
        if case is not None and case.finished_at is None:
            ways.append("case")
        answers = {
            "correct": lambda: self._core.correct(row),
            "reprint": lambda: self.reprint(row),
            "case": lambda: self._core.finder.open_case(case.id if case is not None else 0),
        }
        self._ask(
            row.service.name.text(say.language),
            pairs(say, "panel.past", ways),
            lambda way, _note: answers[way](),
            label=row.ticket.label,
            facts=self._past_facts(row),
            moves=False,
        )

    def _past_facts(self, row: PastRow) -> Choices:
        say, case = self._say, row.case
        facts = [(say("panel.past.result"), outcome_text(say, row.turn.result))]
        if case is not None:
            facts.append((say("panel.form.number"), case.number))
            if case.due_on is not None:
                facts.append((say("panel.form.due"), day_text(say, case.due_on)))
            if case.missing:
                facts.append((say("panel.form.missing"), "、".join(case.missing)))
        return tuple(facts)

    def correct(self, turn_id: int, ending: Ending) -> None:
        """Ask why an outcome is corrected, then do it."""
        core, say = self._core, self._say
        member = core.panel.state.staff if core.panel is not None else None
        if member is None:
            return

        def answer(reason: str, _note: str) -> None:
            core.run(
                lambda: core.desk.cases(member).correct(turn_id, ending, reason),
                lambda _case: core.corrected(),
            )

        self._ask(say("panel.ask.correct"), pairs(say, "case.correction", CORRECTIONS), answer)

    def reprint(self, row: PastRow) -> None:
        """Print the receipt of a case once more."""
        core, case = self._core, row.case
        slips, jobs = core.desk.slips, core.desk.jobs
        if slips is None or jobs is None or case is None:
            return

        def put() -> MadeSlip:
            made = slips.receipt(case.number)
            jobs.ask(core.desk.station, made.slip, made.kind, made.subject)
            return made

        said = self._say("panel.past.reprinting", label=row.ticket.label)
        core.run(put, lambda _made: core.clerk.say(said))
        core.did()

    # Parts

    def _ask(
        self,
        title: str,
        choices: Choices,
        answer: Callable[[str, str], None],
        *,
        label: str = "",
        facts: Choices = (),
        note: bool = False,
        moves: bool = True,
        label_now: str = "",
    ) -> None:
        """Ask; ``moves``: the answer is a move, and the question is over with it."""
        core = self._core

        def answered(value: str, text: str) -> None:
            answer(value, text)
            if moves:
                core.did()

        core.open_ask(Ask(title, choices, answered, label, facts, note=note, label_now=label_now))

    def _ask_now(
        self,
        title: str,
        choices: Choices,
        answer: Callable[[str, str], None],
        *,
        note: bool = False,
        moves: bool = True,
    ) -> None:
        """Ask about the ticket that is at the window now."""
        label = self._core.clerk.view.label
        self._ask(title, choices, answer, label=label, note=note, moves=moves, label_now=label)


def _queues(panel: PanelState, goals: Goals, say: Words) -> Choices:
    """Return the other queues with how many wait there, and how long."""
    ticket = panel.state.ticket
    now = ticket.queue_id if ticket is not None else 0
    found = []
    for queue in panel.plan.queues:
        if queue.id != now:
            count, wait = goals.waiting.get(queue.code, 0), goals.waits.get(queue.code)
            waiting = say("panel.transfer.waiting", count=count)
            if wait is not None:
                short = wait_short(say, wait)
                waiting = say("window.transfer.waiting_of", n=count, wait=short)
            found.append((queue.code, f"{queue.name.text(say.language)}　{waiting}"))
    return tuple(found)


def _windows(panel: PanelState, goals: Goals, say: Words) -> Choices:
    """Return the windows that somebody sits at, with who and what they do now."""
    plan, found = panel.plan, []
    for one in goals.staffed:
        queues = one.window.queues
        queue = plan.queue(queues[0]).name.text(say.language) if queues else ""
        place = say(f"panel.place.{one.place}")
        found.append((one.window.number, f"{one.window.number}　{queue}　{place}"))
    return tuple(found)


def _staff(goals: Goals, say: Words) -> Choices:
    """Return the colleagues who are at a window now."""
    found = []
    for one in goals.staffed:
        where = say("common.window_n", window=one.window.number)
        found.append((one.staff.code, f"{one.staff.name} {one.staff.code}　{where}"))
    return tuple(found)


def _services(panel: PanelState, language: str) -> Choices:
    own = panel.state.service.code if panel.state.service is not None else ""
    return tuple((s.code, s.name.text(language)) for s in panel.plan.listed if s.code != own)
