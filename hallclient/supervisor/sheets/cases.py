"""Cases that are overdue or near: what one is, and how it ends (承诺件)."""

from hallclient.domain.case import CaseResult, SuspendReason
from hallclient.domain.case_moves import ALLOWED, MOVE_OF_RESULT, CaseMove, CaseState, results_for
from hallclient.services.cases import CaseView
from hallclient.services.hours import local_time
from hallclient.services.persons import likely_document
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.case_form import CORRECT, CaseForm
from hallclient.supervisor.sheets.parts import Choices, Facts, PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.ui.widgets.base import Face

ALL_OPEN, DUE = "open", "due"
HERE, ELSEWHERE = "here", "elsewhere"


class CasesSheet(Sheet):
    """The cases, found by number or ticket, or all that press; a press opens one."""

    def __init__(self, presenter: ConsolePresenter, department: str = "") -> None:
        super().__init__(presenter, presenter.words("supervisor.cases.title"))
        words = self.words
        self._department = department
        self._views: dict[str, CaseView] = {}
        self.search = self.field(words("supervisor.cases.search"), 40)
        self.search.returnPressed.connect(self._find)
        options = [(DUE, words("supervisor.cases.due")), (ALL_OPEN, words("supervisor.cases.open"))]
        self.which = self.put(Choices(options, DUE, 2), 0, 0, 9, 9)
        self.which.chosen.connect(lambda _which: self._load())
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        self.list.chosen.connect(self._open)

    def begin(self) -> None:
        """Load what presses."""
        super().begin()
        self._load()

    def arrange(self, width: float, height: float) -> None:
        """Place search, choice and list."""
        self.put(self.search, PAD, HEAD + 4, width, 46)
        self.put(self.which, PAD, HEAD + 58, width, self.which.tall)
        self.which.lay_out(width)
        top = HEAD + 58 + self.which.tall + 10
        self.put(self.list, PAD, top, width, HEAD + height - top)
        self.list.lay_out(width, HEAD + height - top)

    def _load(self) -> None:
        due = self.which.value == DUE
        self.presenter.do_case(
            lambda cases: cases.due() if due else cases.open(),
            self._show,
            self.refuse,
            owner=self,
            asks=True,
        )

    def _find(self) -> None:
        wanted = self.search.text().strip()
        if wanted:
            self.presenter.find_cases(wanted, self._show, self.refuse, owner=self)
            if likely_document(wanted):  # it stands nowhere on a screen
                self.search.clear()
        else:
            self._load()

    def _show(self, views: tuple[CaseView, ...]) -> None:
        words = self.words
        if self._department:
            first = [v for v in views if v.service.department == self._department]
            views = (*first, *(v for v in views if v not in first))
        self._views = {str(view.case.id): view for view in views}
        specs = [
            RowSpec(
                key,
                view.case.number or (view.ticket.label if view.ticket else key),
                view.service.name.text(words.language),
                due_text(view, self),
                icon="doc",
                warns=view.overdue,
            )
            for key, view in self._views.items()
        ]
        self.list.set_specs(specs)
        self.say("")
        if not specs:
            sub = words("supervisor.empty.cases")
            self.list.say_nothing("search", words("supervisor.cases.none"), sub)

    def _open(self, key: str) -> None:
        view = self._views.get(key)
        if view is not None:
            self.opened.emit(CaseSheet(self.presenter, view))


def due_text(view: CaseView, sheet: Sheet) -> str:
    """Return when a case is due, in words."""
    words, left = sheet.words, view.days_left
    if left is None:
        return words(f"supervisor.cases.state.{view.state}")
    if left < 0 or view.overdue:
        return words("supervisor.cases.late", n=max(1, -left))
    if left == 0:
        return words("supervisor.cases.today")
    return words("supervisor.cases.left", n=left)


class CaseSheet(Sheet):
    """One case and what can be done with it.

    Finish it, stop its clock, let it go on; accept it, tell what it lacks, correct its outcome.
    """

    def __init__(self, presenter: ConsolePresenter, view: CaseView) -> None:
        super().__init__(presenter, view.case.number or presenter.words("supervisor.cases.a_case"))
        words = self.words
        self._view = view
        self.facts = self.put(Facts(), 0, 0, 9, 9)
        results = results_for(view.state)
        options = [(one.value, words(f"supervisor.cases.result.{one.value}")) for one in results]
        self.result = self.put(Choices(options, "", 2), 0, 0, 9, 9)
        where = [(one, words(f"supervisor.case_form.{one}")) for one in (HERE, ELSEWHERE)]
        self.where = self.put(Choices(where, HERE, 2), 0, 0, 9, 9)
        ways = [(way, words(f"supervisor.case_form.{way}")) for way in self._ways(view)]
        self.ways = self.put(Choices(ways, "", 2), 0, 0, 9, 9)
        self.ways.chosen.connect(lambda way: self.opened.emit(CaseForm(presenter, self._view, way)))
        why = [(one.value, words(f"supervisor.cases.why_{one.value}")) for one in SuspendReason]
        self.reason = self.put(Choices(why, "", 3), 0, 0, 9, 9)
        self.reason.chosen.connect(self._suspend)
        self.reason.hide()
        self.stand = self.foot_key(words("supervisor.cases.suspend"), self._stand)
        self.key = self.foot_key(words("supervisor.cases.finish"), self._finish, solid=True)
        self.result.chosen.connect(self._choose_result)
        self._show(view)

    def arrange(self, width: float, _height: float) -> None:
        """Place facts and results."""
        self.put(self.facts, PAD, HEAD, width, self.facts.tall)
        top = HEAD + self.facts.tall + 18
        if self.ways.keys:
            self.put(self.ways, PAD, top, width, self.ways.tall)
            self.ways.lay_out(width)
            top += self.ways.tall + 18
        self.put(self.result, PAD, top, width, self.result.tall)
        self.result.lay_out(width)
        top += self.result.tall + 18
        if self.where.isVisibleTo(self):
            self.put(self.where, PAD, top, width, self.where.tall)
            self.where.lay_out(width)
            top += self.where.tall + 18
        self.put(self.reason, PAD, top, width, self.reason.tall)
        self.reason.lay_out(width)

    def _show(self, view: CaseView) -> None:
        self._view, words, case = view, self.words, view.case
        state, language = self.presenter.state, self.words.language
        accepted = case.accepted_at
        on = local_time(state.plan, accepted).strftime("%m-%d %H:%M") if state else ""
        due = case.due_on.strftime("%m-%d") if case.due_on else ""
        self.facts.set_pairs(
            (
                (words("supervisor.cases.service"), view.service.name.text(language)),
                (words("supervisor.cases.ticket"), view.ticket.label if view.ticket else ""),
                (words("supervisor.cases.accepted"), on),
                (words("supervisor.cases.due_on"), f"{due}  {due_text(view, self)}".strip()),
                (
                    words("supervisor.cases.state_is"),
                    words(f"supervisor.cases.state.{view.state}"),
                ),
                (words("supervisor.cases.authority"), case.authority),
            )
        )
        over = case.finished_at is not None
        suspended = view.state is CaseState.STANDING
        verb = "resume" if suspended else "suspend"
        self.stand.set_words(words(f"supervisor.cases.{verb}"))
        stands = view.state in (CaseState.RUNNING, CaseState.STANDING)
        self.stand.set_face(Face.OUTLINED if stands else Face.FLAT)
        self.key.set_face(Face.SOLID if self.result.value and not over else Face.FLAT)
        self.result.setVisible(not over)
        self.where.hide()
        self.reason.hide()
        self.say("")
        self.again_laid()

    def _ways(self, view: CaseView) -> list[str]:
        """Return what else may be done, each on a form of its own."""
        ways = [m.value for m in (CaseMove.ACCEPT, CaseMove.TELL) if (view.state, m) in ALLOWED]
        state, ticket = self.presenter.state, view.ticket
        today = state is not None and ticket is not None and ticket.day == state.day
        return [*ways, CORRECT] if today else ways

    def _choose_result(self, name: str) -> None:
        decided = MOVE_OF_RESULT[CaseResult(name)] is CaseMove.FINISH
        self.where.setVisible(decided and not self._view.case.authority)
        self.key.set_face(Face.SOLID)
        self.again_laid()

    def _finish(self) -> None:
        if not self.result.value:
            return
        result, case, words = CaseResult(self.result.value), self._view.case, self.words
        said = words(f"supervisor.cases.result.{result.value}")
        away = self.where.isVisibleTo(self) and self.where.value == ELSEWHERE
        self.again.ask(
            words("supervisor.cases.sure", number=case.number, result=said),
            words("supervisor.cases.finish"),
            lambda: self.presenter.do_case(
                lambda cases: cases.finish(case.id, result, elsewhere=away),
                lambda _view: self.done(words("supervisor.cases.finished", number=case.number)),
                self.refuse,
                owner=self,
            ),
        )

    def _stand(self) -> None:
        case, suspended = self._view.case, self._view.state is CaseState.STANDING
        if suspended:
            self.presenter.do_case(
                lambda cases: cases.resume(case.id), self._show, self.refuse, owner=self
            )
            return
        self.reason.show()
        self.say(self.words("supervisor.cases.pick_why"))

    def _suspend(self, name: str) -> None:
        case, reason = self._view.case, SuspendReason(name)
        self.presenter.do_case(
            lambda cases: cases.suspend(case.id, reason), self._show, self.refuse, owner=self
        )
