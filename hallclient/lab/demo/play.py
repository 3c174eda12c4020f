"""The demo without a screen: the real processes offscreen, people at them, figures and pictures."""

import json
import os
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.bootstrap.halls import open_hall
from hallclient.devices.paper import PrintedTicket
from hallclient.lab.demo.at_window import AtWindow
from hallclient.lab.demo.caller_clerk import CallerClerk
from hallclient.lab.demo.overseer import Overseer
from hallclient.lab.demo.panel_clerk import PanelClerk
from hallclient.lab.demo.people import (
    LABEL,
    OPENING_S,
    Clerk,
    Fingers,
    Scene,
    Tempo,
    Witness,
    act,
    wait_until,
)
from hallclient.lab.demo.public_office import PublicOffice
from hallclient.lab.demo.stage import Desk, Stage, Wishes, set_stage
from hallclient.lab.demo.summary import Summary, next_id, summarise
from hallclient.lab.demo.usher_desk import UsherDesk
from hallclient.lab.demo.visitors import Visitors
from hallclient.lab.hand import Hand
from hallclient.ui.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

KIOSK, DISPLAY, DESK, AGENT, CONSOLE = "kiosk", "display", "desk", "agent", "console"
SCREEN = "screen"
DESK_NAME = "Y1"
PLACES = {
    KIOSK: "0,0,1080,1920",
    DESK: "0,0,1080,1920",
    DISPLAY: "0,0,1920,1080",
    CONSOLE: "0,0,1440,900",
    SCREEN: "0,0,1280,800",
}
"""Where the roles stand without a screen, by their sizes."""
PAPER_OUT_AT, PAPER_BACK_AT = 0.5, 0.7
CLOSING_AT = 0.85
LAST_S = 15.0
USHER = "usher"
BOARD_PICTURES = 5
CALLER_SEED, DESK_SEED, CONSOLE_SEED, SCREEN_SEED = 100, 200, 300, 400


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
    """Keeps each ticket's bytes as the printer got them. ``codes`` are the codes by label."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tickets"
        self._folder.mkdir(parents=True, exist_ok=True)
        self.tickets: list[PrintedTicket] = []
        self.codes: dict[str, str] = {}

    def printed(self, ticket: PrintedTicket) -> None:
        """Keep a ticket, and no other slip; in the printer's thread."""
        if not LABEL.match(ticket.number.strip()):
            return
        self.tickets.append(ticket)
        if ticket.qr is not None:
            self.codes[ticket.number.strip()] = ticket.qr.payload
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
            crowd = _Crowd(stage, Album(wishes.out), witness, tempo, seed)
            crowd.act(minutes * 60, printout.codes)
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
    """Start every role that has a place in ``places``, by default offscreen."""
    at = places or PLACES
    agent = ["--settings", str(stage.settings), "--ahead", str(stage.offset_s)]
    common = [*agent, "--db", stage.database, "--hall", stage.plan.hall_id]
    own = ["--wait-for-devices"]
    printer = ["--printer", stage.printer_port] if stage.printer_port else []
    stage.cast.start(KIOSK, ["kiosk", *common, *own, "--at", at[KIOSK], *printer])
    for desk in stage.desks:
        name = window_name(desk.window.number)
        keypad = ["--keypad", desk.keypad_port] if desk.keypad_port else []
        place = at.get(name, "0,0,1920,72")
        words = ["window", desk.window.code, *common, *own, "--at", place, *keypad]
        stage.cast.start(name, words)
    stage.cast.start(AGENT, [AGENT, *agent, "--state", str(folder / AGENT)], robot=False)
    stage.cast.start(DISPLAY, ["display", *common, "--at", at[DISPLAY]])
    if stage.usher is not None:
        no_devices = ["--desk", "--name", DESK_NAME, "--scanner", "", "--reader", ""]
        stage.cast.start(DESK, ["kiosk", *common, *no_devices, "--at", at[DESK]])
    if stage.boss is not None and CONSOLE in at:
        stage.cast.start(CONSOLE, ["supervisor", *common, "--at", at[CONSOLE]])
    if SCREEN in at:
        window = ["--window", stage.screened.window.code]
        stage.cast.start(SCREEN, [SCREEN, *common, *window, "--at", at[SCREEN]])


def window_name(number: str) -> str:
    """Return the name of a window's process."""
    return f"window-{number}"


@dataclass(frozen=True, slots=True)
class _Crowd:
    """Everybody who acts in a play."""

    stage: Stage
    album: Album
    witness: Witness
    tempo: Tempo
    seed: int

    def act(self, seconds: float, codes: dict[str, str]) -> None:
        """Let all act, then let what was begun come to its end."""
        stage, tempo = self.stage, self.tempo
        visitors = Visitors(self._scene(KIOSK), self.seed, stage, codes)
        first = act(visitors.run, "visitors", self.witness)
        people = [first, *self._staff()]
        office = self._office()
        if office is not None:
            people.append(act(office.run, "office", self.witness))
        board = stage.cast.hand(DISPLAY)
        tempo.begun.wait(OPENING_S)
        _direct(stage, seconds, tempo, board, self.album.folder)
        tempo.closing.set()
        first.join(LAST_S)
        wait_until(lambda: stage.database_is_quiet() or bool(stage.cast.lost()), LAST_S)
        board.grab(self.album.folder / "display.png")
        if office is not None and not stage.cast.lost():
            tempo.clearing.set()
            for usher in (person for person in people if person.name == USHER):
                usher.join(LAST_S)
            people.append(act(lambda: self._drill(office), "office", self.witness))
            people[-1].join(LAST_S)
        tempo.over.set()
        for person in people:
            person.join(LAST_S)

    def _office(self) -> PublicOffice | None:
        stage, out = self.stage, self.album.folder
        if stage.boss is None:
            return None
        return PublicOffice(self._scene(DISPLAY), stage, stage.boss, stage.boss_pin, out)

    def _drill(self, office: PublicOffice) -> None:
        office.drill({name: self.stage.cast.hand(name) for name in (DISPLAY, SCREEN, KIOSK)})

    def _staff(self) -> list[threading.Thread]:
        """Let clerks, their citizens' fingers and the usher act."""
        stage, tempo, seed = self.stage, self.tempo, self.seed
        people: list[tuple[Callable[[], None], str]] = []
        for number, desk in enumerate(stage.desks, start=1):
            name = desk.window.number
            clerk = self._clerk(desk, seed + number)
            people += [(clerk.run, f"clerk {name}"), (self._rater(desk, number), f"citizen {name}")]
        if stage.counter is not None:
            caller = CallerClerk(stage.counter, tempo, self.witness, seed + CALLER_SEED)
            fingers = Fingers(stage.counter.keypad, tempo, seed=seed - CALLER_SEED)
            people += [(caller.run, "clerk with a caller"), (fingers.run, "citizen at the counter")]
        if stage.usher is not None:
            usher = UsherDesk(self._scene(DESK), seed + DESK_SEED, stage, stage.usher)
            people.append((usher.run, USHER))
        if stage.boss is not None:
            scene, board = self._scene(CONSOLE), stage.cast.hand(DISPLAY)
            boss = Overseer(scene, seed + CONSOLE_SEED, stage, board, self.album.folder)
            people.append((boss.run, "supervisor"))
        return [act(role, name, self.witness) for role, name in people]

    def _rater(self, desk: Desk, number: int) -> "Callable[[], None]":
        """Return whoever rates at a window: by keypad, or by screen and keypad."""
        seed, tempo = self.seed, self.tempo
        if desk is not self.stage.screened:
            return Fingers(desk.keypad, tempo, seed=seed - number).run
        self.witness.screen_at = desk.window.number
        return AtWindow(self._scene(SCREEN), seed + SCREEN_SEED, desk.keypad).run

    def _clerk(self, desk: Desk, seed: int) -> Clerk:
        """Return the clerk of a window: the first of several has the full panel open."""
        desks, scene = self.stage.desks, self._scene(window_name(desk.window.number))
        if desk is not desks[0] or len(desks) < 2:
            return Clerk(scene, seed, desk)
        return PanelClerk(scene, seed, desk, self.stage.services, desks[1].window.number)

    def _scene(self, role: str) -> Scene:
        hand = self.stage.cast.hand(role)
        return Scene(hand, Words(), self.tempo, self.witness, self.album.moment)


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
