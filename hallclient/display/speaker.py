"""What speaks the calls of a board, and what it tells (domain.md §6).

:class:`Voice` is all that a presenter knows of it. No Qt here: a listener of the UI thread has
signals (``BoardPresenter.begins``).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from hallclient.domain.announcement import CallKey, Spoken
from hallclient.domain.hall import HallPlan
from hallclient.domain.speaking import Alert, CallToSpeak


class VoiceListener(Protocol):
    """Is told what a voice does, in the voice's own thread; must return at once."""

    def leads(self, zone: str) -> bool:
        """Return whether a zone's calls are still to be spoken here: a lease may have run out."""

    def begins(self, call: CallKey) -> None:
        """Note that a call sounds from now on, or that its time has come without any sound.

        Only a voice that leads the call's zone tells it. It comes once a call, also where it has
        no clip, there is no sound card, or the volume is zero: the frame traces by it.
        """

    def spoken(self, result: Spoken) -> None:
        """Note what became of a call: one result a call of the zones that are led, at its end."""


class Voice(Protocol):
    """Speaks calls. Every method returns at once and never raises; only ``close`` waits."""

    def listen(self, listener: VoiceListener) -> None:
        """Tell this listener from now on; there is one."""

    def follow(self, plan: HallPlan, now: Callable[[], datetime]) -> None:
        """Go by this hall's rules (languages, 幺, chime, volumes) and by its clock.

        Before that nothing sounds. ``now`` is asked in the voice's thread.
        """

    def lead(self, zones: frozenset[str]) -> None:
        """Speak the calls of these zones (codes) from now on and no others."""

    def held(self) -> tuple[CallKey, ...]:
        """Return the calls that wait because another board leads: it speaks them."""

    def heard_elsewhere(self, calls: Iterable[CallKey]) -> None:
        """Forget calls that another board has dealt with."""

    def call(self, call: CallToSpeak) -> None:
        """Queue a call, or renew one that waits."""

    def answered(self, turn_id: int) -> None:
        """Drop a turn: started, no-show, ended, given back, sent to wait elsewhere."""

    def alert(self, alert: Alert | None) -> None:
        """Begin or change an emergency, or end it. The same one again changes nothing."""

    def say(self, *sentences: str, zones: Iterable[str] = ()) -> None:
        """Say fixed sentences once (``say/ended``), before the next call; where a zone is led."""

    def close(self) -> None:
        """Fall silent and end; a few seconds at most."""
