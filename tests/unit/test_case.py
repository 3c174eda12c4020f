"""What is recorded for a service, what a form asks for it, and how a case moves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.case import (
    CASE_OUTCOMES,
    REFUSALS,
    CaseResult,
    Needs,
    is_done,
    needs,
    outcomes_of,
)
from hallclient.domain.case_moves import (
    ALLOWED,
    CaseMove,
    CaseState,
    moved,
    results_for,
)
from hallclient.domain.due import Limit
from hallclient.domain.errors import NotAllowed
from hallclient.domain.parts import Material, Service, ServiceKind
from hallclient.domain.text import LocalText
from hallclient.domain.turn import CLERK_OUTCOMES, Outcome

PAPERS = (Material(LocalText("身份证")), Material(LocalText("合同")))
SERVICE = Service(
    "S", LocalText("事"), "D", "Q", ServiceKind.PROMISED,
    legal_days=20, promised_days=5, materials=PAPERS,
)  # fmt: skip
AWAY = LocalText("省住建厅")


@pytest.mark.parametrize("outcome", sorted(CASE_OUTCOMES))
def test_only_what_was_decided_at_the_window_is_done(outcome: Outcome) -> None:
    assert is_done(outcome) is (outcome in {Outcome.INSTANT, Outcome.REFUSED})


def test_the_six_outcomes_keep_their_digits() -> None:
    assert outcomes_of(SERVICE) == CLERK_OUTCOMES


def test_what_several_departments_or_others_decide_adds_an_outcome() -> None:
    joint = replace(SERVICE, partners=("E",))
    assert outcomes_of(joint) == (*CLERK_OUTCOMES, Outcome.JOINT)
    assert outcomes_of(replace(joint, authority=AWAY)) == (
        *CLERK_OUTCOMES,
        Outcome.JOINT,
        Outcome.ESCALATED,
    )


def test_a_service_names_its_own_outcomes_and_they_keep_their_order() -> None:
    named = replace(SERVICE, outcomes=("refused", "promised"), partners=("E",))
    assert outcomes_of(named) == (Outcome.PROMISED, Outcome.REFUSED)


def test_what_a_form_asks() -> None:
    limit = Limit(promised=5, legal=20)
    assert needs(SERVICE, Outcome.CONSULT) == needs(SERVICE, Outcome.COLLECT) == Needs()
    assert needs(SERVICE, Outcome.INSTANT) == Needs(case=True, basis=True, handover=True)
    assert needs(SERVICE, Outcome.PROMISED) == Needs(
        case=True, limit=limit, basis=True, handover=True
    )
    assert needs(SERVICE, Outcome.SUPPLEMENT) == Needs(case=True, missing=("身份证", "合同"))
    assert needs(SERVICE, Outcome.REFUSED) == Needs(case=True, refusals=REFUSALS)


def test_a_joint_case_says_who_leads_and_one_decided_elsewhere_says_where() -> None:
    both = replace(SERVICE, partners=("E", "F"), authority=AWAY)
    asked = needs(both, Outcome.JOINT)
    assert (asked.lead, asked.partners, asked.authority) == ("D", ("E", "F"), AWAY)
    accepted_here = needs(both, Outcome.PROMISED)  # 全域通办: accepted here, decided there
    assert (accepted_here.lead, accepted_here.partners) == ("", ())
    assert accepted_here.authority == AWAY


moves = st.lists(st.sampled_from(CaseMove), max_size=30)


@given(st.sampled_from(CaseState), moves)
def test_from_every_state_there_is_a_way_to_the_end(
    state: CaseState, tried: list[CaseMove]
) -> None:
    for move in tried:
        if (state, move) in ALLOWED:
            state = moved(state, move)
        else:
            with pytest.raises(NotAllowed, match="cannot"):
                moved(state, move)
    assert (state is CaseState.DONE) != bool(results_for(state))


def test_what_was_not_accepted_is_not_decided() -> None:
    for state in (CaseState.OWED, CaseState.TOLD, CaseState.STANDING):
        assert results_for(state) == (CaseResult.WITHDRAWN, CaseResult.CLOSED)
    assert results_for(CaseState.RUNNING) == tuple(CaseResult)
    assert results_for(CaseState.DONE) == ()
