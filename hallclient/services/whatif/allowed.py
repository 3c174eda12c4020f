"""Advice that a member of staff may follow: a lead lends own windows to own queues only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.rights import Right, may
from hallclient.services.floor import department_of

if TYPE_CHECKING:
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.parts import Staff
    from hallclient.services.whatif.advice import Advice
    from hallclient.services.whatif.now import AdviceNow


def for_member(advice: AdviceNow, plan: HallPlan, member: Staff) -> AdviceNow:
    """Return the same without what ``services.lending`` would refuse to this member."""

    def allowed(one: Advice) -> bool:
        owner = department_of(plan, one.queue)
        if owner and not may(member, Right.ASSIGN, owner):
            return False
        here = next((w for w in plan.windows if w.number == one.window), None)
        return may(member, Right.ASSIGN, here.department if here else owner or member.department)

    queues = tuple(
        replace(queue, found=tuple(one for one in queue.found if allowed(one)))
        for queue in advice.advised.queues
        if not department_of(plan, queue.queue)
        or may(member, Right.ASSIGN, department_of(plan, queue.queue))
    )
    return replace(advice, advised=replace(advice.advised, queues=queues))
