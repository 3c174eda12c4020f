"""What a board tells the hall and says aloud, loaded a moment after its first screen.

Until then calls are kept: they are told when they were painted, and spoken if they are young.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from hallclient.bootstrap.halls import LateHall
    from hallclient.config import Settings
    from hallclient.display.heralding import Herald
    from hallclient.display.presenter import BoardPresenter
    from hallclient.display.reporting import Identity, Reporting, Rhythm
    from hallclient.display.speaker import Voice
    from hallclient.domain.announcement import CallKey, Spoken
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.publication import Publication
    from hallclient.domain.speaking import Alert
    from hallclient.services.announcing import Announcing, Pace
    from hallclient.services.board import BoardCall

AFTER_SCREEN_MS: Final = 50
KEPT: Final = 100


@dataclass(frozen=True, slots=True)
class Tempo:
    """Other times than the product's, for tests that kill a leader and will not wait for long."""

    pace: Pace
    rhythm: Rhythm


class Announcer:
    """Fulfils ``display.desk.Voice`` and takes what was painted. Belongs to the UI thread.

    ``voice`` makes the loudspeaker; None where this board is mute. ``presenter`` is the board's: it
    is made with this, so it is asked for later.
    """

    def __init__(
        self,
        settings: Settings,
        hall: LateHall,
        presenter: Callable[[], BoardPresenter],
        voice: Callable[[], Voice | None] | None = None,
        tempo: Tempo | None = None,
    ) -> None:
        self._settings = settings
        self._hall = hall
        self._presenter = presenter
        self._make_voice = voice
        self._tempo = tempo
        self._reporting: Reporting | None = None
        self._herald: Herald | None = None
        self._voice: Voice | None = None
        self._plan: HallPlan | None = None
        self._closed = False
        self._early: deque[Callable[[], object]] = deque(maxlen=KEPT)

    def painted(self, turn_id: int, calls: int, at: float) -> None:
        """Take that a call was painted for the first time."""
        self._when_made(lambda made: made.shown(turn_id, calls, at))

    def announce(self, call: BoardCall, *, found: bool) -> bool:
        """Take a call; return whether it is going to be spoken here."""
        if self._make_voice is None:
            return False
        if self._herald is None:
            self._early.append(partial(self.announce, call, found=True))
            return False
        return self._herald.announce(call, found=found)

    def settle(self, label: str) -> None:
        """Take that a ticket need not be called any more."""
        if self._herald is not None:
            self._herald.settle(label)
        elif self._make_voice is not None:
            self._early.append(partial(self.settle, label))

    def alarm(self, before: Publication | None, now: Publication | None) -> None:
        """Say an emergency from now on (``now``), or that the one before is over."""
        if self._make_voice is None:
            return
        if self._voice is None:
            self._early.append(partial(self.alarm, before, now))
            return
        from hallclient.display.emergency_voice import say_emergency  # noqa: PLC0415 - hardly ever

        say_emergency(self._voice, before, now)

    def alert(self, alert: Alert | None) -> None:
        """Say an emergency again and again, or end it; see ``speaker.Voice``."""
        if self._voice is not None:
            self._voice.alert(alert)
        elif self._make_voice is not None:
            self._early.append(partial(self.alert, alert))

    def say(self, *sentences: str, zones: Iterable[str] = ()) -> None:
        """Say fixed sentences once; see ``speaker.Voice``."""
        if self._voice is not None:
            self._voice.say(*sentences, zones=zones)

    def follow(self, plan: HallPlan | None) -> None:
        """Go by this hall from now on; the first one is the sign that the screen is there."""
        if plan is None:
            return
        first, self._plan = self._plan is None, plan
        if self._voice is not None:
            self._follow(self._voice, plan)
        elif first:
            QTimer.singleShot(AFTER_SCREEN_MS, self._begin)

    def close(self) -> None:
        """Fall silent, then say goodbye: what was spoken is told, the leases are given back."""
        self._closed = True
        if self._voice is not None:
            self._voice.close()
        if self._reporting is not None:
            self._reporting.close()

    # VoiceListener

    def begins(self, call: CallKey) -> None:
        """Pass on that a call sounds from now on."""
        self._presenter().begins.emit(*call)

    def spoken(self, result: Spoken) -> None:
        """Pass on what became of a call."""
        if self._reporting is not None:
            self._reporting.spoken(result)

    def _now(self) -> datetime:
        return self._presenter().clock.now()

    # Making

    def _when_made(self, do: Callable[[Reporting], object]) -> None:
        if self._reporting is not None:
            do(self._reporting)
        else:
            self._early.append(lambda: self._when_made(do))

    def _begin(self) -> None:
        if self._closed:
            return
        from hallclient.bootstrap.late import late  # noqa: PLC0415 - see the module
        from hallclient.display.reporting import Reporting  # noqa: PLC0415 - the same

        reports = late(self._announcing)
        voice = None if self._make_voice is None else self._make_voice()
        if voice is not None:
            from hallclient.display.heralding import Herald  # noqa: PLC0415 - see the module

            self._herald = Herald(voice, reports.known, self._look, self._now)
            voice.listen(self)
            if self._plan is not None:
                self._follow(voice, self._plan)
        led = (lambda _zones: None) if self._herald is None else self._herald.led
        rhythm = None if self._tempo is None else self._tempo.rhythm
        self._voice, self._reporting = voice, Reporting(reports, self._who, led, rhythm)
        self._reporting.start()
        for do in tuple(self._early):
            do()
        self._early.clear()

    def _follow(self, voice: Voice, plan: HallPlan) -> None:
        voice.follow(plan, self._now)
        if self._herald is not None:
            self._herald.stand(plan, self._zones())

    def _zones(self) -> tuple[str, ...]:
        """Return the codes of the zones whose calls may be spoken here."""
        own = self._settings.display
        zones = own.voice_zones or own.zones
        if not zones and self._plan is not None:
            return tuple(zone.code for zone in self._plan.zones)
        return zones

    def _look(self) -> None:
        if self._reporting is not None:
            self._reporting.look()

    # In the reporter's thread

    def _announcing(self) -> Announcing:
        from hallclient.bootstrap.terminal import terminal_name  # noqa: PLC0415 - see the module
        from hallclient.services.announcing import Announcing  # noqa: PLC0415 - the same

        own, station = self._settings.display, self._settings.station_name
        return Announcing(
            self._hall.open().another_store(),
            terminal_name(f"{own.name}@{station}"),
            ended=partial(_has_ended, station),
            pace=None if self._tempo is None else self._tempo.pace,
        )

    def _who(self) -> Identity:
        from hallclient.display.reporting import Identity  # noqa: PLC0415 - see the module

        own = self._settings.display
        return Identity(own.name, own.zones, self._zones() if self._voice is not None else ())


def _has_ended(station: str, holder: str) -> bool:
    """Return whether another board of this PC is surely over."""
    from hallclient.bootstrap.terminal import has_ended  # noqa: PLC0415 - see the module

    place = holder.rpartition(" #")[0]
    return place.endswith(f"@{station}") and has_ended(holder, place)
