"""The demo without a screen: the real processes offscreen, people at them, figures and pictures."""

import json
import os
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path

from hallclient.bootstrap.halls import open_hall
from hallclient.devices.paper import PrintedTicket
from hallclient.lab.demo.caller_clerk import CallerClerk
from hallclient.lab.demo.counter import AGENT, agent_words
from hallclient.lab.demo.people import (
    Clerk,
    Fingers,
    Scene,
    Tempo,
    Visitors,
    Witness,
    act,
    wait_until,
)
from hallclient.lab.demo.stage import Stage, Wishes, set_stage
from hallclient.lab.demo.summary import Summary, next_id, summarise
from hallclient.lab.hand import Hand
from hallclient.ui.words import Words

KIOSK, DISPLAY = "kiosk", "display"
PAPER_OUT_AT, PAPER_BACK_AT = 0.5, 0.7
CLOSING_AT = 0.85
LAST_S = 15.0
BOARD_PICTURES = 5
CALLER_SEED = 100


@dataclass(slots=True)
class Album:
    """Pictures of the play, one of each moment: the latest of its first few."""

    folder: Path
    kept: int = 3
    taken: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def moment(self, name: str, hand: Hand) -> None:
        """Take a picture, unless there are enough of this moment."""
        with self.lock:
            self.taken[name] = self.taken.get(name, 0) + 1
            if self.taken[name] > self.kept:
                return
        hand.grab(self.folder / f"{name}.png")


class Printout:
    """Keeps each ticket's bytes as the printer got them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tickets"
        self._folder.mkdir(parents=True, exist_ok=True)
        self.tickets: list[PrintedTicket] = []

    def printed(self, ticket: PrintedTicket) -> None:
        """Keep a ticket; in the printer's thread."""
        self.tickets.append(ticket)
        name = f"{len(self.tickets):03}-{ticket.number.strip()}.bin"
        (self._folder / name).write_bytes(ticket.raw)


def play(wishes: Wishes, minutes: float, speed: float, seed: int) -> Summary:
    """Play for so many minutes and return what was found; everything is left in ``wishes.out``."""
    wishes.out.mkdir(parents=True, exist_ok=True)
    printout, witness, tempo = Printout(wishes.out), Witness(), Tempo(speed)
    with set_stage(wishes, printout.printed) as stage:
        since = next_id(stage.database, stage.plan.hall_id)
        start_roles(stage, wishes.out)
        try:
            _act(stage, wishes, minutes, seed, witness, tempo)
        finally:
            tempo.closing.set()
            tempo.over.set()
            stage.cast.end()
        died = stage.cast.failed
    tickets = None if wishes.printer else [(t.number.strip(), t.raw) for t in printout.tickets]
    summary = summarise(
        stage.database, stage.plan.hall_id, since, witness, tickets, died, _counter_id(stage)
    )
    text = json.dumps(asdict(summary), ensure_ascii=False, indent=1)
    (wishes.out / "summary.json").write_text(text + "\n", "utf-8")
    _draw_tickets(printout, wishes.out)
    return summary


def _counter_id(stage: Stage) -> int:
    """Return the database's id of the window without a PC, 0 for none."""
    if stage.counter is None:
        return 0
    hall = open_hall(stage.database, stage.plan.hall_id, "demo")
    try:
        return hall.store.plan().window(stage.counter.window.code).id
    finally:
        hall.close()


def start_roles(stage: Stage, folder: Path, places: dict[str, str] | None = None) -> None:
    """Start a kiosk, the windows, a display and an agent; at ``places``, else offscreen."""
    at = places or {KIOSK: "0,0,1080,1920", DISPLAY: "0,0,1920,1080"}
    common = [
        "--db",
        stage.database,
        "--hall",
        stage.plan.hall_id,
        "--ahead",
        str(stage.offset_s),
        "--wait-for-devices",
    ]
    printer = ["--printer", stage.printer_port] if stage.printer_port else []
    stage.cast.start(KIOSK, ["kiosk", *common, "--at", at[KIOSK], *printer])
    for desk in stage.desks:
        name = window_name(desk.window.number)
        keypad = ["--keypad", desk.keypad_port] if desk.keypad_port else []
        place = at.get(name, "0,0,1920,72")
        stage.cast.start(name, ["window", desk.window.code, *common, "--at", place, *keypad])
    common.remove("--wait-for-devices")
    if stage.counter is not None:
        words = agent_words(stage.counter, folder, stage.database, stage.plan.hall_id)
        stage.cast.start(AGENT, [*words, "--ahead", str(stage.offset_s)], robot=False)
    mute = [] if places else ["--mute"]
    stage.cast.start(DISPLAY, ["display", *common, "--at", at[DISPLAY], *mute])


def window_name(number: str) -> str:
    """Return the name of a window's process."""
    return f"window-{number}"


def _act(
    stage: Stage, wishes: Wishes, minutes: float, seed: int, witness: Witness, tempo: Tempo
) -> None:
    words, album = Words(), Album(wishes.out)

    def scene(hand: Hand) -> Scene:
        return Scene(hand, words, tempo, witness, album.moment)

    visitors = Visitors(scene(stage.cast.hand(KIOSK)), seed, stage.plan, stage.services)
    people = [act(visitors.run, "visitors", witness)]
    for number, desk in enumerate(stage.desks, start=1):
        hand = stage.cast.hand(window_name(desk.window.number))
        clerk = Clerk(scene(hand), seed + number, desk)
        people.append(act(clerk.run, f"clerk {desk.window.number}", witness))
        fingers = Fingers(desk.keypad, tempo, seed=seed - number)
        people.append(act(fingers.run, f"citizen {desk.window.number}", witness))
    if stage.counter is not None:
        caller = CallerClerk(stage.counter, tempo, witness, seed + CALLER_SEED)
        people.append(act(caller.run, "clerk with a caller", witness))
        fingers = Fingers(stage.counter.keypad, tempo, seed=seed - CALLER_SEED)
        people.append(act(fingers.run, "citizen at the counter", witness))
    board = stage.cast.hand(DISPLAY)
    _direct(stage, minutes * 60, tempo, board, wishes.out)
    tempo.closing.set()
    people[0].join(LAST_S)
    wait_until(lambda: stage.database_is_quiet() or bool(stage.cast.lost()), LAST_S)
    board.grab(wishes.out / "display.png")
    tempo.over.set()
    for person in people:
        person.join(LAST_S)


def _direct(stage: Stage, seconds: float, tempo: Tempo, board: Hand, out: Path) -> None:
    """Let the play run; take the paper away for a while, and pictures of the board."""
    steps = 20
    for step in range(steps):
        share = step / steps
        if stage.printer is not None:
            stage.printer.paper_out = PAPER_OUT_AT <= share < PAPER_BACK_AT
        if share >= CLOSING_AT:
            tempo.closing.set()
        if step and step % (steps // BOARD_PICTURES) == 0:
            board.grab(out / f"display-{step * BOARD_PICTURES // steps}.png")
        threading.Event().wait(seconds / steps)
        if stage.cast.lost():
            return


def _draw_tickets(printout: Printout, out: Path) -> None:
    if not printout.tickets:
        return
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 - only to draw

    from hallclient.lab.demo.paper_view import draw_ticket  # noqa: PLC0415 - the same

    app = QGuiApplication.instance() or QGuiApplication(["hallclient"])
    for number, ticket in enumerate(printout.tickets[:3], start=1):
        draw_ticket(ticket).save(str(out / f"ticket-{number}.png"))
    del app
