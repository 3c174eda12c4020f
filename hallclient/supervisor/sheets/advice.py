"""The advice of now: what to do, why, and the way to the sheet that does it. Nothing is done here.

A press on a line shows what the queue and the others would wait; the key leads on with the fields
filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.services.whatif.advice import Way
from hallclient.services.whatif.compare import compare
from hallclient.services.whatif.trying import Budget
from hallclient.supervisor.advice_words import basis, deed, effect_facts, gist, headline, span
from hallclient.supervisor.sheets.parts import Facts, PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.supervisor.sheets.what_if import show_waits
from hallclient.supervisor.sheets.windows import AssignSheet, PickSheet
from hallclient.supervisor.widgets.waits_picture import WaitsPicture
from hallclient.ui.widgets.base import Face

if TYPE_CHECKING:
    from hallclient.services.floor import FloorState
    from hallclient.services.whatif.advice import Advice
    from hallclient.supervisor.presenter import ConsolePresenter

LIST, FACTS, CAPTION = 0.45, 5, 210.0
PICTURE, LEAST_PICTURE = 210.0, 140.0
LIMIT_S, PLAYS = 20.0, 20
OTHERS = 2
"""Other ways to help a queue that are listed under the best."""


class AdviceSheet(Sheet):
    """All advice; ``queue`` is the one to show first."""

    def __init__(self, presenter: ConsolePresenter, queue: str = "") -> None:
        super().__init__(presenter, presenter.words("supervisor.advice.sheet"))
        self._queue = queue
        self._chosen: Advice | None = None
        self._painted: Advice | None = None
        self._listed: dict[str, Advice | None] = {}
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        self.list.chosen.connect(self._choose)
        self.facts = self.put(Facts(), 0, 0, 9, 9)
        self.facts.caption = CAPTION
        self.picture = self.put(WaitsPicture(), 0, 0, 9, 9)
        self.picture.hide()
        words = self.words
        self.anew = self.foot_key(words("supervisor.advice.anew"), presenter.ask_advice)
        self.go = self.foot_key(words("supervisor.advice.go"), self._go, solid=True)
        presenter.advice_changed.connect(self._take)
        self._take()

    def picked(self) -> frozenset[str]:
        """Mark the window that the advice is about."""
        state, one = self.presenter.state, self._chosen
        if state is None or one is None:
            return frozenset()
        return frozenset(w.code for w in state.plan.windows if w.number == one.window)

    def arrange(self, width: float, height: float) -> None:
        """Place the list above the facts."""
        rows = min(len(self._listed), int(height * LIST // PagedList.ROW))
        upper = round(height * LIST) if rows < len(self._listed) else rows * PagedList.ROW
        upper = upper or height
        self.put(self.list, PAD, HEAD, width, upper)
        self.list.lay_out(width, upper)
        lower = height - upper - 8
        self.put(self.facts, PAD, HEAD + upper + 8, width, lower)
        picture = min(PICTURE, lower - self.facts.tall - 12)
        self.picture.setVisible(self._chosen is not None and picture >= LEAST_PICTURE)
        self.put(self.picture, PAD, HEAD + height - picture, width, max(picture, 1.0))

    def show_state(self, _state: FloorState) -> None:
        """Nothing of it changes with the floor; it is of the moment it says."""

    def _take(self) -> None:
        """Show another answer, or that one is under way."""
        presenter, words, state = self.presenter, self.words, self.presenter.state
        advice = presenter.advice
        self.anew.set_face(Face.FLAT if presenter.advising else Face.OUTLINED)
        self._listed = {}
        if advice is not None and state is not None:
            for found in advice.advised.queues:
                for at, one in enumerate(found.found[: 1 + OTHERS] or (None,)):
                    self._listed[f"{found.queue} {at}"] = one
        names = list(self._listed)
        first = next((name for name in names if name.partition(" ")[0] == self._queue), "")
        self._chosen = self._listed.get(first or next(iter(names), ""))
        if not names:
            key = "working" if presenter.advising else "none" if advice else "not_yet"
            minutes = round(advice.advised.goal.minutes) if advice else 0
            self.list.say_nothing(
                "clock" if presenter.advising else "check",
                words(f"supervisor.advice.{key}"),
                words("supervisor.advice.calm", minutes=minutes) if key == "none" else "",
            )
        self._show()

    def _choose(self, name: str) -> None:
        self._chosen, self._queue = self._listed.get(name), name.partition(" ")[0]
        self._show()

    def _show(self) -> None:
        presenter, words, state = self.presenter, self.words, self.presenter.state
        advice = presenter.advice
        specs, one = [], self._chosen
        if advice is not None and state is not None:
            goal, plan = advice.advised.goal, state.plan
            of = {found.queue: found for found in advice.advised.queues}
            for name, listed in self._listed.items():
                found = of[name.partition(" ")[0]]
                if listed is None:
                    text, sub = headline(found, plan, words), gist(found, goal, words)
                    specs.append(RowSpec(name, text, sub, warns=True))
                    continue
                before, after = (round(m) for m in listed.effect.minutes(goal))
                side = words("supervisor.advice.change", before=before, after=after)
                sub = span(listed, words)
                if not listed.reached:
                    sub = f"{sub} · {words('supervisor.advice.partly')}"
                text = deed(listed, plan, words)
                specs.append(RowSpec(name, text, sub, side, chosen=listed is one))
            pairs = effect_facts(one, goal, plan, words, FACTS) if one else ()
            self.facts.set_pairs(pairs)
            self.say(basis(advice, words))
        else:
            self.facts.set_pairs(())
            failed = presenter.advice_failed and not presenter.advising
            self.say(words("supervisor.cannot") if failed else "")
        self.list.set_specs(specs)
        self.again_laid()
        self.go.set_face(Face.SOLID if one else Face.FLAT)
        self._paint_waits()

    def _paint_waits(self) -> None:
        """Play the rest of the day with what is chosen, and show the queue's waits over it."""
        one, advice = self._chosen, self.presenter.advice
        if one is self._painted:
            return
        self._painted = one
        self.picture.set_lines("", ("", ""), (), None)
        if one is None or advice is None or not advice.rests:
            return
        rests, changes = advice.rests, one.changes
        self.presenter.try_out(
            lambda _who, stopped: compare(rests, changes, Budget(LIMIT_S, PLAYS, stopped)),
            lambda found: show_waits(self.picture, found, one.queue, self),
            lambda _error: None,
            owner=self,
        )

    def _go(self) -> None:
        """Go on to the sheet that lends windows, filled in; nothing is done before its own key."""
        one, state = self._chosen, self.presenter.state
        if one is None or state is None:
            return
        if one.way is Way.OPEN:
            self.opened.emit(PickSheet(self.presenter, queue=one.queue, shut=True))
            return
        window = next((w for w in state.plan.windows if w.number == one.window), None)
        if window is not None:
            self.opened.emit(AssignSheet(self.presenter, window.code, ranks=one.ranks))
