"""The usher of the demo, at a desk beside the kiosk."""

from hallclient.domain.parts import Service, Staff
from hallclient.lab.demo.at_kiosk import AtKiosk
from hallclient.lab.demo.people import Scene
from hallclient.lab.demo.stage import Stage
from hallclient.lab.hand import HandError

NUMBERS = 2
"""Numbers that the usher takes for citizens in a play."""
EVERY_S = 12.0


class UsherDesk(AtKiosk):
    """Signs in, takes numbers for citizens, goes to who calls for help."""

    def __init__(self, scene: Scene, seed: int, stage: Stage, usher: Staff) -> None:
        super().__init__(scene, seed, stage.plan)
        self._usher = usher
        self._pin = stage.usher_pin
        self._services: tuple[Service, ...] = stage.services
        self._taken = 0

    def run(self) -> None:
        """Work until the screens are to be covered, or all is over."""
        self._sign_in()
        self._moment("usher-desk", self._hand)
        wait = EVERY_S
        while not (self._tempo.over.is_set() or self._tempo.clearing.is_set()):
            self._answer_calls()
            self._tempo.pause(1.0)
            wait -= 1.0
            if wait <= 0 and self._taken < NUMBERS and not self._tempo.closing.is_set():
                wait, self._taken = EVERY_S, self._taken + 1
                try:
                    self._take_for_somebody()
                except HandError as error:
                    self._witness.troubles.append(f"usher: {error}")
                    return

    def _key(self, name: str) -> str:
        return self._words(f"kiosk.usher.{name}")

    def _sign_in(self) -> None:
        hand = self._hand
        hand.wait_for(self._key("next"))
        self._type(self._usher.code)
        hand.touch(self._key("next"))
        self._type(self._pin)
        hand.touch(hand.wait_for(self._key("enter")))
        hand.wait_for(self._key("take"))

    def _type(self, digits: str) -> None:
        for digit in digits:
            self._hand.touch(digit)

    def _answer_calls(self) -> None:
        hand = self._hand
        asked = self._words("kiosk.usher.calls_n", n=1)
        if not hand.shows(asked, live=True):
            return
        hand.touch(asked)
        self._moment("usher-calls", hand)
        # Windows are the supervisor's to go to.
        calls = [name for name in hand.names(live=True) if " · " in name]
        window = self._words("common.window_n", window="").strip()
        call = next((name for name in calls if window not in name), None)
        if call is not None:
            hand.touch(call)
            self._tempo.wait(3.0)  # a kiosk looks every two seconds
            hand.touch(call.partition(" · ")[0])  # 办好了
        hand.touch(hand.wait_for(self._key("number")))

    def _take_for_somebody(self) -> None:
        hand, service = self._hand, self._mind.choice(self._services)
        hand.touch(self._key("take"))
        hand.touch(hand.wait_for(self._key("choose")))
        if hand.shows(self._name(service), live=True):
            hand.touch(self._name(service))
        else:
            self._find(service)
        self._take(self._words("kiosk.confirm.get"), "usher-done")
        hand.touch(hand.wait_for(self._key("number")))
