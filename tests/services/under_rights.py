"""Services under the rights of the process that runs them: each transaction takes its group's role.

A test on PostgreSQL owns its tables and may do anything. So that every statement of a service is
tried as a PC of its kind has it, the first service module on the stack says which kind it is, and
the transaction begins by taking that role. What a test asks by itself stays the owner's.
"""

import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

import hallclient.services

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
        *("board", "boards", "announcing", "window_public", "identity", "rating_spool"),
        *("screen_presence",),
    ),
    "supervisor": (
        *("supervising", "floor", "follow_ups", "publishing", "cases", "rating_report"),
        *("rating_export", "wait_report", "whatif", "case_report", "lending", "queue_stops"),
        *("alarms", "goals", "bulletins", "errand_csv", "floor_figures"),
    ),
    "agent": (
        *("attendant", "caller_desk", "chores", "messages", "rating_inbox", "window_signs"),
        *("shared_printer", "own_totals"),
    ),
}
_KIND = {module: kind for kind, modules in _WHO.items() for module in modules}


def kind_on_stack() -> str:
    """Return the kind of PC that runs the first service on the stack; empty for none."""
    frame, found = sys._getframe(1), ""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_SERVICES):
            module = file[len(_SERVICES) + 1 :].partition("/")[0].removesuffix(".py")
            found = _KIND.get(module, found)
        frame = frame.f_back  # type: ignore[assignment]
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
