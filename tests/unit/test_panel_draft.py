"""The form of an outcome: whatever is filled in, only what the outcome needs is recorded."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.case import (
    DUE_REASONS,
    REFUSALS,
    Basis,
    Case,
    Handover,
    needs,
    outcomes_of,
)
from hallclient.domain.due import Clock, StripDay, StripKind
from hallclient.domain.parts import Material, Service, ServiceKind
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.window.panel.draft import (
    CELLS,
    Draft,
    as_recorded,
    days_of,
    ending_of,
    lacks,
    new_draft,
    strip_of,
    with_days,
)

FRIDAY = date(2026, 11, 20)
CALENDAR = WorkCalendar({date(2026, 10, 10): True})
SERVICE = Service(
    "B1",
    LocalText("二手房过户"),
    "D",
    "B",
    ServiceKind.PROMISED,
    legal_days=10,
    promised_days=5,
    materials=(Material(LocalText("产权证")), Material(LocalText("合同"))),
)
services = st.builds(
    replace,
    st.just(SERVICE),
    kind=st.sampled_from(ServiceKind),
    promised_days=st.integers(0, 30),
    legal_days=st.integers(0, 30),
    promised_hours=st.sampled_from([0, 0, 4]),
    authority=st.sampled_from([LocalText(""), LocalText("省厅")]),
)
drafts = st.builds(
    Draft,
    st.just(1),
    st.sampled_from([*Outcome][:8]),
    days=st.none() | st.integers(1, 40),
    due_reason=st.sampled_from(["", *DUE_REASONS]),
    number=st.sampled_from(["", " X-1 "]),
    basis=st.sampled_from(Basis),
    handover=st.sampled_from(Handover),
    missing=st.sets(st.sampled_from(["产权证", "合同", "别的"])).map(frozenset),
    refused=st.sampled_from(["", *REFUSALS]),
)


@given(services)
def test_a_form_begins_with_an_outcome_that_is_allowed(service: Service) -> None:
    draft = new_draft(7, service)
    assert draft.outcome in outcomes_of(service)
    assert draft.days is None


@given(drafts, services)
def test_only_what_an_outcome_needs_is_recorded(draft: Draft, service: Service) -> None:
    ask, ending = needs(service, draft.outcome), ending_of(draft, service, FRIDAY, CALENDAR)
    assert ending.outcome is draft.outcome
    assert set(ending.missing) <= set(ask.missing)
    assert bool(ending.refused) <= bool(ask.refusals)
    assert (ending.basis is Basis.NORMAL) or ask.basis
    assert (ending.handover is Handover.WINDOW) or ask.handover
    assert bool(ending.number) <= ask.case
    assert (ending.due_on is None) >= (ask.limit is None or ask.limit.in_hours)
    if ending.due_on is not None:
        assert CALENDAR.is_working(ending.due_on)
        assert ending.due_on > FRIDAY
    if not lacks(draft, service):
        assert (ending.due_on is None) or ending.due_reason in DUE_REASONS
        assert not ask.refusals or ending.refused in REFUSALS


@given(st.lists(st.sampled_from([-7, -1, 1, 7]), max_size=20), services)
def test_a_limit_stays_between_a_day_and_the_law(steps: list[int], service: Service) -> None:
    draft = replace(new_draft(1, service), outcome=Outcome.PROMISED)
    ask = needs(service, draft.outcome)
    usual = days_of(draft, ask)
    for step in steps:
        draft = with_days(draft, ask, step)
        days = days_of(draft, ask)
        assert (draft.days is None) == (days == usual)
        assert bool(usual) == bool(days)
        if usual and ask.limit is not None and ask.limit.legal:
            assert 1 <= days <= max(usual, ask.limit.legal)


@given(st.integers(1, 60))
def test_the_strip_fits_and_shows_both_ends(days: int) -> None:
    strip = strip_of(FRIDAY, days, CALENDAR)
    assert len(strip) <= CELLS
    first, last = strip[0], strip[-1]
    assert isinstance(first, StripDay)
    assert isinstance(last, StripDay)
    assert (first.kind, first.day) == (StripKind.ACCEPTED, FRIDAY)
    assert (last.kind, last.day) == (StripKind.DUE, CALENDAR.after(FRIDAY, days))
    shown = sum(cell if isinstance(cell, int) else 1 for cell in strip)
    assert shown == (last.day - FRIDAY).days + 1


def test_a_correction_keeps_the_day_that_was_agreed() -> None:
    accepted = datetime(2026, 11, 20, 2, tzinfo=UTC)
    agreed = date(2026, 12, 1)
    case = Case(
        1, 2, 3, Outcome.PROMISED, "2026112000001", accepted, agreed, None, due_reason="agreed",
        legal=10, promised=5, basis=Basis.LENIENT,
    )  # fmt: skip
    draft = as_recorded(new_draft(2, SERVICE), case, Clock(CALENDAR))
    assert lacks(draft, SERVICE) == ""
    ending = ending_of(draft, SERVICE, FRIDAY, CALENDAR)
    assert (ending.due_on, ending.due_reason, ending.basis) == (agreed, "agreed", Basis.LENIENT)
    usual = as_recorded(draft, replace(case, due_reason=""), Clock(CALENDAR))
    assert ending_of(usual, SERVICE, FRIDAY, CALENDAR).due_on is None
