"""Speaks the calls of a board one after another: a ``Voice`` (display/speaker.py). No Qt.

One thread does everything that takes time; there is none as long as this board leads no zone. What
makes the sound is imported in it.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from hallclient.display.speaker import VoiceListener
from hallclient.display.speech import Equipment, Manner, Speech
from hallclient.domain.announcement import CallKey, Spoken, Unspoken
from hallclient.domain.hall import HallPlan
from hallclient.domain.speaking import (
    Alert,
    CallToSpeak,
    Reading,
    Sentences,
    SpeechQueue,
)
from hallclient.ui.voice_mouth import Played

if TYPE_CHECKING:
    from hallclient.ui.voice_mouth import Mouth

log = logging.getLogger(__name__)

AGAIN_S = 0.6
"""From the first to the second time that a call is spoken."""
BETWEEN_S = 0.4
"""From one call to the next; another board on this PC may take its turn then."""
REST_S = 20.0
"""So long after the last word the sound device is given back."""
HELD_UP_S = 1.0
"""While an emergency holds up the calls: how often those that grow too old are looked for."""
CLOSE_S = 8.0
SENTENCE_VOLUME = 100
"""An emergency, and that it is over, is not softer in the afternoon."""


class _Nobody:
    """Listens until somebody does."""

    def leads(self, zone: str) -> bool:  # noqa: ARG002 - see VoiceListener
        """Nobody says anything else."""
        return True

    def begins(self, call: CallKey) -> None:
        """Do nothing."""

    def spoken(self, result: Spoken) -> None:
        """Do nothing."""


class Speaker:
    """A ``Voice`` that is heard, or written to a file: that is the equipment's."""

    def __init__(
        self,
        equipment: Equipment,
        rest_s: float = REST_S,
        between_s: float = BETWEEN_S,
        again_s: float = AGAIN_S,
    ) -> None:
        self._equipment = equipment
        self._rest_s, self._between_s, self._again_s = rest_s, between_s, again_s
        self._listener: VoiceListener = _Nobody()
        self._plan: HallPlan | None = None
        self._now: Callable[[], datetime] | None = None
        self._queue = SpeechQueue()
        self._news = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    # From the board, in any thread

    def listen(self, listener: VoiceListener) -> None:
        """See ``Voice``."""
        self._listener = listener

    def follow(self, plan: HallPlan, now: Callable[[], datetime]) -> None:
        """See ``Voice``."""
        with self._news:
            self._plan, self._now = plan, now
            self._wake()

    def lead(self, zones: frozenset[str]) -> None:
        """See ``Voice``."""
        with self._news:
            self._queue.lead(zones)
            self._wake()

    def held(self) -> tuple[CallKey, ...]:
        """See ``Voice``."""
        with self._news:
            return self._queue.held()

    def heard_elsewhere(self, calls: Iterable[CallKey]) -> None:
        """See ``Voice``."""
        with self._news:
            self._queue.heard_elsewhere(calls)

    def call(self, call: CallToSpeak) -> None:
        """See ``Voice``."""
        with self._news:
            self._queue.add(call)
            self._wake()

    def answered(self, turn_id: int) -> None:
        """See ``Voice``."""
        with self._news:
            results = self._queue.answered(turn_id)
        self._tell(results)

    def alert(self, alert: Alert | None) -> None:
        """See ``Voice``."""
        with self._news:
            self._queue.alert(alert)
            self._wake()

    def say(self, *sentences: str, zones: Iterable[str] = ()) -> None:
        """See ``Voice``."""
        with self._news:
            self._queue.say(*sentences, zones=zones)
            self._wake()

    def close(self) -> None:
        """See ``Voice``."""
        with self._news:
            self._closed = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join(CLOSE_S)

    def _wake(self) -> None:
        """Notify the thread; it begins with the first work there is for it."""
        if self._thread is None and self._plan and self._queue.leads and not self._closed:
            self._thread = threading.Thread(target=self._run, name="calls", daemon=True)
            self._thread.start()
        self._news.notify()

    def _tell(self, results: Iterable[Spoken]) -> None:
        for result in results:
            self._listener.spoken(result)

    # In its own thread

    def _run(self) -> None:
        speech = Speech(self._equipment)
        floor = self._equipment.floor()
        try:
            while self._wait_for_work(speech.mouth):
                if floor.take(self._ends_within):
                    try:
                        self._speak_next(speech)
                    except Exception:
                        log.exception("nothing is spoken this time")
                    finally:
                        floor.give()
                self._ends_within(self._between_s)
        finally:
            speech.mouth.close()

    def _speak_next(self, speech: "Speech") -> None:
        plan, now = self._plan, self._now
        if plan is None or now is None:
            return
        at = now()
        with self._news:
            step = self._queue.next(at)
            lapsed = isinstance(step.say, Reading) and self._lapsed(step.say.call.zone)
        self._tell(step.dropped)
        if lapsed:
            return
        if isinstance(step.say, Reading):
            self._read(speech, step.say, Manner.of(plan, at))
        elif step.say is not None:
            self._say(speech, step.say, Manner.of(plan, at))

    def _lapsed(self, zone: str) -> bool:
        """Return whether a zone's lease has run out; its calls wait silently from then on."""
        if self._listener.leads(zone):
            return False
        self._queue.put_back()
        self._queue.lapse(zone)
        return True

    def _read(self, speech: "Speech", reading: Reading, manner: "Manner") -> None:
        self._listener.begins(reading.call.key)
        times, why = 0, None
        try:
            sound, why = speech.begin(reading, manner)
            played = speech.play(sound, manner.volume, self._cut_within)
            if played is not Played.WHOLE:
                why = why or Unspoken.NO_SOUND
            elif why is None:
                times = 1 + self._again(speech, manner)
        except Exception:
            log.exception("a call is not spoken")
            played, why = Played.LOST, Unspoken.NO_SOUND
        with self._news:
            if self._closed and not times:
                return
            cut = played is Played.CUT
            results = self._queue.put_back() if cut else self._queue.over(times, why)
        self._tell(results)

    def _again(self, speech: "Speech", manner: "Manner") -> int:
        """Speak the same call a second time where nobody waits; return how often that was."""
        if not self._is_alone() or self._ends_within(self._again_s):
            return 0
        if not self._is_alone():  # somebody may have been called meanwhile
            return 0
        played = speech.play(speech.last, manner.volume, self._cut_within)
        return int(played is Played.WHOLE)

    def _is_alone(self) -> bool:
        with self._news:  # the board may be adding a call just now
            return self._queue.again()

    def _say(self, speech: "Speech", sentences: Sentences, manner: "Manner") -> None:
        def over(seconds: float) -> bool:
            with self._news:
                return self._news.wait_for(lambda: self._closed or not stands(sentences), seconds)

        stands = self._queue.stands
        try:
            speech.play(speech.sentences(sentences.keys, manner), SENTENCE_VOLUME, over)
        except Exception:
            log.exception("a sentence is not spoken")
        if self._now is not None:
            with self._news:
                self._queue.said(sentences, self._now())

    def _wait_for_work(self, mouth: "Mouth") -> bool:
        """Wait until something is to be said; False when it is over. The device rests meanwhile."""
        rest_at: float | None = time.monotonic() + self._rest_s
        while True:
            with self._news:
                if not self._closed and not self._due():
                    self._news.wait(self._patience(rest_at))
                if self._closed or self._due():
                    return not self._closed
            if rest_at is not None and time.monotonic() >= rest_at:
                rest_at = None
                mouth.rest()

    def _due(self) -> bool:
        return self._now is not None and self._queue.due(self._now())

    def _patience(self, rest_at: float | None) -> float | None:
        """Return how long nothing is to be done at most, None for ever."""
        waits = [] if rest_at is None else [max(0.0, rest_at - time.monotonic())]
        repeated_at = self._queue.wake_at()
        if repeated_at is not None and self._now is not None:
            waits.append(max(0.0, (repeated_at - self._now()).total_seconds()))
        if self._queue.backlog():
            waits.append(HELD_UP_S)
        return min(waits, default=None)

    def _ends_within(self, seconds: float) -> bool:
        with self._news:
            return self._news.wait_for(lambda: self._closed, seconds)

    def _cut_within(self, seconds: float) -> bool:
        with self._news:
            return self._news.wait_for(lambda: self._closed or self._queue.urgent(), seconds)
