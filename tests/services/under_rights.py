"""Services under the rights of the process that runs them: each transaction takes its group's role.

A test on PostgreSQL owns its tables and may do anything. So that every statement of a service is
tried as a PC of its kind has it, the first service module on the stack says which kind it is, and
the transaction begins by taking that role. What a test asks by itself stays the owner's.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

import hallclient.services
from hallclient.domain.hall import HallPlan
from hallclient.storage.store import PlanMemory

if TYPE_CHECKING:
    from types import FrameType

_SERVICES = str(Path(hallclient.services.__file__).parent)
_SHARED = {"days", "store", "__init__"}
_WHO = {
    "kiosk": (
        *("issuing", "choosing", "finding", "itinerary", "visitors", "offering", "appointments"),
        *("helping", "ushering", "handing_in", "after_spool", "spool", "print_desk", "print_jobs"),
        *("ticket_slip", "waits", "places", "codes"),
    ),
    "window": (
        *("calling", "calls", "holding", "passing", "finishing", "splitting", "taking_back"),
        *("shifts", "window_panel", "window_handing_in", "window_spool", "bar_news", "terminals"),
        *("errands", "case_desk", "windows", "ratings", "hall_slips", "receipts", "jobs"),
        *("errand_slips", "notes", "drafts", "case_opening"),
    ),
    "display": (
        *("board", "announcing", "window_public", "identity", "rating_spool"),
        *("screen_presence",),
    ),
    "supervisor": (
        *("supervising", "floor", "follow_ups", "publishing", "cases", "rating_report"),
        *("rating_export", "wait_report", "whatif", "case_report", "lending", "queue_stops"),
        *("alarms", "boards", "goals", "bulletins", "errand_csv", "floor_figures"),
    ),
    "agent": (
        *("attendant", "caller_desk", "chores", "messages", "rating_inbox", "window_signs"),
        *("shared_printer", "own_totals"),
    ),
}
_KIND = {module: kind for kind, modules in _WHO.items() for module in modules}

_AT_A_DESK = {("announcing", "forget_board"): "supervisor"}
"""Functions that another kind calls than the rest of their module."""


def kind_on_stack() -> str:
    """Return the kind of PC that runs the first service on the stack; empty for none."""
    frame: FrameType | None = sys._getframe(1)
    found = ""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_SERVICES):
            module = file[len(_SERVICES) + 1 :].partition("/")[0].removesuffix(".py")
            found = _AT_A_DESK.get((module, frame.f_code.co_name)) or _KIND.get(module, found)
        frame = frame.f_back
    return found


def take_roles(engine: Engine) -> None:
    """Let every transaction of this engine begin with its group's role."""

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        kind = kind_on_stack()
        if kind:
            connection.exec_driver_sql(f"SET LOCAL ROLE hall_{kind}")


def on_every_engine(monkeypatch: Any) -> None:
    """Do so with every engine on PostgreSQL that the tests open from now on."""
    from hallclient.storage import engine as engines  # noqa: PLC0415 - only where it is used

    made = engines._open_postgres

    def opened(url: str, role: str, pool_size: int) -> Engine:
        engine = made(url, role, pool_size)
        take_roles(engine)
        return engine

    monkeypatch.setattr(engines, "_open_postgres", opened)
    kept = PlanMemory.plan

    def plan_of(memory: PlanMemory, version: int, read: Callable[[], HallPlan]) -> HallPlan:
        # A board reads the plan without PINs; tests share one memory where processes do not.
        return kept(memory, version * 2 + (kind_on_stack() == "display"), read)

    monkeypatch.setattr(PlanMemory, "plan", plan_of)
