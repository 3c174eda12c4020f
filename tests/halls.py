"""Small halls for tests, with nothing in them that the test does not need."""

from datetime import time
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import (
    Department,
    Queue,
    Series,
    Service,
    ServiceKind,
    ServiceWindow,
    SessionHours,
    Staff,
    StaffRole,
    Zone,
)
from hallclient.domain.rules import HallRules
from hallclient.domain.text import LocalText
from hallclient.services.hallfile import LoadedHall
from hallclient.services.shifts import pin_fits

HALL_ID = "510114000000-01"
PIN = "2580"
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def small_hall(*, windows: int = 3, rules: HallRules | None = None) -> HallPlan:
    """Two queues in two zones: A everywhere, B first at window 1. Always open."""
    ranks = ((("B",), ("A",)), *((("A",), ("B",)) for _ in range(windows - 1)))
    return HallPlan(
        hall_id=HALL_ID,
        name=LocalText("岷安区政务服务中心", "岷安區政務服務中心", "Min’an Service Center"),
        rules=rules or HallRules(recall_gap_seconds=0),
        zones=(Zone("1A", LocalText("一楼 A 区")), Zone("1B", LocalText("一楼 B 区"))),
        departments=(
            Department("ZH", LocalText("综合窗口")),
            Department("BDC", LocalText("不动产")),
        ),
        series=(Series("A", "A"), Series("B", "B")),
        queues=(
            Queue("A", LocalText("综合窗口"), "A", "1A"),
            Queue("B", LocalText("不动产登记"), "B", "1B"),
        ),
        services=(
            Service("ZH001", LocalText("咨询"), "ZH", "A", ServiceKind.CONSULT),
            Service(
                "BDC001",
                LocalText("二手房过户", "二手房過戶", "Home transfer"),
                "BDC",
                "B",
                ServiceKind.PROMISED,
                promised_days=5,
                initials=("ESFGH",),
            ),
        ),
        windows=tuple(
            ServiceWindow(str(n), str(n), "1B" if n == 1 else "1A", ranks[n - 1])
            for n in range(1, windows + 1)
        ),
        staff=tuple(
            Staff(str(1000 + n), f"职员{n}", StaffRole.CLERK) for n in range(1, windows + 1)
        ),
    )


@cache
def cheap_hash(pin: str) -> str:
    """A hash of a PIN that costs no time, neither now nor when somebody signs in."""
    return _CHEAP.hash(pin)


def with_pins(plan: HallPlan, pins: dict[str, str], current: HallPlan | None = None) -> HallPlan:
    """The plan as a hall file with these PINs is loaded."""
    return LoadedHall(plan, pins, Path("hall.toml")).with_pins(current, cheap_hash, pin_fits)


def weekdays(opens: time, closes: time) -> tuple[SessionHours, ...]:
    """Monday to Friday, tickets during the whole stretch."""
    return tuple(SessionHours(f"d{day}", day, opens, closes, opens, closes) for day in range(1, 6))
