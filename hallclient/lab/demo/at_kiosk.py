"""What all who stand before the demo's kiosk do alike: find things, take the number, go."""

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service
from hallclient.lab.demo.people import LABEL, Actor, Scene
from hallclient.lab.hand import HandError

PAGES = 30
"""Pages that a visitor turns before giving a service up."""
IDLE_S = 100.0
"""Until a kiosk that was left has come back to its first page."""


class AtKiosk(Actor):
    """Somebody at a kiosk, who finds things by their names."""

    def __init__(self, scene: Scene, seed: int, plan: HallPlan) -> None:
        super().__init__(scene, seed)
        self._plan = plan

    def _name(self, service: Service) -> str:
        return service.name.text(self._words.language)

    def _find(self, service: Service) -> None:
        """Choose the department, then turn pages until the service is there."""
        words, hand = self._words, self._hand
        department = self._plan.department_of[service.department].name.text(words.language)
        self._turn_to(department, words("kiosk.services.next_departments"))
        hand.touch(department)
        self._moment("kiosk-services", hand)
        name = self._name(service)
        self._turn_to(name, words("kiosk.services.next_page"))
        hand.touch(name)

    def _turn_to(self, name: str, following: str) -> None:
        for _ in range(PAGES):
            self._tempo.pause(0.3)
            if self._hand.shows(name, live=True):
                return
            if not self._hand.shows(following, live=True):
                break
            self._hand.touch(following)
        raise HandError(f"{name} is on no page")

    def _take(self, button: str, moment: str = "kiosk-done") -> list[str]:
        """Take what the page offers by ``button``; return the numbers that were seen."""
        words, hand = self._words, self._hand
        hand.touch(hand.wait_for(button))
        ended = hand.wait_for(*self._ways)
        labels = list(dict.fromkeys(found[1] for found in map(LABEL.match, hand.names()) if found))
        self._witness.taken.extend(labels)
        self._tempo.pause(0.8)
        no_paper = hand.shows(words("kiosk.done.noted")) or ended == words("kiosk.done.noted")
        self._moment("kiosk-no-paper" if no_paper else moment, hand)
        self._tempo.pause(0.4)
        self._leave()
        return labels

    @property
    def _ways(self) -> tuple[str, ...]:
        words = self._words
        return tuple(words(f"kiosk.{way}") for way in ("done.finish", "done.noted", "easy.finish"))

    def _leave(self) -> None:
        """Touch what ends the visit; the page may turn just then, for the paper did not come."""
        try:
            self._hand.touch(self._hand.wait_for(*self._ways))
        except HandError:
            self._hand.touch(self._hand.wait_for(*self._ways))

    def _press(self, key: str) -> None:
        """Touch the control with these words as soon as it works."""
        self._hand.touch(self._hand.wait_for(self._words(key)))
