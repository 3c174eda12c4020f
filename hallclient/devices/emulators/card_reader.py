"""An emulated ID-card reader, and the invented cards to lay on it."""

from datetime import date
from pathlib import Path

from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.console import Verb, switch
from hallclient.devices.emulators.device import EmulatedDevice
from hallclient.devices.id_card import CardKind, IdCard, card_text
from hallclient.devices.profile import DeviceEvent, DeviceProfile

NOBODY = IdCard(
    kind=CardKind.CITIZEN,
    name="测试甲",
    number="999999199003070012",
    born=date(1990, 3, 7),
    sex=1,
    valid_from=date(2020, 1, 1),
    valid_to=date(2040, 1, 1),
    issuer="岷安区样张局",
    address="岷安区样张路1号",
    nation="01",
)
"""A card of nobody: its check digit is right, its region does not exist."""


class EmulatedCardReader(EmulatedDevice):
    """A SAM reader.

    ``finds_again``: it finds a card again that it has read and that still lies there, as some do.
    Faults: ``broken_card`` (found, but never read), ``overlooks`` (so many times it does not find
    a card that lies there).
    """

    def __init__(
        self, profile: DeviceProfile, *, link: Path | None = None, bus: EmulatedBus | None = None
    ) -> None:
        self.finds_again = False
        self.broken_card = False
        self.overlooks = 0
        self._card: IdCard | None = None
        self._was_read = False
        self._requests: dict[str, int] = {}
        super().__init__(profile, link=link, bus=bus)

    def lay(self, card: IdCard = NOBODY) -> None:
        """Lay a card on the reader."""
        self._was_read = False
        self._card = card

    def lift(self) -> None:
        """Take the card away."""
        self._card = None

    def requests(self, command: str) -> int:
        """Return how often it was asked to do this."""
        with self._changed:
            return self._requests.get(command, 0)

    def wait_for_requests(self, command: str, count: int, timeout: float) -> bool:
        """Wait until it was asked to do this that many times in all."""
        return self.wait_until(lambda: self._requests.get(command, 0) >= count, timeout)

    def _obey(self, event: DeviceEvent) -> None:
        answer, text = self._answer(event.name)
        self.say(self.profile.say(answer, text=text) if text else self.profile.say(answer))
        with self._changed:
            self._requests[event.name] = self._requests.get(event.name, 0) + 1
            self._changed.notify_all()

    def _answer(self, command: str) -> tuple[str, str]:
        """Return the event it answers with, and the text of the card."""
        card = self._card
        if card is None or (self._was_read and not self.finds_again):
            return ("absent" if command == "find" else "failed"), ""
        if command == "find":
            return self._find(), ""
        if command == "select":
            return "selected", ""
        if self.broken_card:
            return "failed", ""
        self._was_read = True
        return "read", card_text(card)

    def _find(self) -> str:
        if self.overlooks:
            self.overlooks -= 1
            return "absent"
        return "found"

    def _state(self) -> str:
        if self._card is None:
            return "no card"
        return "a card that was read" if self._was_read else "a card that was not read yet"

    def _verbs(self) -> dict[str, Verb]:
        return {
            "card": Verb("card on|off|broken: lay down an invented card, or lift it", self._lay),
            "again": Verb("again on|off: find a card again that was read", self._find_again),
            **super()._verbs(),
        }

    def _lay(self, text: str) -> None:
        self.broken_card = text == "broken"
        if self.broken_card or switch(text):
            self.lay()
        else:
            self.lift()

    def _find_again(self, text: str) -> None:
        self.finds_again = switch(text)
