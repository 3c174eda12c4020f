"""The office of the demo that publishes: a picture beside the calls, a drill and its all-clear.

By the command line, as from any PC of the hall.
"""

from pathlib import Path
from time import monotonic

from hallclient import assets
from hallclient.domain.parts import Staff
from hallclient.lab.demo.people import Scene
from hallclient.lab.demo.stage import Stage
from hallclient.lab.hand import Hand, HandError

PICTURE = "halls/demo-notice.png"
BELOW = "下雨了：服务台可借伞"
FIRST_S = 3.0
"""Until the hall has opened."""
SHOWN_S = 25.0
"""Until the picture has had its turn beside what the hall itself shows."""
COVERED_S = 8.0
"""Until every public screen says what there is; a second for most."""
FADED_S = 0.6
LOOK_S = 0.3
DRILL_S = 1.5


class PublicOffice:
    """Publishes for the hall by ``hallclient notice``. ``board`` is a display's hand of its own."""

    def __init__(self, scene: Scene, stage: Stage, who: Staff, pin: str, out: Path) -> None:
        self._board = scene.hand
        self._words = scene.words
        self._tempo = scene.tempo
        self._witness = scene.witness
        self._stage = stage
        self._who = who
        self._pin = pin
        self._out = out

    def run(self) -> None:
        """Publish a picture, and see it beside the calls."""
        self._tempo.pause(FIRST_S)
        self._notice("picture", str(assets.path(PICTURE)), "--text", BELOW)
        end = monotonic() + SHOWN_S
        while not self._board.reads(BELOW):
            if self._tempo.closing.is_set():
                return  # a short play: other cards had their turn
            if monotonic() > end:
                raise HandError("the picture does not come")
            self._tempo.wait(LOOK_S)
        self._witness.pictures += 1
        self._tempo.wait(FADED_S)
        self._board.grab(self._out / "display-notice.png")

    def drill(self, screens: dict[str, Hand]) -> None:
        """Hold a fire drill: every public screen is covered, then free again."""
        title = self._words("emergency.drill_title", title=self._words("emergency.title.fire"))
        self._notice("emergency", "fire", "--drill")
        for name, hand in screens.items():
            hand.wait_to_read(title, limit_s=COVERED_S)
            hand.grab(self._out / f"{name}-drill.png")
        self._tempo.pause(DRILL_S)
        self._notice("all-clear")
        for hand in screens.values():
            hand.wait_to_read(title, gone=True, limit_s=COVERED_S)
        self._witness.drills += 1

    def _notice(self, *words: str) -> None:
        own = ["--staff", self._who.code, "--settings", str(self._stage.settings)]
        said = self._stage.cast.run(["notice", *words, *own], f"{self._pin}\n")
        if said:
            raise HandError(f"hallclient notice {words[0]}: {said}")
