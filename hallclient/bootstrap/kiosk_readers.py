"""A kiosk's scanner and card reader on their ports. Imported late, drivers and all.

What a card says stays here: the kiosk gets a ``Visitor``, made with the hall's key of the day.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from hallclient.bootstrap.memory import remembered
from hallclient.bootstrap.messages import hall_key
from hallclient.config import KEYBOARD, Settings
from hallclient.devices.card_reader import CardReader
from hallclient.devices.id_card import IdCard
from hallclient.devices.links import Links
from hallclient.devices.listening import ListeningDevice
from hallclient.devices.profile import DEVICE_KINDS, DeviceProfile, Kind, load_profile
from hallclient.devices.profile_error import ProfileError
from hallclient.devices.scanner import Scanner
from hallclient.domain.errors import DomainError
from hallclient.domain.hall import HallPlan
from hallclient.services.persons import PersonKeys
from hallclient.services.ports_devices import DeviceState, Visitor
from hallclient.services.sealing import KeyTrouble
from hallclient.services.stations import DeviceReport, Reporter
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError
from hallclient.services.visitors import visitor_of

if TYPE_CHECKING:
    from hallclient.bootstrap.halls import LateHall
    from hallclient.storage.store import SqlStore

log = logging.getLogger(__name__)


class ReaderEars(Protocol):
    """Who hears the readers, in the threads of their ports (``kiosk.bridge.ReaderBridge``)."""

    def scanned(self, text: str) -> None:
        """Take a code; hostile until it was parsed."""
        ...

    def card_read(self, visitor: Visitor) -> None:
        """Take the holder of a card that was read."""
        ...

    def card_noticed(self) -> None:
        """Take that a card lies there."""
        ...

    def card_unreadable(self) -> None:
        """Take that a card stays unread."""
        ...


class KioskReaders:
    """What the settings name, on its links, reported to the hall. Close it before its hall."""

    def __init__(self, settings: Settings, hall: "LateHall", ears: ReaderEars) -> None:
        own = settings.kiosk
        self._settings = settings
        self._hall = hall
        self._ears = ears
        self._stores: list[SqlStore] = []
        self._own_store: Store | None = None
        self._links = Links()
        self._reporter = Reporter(self._store, own.name)
        self._reader: CardReader | None = None
        self._keys = _person_keys(settings) if own.reader else None
        if own.scanner and own.scanner != KEYBOARD:
            profile = profile_of(own.scanner_profile, Kind.SCANNER)
            link = self._links.at(own.scanner, profile.port)
            self._report(Scanner(link, profile, ears.scanned), profile, "scanner", own.scanner)
        if own.reader:
            profile = profile_of(own.reader_profile, Kind.ID_CARD_READER)
            self._reader = CardReader(
                self._links.at(own.reader, profile.port),
                profile,
                self._read,
                unreadable=ears.card_unreadable,
                noticed=ears.card_noticed,
            )
            self._report(self._reader, profile, "card reader", own.reader)

    @property
    def state(self) -> DeviceState:
        """Where the card reader stands; absent when there is none."""
        return DeviceState.ABSENT if self._reader is None else self._reader.state

    def allow(self, *, reading: bool) -> None:
        """Let one card be read, or none any more."""
        if self._reader is not None:
            self._reader.allow(reading=reading)

    def start(self) -> None:
        """Open the ports. Once."""
        self._links.start()

    def close(self) -> None:
        """Release the ports and what was opened for them."""
        self._reporter.close()
        self._links.close()
        for store in self._stores:
            store.close()

    def _report(
        self, device: ListeningDevice, profile: DeviceProfile, name: str, port: str
    ) -> None:
        row = DeviceReport(
            name=name,
            kind=DEVICE_KINDS[profile.kind],
            state=device.state,
            profile=profile.id,
            port=port,
        )
        device.watch(lambda state: self._reporter.note(replace(row, state=state)))
        self._reporter.note(row)

    def _store(self) -> Store:
        store = self._hall.open().another_store()
        self._stores.append(store)
        return store

    # In the card reader's thread

    def _read(self, card: IdCard) -> None:
        try:
            plan, now = self._present()
            visitor = visitor_of(
                plan, now, self._keys, number=card.number, born=card.born, mask=card.masked_name
            )
        except DomainError as error:
            log.info("card reader: a card was not taken: %s", error.key)
            self._ears.card_unreadable()
        except Exception as error:  # noqa: BLE001 - a traceback would carry what the card says
            log.error("card reader: a card was not taken: %s", type(error).__name__)  # noqa: TRY400
            self._ears.card_unreadable()
        else:
            self._ears.card_read(visitor)

    def _present(self) -> tuple[HallPlan, datetime]:
        """Return the hall and its time; while the database is away, as this PC knows them."""
        try:
            self._own_store = self._own_store or self._store()
            with self._own_store.look() as reader:
                return reader.plan, reader.now
        except StoreError:
            plan = remembered(self._settings)
            if plan is None:
                raise
            return plan, datetime.now(UTC)


def profile_of(name: str, kind: Kind) -> DeviceProfile:
    """Return the profile of a device of this kind; raises ``ProfileError``."""
    profile = load_profile(name)
    if profile.kind is not kind:
        raise ProfileError(f"{name} is the profile of a {profile.kind}, not of a {kind}")
    return profile


def _person_keys(settings: Settings) -> PersonKeys | None:
    try:
        return PersonKeys(hall_key(settings))
    except KeyTrouble as error:
        log.warning("cards are not known again: %s", error)
        return None
