"""Everybody else in a hall, at random: whatever a clerk or a supervisor has on the screen changes.

Each does what it does through the services, with a store of its own; a rule that says no is no
fault.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher

from hallclient.domain.bulletin import Audience
from hallclient.domain.case import CaseResult, SuspendReason
from hallclient.domain.errors import DomainError
from hallclient.domain.follow_up import FollowUpResult
from hallclient.domain.holding import HoldKind
from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.publication import EmergencyKind, PublicationKind
from hallclient.domain.rating import Level
from hallclient.domain.rules import PriorityClass
from hallclient.domain.text import LocalText
from hallclient.domain.turn import CLERK_OUTCOMES
from hallclient.services.calling import Calling
from hallclient.services.cases import Cases
from hallclient.services.days import close_day
from hallclient.services.drafts import Draft
from hallclient.services.follow_ups import FollowUps
from hallclient.services.halls import update_hall
from hallclient.services.helping import Helping
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.member import Supervisor
from hallclient.services.person_records import PersonNote
from hallclient.services.pin_guard import PinGuard
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.publishing import Publishing
from hallclient.services.queue_stops import STOP_REASONS
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts
from hallclient.services.stations import DeviceReport
from hallclient.services.supervising import Supervising
from tests.widget.panel_station import PanelFloor, hall

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from hallclient.domain.hall import HallPlan

PIN = "86420975"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)
SUPERVISOR, LEAD, USHER, ADMIN = "9001", "9002", "9003", "9004"
CLERKS = ("1001", "1002", "1003")
OTHERS = ("2", "3")
MASK, TAIL, NOTE = "王*芳", "X2217", "只给同事看的话"
RANKS = ([["A"], ["B"]], [["B"], ["A"]], [["A", "B"]], [["A"]], [["B"]])


def monkey_hall() -> HallPlan:
    """The panel's hall with those who run it; PINs cost no time."""
    plan = hall()
    people = (
        *plan.staff,
        Staff(SUPERVISOR, "陈建国", StaffRole.SUPERVISOR),
        Staff(LEAD, "李雪", StaffRole.LEAD, "BDC"),
        Staff(USHER, "周洋", StaffRole.USHER),
        Staff(ADMIN, "管理", StaffRole.ADMIN),
    )
    return replace(
        plan,
        staff=tuple(replace(member, pin_hash=CHEAP) for member in people),
        windows=tuple(
            replace(w, department="BDC" if w.code == "1" else "ZH") for w in plan.windows
        ),
        rules=replace(plan.rules, recall_gap_seconds=0, requeue_behind=1),
    )


def each(move: Callable[[Any], object], ones: Sequence[object]) -> None:
    """Do the same with each."""
    for one in ones:
        move(one)


class Meddlers:
    """Everybody but the one whose screen is watched."""

    def __init__(self, floor: PanelFloor, dice: random.Random) -> None:
        self.floor, self.dice = floor, dice
        self.store = floor.new_store()
        self.plan = monkey_hall()
        update_hall(self.store, self.plan)
        self.done: Counter[str] = Counter()
        self.last = ""

    def act(self) -> str:
        """One of them does something; return what."""
        acts: list[tuple[Callable[[], object], float]] = [
            (self.kiosk, 8),
            (self.clerk, 16),
            (self.same_window, 4),
            (self.supervisor, 8),
            (self.usher, 4),
            (self.hall_file, 3),
            (self.shift, 4),
            (self.rate, 4),
            (self.case, 3),
            (self.help, 2),
            (self.device, 1),
            (self.person, 2),
            (self.publish, 2),
            (self.appeal, 1),
            (self.day, 0.4),
        ]
        chosen = self.dice.choices([one for one, _ in acts], [n for _, n in acts])[0]
        with suppress(DomainError):
            chosen()
            self.done[chosen.__name__] += 1
        return chosen.__name__

    # Who does what

    def kiosk(self) -> None:
        services = self.dice.sample([s.code for s in self.store.plan().services], 2)
        self.floor._issued += 1
        request = TicketRequest(
            f"meddler-{self.floor._issued}",
            services[0],
            priority=self.dice.choice([PriorityClass.NORMAL, *PriorityClass]),
            more=(services[1],) if self.dice.random() < 0.3 else (),
        )
        Issuing(self.store, "kiosk:K1").issue(request)

    def clerk(self, window: str = "") -> None:
        calling = Calling(self.store, window or self.dice.choice(OTHERS))
        dice = self.dice
        moves: tuple[Callable[[], object], ...] = (
            calling.call_next,
            calling.call_next,
            calling.recall,
            calling.start,
            calling.start,
            calling.no_show,
            lambda: calling.finish(dice.choice(CLERK_OUTCOMES)),
            lambda: calling.finish(dice.choice(CLERK_OUTCOMES)),
            lambda: calling.hold(dice.choice(list(HoldKind)), ""),
            calling.resume,
            lambda: calling.transfer(dice.choice("AB"), NOTE),
            lambda: calling.transfer_to_window("1", NOTE),
            lambda: calling.transfer_to_staff("1001", NOTE),
            calling.return_to_pool,
            calling.take_back,
            calling.serve_on,
            lambda: calling.split_off(dice.choice(self.plan.services).code),
        )
        dice.choice(moves)()

    def same_window(self) -> None:
        """A hardware caller, or a second terminal, at the very window."""
        self.clerk("1")

    def shift(self) -> None:
        window = self.dice.choice("1123")
        shifts = Shifts(self.store, window, PinGuard())
        code = self.dice.choice(CLERKS)
        self.dice.choice(
            (
                lambda: shifts.sign_in(f"100{window}", PIN),
                lambda: shifts.sign_in(f"100{window}", PIN),
                lambda: shifts.sign_in(code, PIN),
                lambda: shifts.hand_over(code, PIN),
                shifts.sign_out,
                lambda: shifts.pause("meal"),
                shifts.resume,
                shifts.resume,
            )
        )()

    def supervisor(self) -> None:
        dice = self.dice
        code = dice.choice((SUPERVISOR, ADMIN, LEAD))
        member = self.plan.staff_of[code]
        desk = Supervising(
            self.store, Supervisor(code, member.name, member.role, member.department)
        )
        window, queue = dice.choice("123"), dice.choice("AB")
        moves: tuple[Callable[[], object], ...] = (
            lambda: desk.close_window(window),
            lambda: desk.assign(window, dice.choice(RANKS)),
            lambda: desk.assign(window, dice.choice(RANKS)),
            lambda: desk.give_back(window),
            lambda: desk.stop(queue, dice.choice(STOP_REASONS)),
            lambda: desk.reopen(queue),
            lambda: desk.leave(dice.choice(CLERKS), on_leave=dice.random() < 0.5),
            lambda: desk.broadcast(LocalText("请大家注意"), dice.choice(list(Audience)), (), 3),
            lambda: each(desk.withdraw, [one.id for one in desk.floor().bulletins]),
            lambda: each(desk.take_alarm, [one.key for one in desk.floor().alarms[:2]]),
            lambda: each(desk.helped, [one.call.id for one in desk.calls()]),
            lambda: [desk.follow_ups.take(one.rating.id) for one in desk.follow_ups.open()[:1]],
        )
        dice.choice(moves)()

    def usher(self) -> None:
        member = self.plan.staff_of[USHER]
        desk = Supervising(self.store, Supervisor(USHER, member.name, member.role)).desk
        with self.store.look() as reader:
            labels = [ticket.label for ticket in reader.open_tickets()]
        if labels:
            label = self.dice.choice(labels)
            self.dice.choice(
                (
                    lambda: desk.requeue(label),
                    lambda: desk.prioritise(label, self.dice.choice(list(PriorityClass))),
                    lambda: desk.reprint(label),
                )
            )()

    def hall_file(self) -> None:
        """The hall file is loaded anew: somebody left or is another, a list is shorter."""
        dice, plan = self.dice, self.plan
        what = dice.randrange(7)
        if what == 0:
            gone = dice.choice((*CLERKS, SUPERVISOR, LEAD, USHER))
            plan = replace(plan, staff=tuple(m for m in plan.staff if m.code != gone))
        elif what == 1:
            who = dice.choice((*CLERKS, SUPERVISOR, LEAD))
            roles = {who: dice.choice(list(StaffRole))}
            staff = tuple(replace(m, role=roles.get(m.code, m.role)) for m in plan.staff)
            plan = replace(plan, staff=staff)
        elif what == 2:
            services = tuple(replace(s, materials=s.materials[:2]) for s in plan.services)
            plan = replace(plan, services=services)
        elif what == 3:
            plan = replace(plan, services=plan.services[:-1], windows=plan.windows[:-1])
        elif what == 4:
            rules = replace(plan.rules, pause_reasons=("away",), chosen_reasons=("other",))
            plan = replace(plan, rules=rules)
        elif what == 5:
            plan = replace(plan, windows=plan.windows[1:])  # the very window is gone
        update_hall(self.store, plan)

    def whole_again(self) -> None:
        """The hall file as it was at first, and no emergency."""
        update_hall(self.store, self.plan)
        Publishing(self.store, SUPERVISOR).end_emergency()

    def rate(self) -> None:
        with self.store.change("test") as tx:
            late = tx.entries_after(max(0, tx.seq - 60), 60)
        ended = [entry for entry in late if entry.kind == "turn.ended"]
        if ended:
            turn = int(self.dice.choice(ended).subject.removeprefix("turn:"))
            Ratings(self.store).record(turn, self.dice.choice(list(Level)), "k1")

    def case(self) -> None:
        member = self.store.plan().staff_of.get(self.dice.choice((SUPERVISOR, LEAD, "1001")))
        if member is None:
            return
        cases = Cases(self.store, member)
        known = cases.open(20)
        if known:
            case = self.dice.choice(known).case
            self.dice.choice(
                (
                    lambda: cases.finish(case.id, self.dice.choice(list(CaseResult)), note=NOTE),
                    lambda: cases.suspend(case.id, self.dice.choice(list(SuspendReason))),
                    lambda: cases.resume(case.id),
                    lambda: cases.note(case.id, NOTE),
                )
            )()

    def help(self) -> None:
        window = self.dice.choice("123")
        Helping(self.store, f"window:{window}").ask(f"window {window}")

    def publish(self) -> None:
        """Something else is published, or an emergency stands over everything, or is over."""
        dice, desk = self.dice, Publishing(self.store, SUPERVISOR)
        text = LocalText(
            dice.choice(("今天 16:00 停止取号", "停" * 160)), en="No numbers after 16:00"
        )
        moves: tuple[Callable[[], object], ...] = (
            lambda: desk.add(Draft(PublicationKind.STRIP, text)),
            lambda: desk.add(Draft(PublicationKind.CARD, text, LocalText("通知"), zones=("1A",))),
            lambda: each(desk.end, [one.id for one in desk.published()[:1]]),
            lambda: desk.reorder([one.id for one in desk.published()[1:2]]),
            lambda: desk.emergency(dice.choice(list(EmergencyKind)[:4]), drill=dice.random() < 0.5),
            desk.end_emergency,
            desk.end_emergency,
        )
        dice.choice(moves)()

    def appeal(self) -> None:
        """A rating is appealed against, or that is decided."""
        dice = self.dice
        desk = FollowUps(self.store, dice.choice((SUPERVISOR, ADMIN, LEAD)))
        for rating in [one.rating.id for one in desk.open()[:1]]:
            what = dice.randrange(3)
            if what == 0:
                desk.take(rating)
            elif what == 1:
                desk.appeal(rating, NOTE)
            else:
                desk.decide(rating, dice.choice((None, *FollowUpResult)))

    def device(self) -> None:
        state = self.dice.choice(list(DeviceState))
        detail = self.dice.choice(("", "paper_out"))
        report = DeviceReport("printer", DeviceKind.PRINTER, state, trouble=detail)
        self.store.report_devices("kiosk K1", [report])

    def person(self) -> None:
        """The kiosk read a card for somebody who is here."""
        with self.store.look() as reader:
            tickets = reader.open_tickets()
        if tickets:
            with self.store.change("kiosk:K1") as tx:
                tx.save_person_note(PersonNote(self.dice.choice(tickets).id, MASK, TAIL, ""))

    def day(self) -> None:
        """The day is closed; or the next one comes."""
        if self.dice.random() < 0.5:
            close_day(self.store, "chore")
        else:
            self.floor.clock.forward(20 * 3600)
