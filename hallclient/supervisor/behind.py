"""What stands behind a verb, a tile, a row and an action: the sheet that it opens.

Imported with the first sheet, not with the console (``screen``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.domain.alarm import Verb
from hallclient.domain.bulletin import Audience
from hallclient.supervisor.sheets.advice import AdviceSheet
from hallclient.supervisor.sheets.broadcast import BroadcastSheet
from hallclient.supervisor.sheets.cases import CasesSheet
from hallclient.supervisor.sheets.data import DataSheet
from hallclient.supervisor.sheets.devices import DeviceSheet
from hallclient.supervisor.sheets.follow_ups import FollowUpsSheet
from hallclient.supervisor.sheets.history import HistorySheet
from hallclient.supervisor.sheets.people import MenuSheet, StaffSheet
from hallclient.supervisor.sheets.publish import PublishSheet
from hallclient.supervisor.sheets.publish_emergency import EmergencySheet
from hallclient.supervisor.sheets.queues import StopSheet
from hallclient.supervisor.sheets.tickets import TakeSheet, TicketSheet
from hallclient.supervisor.sheets.waits import WaitsSheet
from hallclient.supervisor.sheets.what_if import WhatIfSheet
from hallclient.supervisor.sheets.windows import PickSheet, WindowSheet
from hallclient.supervisor.view import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.supervisor.presenter import ConsolePresenter
    from hallclient.supervisor.sheets.sheet import Sheet

__all__ = [
    "AdviceSheet",
    "HistorySheet",
    "MenuSheet",
    "StaffSheet",
    "WaitsSheet",
    "WhatIfSheet",
    "WindowSheet",
    "of_action",
    "of_alarm",
    "of_queue",
]


def of_queue(presenter: ConsolePresenter, code: str, *, stopped: bool) -> Sheet:
    """Return what a queue's row opens: who serves it, or why it is stopped."""
    if stopped:
        return StopSheet(presenter, code)
    return PickSheet(presenter, queue=code)


def of_alarm(presenter: ConsolePresenter, verb: Verb, subject: str, key: str) -> Sheet:
    """Return what an alarm's verb opens."""
    sheets: dict[Verb, Callable[[], Sheet]] = {
        Verb.ASSIGN: lambda: PickSheet(presenter, queue=subject),
        Verb.SHOW_WINDOW: lambda: WindowSheet(presenter, subject),
        Verb.SHOW_DEVICE: lambda: DeviceSheet(presenter, key),
        Verb.SHOW_DATA: lambda: DataSheet(presenter, key),
        Verb.SHOW_EMERGENCY: lambda: of_emergency(presenter, subject),
        Verb.SHOW_CASE: lambda: CasesSheet(presenter, subject),
    }
    return sheets.get(verb, lambda: FollowUpsSheet(presenter))()


def of_emergency(presenter: ConsolePresenter, subject: str) -> Sheet:
    """Return what ends an emergency; the list of what is published where it is over."""
    found = presenter.state.publications if presenter.state is not None else ()
    standing = next((one for one in found if str(one.id) == subject), None)
    return PublishSheet(presenter) if standing is None else EmergencySheet(presenter, standing)


def of_action(presenter: ConsolePresenter, action: Action) -> Sheet:
    """Return what one of the eight actions opens."""
    sheets: dict[Action, Callable[[], Sheet]] = {
        Action.BROADCAST: lambda: BroadcastSheet(presenter, Audience.ALL),
        Action.NOTICE: lambda: PublishSheet(presenter),
        Action.MOVE: lambda: PickSheet(presenter),
        Action.STOP: lambda: StopSheet(presenter),
        Action.OPEN_WINDOW: lambda: PickSheet(presenter, shut=True),
        Action.REPRINT: lambda: TicketSheet(presenter, priority=False),
        Action.TAKE: lambda: TakeSheet(presenter),
        Action.PRIORITY: lambda: TicketSheet(presenter, priority=True),
    }
    return sheets[action]()
