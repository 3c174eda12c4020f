"""What ushers do, too: print a number once more, let one go first, let a missed one wait again."""

import uuid

from hallclient.domain.parts import Service
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import TicketStatus
from hallclient.phrases import has_message
from hallclient.services.issuing import IssuedTicket, TicketRequest
from hallclient.services.ushering import FoundTicket
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import Choices, Facts, PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.plates import Plate
from hallclient.ui.words import Words


def class_options(words: Words) -> list[tuple[str, str]]:
    """Return the priority classes with their words."""
    return [
        (one.value, words(f"supervisor.priority.{one.value}"))
        for one in PriorityClass
        if has_message(f"supervisor.priority.{one.value}")
    ]


class TicketSheet(Sheet):
    """One number: found by what is typed, then printed, put forward, or let in again."""

    def __init__(self, presenter: ConsolePresenter, *, priority: bool) -> None:
        key = "priority" if priority else "reprint"
        super().__init__(presenter, presenter.words(f"supervisor.ticket.{key}"))
        words = self.words
        self._found: FoundTicket | None = None
        self._priority = priority
        self.number = self.field(words("supervisor.ticket.number"), 20)
        self.number.returnPressed.connect(self.look_up)
        self.plate = self.put(Plate("", 40, edge=3), 0, 0, 9, 9)
        self.facts = self.put(Facts(), 0, 0, 9, 9)
        self.classes = self.put(Choices(class_options(words), "", 3), 0, 0, 9, 9)
        self.classes.chosen.connect(self._prioritise)
        self.requeue = self.foot_key(words("supervisor.ticket.requeue"), self._requeue)
        self.reprint = self.foot_key(
            words("supervisor.ticket.print"), self._reprint, solid=not priority
        )
        self._show(None)

    def arrange(self, width: float, _height: float) -> None:
        """Place field, number, facts and classes."""
        self.put(self.number, PAD, HEAD + 4, width, 48)
        self.put(self.plate, PAD, HEAD + 70, 170, 66)
        self.put(self.facts, PAD, HEAD + 152, width, 4 * Facts.ROW)
        self.put(self.classes, PAD, HEAD + 152 + 4 * Facts.ROW + 16, width, self.classes.tall)
        self.classes.lay_out(width)

    def look_up(self) -> None:
        """Look for what was typed."""
        name = self.number.text().strip()
        if not name:
            return
        find = self.presenter.do
        find(lambda who: who.desk.find(name), self._show, self._miss, owner=self, asks=True)

    def _miss(self, text: str) -> None:
        self._show(None)
        self.refuse(text)

    def _show(self, found: FoundTicket | None) -> None:
        self._found = found
        for part in (self.plate, self.facts, self.classes):
            part.setVisible(found is not None)
        waiting = found is not None and found.ticket.status is TicketStatus.WAITING
        self.reprint.set_face(
            Face.FLAT if not waiting else Face.OUTLINED if self._priority else Face.SOLID
        )
        self.requeue.set_face(Face.OUTLINED if found and found.returns else Face.FLAT)
        words = self.words
        if found is None:
            self.say(words("supervisor.ticket.info"))
            return
        ticket, issued = found.ticket, found.issued
        self.say("")
        self.plate.setText(ticket.label)
        self.classes.setVisible(waiting)
        self.classes.value = ticket.priority.value
        self.classes.refresh()
        state = (
            words("supervisor.ticket.state"),
            words(f"supervisor.ticket.is.{ticket.status}"),
        )
        queue, service, ahead = _about(issued, words)
        self.facts.set_pairs((queue, service, state, *([ahead] if waiting else [])))

    def _prioritise(self, name: str) -> None:
        found, chosen = self._found, PriorityClass(name)
        if found is None:
            return
        label = found.ticket.label
        key = "no_longer" if chosen is PriorityClass.NORMAL else "prioritised"
        self.presenter.do(
            lambda who: who.desk.prioritise(label, chosen),
            lambda _done: self.done(self.words(f"supervisor.ticket.{key}", label=label)),
            self.refuse,
            owner=self,
        )

    def _requeue(self) -> None:
        if self._found is not None:
            label = self._found.ticket.label
            self.presenter.do(
                lambda who: who.desk.requeue(label),
                lambda _done: self.done(self.words("supervisor.ticket.requeued", label=label)),
                self.refuse,
                owner=self,
            )

    def _reprint(self) -> None:
        if self._found is not None:
            label = self._found.ticket.label
            self.presenter.do(
                lambda who: who.desk.reprint(label),
                lambda _done: self.done(self.words("supervisor.ticket.printing", label=label)),
                self.refuse,
                owner=self,
            )


class TakeSheet(Sheet):
    """代取号: a service by its name or initials, a class where there is a reason, the number."""

    def __init__(self, presenter: ConsolePresenter) -> None:
        super().__init__(presenter, presenter.words("supervisor.ticket.take"))
        words = self.words
        self._service = ""
        self._issued: IssuedTicket | None = None
        self._request = uuid.uuid4().hex
        self.search = self.field(words("supervisor.ticket.search"), 30)
        self.search.textChanged.connect(lambda _text: self._list())
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        self.list.chosen.connect(self._choose)
        self.classes = self.put(Choices(class_options(words), "normal", 3), 0, 0, 9, 9)
        self.plate = self.put(Plate("", 72, edge=4), 0, 0, 9, 9)
        self.plate.hide()
        self.facts = self.put(Facts(), 0, 0, 9, 9)
        self.facts.hide()
        self.take = self.foot_key(words("supervisor.ticket.take_it"), self._take, solid=True)
        self.take.set_face(Face.FLAT)
        self._list()

    def arrange(self, width: float, height: float) -> None:
        """Place search, list and classes; the number when there is one."""
        classes = self.classes.tall
        self.put(self.search, PAD, HEAD + 4, width, 48)
        rest = height - 64 - classes - 16
        self.put(self.list, PAD, HEAD + 62, width, rest)
        self.list.lay_out(width, rest)
        self.put(self.classes, PAD, HEAD + height - classes - 4, width, classes)
        self.classes.lay_out(width)
        self.put(self.plate, PAD, HEAD + 12, width, 132)
        self.put(self.facts, PAD, HEAD + 164, width, 3 * Facts.ROW)

    def _list(self) -> None:
        state, language = self.presenter.state, self.words.language
        if state is None:
            return
        wanted = self.search.text().strip()
        plan = state.plan
        found = [s for s in plan.listed if _matches(s.name.text(language), s, wanted)]
        if not wanted:
            found.sort(key=lambda s: (not s.common, s.common))
        self.list.set_specs(
            [
                RowSpec(
                    s.code,
                    s.name.text(language),
                    plan.queue_of[s.queue].name.text(language),
                    chosen=s.code == self._service,
                )
                for s in found
            ]
        )

    def _choose(self, code: str) -> None:
        self._service = code
        self.take.set_face(Face.SOLID)
        self._list()

    def _take(self) -> None:
        issued = self._issued
        if issued is not None:
            label = issued.ticket.label
            self.presenter.do(
                lambda who: who.desk.reprint(label),
                lambda _done: self.done(self.words("supervisor.ticket.printing", label=label)),
                self.refuse,
                owner=self,
            )
            return
        request = TicketRequest(
            self._request, self._service, priority=PriorityClass(self.classes.value)
        )
        self.presenter.do(lambda who: who.desk.issue(request), self._show, self.refuse, owner=self)

    def _show(self, issued: IssuedTicket) -> None:
        self._issued, words = issued, self.words
        shown = {self.search: False, self.list: False, self.classes: False}
        for part, there in {**shown, self.plate: True, self.facts: True}.items():
            part.setVisible(there)
        self.plate.setText(issued.ticket.label)
        self.facts.set_pairs(_about(issued, words))
        self.take.set_words(words("supervisor.ticket.print"))
        self.say(words("supervisor.ticket.taken", label=issued.ticket.label))


def _about(issued: IssuedTicket, words: Words) -> tuple[tuple[str, str], ...]:
    """Return queue, service and people ahead of a number, each with its caption."""
    language, ahead = words.language, issued.people_ahead
    people = "" if ahead is None else words("supervisor.ticket.ahead_n", n=ahead)
    return (
        (words("supervisor.ticket.queue"), issued.queue.name.text(language)),
        (words("supervisor.ticket.service"), issued.service.name.text(language)),
        (words("supervisor.ticket.ahead"), people),
    )


def _matches(name: str, service: Service, wanted: str) -> bool:
    folded = wanted.casefold()
    if any(folded in text.casefold() for text in (name, *service.aliases)):
        return True
    return any(text.casefold().startswith(folded) for text in service.initials)
