"""The form that a clerk fills in: kept while the hall goes on, one for each turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hallclient.domain.case import needs, outcomes_of
from hallclient.domain.case_moves import CaseMove
from hallclient.domain.turn import Outcome
from hallclient.services.case_opening import clock_of
from hallclient.services.cases import ACCEPTED
from hallclient.services.hours import local_time
from hallclient.window.panel.draft import (
    Draft,
    as_recorded,
    ending_of,
    lacks,
    new_draft,
    with_days,
)
from hallclient.window.panel.form_words import form_view
from hallclient.window.panel.view import FormView

if TYPE_CHECKING:
    from hallclient.domain.ending import Ending
    from hallclient.domain.parts import Service
    from hallclient.services.case_views import CaseView
    from hallclient.services.window_panel import PanelState, PastRow
    from hallclient.window.panel.presenter import PanelPresenter


@dataclass(frozen=True, slots=True)
class CaseWork:
    """What the form is filled in for, behind a turn: a case that is accepted, or told of a list."""

    view: CaseView
    move: CaseMove
    outcomes: tuple[Outcome, ...]


def work_on(view: CaseView, move: CaseMove) -> CaseWork:
    """Return what is filled in to accept a case, or to tell what it lacks."""
    if move is CaseMove.TELL:
        return CaseWork(view, move, (Outcome.SUPPLEMENT,))
    return CaseWork(view, move, tuple(o for o in outcomes_of(view.service) if o in ACCEPTED))


class Filler:
    """The form of one panel: for the turn that is served, one that is corrected, or a case."""

    def __init__(self, core: PanelPresenter) -> None:
        self._core = core
        self.draft: Draft | None = None
        self.correcting: PastRow | None = None
        self.work: CaseWork | None = None
        self._kept: Draft | None = None

    # Beginning, ending

    def renew(self, panel: PanelState) -> None:
        """Begin a form for a turn that is served now; drop that of a turn that is over."""
        turn, service = panel.state.turn, panel.state.service
        served = turn is not None and turn.active and turn.started_at is not None
        if self.correcting is not None or self.work is not None:
            return
        if turn is None or service is None or not served:
            self.draft = None
        elif self.draft is None or self.draft.turn_id != turn.id:
            self.draft = new_draft(turn.id, service)

    def correct(self, row: PastRow) -> None:
        """Begin a form for a turn that ended today, with what was recorded."""
        draft, panel = new_draft(row.turn.id, row.service), self._core.panel
        if row.turn.result is not None:
            draft = replace(draft, outcome=row.turn.result)
        if row.case is not None and panel is not None:
            draft = as_recorded(draft, row.case, clock_of(panel.plan, row.service))
        self.draft, self.correcting = draft, row

    def work_on(self, work: CaseWork) -> None:
        """Begin a form about a case; that of the turn at the window is kept behind it."""
        case = work.view.case
        self._kept = self.draft if self.correcting is None and self.work is None else None
        missing = frozenset(case.missing) if work.move is CaseMove.TELL else frozenset()
        self.work, self.correcting = work, None
        self.draft = Draft(case.turn_id, work.outcomes[0], handover=case.handover, missing=missing)

    def drop(self) -> None:
        """Forget the form."""
        self.draft, self._kept = (self._kept if self.work is not None else None), None
        self.correcting = self.work = None

    def open(self, *, served: bool) -> bool:
        """Return whether there is a form to show; ``served``: a ticket is at the window."""
        return self.draft is not None and (
            served or self.correcting is not None or self.work is not None
        )

    # Filling in

    def choose_outcome(self, outcome: Outcome) -> None:
        """Choose how the turn ended; what was filled in stays."""
        if self.draft is not None:
            self._change(replace(self.draft, outcome=outcome, days=None, due_reason=""))

    def choose_option(self, n: int) -> None:
        """Choose the n-th outcome, from 0; nothing happens beyond the last one."""
        options = self._core.view.form.options
        if n < len(options):
            self.choose_outcome(options[n][0])

    def step_days(self, step: int) -> None:
        """Make the limit longer or shorter."""
        service = self._service()
        if self.draft is not None and service is not None:
            self._change(with_days(self.draft, needs(service, self.draft.outcome), step))

    def fill(self, field: str, value: str) -> None:
        """Fill in a field of the draft."""
        if self.draft is not None and getattr(self.draft, field) != value:
            kind = type(getattr(self.draft, field))
            self._change(replace(self.draft, **{field: kind(value)}))

    def tick(self, material: str) -> None:
        """Tick a material that is missing, or take the tick off."""
        if self.draft is not None:
            self._change(replace(self.draft, missing=self.draft.missing ^ {material}))

    def ending(self) -> tuple[str, Ending | None]:
        """Return what still has to be chosen in words, or what can be recorded."""
        panel, draft, service = self._core.panel, self.draft, self._service()
        if panel is None or draft is None or service is None:
            return "", None
        missing = lacks(draft, service)
        if missing:
            return self._core.words(f"panel.lacks.{missing}"), None
        today = local_time(panel.plan, self._core.now).date()
        return "", ending_of(draft, service, today, panel.plan.work_calendar)

    def view(self) -> FormView:
        """Return what is shown."""
        panel, service = self._core.panel, self._service()
        if panel is None or self.draft is None or service is None:
            return FormView()
        label = self.correcting.ticket.label if self.correcting is not None else ""
        say, now = self._core.words, self._core.now
        if self.work is None:
            return form_view(say, panel.plan, service, self.draft, now, label)
        number = self.work.view.case.number
        view = form_view(say, panel.plan, service, self.draft, now, number)
        options = tuple(one for one in view.options if one[0] in self.work.outcomes)
        title = say(f"panel.form.{self.work.move}", number=number)
        return replace(view, title=title, options=options)

    def _change(self, draft: Draft) -> None:
        self.draft = draft
        self._core.publish()

    def _service(self) -> Service | None:
        if self.work is not None:
            return self.work.view.service
        if self.correcting is not None:
            return self.correcting.service
        panel = self._core.panel
        return panel.state.service if panel is not None else None
