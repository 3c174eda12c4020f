"""Text messages, sent by the one PC of the hall that holds the lease for them."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from hallclient.agent.part import PartState, StatusLine, utc_now
from hallclient.services.messages import LEASE, Messages
from hallclient.services.ports_devices import MessageSenderPort
from hallclient.services.sealing import KeyTrouble
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError

log = logging.getLogger(__name__)

EVERY_SECONDS = 3.0
END_SECONDS = 8.0
"""For a message that is being sent when the agent ends; the next sender calls it unknown."""
CUT_SECONDS = 2.0
"""For the same once its modem is closed, to write down that nobody knows."""
LEASE_SECONDS = 120
"""Longer than a message usually takes; one that outlasts it is marked unknown, not sent twice."""


class MessagePart:
    """Fulfils ``agent.part.Part``.

    ``open_store`` and ``make_outbox`` are called in its thread, ``open_sender`` by ``start``.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        make_outbox: Callable[[Store], Messages],
        open_sender: Callable[[], MessageSenderPort],
        holder: str,
        *,
        every_seconds: float = EVERY_SECONDS,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._changed = changed
        self._open_store = open_store
        self._make_outbox = make_outbox
        self._open_sender = open_sender
        self._sender: MessageSenderPort | None = None
        self._holder = holder
        self._every = every_seconds
        self._ending = threading.Event()
        self._sent = self._unreadable = 0
        self._status = self._line(PartState.WAITING, "not begun")
        self._thread = threading.Thread(target=self._work, name="messages", daemon=True)

    @property
    def name(self) -> str:
        """What people call it."""
        return "messages"

    def start(self) -> None:
        """Begin to send."""
        if self._sender is None:
            self._sender = self._open_sender()
            self._thread.start()

    def stop(self) -> None:
        """Begin no further message."""
        self._ending.set()

    def close(self) -> None:
        """End; a message that is being sent is given a few seconds."""
        self.stop()
        if self._sender is not None:
            self._thread.join(END_SECONDS)
            self._sender.close()
            self._thread.join(CUT_SECONDS)

    def status(self) -> Sequence[StatusLine]:
        """Return one line."""
        return (self._status,)

    # In the thread.

    def _work(self) -> None:
        store: Store | None = None
        mine = False
        while not self._ending.is_set():
            try:
                store = store or self._open_store()
                mine = self._round(store, new=not mine)
            except StoreError as error:
                mine = False
                self._say(PartState.WAITING if error.retryable else PartState.TROUBLE, str(error))
            except KeyTrouble as error:
                mine = False
                self._say(PartState.TROUBLE, f"{error} hallclient hall key makes one.")
            except Exception:
                mine = False
                log.exception("text messages met something unexpected; trying again")
                self._say(PartState.TROUBLE, "something unexpected, see the log; trying again")
            self._ending.wait(self._every)
        if store is not None and mine:
            self._let_go(store)
        self._say(PartState.STOPPED, "")

    def _round(self, store: Store, *, new: bool) -> bool:
        """Send what is due, where the lease is ours; return whether it is."""
        outbox = self._make_outbox(store)  # before the lease: who lacks the key keeps nobody away
        if not store.take_lease(LEASE, self._holder, LEASE_SECONDS):
            self._say(PartState.RESTING, "another PC sends the messages")
            return False
        if new and (left := outbox.give_up_interrupted()):
            log.warning("%d text messages were interrupted; they are not sent again", left)
        outbox.plan_due()
        if self._sender is not None:
            sent = outbox.deliver(self._sender, lambda: self._may_go_on(store))
            self._sent += sent
            self._unreadable = 0 if sent else self._unreadable + outbox.unreadable
        if self._unreadable:
            words = f"{self._unreadable} telephones were sealed with another key than this PC has"
            self._say(PartState.TROUBLE, words)
        else:
            self._say(PartState.RUNNING, f"{self._sent} sent")
        return True

    def _may_go_on(self, store: Store) -> bool:
        lease = not self._ending.is_set() and store.take_lease(LEASE, self._holder, LEASE_SECONDS)
        return bool(lease)

    def _let_go(self, store: Store) -> None:
        try:
            store.drop_lease(LEASE, self._holder)
        except StoreError as error:
            log.info("the lease for messages ends by itself: %s", error)

    def _say(self, state: PartState, words: str) -> None:
        if state is not self._status.state:
            log.info("messages: %s%s", state, f", {words}" if words else "")
            self._status = self._line(state, words)
        elif words != self._status.words:
            self._status = self._line(state, words, self._status.since)
        else:
            return
        self._changed()

    def _line(self, state: PartState, words: str, since: datetime | None = None) -> StatusLine:
        return StatusLine(self.name, state, since or utc_now(), words=words)
