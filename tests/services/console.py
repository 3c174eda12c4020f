"""A hall with those who run it, and their consoles."""

from dataclasses import replace

from hallclient.domain.parts import Staff, StaffRole
from hallclient.services.pin_guard import PinGuard
from hallclient.services.supervising import Supervising, sign_in
from tests.halls import PIN
from tests.stores import HallUnderTest

SUPERVISOR, LEAD, USHER, CLERK = "9001", "9002", "9003", "1003"


def with_console_staff(hall: HallUnderTest) -> None:
    """Window 1 and its clerk are BDC's, the others ZH's; 9002 leads BDC."""
    plan = hall.store.plan()
    pin = plan.staff[0].pin_hash
    own = {"1": "BDC"}
    hall.change_plan(
        windows=tuple(replace(w, department=own.get(w.code, "ZH")) for w in plan.windows),
        staff=(
            *(
                replace(m, department=own.get(m.code[-1], "ZH"), window=m.code[-1])
                for m in plan.staff
            ),
            Staff("1009", "机动", StaffRole.CLERK, pin_hash=pin),
            Staff(SUPERVISOR, "陈建国", StaffRole.SUPERVISOR, pin_hash=pin),
            Staff(LEAD, "李雪", StaffRole.LEAD, "BDC", pin_hash=pin),
            Staff(USHER, "周洋", StaffRole.USHER, pin_hash=pin),
        ),
    )


def console(hall: HallUnderTest, code: str = SUPERVISOR) -> Supervising:
    """A console where somebody has signed in."""
    return Supervising(hall.store, sign_in(hall.store, PinGuard(), code, PIN), "S1")
