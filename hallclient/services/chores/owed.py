"""Who was not told in time what is missing has handed in everything (行政许可法 §32(4))."""

from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.calendar import A_DAY
from hallclient.domain.case import Case
from hallclient.domain.case_moves import CaseMove, moved, state_of
from hallclient.domain.ending import Ending
from hallclient.domain.turn import Outcome
from hallclient.services.case_opening import filled
from hallclient.services.case_views import SCOPE
from hallclient.services.hours import local_time
from hallclient.services.store import Reader, Store

if TYPE_CHECKING:
    from hallclient.domain.journal import Json

BATCH = 100


class OwedChore:
    """Turns owed lists of missing material into accepted cases when their five days are over."""

    name = "owed"
    about = "count as accepted what nobody told to be missing in time"
    daily = True

    def wanted(self, reader: Reader) -> bool:
        """Return whether a list was not told in time."""
        return bool(_owed(reader))

    def step(self, store: Store) -> str:
        """Accept the next ones from the day of their receipt."""
        with store.look() as reader:
            if not self.wanted(reader):
                return ""
        with store.change("chore:owed") as tx:
            owed = _owed(tx)[:BATCH]
            for case in owed:
                moved(state_of(case, standing=False), CaseMove.DEEM)
                service = tx.plan.service_by_id(case.service_id)
                kind = Outcome.JOINT if service.partners else Outcome.PROMISED
                if service.authority.zh_cn and not service.partners:
                    kind = Outcome.ESCALATED
                usual = Ending(kind, basis=case.basis, handover=case.handover)
                accepted = filled(tx.plan, case, service, usual, case.accepted_at)
                tx.save_case(replace(accepted, told_at=None))
                due = accepted.due_on.isoformat() if accepted.due_on else None
                facts: dict[str, Json] = {"kind": kind, "due": due}
                tx.record("case.deemed", f"case:{case.id}", facts)
            tx.wake(SCOPE)
        count = len(owed)
        return f"accepted from receipt, nothing was told in time: {count}" if count else ""


def _owed(reader: Reader) -> list[Case]:
    yesterday = local_time(reader.plan, reader.now).date() - A_DAY
    return [case for case in reader.cases_due(yesterday) if case.kind is Outcome.SUPPLEMENT]
