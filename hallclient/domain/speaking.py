"""Which call a loudspeaker speaks next, how often, and which one not at all (domain.md §6).

One queue for each machine: two voices at once are understood by nobody. It is plain arithmetic on
moments that are handed in; whoever has the loudspeaker asks :meth:`SpeechQueue.next`, makes the
sound and says when it is over.

The order. An emergency comes first. Calls go by the moment of the call, and a recall that is not
yet in the queue yields 15 s: it was spoken once already, the others have not heard their number at
all. The credit is finite, so nobody is overtaken for ever. A call that is called again while it
still waits keeps its place and is spoken once, for both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from hallclient.domain.announcement import CallKey, Spoken, Unspoken

OLDEST = timedelta(seconds=45)
"""A call that has waited longer is not spoken any more."""
RECALL_YIELDS = timedelta(seconds=15)
FIRST_LANGUAGE_FROM = 4
"""From so many others on, a call is spoken in the hall's first language only."""
ALERT_EVERY = timedelta(seconds=20)
"""From the end of an emergency's sentences to their repetition."""
VOLUME = 80
_NO_TIME = timedelta(0)
_DONE_MOST = 2000


@dataclass(frozen=True, slots=True)
class CallToSpeak:
    """A call as the voice needs it. ``window`` is the number on the window, as text.

    ``place`` is the code of the zone where it is, for a board of several floors; it is said where
    the hall's own clips have it.
    """

    turn_id: int
    calls: int
    label: str
    window: str
    zone: str
    called_at: datetime
    place: str = ""

    @property
    def key(self) -> CallKey:
        """The call's key."""
        return (self.turn_id, self.calls)


@dataclass(frozen=True, slots=True)
class Alert:
    """What is said at once and again and again, until it ends.

    ``sentences`` are keys of clips (``say/fire``). No zones is the whole hall. Unless
    ``calls_go_on`` no call is spoken meanwhile: those that grow too old stay unspoken.
    """

    sentences: tuple[str, ...]
    zones: tuple[str, ...] = ()
    calls_go_on: bool = False

    def concerns(self, zones: frozenset[str]) -> bool:
        """Return whether it is said in one of these zones."""
        return bool(zones) and (not self.zones or not zones.isdisjoint(self.zones))


@dataclass(frozen=True, slots=True)
class Reading:
    """One call that is being spoken, newest state first; ``others`` wait behind it."""

    calls: tuple[CallToSpeak, ...]
    others: int
    begun_at: datetime
    answered: bool = False

    @property
    def call(self) -> CallToSpeak:
        """What is said."""
        return self.calls[0]

    @property
    def first_language_only(self) -> bool:
        """Whether the other languages are left out, so that more people are called in time."""
        return self.others >= FIRST_LANGUAGE_FROM


@dataclass(frozen=True, slots=True)
class Sentences:
    """Fixed sentences that are to be said now: keys of clips. ``alarm`` where it is an alert's."""

    keys: tuple[str, ...]
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """What to say now, if anything, and which calls will not be spoken."""

    say: Reading | Sentences | None
    dropped: tuple[Spoken, ...] = ()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """The calls of one turn, newest first, and their place in the order."""

    calls: tuple[CallToSpeak, ...]
    place: datetime

    def key(self) -> tuple[datetime, int]:
        return (self.place, self.calls[0].turn_id)


def volume_at(volumes: Sequence[tuple[time, int]], now: time) -> int:
    """Return how loud it is at a time of the hall's day: the last step before it, else yesterday's.

    Without steps it is 80 of 100.
    """
    steps = sorted(volumes)
    past = [volume for begins, volume in steps if begins <= now]
    return past[-1] if past else steps[-1][1] if steps else VOLUME


def alert_of(kind: str, *, drill: bool, zones: Sequence[str], calls_go_on: bool) -> Alert:
    """Return what is said of an emergency (``domain.publication.EmergencyKind``)."""
    sentences = (f"say/{kind}",)
    return Alert(("say/drill", *sentences) if drill else sentences, tuple(zones), calls_go_on)


def all_clear(*, drill: bool) -> str:
    """Return the sentence that ends an emergency."""
    return "say/drill_ended" if drill else "say/ended"


class SpeechQueue:
    """What one machine is still to say. Not for two threads at once.

    A call of a zone that it does not lead waits silently: another board speaks it. Should the lead
    come before the call is too old, it is spoken here.
    """

    def __init__(self) -> None:
        self.leads: frozenset[str] = frozenset()
        self._warns: frozenset[str] = frozenset()
        """Whose emergencies are said here: also of zones whose lease ran out, or nobody would."""
        self._waiting: dict[int, _Waiting] = {}
        self._done: dict[CallKey, None] = {}
        self._reading: Reading | None = None
        self._sentences: list[Sentences] = []
        self._alert: Alert | None = None
        self._alert_at: datetime | None = None
        """When the alert's sentences ended last; None before the first time."""

    # What happens on the floor

    def add(self, call: CallToSpeak) -> None:
        """Queue a call. One that was spoken, or is older than what is known, changes nothing."""
        self._forget_held(call.called_at)
        if call.key in self._done or self._is_reading(call.key):
            return
        known = self._waiting.get(call.turn_id)
        if known is None:
            yields = RECALL_YIELDS if call.calls > 1 else _NO_TIME
            self._waiting[call.turn_id] = _Waiting((call,), call.called_at + yields)
        elif call.calls > known.calls[0].calls:
            self._waiting[call.turn_id] = replace(known, calls=(call, *known.calls))

    def answered(self, turn_id: int) -> tuple[Spoken, ...]:
        """Drop a turn that was started, ended or sent away; what is being said is said to its end.

        Returns its calls that will not be spoken, where this machine had to speak them.
        """
        reading = self._reading
        if reading is not None and reading.call.turn_id == turn_id:
            self._reading = replace(reading, answered=True)
        gone = self._waiting.pop(turn_id, None)
        if gone is None:
            return ()
        self._remember(gone.calls)
        if gone.calls[0].zone not in self.leads:
            return ()
        return tuple(_unspoken(call, Unspoken.ANSWERED) for call in gone.calls)

    def heard_elsewhere(self, calls: Iterable[CallKey]) -> None:
        """Forget calls that another board has spoken or decided not to speak."""
        for key in calls:
            self._done[key] = None
            waiting = self._waiting.get(key[0])
            if waiting is None:
                continue
            self._keep(waiting, tuple(call for call in waiting.calls if call.key != key))
        self._bound()

    def lead(self, zones: frozenset[str]) -> None:
        """Say whose calls are to be spoken here from now on."""
        self.leads = self._warns = zones

    def lapse(self, zone: str) -> None:
        """Hold a zone's calls: the hall is away, and another board may speak them by now."""
        self.leads -= {zone}

    def held(self) -> tuple[CallKey, ...]:
        """Return the calls that wait silently because another board leads their zone."""
        return tuple(
            call.key
            for waiting in self._waiting.values()
            for call in waiting.calls
            if call.zone not in self.leads
        )

    def alert(self, alert: Alert | None) -> None:
        """Begin, change or end an emergency. The same one again changes nothing."""
        if alert != self._alert:
            self._alert, self._alert_at = alert, None

    def say(self, *keys: str, zones: Iterable[str] = ()) -> None:
        """Say sentences once, before the next call, where one of the zones is led."""
        if Alert(keys, tuple(zones)).concerns(self._warns):
            self._sentences.append(Sentences(keys))

    # What the loudspeaker does

    def backlog(self) -> int:
        """Return how many turns wait to be spoken here, without the one that is being spoken."""
        return sum(waiting.calls[0].zone in self.leads for waiting in self._waiting.values())

    def next(self, at: datetime) -> Next:
        """Take what is to be said now. While something is being said there is nothing."""
        if self._reading is not None:
            return Next(None)
        dropped = self._drop_old(at)
        if self._alert_due(at) and self._alert is not None:
            return Next(Sentences(self._alert.sentences, alarm=True), dropped)
        if self._sentences:
            return Next(self._sentences.pop(0), dropped)
        mine = [one for one in self._waiting.values() if one.calls[0].zone in self.leads]
        if not mine or self._alert_silences():
            return Next(None, dropped)
        first = min(mine, key=_Waiting.key)
        del self._waiting[first.calls[0].turn_id]
        self._reading = Reading(first.calls, len(mine) - 1, at)
        return Next(self._reading, dropped)

    def due(self, at: datetime) -> bool:
        """Return whether :meth:`next` would say something now, or drop something."""
        if self._reading is not None:
            return False
        if self._alert_due(at) or self._sentences:
            return True
        mine = [one.calls for one in self._waiting.values() if one.calls[0].zone in self.leads]
        if self._alert_silences():
            return any(at - call.called_at > OLDEST for calls in mine for call in calls)
        return bool(mine)

    def wake_at(self) -> datetime | None:
        """Return when an emergency is to be repeated, None when nothing has to be waited for."""
        if self._alert is None or self._alert_at is None or not self._alert.concerns(self._warns):
            return None
        return self._alert_at + ALERT_EVERY

    def again(self) -> bool:
        """Return whether the call that was just spoken is spoken a second time."""
        if self._reading is None or self._reading.answered or self._sentences:
            return False
        return self.backlog() == 0 and not self.urgent()

    def urgent(self) -> bool:
        """Return whether an emergency waits for its first words: it interrupts a call."""
        alert = self._alert
        return alert is not None and self._alert_at is None and alert.concerns(self._warns)

    def over(self, times: int, why: Unspoken | None = None) -> tuple[Spoken, ...]:
        """End the reading: so often it was spoken, or why not. Returns what is to be journalled."""
        reading, self._reading = self._reading, None
        if reading is None:
            return ()
        self._remember(reading.calls)
        return tuple(
            Spoken(
                turn_id=call.turn_id,
                calls=call.calls,
                zone=call.zone,
                times=0 if why else times,
                why=why,
                delay_ms=_ms(reading.begun_at - call.called_at),
            )
            for call in reading.calls
        )

    def put_back(self) -> tuple[Spoken, ...]:
        """End the reading without having been understood: an emergency has cut it off.

        Returns what is to be journalled: who came meanwhile is not called again.
        """
        reading = self._reading
        if reading is None or reading.answered:
            return self.over(0, Unspoken.ANSWERED)
        self._reading = None
        newer = self._waiting.get(reading.call.turn_id)
        calls = (*(newer.calls if newer else ()), *reading.calls)
        self._waiting[reading.call.turn_id] = _Waiting(calls, reading.calls[-1].called_at)
        return ()

    def stands(self, sentences: Sentences) -> bool:
        """Return whether they are still to be said: an alert may have ended meanwhile."""
        if not sentences.alarm:
            return not self.urgent()
        return self._alert is not None and self._alert.sentences == sentences.keys

    def said(self, sentences: Sentences, at: datetime) -> None:
        """Note that sentences are over."""
        if sentences.alarm and self.stands(sentences):
            self._alert_at = at

    def _alert_due(self, at: datetime) -> bool:
        due = self.wake_at()
        return self.urgent() or (due is not None and at >= due)

    def _alert_silences(self) -> bool:
        alert = self._alert
        return alert is not None and not alert.calls_go_on and alert.concerns(self._warns)

    def _drop_old(self, at: datetime) -> tuple[Spoken, ...]:
        dropped = []
        for waiting in tuple(self._waiting.values()):
            old = tuple(call for call in waiting.calls if at - call.called_at > OLDEST)
            if not old:
                continue
            young = tuple(call for call in waiting.calls if call not in old)
            self._keep(waiting, young)
            self._remember(old)
            if old[0].zone in self.leads:
                dropped += [_unspoken(call, Unspoken.TOO_OLD, at) for call in old]
        return tuple(dropped)

    def _forget_held(self, at: datetime) -> None:
        """Let calls go that others had to speak; nobody asks for them any more."""
        for waiting in tuple(self._waiting.values()):
            newest = waiting.calls[0]
            if newest.zone not in self.leads and at - newest.called_at > OLDEST:
                del self._waiting[newest.turn_id]

    def _keep(self, waiting: _Waiting, calls: tuple[CallToSpeak, ...]) -> None:
        turn_id = waiting.calls[0].turn_id
        if calls:
            self._waiting[turn_id] = replace(waiting, calls=calls)
        else:
            del self._waiting[turn_id]

    def _is_reading(self, key: CallKey) -> bool:
        return self._reading is not None and any(call.key == key for call in self._reading.calls)

    def _remember(self, calls: Iterable[CallToSpeak]) -> None:
        self._done.update(dict.fromkeys(call.key for call in calls))
        self._bound()

    def _bound(self) -> None:
        while len(self._done) > _DONE_MOST:
            del self._done[next(iter(self._done))]


def _unspoken(call: CallToSpeak, why: Unspoken, at: datetime | None = None) -> Spoken:
    delay = 0 if at is None else _ms(at - call.called_at)
    return Spoken(call.turn_id, call.calls, call.zone, 0, why, delay)


def _ms(span: timedelta) -> int:
    return max(0, round(span / timedelta(milliseconds=1)))
