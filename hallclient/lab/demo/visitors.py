"""The visitors of the demo, one after another at the kiosk: each comes in a way of his own."""

from collections.abc import Callable, Mapping
from itertools import chain, cycle

from hallclient.devices.id_card import IdCard
from hallclient.domain.parts import Service
from hallclient.lab.demo.at_kiosk import IDLE_S, AtKiosk
from hallclient.lab.demo.lobby import ELDER, PIN
from hallclient.lab.demo.people import OPENING_S, Scene
from hallclient.lab.demo.stage import Stage
from hallclient.lab.hand import HandError

STORY = (
    *("plainly", "for_several", "plainly", "as_an_elder", "several_things", "by_code"),
    *("without_network", "by_card", "missed", "elder_by_card", "plainly", "guide", "missed"),
    *("to_book", "by_code", "for_help"),
)
AFTERWARDS = ("by_card", "by_code", "missed", "plainly", "as_an_elder", "several_things")


class Visitors(AtKiosk):
    """One visitor after another. ``codes`` are the printed codes by label, as the paper comes."""

    def __init__(self, scene: Scene, seed: int, stage: Stage, codes: Mapping[str, str]) -> None:
        super().__init__(scene, seed, stage.plan)
        self._stage = stage
        self._lobby = stage.lobby
        self._codes = codes
        self._came_back: set[str] = set()
        self._expected = list(self._lobby.invited)
        self._cards: list[IdCard] = [ELDER]
        self._home = self._words("kiosk.home.take")

    def run(self) -> None:
        """Come until closing time; who has nothing to come for now takes a number plainly."""
        self._hand.wait_for(self._home, limit_s=OPENING_S)
        self._tempo.begun.set()
        self._moment("kiosk-home", self._hand)
        for way in chain(STORY, cycle(AFTERWARDS)):
            if self._tempo.closing.is_set():
                break
            self._come(way)
            self._tempo.pause(self._mind.uniform(0.3, 1.2))
        self._come("technician")

    def _come(self, way: str) -> None:
        visit: Callable[[], bool] = getattr(self, f"_{way}")
        try:
            if not visit():
                self._plainly()
            self._hand.wait_for(self._home)
        except HandError as error:
            self._witness.troubles.append(f"visitor {way}: {error}")
            self._go_home()

    def _go_home(self) -> None:
        """Leave the kiosk to the next one, by its own key or by waiting until it is idle."""
        usual = self._words("kiosk.easy.usual")
        for name in (self._words("kiosk.services.back_home"), self._words("common.home"), usual):
            if self._hand.shows(name, live=True):
                self._hand.touch(name)
                break
        self._hand.wait_for(self._home, limit_s=IDLE_S)

    # The ways to come

    def _plainly(self) -> bool:
        self._choose(self._mind.choice(self._stage.services))
        self._check()
        self._take(self._words("kiosk.confirm.get"))
        return True

    def _for_several(self) -> bool:
        """Take numbers for two principals in one go."""
        if self._plan.rules.tickets_at_once < 2:
            return False
        self._choose(self._mind.choice(self._stage.services))
        self._check()
        self._press("kiosk.several.another")
        self._take(self._words("kiosk.several.get_n", n=2), "kiosk-several-numbers")
        return True

    def _several_things(self) -> bool:
        """Do two things with one number."""
        first = self._mind.choice(self._stage.services)
        others = [one for one in self._stage.services if one.queue != first.queue]
        if self._plan.rules.services_at_once < 2 or not others:
            return False
        self._choose(first)
        self._check()
        self._press("kiosk.several.more")
        self._find(self._mind.choice(others))
        get = self._hand.wait_for(self._words("kiosk.several.get"))
        self._moment("kiosk-several", self._hand)
        self._take(get)
        return True

    def _as_an_elder(self) -> bool:
        """Turn to the large print, and say only what it is about."""
        served = {service.queue for service in self._stage.services}
        known = [one for one in self._plan.departments if one.easy_queue in served]
        if not known:
            return False
        words, hand, matter = self._words, self._hand, self._mind.choice(known)
        self._press("kiosk.home.large")
        take = hand.wait_for(words("kiosk.easy.take"))
        self._moment("kiosk-easy", hand)
        hand.touch(take)
        self._tempo.pause(0.5)
        self._moment("kiosk-easy-choice", hand)
        title = matter.easy.text(words.language) or matter.name.text(words.language)
        self._turn_to(title, words("kiosk.easy.further"))
        self._take(title, "kiosk-easy-done")
        return True

    def _by_code(self) -> bool:
        """Check an appointment in by its code."""
        if not self._lobby.expected:
            return False
        one = next((one for one in self._expected if one.card is None), None)
        if one is None:
            return False
        self._expected.remove(one)
        self._lobby.scanner.scan(one.number)
        self._check_in()
        return True

    def _by_card(self) -> bool:
        """Check an appointment in by the card on the reader."""
        one = next((one for one in self._expected if one.card is not None), None)
        if one is None or one.card is None or not self._lobby.expected:
            return False
        self._expected.remove(one)
        self._lay(one.card)
        try:
            self._check_in()
        finally:
            self._lobby.reader.lift()
        return True

    def _elder_by_card(self) -> bool:
        """Take a number with a card: who is old enough goes ahead."""
        if not self._cards:
            return False
        self._lay(self._cards.pop())
        try:
            self._hand.wait_for(self._words("kiosk.services.back_home"))
            self._find(self._mind.choice(self._stage.services))
            self._take(self._words("kiosk.confirm.get"))
        finally:
            self._lobby.reader.lift()
        return True

    def _missed(self) -> bool:
        """Come back after a missed call, with the ticket in hand."""
        known = [one for one in self._witness.missed if one in self._codes]
        label = next((one for one in known if one not in self._came_back), None)
        if label is None:
            return False
        self._came_back.add(label)
        self._lobby.scanner.scan(self._codes[label])
        again = self._hand.wait_for(self._words("kiosk.found.do.requeue"))
        self._moment("kiosk-found", self._hand)
        self._hand.touch(again)
        self._press("kiosk.found.do.finish")
        return True

    def _guide(self) -> bool:
        """Only look, and take the list of papers home."""
        if not self._hand.shows(self._words("kiosk.home.guide"), live=True):
            return False
        self._press("kiosk.home.guide")
        self._find(self._mind.choice(self._stage.services))
        self._hand.wait_for(self._words("kiosk.guide.take"))
        self._moment("kiosk-guide", self._hand)
        if self._hand.shows(self._words("kiosk.guide.print_offered"), live=True):
            self._press("kiosk.guide.print_offered")
            self._tempo.pause(0.8)
        self._press("common.home")
        return True

    def _to_book(self) -> bool:
        """Book a time for later."""
        known = [o for o in self._stage.services if self._plan.queue_of[o.queue].slice_booked]
        if not known or not self._hand.shows(self._words("kiosk.home.booking"), live=True):
            return False
        hand, words = self._hand, self._words
        self._press("kiosk.home.booking")
        self._press("kiosk.check_in.book")
        self._find(self._mind.choice(known))
        slot = self._slot()
        hand.touch(slot)
        self._moment("kiosk-booking", hand)
        time = slot.partition(" ")[0]
        begins = words("kiosk.book.confirm", day="", time="").strip()
        hand.touch(next(n for n in hand.names(live=True) if n.startswith(begins) and time in n))
        finish = hand.wait_for(words("kiosk.done.finish"))
        self._tempo.pause(0.8)
        self._moment("kiosk-booked", hand)
        hand.touch(finish)
        return True

    def _for_help(self) -> bool:
        """Ask for a person, and go on alone once somebody comes."""
        helping = self._words("kiosk.easy.helping")
        self._press("kiosk.home.large")
        self._hand.wait_for(self._words("kiosk.easy.take"))
        if self._hand.shows(helping, live=True):
            self._hand.touch(helping)
            usher = self._stage.usher
            if usher is not None:
                coming = self._words("kiosk.help.coming", name=usher.name)
                self._hand.wait_to_read(coming)
            self._moment("kiosk-help", self._hand)
            self._press("common.home")
        else:
            self._press("kiosk.easy.usual")
        return True

    def _without_network(self) -> bool:
        """Take a number while the kiosk's cable is pulled."""
        network = self._words("kiosk.fault.network")
        self._hand.cut(on=True)
        try:
            self._plainly()
            self._hand.wait_for(self._home)
            self._hand.wait_to_read(network)
            self._moment("kiosk-offline", self._hand)
        finally:
            self._hand.cut(on=False)
        self._hand.wait_to_read(network, gone=True)
        return True

    def _technician(self) -> bool:
        """Look at the page behind the PIN."""
        self._hand.key("Control+Alt+T")
        enter = self._hand.wait_for(self._words("kiosk.technician.enter"))
        self._hand.type(PIN)
        self._hand.wait_for(f"{self._words('kiosk.technician.pin')}: {len(PIN)}")
        self._hand.touch(enter)
        done = self._hand.wait_for(self._words("kiosk.technician.done"))
        self._tempo.pause(0.5)
        self._moment("kiosk-technician", self._hand)
        self._hand.touch(done)
        return True

    # What several of them do

    def _choose(self, service: Service) -> None:
        """From the first page to the one that confirms."""
        name = self._name(service)
        if self._hand.shows(name, live=True):
            self._hand.touch(name)
        else:
            self._hand.touch(self._home)
            self._find(service)

    def _check(self) -> None:
        self._hand.wait_for(self._words("kiosk.confirm.get"))
        self._moment("kiosk-confirm", self._hand)
        self._tempo.pause(0.6)

    def _check_in(self) -> None:
        check_in = self._hand.wait_for(self._words("kiosk.found.do.check_in"))
        self._moment("kiosk-appointment", self._hand)
        self._tempo.pause(0.4)
        self._take(check_in)

    def _lay(self, card: IdCard) -> None:
        """Lay a card down, and agree to its being read."""
        self._lobby.reader.lay(card)
        agree = self._hand.wait_for(self._words("kiosk.card.agree"))
        self._moment("kiosk-card", self._hand)
        self._hand.touch(agree)

    def _slot(self) -> str:
        """Return the name of a time that is free."""
        room = self._words("kiosk.book.room", count=1, n="").split("{")[0].strip()
        hand = self._hand
        hand.wait_for(self._words("kiosk.book.back"))
        for _ in range(20):
            self._tempo.pause(0.2)
            free = [n for n in hand.names(live=True) if n[:2].isdigit() and room in n]
            if free:
                return self._mind.choice(free)
        raise HandError("no time is free")
