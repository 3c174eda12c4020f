"""What is filled in about a case: its acceptance, what it lacks, or another outcome."""

from collections.abc import Callable

from hallclient.domain.case import Handover, Needs, needs, outcomes_of
from hallclient.domain.case_moves import CORRECTIONS, CaseMove
from hallclient.domain.ending import Ending
from hallclient.domain.turn import Outcome
from hallclient.phrases import has_message
from hallclient.services.cases import ACCEPTED, Cases, CaseView
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import Choices, PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet

CORRECT = "correct"
MOST_NOTE, MOST_NUMBER = 200, 40
GAP = 12.0
LIST = 190.0


class CaseForm(Sheet):
    """A form with what its outcome asks for; the last key does it."""

    def __init__(self, presenter: ConsolePresenter, view: CaseView, way: str) -> None:
        words = presenter.words
        title = words(f"supervisor.case_form.{way}")
        super().__init__(presenter, f"{title}　{view.case.number}".strip())
        self._view, self.way = view, way
        self._missing = set(view.case.missing)
        options = [(one.value, outcome_words(self, one)) for one in self._outcomes()]
        self.outcome = self.put(Choices(options, options[0][0], 2), 0, 0, 9, 9)
        handovers = [(one.value, words(f"panel.handover.{one}")) for one in Handover]
        self.handover = self.put(Choices(handovers, view.case.handover.value, 3), 0, 0, 9, 9)
        refusals = needs(view.service, Outcome.REFUSED).refusals
        why = [(one, words(_known(f"case.refusal.{one}", "case.refusal"))) for one in refusals]
        self.refusal = self.put(Choices(why, "", 2), 0, 0, 9, 9)
        reasons = [
            (one, words(_known(f"case.correction.{one}", "case.correction"))) for one in CORRECTIONS
        ]
        self.reason = self.put(Choices(reasons, "", 2), 0, 0, 9, 9)
        self.number = self.field(words("panel.form.number"), MOST_NUMBER)
        self.note = self.field(words("panel.form.note"), MOST_NOTE)
        self.materials = self.put(PagedList(), 0, 0, 9, 9)
        self.materials.chosen.connect(self._tick)
        self.key = self.foot_key(title, self._do, solid=True)
        self.outcome.chosen.connect(lambda _outcome: self._ask())
        self._list()
        self._ask()

    def arrange(self, width: float, _height: float) -> None:
        """Place what is asked, from above."""
        top = HEAD
        for part in (self.outcome, self.handover, self.refusal, self.reason):
            if part.isVisibleTo(self):
                self.put(part, PAD, top, width, part.tall)
                part.lay_out(width)
                top += part.tall + GAP
        if self.materials.isVisibleTo(self):
            self.put(self.materials, PAD, top, width, LIST)
            self.materials.lay_out(width, LIST)
            top += LIST + GAP
        for line in (self.number, self.note):
            if line.isVisibleTo(self):
                self.put(line, PAD, top, width, 46)
                top += 46 + GAP

    def _outcomes(self) -> list[Outcome]:
        if self.way == CaseMove.TELL:
            return [Outcome.SUPPLEMENT]
        allowed = outcomes_of(self._view.service)
        return [one for one in allowed if self.way == CORRECT or one in ACCEPTED] or [*allowed]

    def _needs(self) -> Needs:
        return needs(self._view.service, Outcome(self.outcome.value))

    def _ask(self) -> None:
        asked, tells = self._needs(), self.way == CaseMove.TELL
        self.outcome.setVisible(not tells)
        self.handover.setVisible(asked.handover)
        self.refusal.setVisible(bool(asked.refusals))
        self.reason.setVisible(self.way == CORRECT)
        self.number.setVisible(asked.case and not tells)
        self.materials.setVisible(bool(asked.missing))
        self.say("")
        self.again_laid()

    def _list(self) -> None:
        language = self.words.language
        self.materials.set_specs(
            [
                RowSpec(
                    m.name.zh_cn,
                    m.name.text(language),
                    chosen=m.name.zh_cn in self._missing,
                )
                for m in self._view.service.materials
            ]
        )

    def _tick(self, name: str) -> None:
        self._missing ^= {name}
        self._list()

    def _ending(self) -> Ending:
        asked = self._needs()
        return Ending(
            Outcome(self.outcome.value),
            missing=tuple(name for name in asked.missing if name in self._missing),
            refused=self.refusal.value if asked.refusals else "",
            handover=Handover(self.handover.value) if asked.handover else Handover.WINDOW,
            number=self.number.text().strip() if asked.case else "",
            note=self.note.text().strip(),
        )

    def _lacks(self) -> str:
        if self._needs().refusals and not self.refusal.value:
            return "refused"
        return "reason" if self.way == CORRECT and not self.reason.value else ""

    def _do(self) -> None:
        lacks = self._lacks()
        if lacks:
            self.refuse(self.words(f"supervisor.case_form.lacks_{lacks}"))
            return
        number = self._view.case.number
        said = self.words("supervisor.case_form.done", number=number)
        self.presenter.do_case(
            self._move(self._ending()), lambda _view: self.done(said), self.refuse, owner=self
        )

    def _move(self, ending: Ending) -> Callable[[Cases], CaseView | None]:
        case, reason = self._view.case, self.reason.value
        if self.way == CaseMove.TELL:
            return lambda cases: cases.tell(case.id, ending.missing, ending.note)
        if self.way == CaseMove.ACCEPT:
            return lambda cases: cases.accept(case.id, ending)
        return lambda cases: cases.correct(case.turn_id, ending, reason)


def outcome_words(sheet: Sheet, outcome: Outcome) -> str:
    """Return an outcome as clerks call it too."""
    known = f"window.outcome.{outcome}"
    return sheet.words(known if has_message(known) else f"window.ending.{outcome}")


def _known(key: str, table: str) -> str:
    return key if has_message(key) else f"{table}.something_else"
