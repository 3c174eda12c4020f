"""A plain model of a hall beside the real one: after every move both say the same.

The model knows lists and dictionaries only; hypothesis looks for the shortest way to a difference.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from hallclient.domain.dispatch import TICK
from hallclient.domain.errors import DomainError
from hallclient.domain.turn import CLERK_OUTCOMES, Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.services.windows import WindowState
from hallclient.storage.engine import open_engine
from tests import invariants
from tests.halls import HALL_ID
from tests.stores import HallUnderTest, HandClock

RANKS = {"1": "BA", "2": "AB"}
CAP, BEHIND, REQUEUES = 3, 2, 1
WINDOWS = st.sampled_from("12")
PICKS = st.integers(0, 30)


@dataclass
class Paper:
    """A ticket as the model has it."""

    label: str
    queue: str
    claim: datetime
    status: str = "waiting"
    requeued: int = 0
    calls: int = 0
    held_at: str = ""

    @property
    def number(self) -> int:
        return int(self.label[1:])


class Halls(RuleBasedStateMachine):
    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="moves-model-")
        path = Path(self.folder.name) / "hall.db"
        shutil.copy(self.template, path)
        engine = open_engine(f"sqlite:///{path}")
        self.hall = HallUnderTest(f"sqlite:///{path}", engine, HandClock())
        self.hall.change_rules(
            ceiling_minutes=600, requeue_behind=BEHIND, requeue_per_day=REQUEUES, recall_cap=CAP
        )
        self.hall.sign_in("1", "2")
        self.papers: list[Paper] = []
        self.at: dict[str, Paper | None] = {"1": None, "2": None}
        self.holds: list[Paper] = []

    def teardown(self) -> None:
        try:
            invariants.check(self.hall.engine, self.hall.store)
            assert check_invariants(self.hall.engine, HALL_ID).broken == ()
        finally:
            self.hall.engine.dispose()
            self.folder.cleanup()

    # What the model knows

    def waiting(self, queue: str) -> list[Paper]:
        """Who waits in a queue, the first first; the list of all papers is the order of ids."""
        return sorted(
            (p for p in self.papers if p.status == "waiting" and p.queue == queue),
            key=lambda p: p.claim,
        )

    def pick(self, number: int) -> Paper | None:
        return self.papers[number % len(self.papers)] if self.papers else None

    def agree(self, key: str | None, move: Callable[[], WindowState]) -> bool:
        """Make the real move; it is refused with ``key``, or goes through where there is none."""
        self.hall.clock.advance(seconds=1)
        refused: str | None = None
        try:
            move()
        except DomainError as error:
            refused = error.key
        assert refused == key
        return refused is None

    def busy(self, window: str, status: str, move: str = "move_not_allowed") -> str | None:
        """The refusal of a move that takes a ticket of this status at the window."""
        paper = self.at[window]
        if paper is None:
            return "no_turn"
        return None if paper.status == status else move

    def take(self, window: str, paper: Paper, status: str) -> None:
        paper.status, self.at[window] = status, paper

    def leave(self, window: str, status: str) -> Paper:
        paper = self.at[window]
        assert paper is not None
        paper.status, self.at[window] = status, None
        return paper

    # Moves

    @rule(queue=st.sampled_from("AB"))
    def issue(self, queue: str) -> None:
        ticket = self.hall.issue({"A": "ZH001", "B": "BDC001"}[queue]).ticket
        self.papers.append(Paper(ticket.label, queue, self.hall.clock.now))

    @rule(window=WINDOWS)
    def call_next(self, window: str) -> None:
        key = "turn_open" if self.at[window] else None
        lines = [line for queue in RANKS[window] if (line := self.waiting(queue))]
        if self.agree(key, self.hall.calling(window).call_next) and lines:
            lines[0][0].calls = 1
            self.take(window, lines[0][0], "called")

    @rule(window=WINDOWS, queue=st.sampled_from("AB"))
    def serve(self, window: str, queue: str) -> None:
        """Three moves that lead to where most others begin."""
        self.issue(queue)
        self.call_next(window)
        self.start(window)

    @rule(window=WINDOWS, number=PICKS)
    def call_chosen(self, window: str, number: int) -> None:
        paper = self.pick(number)
        label = paper.label if paper else "A001"
        key: str | None = None
        if self.at[window]:
            key = "turn_open"
        elif paper is None:
            key = "unknown_ticket"
        elif paper.status == "no_show":
            key = "requeue_limit" if paper.requeued >= REQUEUES else None
        elif paper.status != "waiting":
            key = "move_not_allowed"
        calling = self.hall.calling(window)
        behind = self.waiting(paper.queue)[BEHIND - 1 : BEHIND] if paper else []
        if self.agree(key, lambda: calling.call_chosen(label, "other")) and paper is not None:
            if paper.status == "no_show":
                paper.requeued += 1
                paper.claim = behind[0].claim + TICK if behind else self.hall.clock.now
            paper.calls = 1
            self.take(window, paper, "called")

    @rule(window=WINDOWS)
    def recall(self, window: str) -> None:
        paper = self.at[window]
        key = self.busy(window, "called")
        if key is None and paper is not None and paper.calls >= CAP:
            key = "recall_cap"
        if self.agree(key, self.hall.calling(window).recall) and paper is not None:
            paper.calls += 1

    @rule(window=WINDOWS)
    def start(self, window: str) -> None:
        if self.agree(self.busy(window, "called"), self.hall.calling(window).start):
            self.at[window].status = "serving"  # type: ignore[union-attr]

    @rule(window=WINDOWS)
    def no_show(self, window: str) -> None:
        paper = self.at[window]
        key = self.busy(window, "called")
        if key is None and paper is not None and paper.calls < CAP:
            key = "no_show_too_early"
        if self.agree(key, self.hall.calling(window).no_show):
            self.leave(window, "no_show")

    @rule(window=WINDOWS, outcome=st.sampled_from(CLERK_OUTCOMES))
    def finish(self, window: str, outcome: Outcome) -> None:
        calling = self.hall.calling(window)
        if self.agree(self.busy(window, "serving"), lambda: calling.finish(outcome)):
            self.leave(window, "ended")

    @rule(window=WINDOWS)
    def hold(self, window: str) -> None:
        if self.agree(self.busy(window, "serving"), self.hall.calling(window).hold):
            paper = self.leave(window, "held")
            paper.held_at = window
            self.holds.append(paper)

    @rule(window=WINDOWS)
    def resume_last(self, window: str) -> None:
        mine = [p for p in self.holds if p.held_at == window]
        key = "turn_open" if self.at[window] else None if mine else "nothing_held"
        if self.agree(key, self.hall.calling(window).resume):
            self.take_up(window, mine[-1])

    @rule(window=WINDOWS, number=PICKS)
    def resume_named(self, window: str, number: int) -> None:
        paper = self.pick(number)
        label = paper.label if paper else "A001"
        key: str | None = None
        if self.at[window]:
            key = "turn_open"
        elif paper is None:
            key = "unknown_ticket"
        elif paper.status != "held":
            key = "move_not_allowed"
        calling = self.hall.calling(window)
        if self.agree(key, lambda: calling.resume(label)) and paper is not None:
            self.take_up(window, paper)

    def take_up(self, window: str, paper: Paper) -> None:
        self.holds.remove(paper)
        self.take(window, paper, "serving")

    @rule(window=WINDOWS, queue=st.sampled_from("AB"))
    def transfer(self, window: str, queue: str) -> None:
        key = self.busy(window, "serving")
        paper = self.at[window]
        if key is None and paper is not None and paper.queue == queue:
            key = "same_queue"
        calling = self.hall.calling(window)
        if self.agree(key, lambda: calling.transfer(queue)):
            self.leave(window, "waiting").queue = queue

    # Both say the same

    @invariant()
    def the_same_tickets(self) -> None:
        rows = self.hall.rows(
            "SELECT label, status, claim_at, requeued, q.code FROM ticket"
            " JOIN queue q ON q.id = queue_id ORDER BY ticket.id"
        )
        with self.hall.store.look() as reader:
            found = [reader.ticket_by_label(row.label) for row in rows]
        assert [
            (t.label, t.status, row.code, t.claim_at, t.requeued)
            for t, row in zip(found, rows, strict=True)
            if t is not None
        ] == [(p.label, p.status, p.queue, p.claim, p.requeued) for p in self.papers]

    @invariant()
    def the_same_windows(self) -> None:
        for window, paper in self.at.items():
            state = self.hall.calling(window).state()
            active = state.turn is not None and state.turn.active
            label = state.ticket.label if active and state.ticket is not None else None
            assert label == (paper.label if paper else None)
            assert state.waiting == sum(p.status == "waiting" for p in self.papers)
            heads = [line[0].label for queue in RANKS[window] if (line := self.waiting(queue))]
            assert (state.next_ticket.label if state.next_ticket else None) == next(
                iter(heads), None
            )


@pytest.mark.parametrize("steps", [40])
def test_the_hall_does_what_the_model_says(sqlite_template: Path, steps: int) -> None:
    Halls.template = sqlite_template
    run_state_machine_as_test(
        Halls,
        settings=settings(
            max_examples=6,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],  # to shrink what talks to a database takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
