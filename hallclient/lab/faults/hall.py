"""The hall that faults are tried on: two queues, three windows, always open, four digits.

Four digits give a kiosk 200 numbers for the time without its database.
"""

from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import (
    Department,
    Queue,
    Series,
    Service,
    ServiceKind,
    ServiceWindow,
    Staff,
    StaffRole,
    Zone,
)
from hallclient.domain.rules import HallRules
from hallclient.domain.text import LocalText
from hallclient.services.halls import update_hall
from hallclient.services.shifts import Shifts
from hallclient.storage import migrations
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore, found_hall

HALL_ID: Final = "510114000000-01"
PIN: Final = "2580"
WINDOWS: Final = ("1", "2", "3")
SERVICES: Final = ("ZH001", "BDC001")
QUEUES: Final = ("A", "B")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hall is: the URL for its processes, and one for us that no fault is in the way of."""

    url: str
    safe_url: str = ""

    @property
    def direct(self) -> str:
        """Return the URL that the judge uses."""
        return self.safe_url or self.url


def staff_of(window: str) -> str:
    """Return the code of the clerk at a window."""
    return f"100{window}"


def the_plan() -> HallPlan:
    """Return the hall."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)
    names = (LocalText("综合窗口", "", "General"), LocalText("不动产登记", "", "Real estate"))
    return HallPlan(
        hall_id=HALL_ID,
        name=LocalText("故障试验大厅", "", "Hall of faults"),
        rules=HallRules(recall_gap_seconds=0),
        zones=(Zone("1", LocalText("一楼", "", "Ground floor")),),
        departments=(Department("ZH", names[0]), Department("BDC", names[1])),
        series=tuple(Series(code, code, digits=4) for code in QUEUES),
        queues=tuple(
            Queue(code, name, code, "1") for code, name in zip(QUEUES, names, strict=True)
        ),
        services=(
            Service("ZH001", LocalText("咨询", "", "Advice"), "ZH", "A", ServiceKind.CONSULT),
            Service(
                "BDC001",
                LocalText("二手房过户", "", "Home transfer"),
                "BDC",
                "B",
                ServiceKind.INSTANT,
            ),
        ),
        windows=tuple(ServiceWindow(code, code, "1", (("A",), ("B",))) for code in WINDOWS),
        staff=tuple(
            Staff(staff_of(code), f"职员{code}", StaffRole.CLERK, pin_hash=cheap)
            for code in WINDOWS
        ),
    )


def found(url: str, *, waiting: int = 0) -> HallPlan:
    """Make the hall in an empty database, its clerks at their windows; return its plan."""
    from hallclient.services.issuing import Issuing, TicketRequest  # noqa: PLC0415 - rarely wanted

    plan = the_plan()
    engine = open_engine(url)
    try:
        migrations.upgrade(engine)
        found_hall(engine, plan)
        store = SqlStore(engine, HALL_ID)
        try:
            update_hall(store, plan)
            for window in WINDOWS:
                Shifts(store, window).sign_in(staff_of(window), PIN)
            for n in range(waiting):
                request = TicketRequest(f"before {n}", SERVICES[n % 2])
                Issuing(store, "kiosk:before").issue(request)
            return store.plan()
        finally:
            store.close()
    finally:
        engine.dispose()
