"""What those may do who run the floor (值班长, 首席代表): behind number and PIN.

Rights are checked at every move, against the hall as it is at that moment; a lead has them over
the own department only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.alarm import AlarmKind, AlarmTaken
from hallclient.domain.errors import NotFound
from hallclient.domain.rights import Right
from hallclient.services.bulletins import Bulletins
from hallclient.services.days import changing
from hallclient.services.floor import day_so_far, floor_state
from hallclient.services.follow_ups import FollowUps
from hallclient.services.lending import Lending
from hallclient.services.member import FLOOR_SCOPE, Supervisor, member_with, sign_in
from hallclient.services.publishing import Publishing
from hallclient.services.queue_stops import STOP_REASONS, QueueStops
from hallclient.services.ushering import Usher, Ushering

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from hallclient.domain.bulletin import Audience, Bulletin
    from hallclient.domain.publication import Publication
    from hallclient.domain.text import LocalText
    from hallclient.services.floor import DaySoFar, FloorState
    from hallclient.services.floor_history import Past, Period, PeriodReport
    from hallclient.services.floor_report import By
    from hallclient.services.helping import Help
    from hallclient.services.sealing import HallKey
    from hallclient.services.store import Store, Transaction
    from hallclient.services.wait_report import WaitReport
    from hallclient.services.whatif.now import AdviceNow, EarlierDays
    from hallclient.services.whatif.trial import TrialDays

__all__ = ["STOP_REASONS", "Supervising", "Supervisor", "sign_in"]


class Supervising:
    """The moves of one who runs the floor; every one raises ``Refused`` without the right.

    ``desk`` has the usher's moves (reprint, take, priority, requeue), ``follow_ups`` the
    call-backs, ``publishing`` what screens show; ``station`` is this console's, where its slips
    come out; ``key`` opens the telephones that were left with ratings.
    """

    def __init__(
        self,
        store: Store,
        supervisor: Supervisor,
        station: str = "",
        key: HallKey | None = None,
    ) -> None:
        self._store = store
        self._lending = Lending(store, supervisor.code)
        self._stops = QueueStops(store, supervisor.code)
        self._bulletins = Bulletins(store, supervisor.code)
        self._so_far: DaySoFar | None = None
        self._earlier: EarlierDays | None = None
        self.supervisor = supervisor
        self.follow_ups = FollowUps(store, supervisor.code, key)
        self.publishing = Publishing(store, supervisor.code)
        usher = Usher(supervisor.code, supervisor.name, supervisor.role)
        self.desk = Ushering(store, usher, station)

    # Looks

    def floor(self) -> FloorState:
        """Return the floor with the alarms that are this member's. Raises ``Refused``.

        What the day brought so far may be half a minute old, all else is of this moment.
        """
        with self._store.look() as reader:
            member = member_with(reader, self.supervisor.code, Right.WATCH)
            if self._so_far is None or not self._so_far.holds(reader):
                self._so_far = day_so_far(reader)
            return floor_state(reader, member, self._so_far)

    def waits(self, day: date | None = None) -> WaitReport:
        """Return how the waits told on a business day came true, the open one when none is named.

        Raises ``Refused``.
        """
        from hallclient.services.wait_report import wait_report  # noqa: PLC0415 - not for a start

        with self._store.look() as reader:
            member_with(reader, self.supervisor.code, Right.ESTIMATES)
            return wait_report(reader, day)

    def history(self, period: Period, by: By) -> PeriodReport:
        """Return what a period brought, of days that are counted and open. Raises ``Refused``."""
        from hallclient.services.floor_history import (  # noqa: PLC0415 - not for a start
            period_report,
        )

        with self._store.look() as reader:
            member_with(reader, self.supervisor.code, Right.ESTIMATES)
            return period_report(reader, period, by)

    def past(self, periods: Sequence[Period]) -> Past:
        """Return what periods brought that follow one another. Raises ``Refused``."""
        from hallclient.services.floor_history import past_of  # noqa: PLC0415 - the same

        with self._store.look() as reader:
            member_with(reader, self.supervisor.code, Right.ESTIMATES)
            return past_of(reader, periods)

    def calls(self) -> tuple[Help, ...]:
        """Return the open calls for help, the oldest first."""
        return self.desk.calls()

    def emergencies(self) -> tuple[Publication, ...]:
        """Return the emergencies that stand; ushers read of them, too."""
        found = self.publishing.published()
        return tuple(one for one in found if one.emergency is not None)

    def advice(
        self, stopped: Callable[[], bool] = lambda: False, seconds: float = 20.0
    ) -> AdviceNow | None:
        """Return what would help the queues that will be late today, as far as one may do it.

        Takes seconds: the database is read at once, then the rest of the day is played until
        ``stopped`` says that nobody wants it any more. None without an open day.
        """
        from hallclient.services.whatif.now import (  # noqa: PLC0415 - not for a start
            PLAYS,
            EarlierDays,
            rest_of_today,
        )
        from hallclient.services.whatif.trying import Budget  # noqa: PLC0415 - the same

        self._earlier = self._earlier or EarlierDays()
        with self._store.look() as reader:
            member, plan = member_with(reader, self.supervisor.code, Right.WATCH), reader.plan
            rest = rest_of_today(reader, self._earlier)
        if rest is None:
            return None
        from hallclient.services.whatif.allowed import for_member  # noqa: PLC0415 - the same

        return for_member(rest.advise(budget=Budget(seconds, PLAYS, stopped)), plan, member)

    def trial_days(self, day: date | None) -> TrialDays:
        """Return a day to try changes on; None: a usual one. Raises ``NotFound``, ``Refused``."""
        from hallclient.services.whatif.now import EarlierDays  # noqa: PLC0415 - not for a start
        from hallclient.services.whatif.trial import trial_days  # noqa: PLC0415 - the same

        self._earlier = self._earlier or EarlierDays()
        with self._store.look() as reader:
            member_with(reader, self.supervisor.code, Right.WATCH)
            return trial_days(reader, day, self._earlier)

    # Windows and people

    def assign(self, window: str, ranks: Sequence[Sequence[str]]) -> None:
        """调人, 临时开窗: let a window (code) serve these queues (codes) today, rank 1 first."""
        self._lending.assign(window, ranks)

    def give_back(self, window: str) -> None:
        """Let a window serve its usual queues again."""
        self._lending.give_back(window)

    def close_window(self, window: str) -> None:
        """Close a window that somebody left; its ticket and those it held wait for any window."""
        self._lending.close_window(window)

    def leave(self, staff: str, *, on_leave: bool = True) -> None:
        """Note by the staff number that somebody is on leave today, or is not."""
        self._lending.leave(staff, on_leave=on_leave)

    # Queues

    def stop(self, queue: str, reason: str) -> None:
        """停止取号: let a queue (code) give out no numbers, for one of ``STOP_REASONS``."""
        self._stops.stop(queue, reason)

    def reopen(self, queue: str) -> None:
        """Let it give out numbers again."""
        self._stops.reopen(queue)

    # Alarms and calls

    def take_alarm(self, key: str) -> None:
        """我来处理: put one's name to an alarm (``Alarm.key``); the last who says so counts.

        A call for help is answered so. Raises ``NotFound`` for an alarm that is over or is not this
        member's.
        """
        # Looked for without the hall's lock: one that ends just now is dropped with the next.
        alarm = next((one for one in self.floor().alarms if one.key == key), None)
        if alarm is None:
            raise NotFound("alarm_over", "this alarm is over")
        if alarm.kind is AlarmKind.HELP:
            self.go(int(alarm.subject.rpartition(":")[2]))
            return
        with changing(self._store, self.supervisor.actor) as tx:
            member = member_with(tx, self.supervisor.code, Right.WATCH)
            if alarm.kind is AlarmKind.OFFLINE:
                _take_offline(tx, alarm.subject, member.id)
            tx.take_alarm(AlarmTaken(key, member.id, tx.now))
            tx.wake(FLOOR_SCOPE)

    def go(self, call_id: int) -> Help:
        """Answer a call for help. Raises ``Conflict`` when somebody else does."""
        return self.desk.go(call_id)

    def helped(self, call_id: int) -> None:
        """Note that a call for help is over."""
        self.desk.helped(call_id)

    # Said to the hall

    def broadcast(
        self, text: LocalText, audience: Audience, zones: Sequence[str] = (), minutes: int = 10
    ) -> Bulletin:
        """全厅广播, 大屏通知: say something for so many minutes; zones empty: the whole hall."""
        return self._bulletins.post(text, audience, zones, minutes)

    def withdraw(self, bulletin_id: int) -> None:
        """Take a bulletin back."""
        self._bulletins.withdraw(bulletin_id)


def _take_offline(tx: Transaction, subject: str, staff_id: int) -> None:
    """Put a name to what could not be handed in; it ends by itself soon after."""
    for one in tx.offline_conflicts():
        if f"offline:{one.turn_id}" == subject:
            tx.save_offline_move(replace(one, staff_id=staff_id, taken_at=tx.now))
