"""Advice and a day to try changes on, for the queues of a floor that stands still."""

from datetime import date, timedelta

from hallclient.services.floor import FloorState
from hallclient.services.whatif.advice import Advice, Advised, Effect, Goal, QueueAdvice, Way
from hallclient.services.whatif.changes import MoveWindow, OpenWindow
from hallclient.services.whatif.now import AdviceNow
from hallclient.services.whatif.record import DayRecord, QueueRecord, Span, Visit, WindowRecord
from hallclient.services.whatif.result import QueueResult
from hallclient.services.whatif.trial import TrialDays

OPENS, NOW, LATER, SHUT = 9 * 3600.0, 14.9 * 3600, 16.5 * 3600, 17 * 3600.0


def some_advice(state: FloorState) -> AdviceNow:
    """Return advice for three queues: one window more, one that is lent, and nothing that helps."""
    codes = [queue.code for queue in state.plan.queues[:4]]
    codes += codes[:1] * (4 - len(codes))
    number = state.plan.windows[-1].number
    opened = Advice(
        Way.OPEN, codes[0], (OpenWindow(((codes[0],),), NOW, LATER),), NOW, LATER, 1, "",
        ((codes[0],),), reached=True, effects=(Effect(codes[0], _waits(45), _waits(18)),),
    )  # fmt: skip
    ranks = ((codes[1],), (codes[3],))
    lent = Advice(
        Way.LEND, codes[1], (MoveWindow(number, ranks, NOW, SHUT),), NOW, SHUT, 1, number,
        ranks, reached=False,
        effects=(
            Effect(codes[1], _waits(62), _waits(34)),
            Effect(codes[3], _waits(8), _waits(21)),
        ),
    )  # fmt: skip
    queues = (
        QueueAdvice(codes[0], _waits(45), (opened,)),
        QueueAdvice(codes[1], _waits(62), (lent,)),
        QueueAdvice(codes[2], _waits(33), ()),
    )
    days = (date(2026, 9, 22), date(2026, 9, 28), date(2026, 9, 25))
    return AdviceNow(state.now, Advised(Goal(20), queues, 57, 3.2), days, some_day(state).records)


def some_day(state: FloorState, day: date | None = None) -> TrialDays:
    """Return a day on which the first queues are busy about ten; as on paper, without chance."""
    plan = state.plan
    windows = tuple(
        WindowRecord(one.number, (Span(OPENS, SHUT, one.ranks, SHUT + 5400),))
        for at, one in enumerate(plan.windows)
        if one.ranks and at % 6 == 0
    )
    served = {code for one in windows for code in one.spans[0].queues}
    queues = [one for one in plan.queues if one.code in served]
    came = [
        (OPENS + minute * 60.0, queue.code)
        for at, queue in enumerate(queues[:12])
        for minute in range(at % 7, 440, 4 + at % 4)
    ]
    visits = tuple(
        Visit(number, at, code, 250.0 + number * 37 % 300)
        for number, (at, code) in enumerate(sorted(came), 1)
    )
    record = DayRecord(
        state.now - timedelta(seconds=NOW),
        visits,
        windows,
        tuple(
            QueueRecord(one.code, OPENS, SHUT, OPENS - 1800, SHUT, one.ceiling_minutes, one.name)
            for one in queues
        ),
        plan.rules,
    )
    return TrialDays((day or state.now.date(),), (record,))


def _waits(longest: float) -> QueueResult:
    """Return a queue in which nine of ten wait no longer."""
    line = tuple(longest * at / 90 for at in range(1, 101))
    return QueueResult(100, 0, 0, 0, line, 0, 0)
