"""What a scene needs of a kiosk, and how to wait for what a thread brings."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEventLoop

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.screen import KioskScreen
from hallclient.services.store import Store

PATIENCE_S = 10.0
_TURN_MS = 20


class Floor(Protocol):
    """A running kiosk on a hall of its own."""

    @property
    def presenter(self) -> KioskPresenter:
        """Its logic."""
        ...

    @property
    def screen(self) -> KioskScreen:
        """Its screen."""
        ...

    @property
    def store(self) -> Store:
        """Its hall, for the UI thread."""
        ...


class NeverHappened(Exception):
    """A kiosk did not come to what a scene waits for."""


def until(done: Callable[[], bool], what: str = "a page") -> None:
    """Let Qt work until something is so; raise ``NeverHappened`` after 10 s."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > deadline:
            raise NeverHappened(f"the kiosk never came to {what}")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, _TURN_MS)


def plan_of(floor: Floor) -> HallPlan:
    """Return the hall's plan; the kiosk has read it."""
    plan = floor.presenter.plan
    if plan is None:
        raise NeverHappened("the kiosk has not read its hall")
    return plan


def longest(services: Sequence[Service]) -> Service:
    """Return the service with the longest name."""
    return max(services, key=lambda service: len(service.name.zh_cn))


def bookable(plan: HallPlan) -> tuple[Service, ...]:
    """Return the services for which a time can be booked."""
    return tuple(one for one in plan.listed if plan.queue(one.queue).slice_booked)
