"""The stage of the demo: database, devices and processes of one small play."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hallclient.bootstrap.halls import load_hall_into, open_hall
from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.devices.paper import PrintedTicket
from hallclient.devices.profile import load_profile
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service, ServiceWindow, Staff
from hallclient.lab.demo.cast import Cast
from hallclient.lab.demo.counter import Counter, open_counter
from hallclient.lab.demo.lobby import Lobby, open_lobby, write_settings
from hallclient.lab.demo.roster import (
    BOSS_ROLES,
    USHER_ROLES,
    first_of,
    with_clerks,
    with_one_absent,
    with_quick_recalls,
)
from hallclient.services.hallfile import load_hall
from hallclient.services.hours import local_time, queue_open

BAUD = 9600
KEYPAD_PROFILE = "ff68-keypad"
WINDOWS = 2
VOICE = "voice.wav"
"""What would be heard in a play without a screen."""
DATA = "data"
"""Folder of what the roles keep on their PC, the kiosk's spool for one."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for. Empty ``printer`` and ``keypad`` mean emulators."""

    hall: str
    out: Path
    database: str = ""
    printer: str = ""
    keypad: str = ""
    offscreen: bool = True


@dataclass(frozen=True, slots=True)
class Desk:
    """A window of the play with its clerk and keypad."""

    window: ServiceWindow
    clerk: Staff
    pin: str
    keypad_port: str
    keypad: EmulatedKeypad | None


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that stands before the curtain rises. ``settings`` is a file, for every role."""

    plan: HallPlan
    database: str
    settings: Path
    offset_s: int
    """Seconds that the clocks of the play are ahead, so that the hall is open."""
    desks: tuple[Desk, ...]
    counter: Counter | None
    """A window without a PC, where the hall has one to spare."""
    services: tuple[Service, ...]
    """What visitors can come for: services of queues that a desk serves."""
    lobby: Lobby
    usher: Staff | None
    """Whose desk is beside the kiosk; None where the hall has no usher."""
    usher_pin: str
    boss: Staff | None
    """Who sits at the console; None where the hall has no supervisor."""
    boss_pin: str
    absent: Staff | None
    """Whose window waits for him in vain."""
    printer_port: str
    printer: EmulatedPrinter | None
    cast: Cast

    @property
    def screened(self) -> Desk:
        """The desk with a screen towards the citizen: the first, where most people come."""
        return self.desks[0]

    def database_is_quiet(self) -> bool:
        """Return whether nobody waits and no window is busy."""
        hall = open_hall(self.database, self.plan.hall_id, "demo")
        try:
            with hall.store.look() as reader:
                waiting = sum(count.waiting for count in reader.queue_counts())
                return waiting == 0 and not reader.active_turns()
        finally:
            hall.close()


@contextmanager
def set_stage(wishes: Wishes, printed: Callable[[PrintedTicket], None]) -> Iterator[Stage]:
    """Set everything up and start the roles' devices; take it down at the end."""
    wishes.out.mkdir(parents=True, exist_ok=True)
    loaded = load_hall(wishes.hall)
    # A keypad of one's own may be on any line: then every window has a PC.
    windows = _windows(loaded.plan, WINDOWS if wishes.keypad else WINDOWS + 1)
    loaded, clerks = with_clerks(loaded, windows)
    loaded, absent = with_one_absent(loaded, clerks, windows)
    if wishes.offscreen:
        loaded = with_quick_recalls(loaded)
    usher, boss = first_of(loaded, USHER_ROLES), first_of(loaded, BOSS_ROLES)
    services = _services(loaded.plan, windows)
    now = datetime.now(UTC)
    offset_s = opening_offset(loaded.plan, now)
    database = wishes.database or f"sqlite:///{wishes.out.resolve() / 'hall.db'}"
    load_hall_into(database, loaded)
    with ExitStack() as stack:
        printer = None
        if not wishes.printer:
            printer = stack.enter_context(EmulatedPrinter(printed=printed, baud=BAUD))
        desks, counter = [], None
        for number, (window, clerk) in enumerate(zip(windows, clerks, strict=True)):
            if number == WINDOWS:
                counter = open_counter(stack, window, clerk, loaded.pins[clerk.code])
                break
            keypad, port = None, wishes.keypad if number == 0 else ""
            if not wishes.keypad:
                keypad = stack.enter_context(EmulatedKeypad(load_profile(KEYPAD_PROFILE)))
                port = keypad.path
            desks.append(Desk(window, clerk, loaded.pins[clerk.code], port, keypad))
        lobby = open_lobby(
            stack, loaded.plan, services, now + timedelta(seconds=offset_s), wishes.out
        )
        more = _public_settings(wishes) + (counter.line_settings() if counter else "")
        settings = write_settings(wishes.out, database, loaded.plan.hall_id, lobby, more)
        cast = stack.enter_context(Cast(wishes.out, _environment(wishes)))
        yield Stage(
            plan=loaded.plan,
            database=database,
            settings=settings,
            offset_s=offset_s,
            desks=tuple(desks),
            counter=counter,
            services=services,
            lobby=lobby,
            usher=usher,
            usher_pin=loaded.pins[usher.code] if usher else "",
            boss=boss,
            boss_pin=loaded.pins[boss.code] if boss else "",
            absent=absent,
            printer_port=wishes.printer or (printer.path if printer else ""),
            printer=printer,
            cast=cast,
        )


def opening_offset(plan: HallPlan, now: datetime) -> int:
    """Return how many seconds ahead most queues are open: 0 now, else some ten in the morning."""
    if _mostly_open(plan, now):
        return 0
    local = local_time(plan, now).replace(hour=10, minute=0, second=0, microsecond=0)
    for day in range(1, 15):
        at = local + timedelta(days=day)
        if _mostly_open(plan, at):
            return int((at - now).total_seconds())
    return 0


def _mostly_open(plan: HallPlan, at: datetime) -> bool:
    open_now = [queue_open(plan, queue.code, at).open for queue in plan.queues]
    return sum(open_now) * 2 > len(open_now)


def _public_settings(wishes: Wishes) -> str:
    """Return the settings of the screen, which asks beside its keypad, and of the voice."""
    voice = f'voice_to = "{wishes.out.resolve() / VOICE}"\n' if wishes.offscreen else ""
    return f'[screen]\nrating = "always"\n\n[display]\n{voice}\n'


def _windows(plan: HallPlan, count: int) -> list[ServiceWindow]:
    """Choose the windows that between them serve most of what people come for."""
    chosen: list[ServiceWindow] = []
    covered: set[str] = set()
    for _ in range(min(count, len(plan.windows))):
        spare = [window for window in plan.windows if window not in chosen]
        best = max(spare, key=lambda window: _gain(plan, window, covered))
        chosen.append(best)
        covered.update(best.queues)
    return chosen


def _gain(plan: HallPlan, window: ServiceWindow, covered: set[str]) -> tuple[float, int]:
    """Weigh what a window adds: the most common services of its first rank, then any."""
    new = [s for s in plan.listed if s.queue in window.queues and s.queue not in covered]
    first = [s for s in new if s.common and s.queue in window.ranks[0]]
    return sum(1 / service.common for service in first), len(new)


def _services(plan: HallPlan, windows: Sequence[ServiceWindow]) -> tuple[Service, ...]:
    served = {queue for window in windows for queue in window.queues}
    return tuple(service for service in plan.listed if service.queue in served)


def _environment(wishes: Wishes) -> dict[str, str]:
    platform = {"QT_QPA_PLATFORM": "offscreen"} if wishes.offscreen else {}
    # What the kiosk keeps on its PC belongs to this play, and goes with it.
    return {**os.environ, **platform, "XDG_DATA_HOME": str(wishes.out.resolve() / DATA)}
