"""A matter is received: the service at the left; whose, which papers, until when at the right."""

import uuid
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from hallclient.domain.errand import LONGEST_DAYS, LONGEST_NAME, LONGEST_PAPER, LONGEST_PHONE
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service
from hallclient.services.errands import Ledger, NewErrand, day_due, usual_days
from hallclient.ui import fonts
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Card, Line, Text
from hallclient.ui.words import Words
from hallclient.window.ledger.parts import ROW, Act, ChoiceLine, Field, TickBox, arrow_step
from hallclient.window.ledger.view import LedgerView, short_day

PAD = 16
PAPER_ROW = 40


class ReceiveForm(Card):
    """The whole form on one card; Ctrl+Enter takes it, Esc leaves."""

    confirmed = Signal(object)
    """A :class:`NewErrand`."""
    left = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._size = (1000.0, 420.0)
        self._plan: HallPlan | None = None
        self._ledger: Ledger | None = None
        self._service: Service | None = None
        self._days = 0
        self._ticket = ""
        self._asked: NewErrand | None = None
        self._own: list[str] = []
        self._first = self._paper_page = 0
        self._found: list[Service] = []
        self._ticked: set[str] = set()
        self.wanted = self.put(Field("", longest=40), 0, 0, 9, 9)
        self.services: list[ChoiceLine] = []
        self.previous = self.put(Act(icon="chev-u"), 0, 0, 9, 9)
        self.following = self.put(Act(icon="chev-d"), 0, 0, 9, 9)
        self.place_text = self.put(Text("", (15, 14), colour="ink2"), 0, 0, 9, 9)
        self.edge = self.put(Line(), 0, 0, 2, 9)
        self.title = self.put(Text("", (20, 18, 16), weight=fonts.BOLD), 0, 0, 9, 9)
        self.name = self.put(Field("", longest=LONGEST_NAME), 0, 0, 9, 9)
        self.phone = self.put(Field("", longest=LONGEST_PHONE), 0, 0, 9, 9)
        self.no_phone = self.put(Text("", (15, 14), colour="warn", lines=3), 0, 0, 9, 9)
        self.papers_title = self.put(Text("", (15, 14), colour="ink2"), 0, 0, 9, 9)
        self.papers: list[TickBox] = []
        self.more_papers = self.put(Act(icon="chev-d"), 0, 0, 9, 9)
        self.own = self.put(Field("", longest=LONGEST_PAPER), 0, 0, 9, 9)
        self.add = self.put(Act(icon="plus"), 0, 0, 9, 9)
        self.due_title = self.put(Text("", (15, 14), colour="ink2"), 0, 0, 9, 9)
        self.less = self.put(Act(icon="minus"), 0, 0, 9, 9)
        self.due = self.put(Text("", (17, 16, 15, 14), weight=fonts.BOLD), 0, 0, 9, 9)
        self.longer = self.put(Act(icon="plus"), 0, 0, 9, 9)
        self.ticket = self.put(TickBox(" "), 0, 0, 9, 9)
        self.leave = self.put(Act(cap="Esc"), 0, 0, 9, 9)
        self.enter = self.put(Act(icon="check", cap="Ctrl Enter"), 0, 0, 9, 9)
        self._connect()

    def open(self, plan: HallPlan, ledger: Ledger) -> None:
        """Ask anew; a ticket at the window brings its service."""
        self._plan, self._ledger = plan, ledger
        self._service, self._days, self._own, self._ticked = None, 0, [], set()
        self._ticket = ledger.ticket.label if ledger.ticket else ""
        self.forget()
        self.ticket.setChecked(bool(self._ticket))
        asked = ledger.ticket_service
        brings = asked is not None and not asked.general and asked.code in plan.service_of
        if asked is not None and brings:
            self._take(asked)
        self.lay_out(*self._size)
        (self.name if brings else self.wanted).line.setFocus()

    def forget(self) -> None:
        """Empty every line: a name does not stay behind a closed form."""
        self._asked = None
        for field in (self.wanted, self.name, self.phone, self.own):
            field.line.clear()

    def show_view(self, _view: LedgerView) -> None:
        """Show whether it can be received."""
        self.enter.set_face(Face.FLAT if self._service is None else Face.SOLID)

    def confirm(self) -> None:
        """Hand over what is here, or go to what is still missing."""
        if self._service is None:
            self.wanted.line.setFocus()
        elif not self.name.text().strip():
            self.name.line.setFocus()
        elif self.enter.face is Face.SOLID:
            self.confirmed.emit(self._wish(self._service))

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._size = (width, height)
        self._say()
        left = min(440.0, width * 0.42)
        self._place_left(left, height)
        self.put(self.edge, left, 14, 2, height - 28)
        self._place_right(left + PAD + 2, width - left - 2 * PAD - 2, height)
        self._search()
        self._show_papers()
        self._show_due()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take it by Ctrl+Enter, go through the services by arrows."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.confirm()
        elif arrow_step(event) and self.wanted.line.hasFocus():
            self._step(arrow_step(event))
        else:
            super().keyPressEvent(event)

    # Parts

    def _wish(self, service: Service) -> NewErrand:
        """Return what stands in the form; asked again unchanged, it is the same request."""
        new = NewErrand(
            service=service.code,
            name=self.name.text(),
            phone=self.phone.text() if self.phone.isVisibleTo(self) else "",
            papers=tuple(paper for paper in self._known() if paper in self._ticked),
            days=self._days,
            ticket=self._ticket if self.ticket.isChecked() else "",
        )
        if self._asked is None or replace(self._asked, request_id="") != new:
            self._asked = replace(new, request_id=uuid.uuid4().hex)
        return self._asked

    def _connect(self) -> None:
        self.wanted.line.textChanged.connect(self._search_anew)
        self.wanted.entered.connect(self._take_first)
        self.previous.clicked.connect(lambda: self._page(-1))
        self.following.clicked.connect(lambda: self._page(1))
        self.name.entered.connect(self.focusNextChild)
        self.phone.entered.connect(self.own.line.setFocus)
        self.own.entered.connect(self._add_own)
        self.add.clicked.connect(self._add_own)
        self.more_papers.clicked.connect(self._turn_papers)
        self.less.clicked.connect(lambda: self._change_days(-1))
        self.longer.clicked.connect(lambda: self._change_days(1))
        self.leave.clicked.connect(self.left)
        self.enter.clicked.connect(self.confirm)

    def _say(self) -> None:
        words = self._words
        captions: dict[Field, str] = {
            self.wanted: "service",
            self.name: "name",
            self.phone: "phone",
            self.own: "own",
        }
        for field, key in captions.items():
            caption = words(f"ledger.receive.{key}")
            field.caption.setText(caption)
            field.line.setAccessibleName(caption)
        self.wanted.line.setPlaceholderText(words("ledger.receive.service_hint"))
        self.no_phone.setText(words("ledger.receive.no_key"))
        self.papers_title.setText(words("ledger.receive.papers"))
        self.due_title.setText(words("ledger.receive.due"))
        self.add.setAccessibleName(words("ledger.receive.add"))
        self.more_papers.setAccessibleName(words("ledger.page.following"))
        self.previous.setAccessibleName(words("ledger.page.previous"))
        self.following.setAccessibleName(words("ledger.page.following"))
        self.less.setAccessibleName(words("ledger.receive.sooner"))
        self.longer.setAccessibleName(words("ledger.receive.later"))
        self.leave.set_words(words("ledger.form.leave"))
        self.enter.set_words(words("ledger.receive.enter"))
        if self._ticket:
            told = words("ledger.receive.ticket", label=self._ticket)
            self.ticket.setText(told)
            self.ticket.setAccessibleName(told)

    def _place_left(self, left: float, height: float) -> None:
        room = left - 2 * PAD
        self.put(self.wanted, PAD, 12, room, Field.HEIGHT)
        self.wanted.lay_out(room)
        per = self._per_page(height)
        while len(self.services) < per:
            line = self.put(ChoiceLine(), 0, 0, 9, 9)
            line.clicked.connect(self._choose)
            self.services.append(line)
        for index, line in enumerate(self.services):
            self.put(line, PAD, 88 + index * ROW, room, ROW)
        self.put(self.previous, PAD, height - 58, 52, 44)
        self.put(self.following, PAD + 58, height - 58, 52, 44)
        self.put(self.place_text, PAD + 122, height - 58, room - 122, 44)

    def _place_right(self, x: float, room: float, height: float) -> None:
        half = (room - 12) / 2
        self.put(self.title, x, 12, room, 30)
        for index, field in enumerate((self.name, self.phone)):
            self.put(field, x + index * (half + 12), 44, half, Field.HEIGHT)
            field.lay_out(half)
        self.put(self.no_phone, x + half + 12, 62, half, 56)
        seals = self._ledger is not None and self._ledger.seals
        self.phone.setVisible(seals)
        self.no_phone.setVisible(not seals)
        self.put(self.papers_title, x, 118, room, 22)
        foot = height - 62
        self.put(self.leave, x, foot, 116, 48)
        self.put(self.enter, x + 124, foot, room - 124, 48)
        low = foot - 60
        self.put(self.due_title, x, low, 84, 44)
        self.put(self.less, x + 84, low, 44, 44)
        self.put(self.longer, x + 134, low, 44, 44)
        due = room - 188 - (142 if self._ticket else 0)
        self.put(self.due, x + 188, low, due, 44)
        self.put(self.ticket, x + 192 + due, low, room - due - 192, 44)
        self.ticket.setVisible(bool(self._ticket))
        own = low - 72
        self.put(self.own, x, own, room - 60, Field.HEIGHT)
        self.own.lay_out(room - 60)
        self.put(self.add, x + room - 52, own + 24, 52, 44)
        self._paper_area = (x, 141.0, room, own - 141)

    def _search_anew(self) -> None:
        self._first = 0
        self._search()

    def _search(self) -> None:
        plan = self._plan
        if plan is None:
            return
        wanted = "".join(self.wanted.text().upper().split())
        self._found = [service for service in plan.listed if _fits(service, wanted)]
        self._found.sort(key=lambda service: service.common or 999)
        per = self._per_page(self._size[1])
        self._first = min(self._first, max(0, (len(self._found) - 1) // per * per))
        shown = self._found[self._first : self._first + per]
        language = self._words.language
        for index, line in enumerate(self.services):
            line.setVisible(index < len(shown))
            if index < len(shown):
                days = usual_days(shown[index])
                told = self._words("ledger.receive.days", n=days) if days else ""
                chosen = self._service is not None and shown[index].code == self._service.code
                line.set_words(shown[index].name.text(language), told, chosen=chosen)
        pages, page = max(1, -(-len(self._found) // per)), self._first // per + 1
        for key, alive in ((self.previous, page > 1), (self.following, page < pages)):
            key.setVisible(pages > 1)
            key.set_face(Face.OUTLINED if alive else Face.FLAT)
        told = self._words("ledger.page.place", page=page, pages=pages) if pages > 1 else ""
        self.place_text.setText(told if self._found else self._words("ledger.receive.no_service"))

    def _per_page(self, height: float) -> int:
        return max(1, int((height - 88 - 62) // ROW))

    def _page(self, step: int) -> None:
        self._first = max(0, self._first + step * self._per_page(self._size[1]))
        self._search()

    def _choose(self) -> None:
        line = self.sender()
        index = self.services.index(line) if isinstance(line, ChoiceLine) else 0
        self._take(self._found[self._first + index])
        self.name.line.setFocus()

    def _take_first(self) -> None:
        if self._found:
            held = self._service is not None and self._service in self._found
            if not held:
                self._take(self._found[0])
            self.name.line.setFocus()

    def _step(self, step: int) -> None:
        if not self._found:
            return
        at = self._found.index(self._service) if self._service in self._found else -1
        index = min(max(at + step, 0), len(self._found) - 1)
        per = self._per_page(self._size[1])
        self._first = index // per * per
        self._take(self._found[index])

    def _take(self, service: Service) -> None:
        self._service, self._days = service, usual_days(service)
        self._ticked, self._own, self._paper_page = set(), [], 0
        self.enter.set_face(Face.SOLID)
        self._search()
        self._show_papers()
        self._show_due()

    def _known(self) -> list[str]:
        listed = [m.name.zh_cn for m in self._service.materials] if self._service else []
        return [*listed, *(paper for paper in self._own if paper not in listed)]

    def _show_papers(self) -> None:
        service, language = self._service, self._words.language
        name = service.name.text(language) if service else self._words("ledger.receive.choose")
        self.title.setText(name)
        known = {m.name.zh_cn: m.name.text(language) for m in service.materials} if service else {}
        papers = self._known()
        x, y, room, height = self._paper_area
        columns = 2 if room > 420 else 1
        fits = max(1, int(height // PAPER_ROW)) * columns
        pages = max(1, -(-len(papers) // fits))
        self._paper_page %= pages
        wide = (room - (60 if pages > 1 else 0)) / columns
        shown = papers[self._paper_page * fits : (self._paper_page + 1) * fits]
        while len(self.papers) < len(shown):
            box = self.put(TickBox(" "), 0, 0, 9, 9)
            box.clicked.connect(self._tick)
            self.papers.append(box)
        for index, box in enumerate(self.papers):
            box.setVisible(index < len(shown))
            if index < len(shown):
                paper = shown[index]
                box.setText(known.get(paper, paper))
                box.setAccessibleName(box.text())
                box.setProperty("paper", paper)
                box.setChecked(paper in self._ticked)
                at = x + index % columns * wide, y + index // columns * PAPER_ROW
                self.put(box, *at, wide, PAPER_ROW)
        self.more_papers.setVisible(pages > 1)
        self.put(self.more_papers, x + room - 52, y, 52, PAPER_ROW)

    def _turn_papers(self) -> None:
        self._paper_page += 1
        self._show_papers()

    def _tick(self) -> None:
        box = self.sender()
        if isinstance(box, QWidget):
            self._ticked ^= {str(box.property("paper"))}

    def _add_own(self) -> None:
        paper = " ".join(self.own.text().split())
        if paper and self._service is not None:
            self._own = [*dict.fromkeys([*self._own, paper])]
            self._ticked.add(paper)
            self.own.line.clear()
            self._paper_page = -1
            self._show_papers()
        self.own.line.setFocus()

    def _change_days(self, step: int) -> None:
        self._days = min(max(self._days + step, 0), LONGEST_DAYS)
        self._show_due()

    def _show_due(self) -> None:
        words, plan, ledger = self._words, self._plan, self._ledger
        day = day_due(plan, ledger.now, self._days) if plan and ledger else None
        told = words("ledger.receive.no_limit")
        if day is not None:
            told = words("ledger.receive.until", day=short_day(day, words), n=self._days)
        self.due.setText(told)
        self.due.setAccessibleName(told)
        self.less.set_face(Face.OUTLINED if self._days else Face.FLAT)


def _fits(service: Service, wanted: str) -> bool:
    names = (service.name.zh_cn, service.name.zh_hant, service.name.en, *service.aliases)
    return any(wanted in "".join(word.upper().split()) for word in (*names, *service.initials))
