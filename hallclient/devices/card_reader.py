"""An ID-card reader (SAM) on a link: finds, selects, reads (devices.md §2.3).

Rules:

1. The reader is asked for a card every ``poll_seconds`` of its profile, never faster than every
   ``POLL_SECONDS``; one request at a time.
2. A card is read once, however long it lies there. Most readers do not find a card again that
   they have read until it was lifted, some do: both are one reading.
3. A card that cannot be read is tried ``TRIES`` times while it lies there, then given up.
4. A reader that leaves ``SILENCES`` requests unanswered is stale and asked less often.
5. With ``noticed`` no card is read before :meth:`CardReader.allow`, and one only: its holder has
   seen the notice (domain.md §7). Until then a card that lies there is noticed, once.

Nothing of a card is ever logged, and nothing is kept: it goes to ``read`` and is forgotten.
"""

import logging
import time
from collections.abc import Callable

from hallclient.devices.codec.formats import Frame
from hallclient.devices.id_card import CardError, IdCard, read_card
from hallclient.devices.link import Link
from hallclient.devices.listening import ListeningDevice
from hallclient.devices.member import Channel
from hallclient.devices.profile import DeviceEvent, DeviceProfile
from hallclient.devices.transport import DeviceError
from hallclient.services.ports_devices import DeviceState

log = logging.getLogger(__name__)

POLL_SECONDS = 0.3
STALE_POLL_SECONDS = 1.0
ANSWER_SECONDS = 1.5
TRIES = 3
SILENCES = 3
ABSENCES = 2
"""So many answers without a card in a row are a card that was lifted."""


def _nothing() -> None:
    """Tell nobody."""


class CardReader(ListeningDevice):
    """``read`` gets every card laid down, once; all callbacks come in the worker thread.

    ``removed`` follows when it is gone: with most readers that is all that can be known, and
    soon after the reading. ``unreadable`` is called for a card that stays unread. ``noticed`` makes
    it a reader that asks first: it is told of a card that may not be read yet.
    """

    def __init__(
        self,
        link: Link,
        profile: DeviceProfile,
        read: Callable[[IdCard], None],
        *,
        removed: Callable[[], None] = _nothing,
        unreadable: Callable[[], None] = _nothing,
        noticed: Callable[[], None] | None = None,
    ) -> None:
        self._read, self._removed, self._unreadable = read, removed, unreadable
        self._noticed = noticed
        self._allowed = noticed is None
        self._known = False
        self._poll_seconds = max(POLL_SECONDS, profile.poll_seconds)
        self._step = ""
        self._next_at = 0.0
        self._queued = False
        self._silences = self._absences = self._failures = 0
        self._done = False
        super().__init__(link, profile)

    def allow(self, *, reading: bool) -> None:
        """Let one card be read, the one that lies there or the next; or none any more. Any thread.

        Nothing changes for a reader that does not ask first.
        """
        self._allowed = reading or self._noticed is None

    # The link's client, in the worker thread.

    def opened(self, channel: Channel) -> None:
        """Ask for a card. One read before the line broke is not read again unless lifted."""
        super().opened(channel)
        self._silences = 0
        self._request("find", channel)

    def due(self, now: float) -> float | None:
        """Ask again, or give up waiting for an answer."""
        if self._member.state not in {DeviceState.READY, DeviceState.STALE} or self._queued:
            return None
        if now < self._next_at:
            return self._next_at
        self._queued = True
        self._member.submit(self._work, self._refused)
        return None

    def _work(self, channel: Channel) -> None:
        self._queued = False
        if time.monotonic() < self._next_at:  # answered while this waited for the line
            return
        if self._step:
            self._note_silence(channel)
        else:
            self._request("find", channel)

    def _refused(self, _reason: DeviceError) -> None:
        self._queued = False

    def _note_silence(self, channel: Channel) -> None:
        self._silences += 1
        if self._silences >= SILENCES:
            channel.answers(answers=False)
            self._rest(STALE_POLL_SECONDS)
        else:
            self._rest()

    def _request(self, command: str, channel: Channel) -> None:
        self._step = command
        self._next_at = time.monotonic() + (self._profile.ack_seconds or ANSWER_SECONDS)
        channel.write(self._profile.encode(command))

    def _rest(self, at_least: float = 0.0) -> None:
        """Wait before the next request for a card."""
        self._step = ""
        self._next_at = time.monotonic() + max(self._poll_seconds, at_least)

    def _take(self, frame: Frame, channel: Channel) -> None:
        if not self._step:
            return  # an answer that came too late belongs to no request
        channel.answers(answers=True)
        self._silences = 0
        event = self._profile.event(frame)
        if event is None:
            log.info("card reader: a frame of unknown content was refused")
        elif event.name == "removed":
            self._absences = ABSENCES
            self._note_absence()
        elif self._step == "find":
            self._answer_to_find(event, channel)
        else:
            self._answer_to_card(event, channel)

    def _answer_to_find(self, event: DeviceEvent, channel: Channel) -> None:
        if event.name == "found":
            self._absences = 0
            if self._done or not self._allowed:
                self._rest()
                self._notice()
            else:
                self._request("select", channel)
            return
        if event.name == "absent":
            self._note_absence()
        self._rest()

    def _answer_to_card(self, event: DeviceEvent, channel: Channel) -> None:
        """Take the answer to ``select`` or ``read``."""
        if not self._allowed:  # its holder has changed their mind, or has gone
            self._rest()
            return
        if self._step == "select" and event.name == "selected":
            self._request("read", channel)
            return
        card = _card(event) if self._step == "read" else None
        self._rest()
        if card is None:
            self._note_failure()
        else:
            self._end()
            self._read(card)

    def _notice(self) -> None:
        """Tell of a card that waits for its holder's word, once."""
        if self._noticed is not None and not self._done and not self._known:
            self._known = True
            self._noticed()

    def _end(self) -> None:
        """Be done with the card that lies there, and with what was allowed."""
        self._done = True
        self._allowed = self._noticed is None

    def _note_absence(self) -> None:
        self._absences += 1
        if self._absences < ABSENCES:
            return
        was_there, self._done, self._failures = self._done or self._known, False, 0
        self._known = False
        if was_there:
            self._removed()

    def _note_failure(self) -> None:
        self._failures += 1
        if self._failures >= TRIES and not self._done:
            self._end()
            log.info("card reader: a card could not be read")
            self._unreadable()


def _card(event: DeviceEvent) -> IdCard | None:
    """Return the card in an answer, ``None`` for any other answer or a damaged card."""
    if event.name != "read":
        return None
    try:
        return read_card(event.text)
    except CardError:
        return None
