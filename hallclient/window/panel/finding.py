"""What a clerk looks up in the panel: services of the guide, and cases to show or to finish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.domain.case import CaseResult, SuspendReason
from hallclient.domain.case_moves import ALLOWED, MOVE_OF_RESULT, CaseMove, CaseState
from hallclient.domain.errors import DomainError
from hallclient.services.guide_words import GuideWords, guide_slip, guide_words
from hallclient.services.hours import local_time
from hallclient.services.jobs import SlipKind
from hallclient.services.persons import likely_document
from hallclient.window.panel.asking import Ask
from hallclient.window.panel.filling import CaseWork, work_on
from hallclient.window.panel.parts import LineView
from hallclient.window.panel.view import Choices, LookupView, Middle
from hallclient.window.panel.wording import day_text, outcome_text, pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.domain.ending import Ending
    from hallclient.domain.parts import Service
    from hallclient.services.cases import Cases, CaseView
    from hallclient.window.panel.presenter import PanelPresenter

MOST = 40
_FACTS = ("kind", "fee", "hours", "place")


class Finder:
    """The guide and the cases of one panel."""

    def __init__(self, core: PanelPresenter) -> None:
        self._core = core
        self._say = core.words
        self.kind: Middle | None = None
        self._wanted = ""
        self._service: Service | None = None
        self._cases: tuple[CaseView, ...] = ()

    # Opening, closing

    def open_guide(self) -> None:
        """Look up a service; that of the present ticket is read at once."""
        self.kind, self._wanted = Middle.GUIDE, ""
        panel = self._core.panel
        self._service = panel.state.service if panel is not None else None
        self._turn()

    def open_cases(self) -> None:
        """Look up a case; those that are due soon are listed at once."""
        self.kind, self._wanted, self._cases = Middle.CASES, "", ()
        self._turn()
        self._read("")

    def close(self) -> None:
        """Look up nothing any more."""
        self.kind, self._service, self._cases = None, None, ()

    def search(self, text: str) -> None:
        """Find by a text: initials or words of a service; number or label of a case."""
        self._wanted = text.strip()
        if self.kind is Middle.GUIDE:
            self._service = None
            self._core.publish()
        elif self.kind is Middle.CASES:
            self._read(self._wanted)

    def choose(self, key: int) -> None:
        """Take what was found: read a service, show a case."""
        if self.kind is Middle.GUIDE:
            self._service = next((s for s in self._found() if s.id == key), None)
            self._core.publish()
        elif self.kind is Middle.CASES:
            self.open_case(key)

    def view(self) -> LookupView:
        """Return what is shown."""
        if self.kind is Middle.GUIDE:
            return self._guide_view()
        if self.kind is Middle.CASES:
            return self._cases_view()
        return LookupView()

    def _turn(self) -> None:
        self._core.publish()
        self._core.turned.emit(self.kind)

    # The guide

    def guide_text(self, service: Service) -> str:
        """Return a service's guide as plain lines."""
        words, say = self._words_of(service), self._say
        if words is None:
            return ""
        lines = [words.name, *_pairs_of(say, words)]
        if words.materials:
            lines += ["", say("kiosk.confirm.materials")]
            lines += [f"{n}. {text}" for n, text in enumerate(words.materials, start=1)]
        if words.steps:
            lines += ["", say("kiosk.guide.steps")]
            lines += [f"{n}. {text}" for n, text in enumerate(words.steps, start=1)]
        return "\n".join(lines)

    def print_guide(self) -> None:
        """Print the guide that is read."""
        core, service = self._core, self._service
        jobs, panel = core.desk.jobs, core.panel
        words = self._words_of(service) if service is not None else None
        if service is None or words is None or jobs is None or panel is None:
            return
        printed = f"{local_time(panel.plan, core.now):%Y-%m-%d %H:%M}"
        slip = guide_slip(self._say, panel.plan, words, printed)
        said = self._say("panel.guide.printing", service=words.name)
        core.run(
            lambda: jobs.ask(core.desk.station, slip, SlipKind.GUIDE, f"service:{service.id}"),
            lambda _job: core.clerk.say(said),
        )

    def _words_of(self, service: Service) -> GuideWords | None:
        panel = self._core.panel
        if panel is None:
            return None
        plan = panel.plan
        today = local_time(plan, self._core.now).date()
        sessions = plan.sessions_on(service.queue, today)
        gap = "、" if self._say.language.startswith("zh") else ", "
        hours = gap.join(f"{s.opens:%H:%M}–{s.closes:%H:%M}" for s in sessions)
        return guide_words(self._say, plan, service, hours)

    def _found(self) -> list[Service]:
        panel = self._core.panel
        if panel is None:
            return []
        wanted = "".join(self._wanted.upper().split())
        if wanted:
            return [s for s in panel.plan.listed if _fits(s, wanted)][:MOST]
        own = set(panel.state.window.queues)
        return [s for s in panel.plan.listed if s.queue in own][:MOST]

    def _guide_view(self) -> LookupView:
        say, language = self._say, self._say.language
        panel, found = self._core.panel, self._found()
        names = panel.plan.department_of if panel is not None else {}
        lines = tuple(
            LineView(
                s.id,
                "",
                s.name.text(language),
                quiet=names[s.department].name.text(language) if s.department in names else "",
            )
            for s in found
        )
        reading = self._service
        return LookupView(
            title=say("panel.guide.title"),
            hint=say("panel.guide.find"),
            lines=lines,
            chosen=reading.id if reading is not None else None,
            text=self.guide_text(reading) if reading is not None else "",
            nothing=say("panel.guide.nothing", text=self._wanted),
            nothing_sub=say("panel.guide.nothing_sub"),
            prints=self._core.desk.prints,
        )

    # Cases

    def _service_of_cases(self) -> Cases | None:
        panel = self._core.panel
        member = panel.state.staff if panel is not None else None
        return self._core.desk.cases(member) if member is not None else None

    def _read(self, wanted: str) -> None:
        cases = self._service_of_cases()
        if cases is None:
            return

        def look() -> tuple[CaseView, ...]:
            if not wanted:
                return cases.open(MOST)
            keys = self._core.desk.keys() if likely_document(wanted) else None
            try:
                return cases.look_up(wanted, keys)[:MOST]
            except DomainError:
                return ()  # the page says that there is nothing to be seen

        self._core.run(look, lambda found: self._show(wanted, found))

    def _show(self, wanted: str, found: tuple[CaseView, ...]) -> None:
        if self.kind is Middle.CASES and wanted == self._wanted:
            self._cases = found
            self._core.publish()

    def _cases_view(self) -> LookupView:
        say, wanted = self._say, self._wanted
        key = "nothing" if wanted else "none"
        return LookupView(
            title=say("panel.cases.title"),
            hint=say("panel.cases.find"),
            lines=tuple(self._case_line(view) for view in self._cases),
            # The number of a document stands nowhere on a screen.
            nothing=say(f"panel.cases.{key}", text="…" if likely_document(wanted) else wanted),
            nothing_sub=say(f"panel.cases.{key}_sub"),
            forgets=likely_document(wanted) and bool(self._cases),
        )

    def _case_line(self, view: CaseView) -> LineView:
        say, case = self._say, view.case
        name = view.service.name.text(say.language)
        warns = view.overdue or view.near
        return LineView(case.id, case.number, name, side=_left(view, say), warns=warns)

    def open_case(self, case_id: int) -> None:
        """Show a case, and ask what is to be done with it."""
        cases = self._service_of_cases()
        if cases is not None:
            self._core.run(lambda: cases.case(case_id), self._ask_case)

    def _ask_case(self, view: CaseView) -> None:
        say = self._say
        ways = _ways(view.state)
        self._ask(view.case.number, view, pairs(say, "panel.case_do", ways), self._do(view))

    def _do(self, view: CaseView) -> Callable[[str], None]:
        def do(way: str) -> None:
            cases, case_id, say = self._service_of_cases(), view.case.id, self._say
            if cases is None:
                return
            if way == "suspend":
                reasons = pairs(say, "case.suspend", [*SuspendReason])
                again = self._moved(lambda value: cases.suspend(case_id, SuspendReason(value)))
                self._ask(say("panel.ask.suspend"), view, reasons, again)
            elif way in (CaseMove.ACCEPT, CaseMove.TELL):
                self._core.work_on(work_on(view, CaseMove(way)))
            elif way == "resume":
                self._moved(lambda _value: cases.resume(case_id))(way)
            else:
                self._finish(cases, view, CaseResult(way))

        return do

    def _finish(self, cases: Cases, view: CaseView, result: CaseResult) -> None:
        """Finish a case; of one that was decided it is asked where."""
        case, say = view.case, self._say
        if MOVE_OF_RESULT[result] is not CaseMove.FINISH or case.authority:
            self._moved(lambda _value: cases.finish(case.id, result))("")
            return

        def finish(where: str, note: str) -> None:
            away = where == "elsewhere"
            move = self._moved(lambda _v: cases.finish(case.id, result, elsewhere=away, note=note))
            move(where)

        choices = pairs(say, "panel.decided", ("here", "elsewhere"))
        self._core.open_ask(
            Ask(say(f"panel.case_do.{result}"), choices, finish, facts=self._facts(view), note=True)
        )

    def settle(self, work: CaseWork, ending: Ending) -> None:
        """Accept a case, or tell what it lacks, as the form says."""
        cases, case_id = self._service_of_cases(), work.view.case.id
        if cases is None:
            return

        def move() -> CaseView:
            if work.move is CaseMove.TELL:
                return cases.tell(case_id, ending.missing, ending.note)
            return cases.accept(case_id, ending)

        def done(view: CaseView) -> None:
            if self._core.filler.work == work:
                self._core.settled()
            self._told(view)

        self._core.run(move, done)

    def _moved(self, move: Callable[[str], CaseView]) -> Callable[[str], None]:
        core = self._core

        def do(value: str) -> None:
            core.run(lambda: move(value), self._told)
            core.did()

        return do

    def _told(self, view: CaseView) -> None:
        self._core.clerk.say(self._say("panel.cases.moved", number=view.case.number))
        self._read(self._wanted)
        self._core.refresh()

    def _ask(
        self, title: str, view: CaseView, choices: Choices, answer: Callable[[str], None]
    ) -> None:
        facts = self._facts(view)
        self._core.open_ask(Ask(title, choices, lambda value, _note: answer(value), facts=facts))

    def _facts(self, view: CaseView) -> Choices:
        say, case, panel = self._say, view.case, self._core.panel
        facts = [
            (say("panel.cases.service"), view.service.name.text(say.language)),
            (say("panel.past.result"), outcome_text(say, case.kind)),
            (say("panel.cases.state"), say(f"case.state.{view.state}")),
        ]
        if panel is not None:
            accepted = local_time(panel.plan, case.accepted_at).date()
            facts.append((say("panel.cases.accepted"), day_text(say, accepted)))
        if case.due_on is not None:
            due = day_text(say, case.due_on)
            facts.append((say("panel.form.due"), f"{due}　{_left(view, say)}".strip()))
        if case.missing:
            facts.append((say("panel.form.missing"), "、".join(case.missing)))
        if case.result is not None:
            facts.append((say("panel.cases.result"), say(f"case.result.{case.result}")))
        return tuple(facts)


def _ways(state: CaseState) -> list[str]:
    """Return what may be done with a case in a state."""
    moves = {move for at, move in ALLOWED if at is state}
    results = [result.value for result in CaseResult if MOVE_OF_RESULT[result] in moves]
    others = (CaseMove.ACCEPT, CaseMove.TELL, CaseMove.SUSPEND, CaseMove.RESUME)
    return [move.value for move in others if move in moves] + results


def _left(view: CaseView, say: Callable[..., str]) -> str:
    """Return how many working days are left, or by how many it is late."""
    days = view.days_left
    if view.case.finished_at is not None or days is None:
        return ""
    if days < 0 or view.overdue:
        return say("panel.cases.overdue", n=abs(days))
    return say("panel.cases.today") if days == 0 else say("panel.cases.left", n=days)


def _pairs_of(say: Callable[..., str], words: GuideWords) -> list[str]:
    found = ((what, getattr(words, what)) for what in _FACTS)
    return [f"{say(f'kiosk.guide.{what}')}　{text}" for what, text in found if text]


def _fits(service: Service, wanted: str) -> bool:
    names = (service.name.zh_cn, service.name.zh_hant, service.name.en, *service.aliases)
    return any(wanted in "".join(word.upper().split()) for word in (*names, *service.initials))
