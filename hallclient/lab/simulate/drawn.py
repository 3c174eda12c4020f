"""A drawn day of a hall (``lab.replay.day``) as a record that is played in seconds."""

from datetime import date
from datetime import time as clock_time

from hallclient.domain.calendar import day_began
from hallclient.domain.hall import HallPlan
from hallclient.lab.replay.actors import BETWEEN_S, CALL_AGAIN_S
from hallclient.lab.replay.conductor import REFRESH_S
from hallclient.lab.replay.day import DayPlan, hours_on
from hallclient.services.whatif.record import (
    DayRecord,
    Pause,
    QueueRecord,
    Span,
    Visit,
    WindowRecord,
)


def drawn_record(plan: HallPlan, drawn: DayPlan, day: date) -> DayRecord:
    """Return the record of a drawn day: its citizens and windows without detours and errands."""
    return DayRecord(
        midnight=day_began(day, plan.time_zone, clock_time()),
        visits=tuple(
            Visit(
                number=one.number,
                at=one.arrives,
                queue=one.queue,
                service=one.service,
                priority=one.priority,
                handling=one.handling,
                walks=one.walks,
                shows_up=one.shows_up,
                returns_after=one.returns_after,
            )
            for one in drawn.citizens
        ),
        windows=tuple(
            WindowRecord(
                number=plan.window(one.window).number,
                spans=(Span(one.opens, one.closes, plan.window(one.window).ranks, one.stops),),
                pauses=tuple(Pause(pause.at, pause.lasts) for pause in one.breaks),
                refreshes=one.refreshes,
            )
            for one in drawn.windows
        ),
        queues=tuple(_queue(plan, code) for code in sorted(drawn.tickets_until)),
        rules=plan.rules,
        call_again=CALL_AGAIN_S,
        between=BETWEEN_S,
        looks_every=REFRESH_S,
    )


def _queue(plan: HallPlan, code: str) -> QueueRecord:
    queue, hours = plan.queue(code), hours_on(plan, code)
    return QueueRecord(
        code=code,
        opens=hours.opens,
        closes=hours.closes,
        tickets_from=hours.tickets_from,
        tickets_until=hours.tickets_until,
        ceiling_minutes=queue.ceiling_minutes,
        name=queue.name,
    )
