"""记回访: bad ratings that wait for a call, and what became of each."""

from datetime import date, timedelta

from hallclient.domain.follow_up import FollowUpResult
from hallclient.domain.parts import StaffRole
from hallclient.services.follow_ups import OpenFollowUp
from hallclient.services.hours import local_time
from hallclient.supervisor.alarm_words import listed
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import Choices, Facts, PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.ui.widgets.base import Face

DAYS = 6
_ABOVE = frozenset({FollowUpResult.MISTAKEN, FollowUpResult.MALICIOUS})
"""By appeal: only those above the departments put a rating aside."""


class FollowUpsSheet(Sheet):
    """All that wait, the oldest first."""

    def __init__(self, presenter: ConsolePresenter) -> None:
        super().__init__(presenter, presenter.words("supervisor.follow_up.title"))
        self._open_ones: dict[str, OpenFollowUp] = {}
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        self.list.chosen.connect(self._open)

    def begin(self) -> None:
        """Load them."""
        super().begin()
        self.presenter.do(lambda who: who.follow_ups.open(), self._show, self.refuse, owner=self)

    def arrange(self, width: float, height: float) -> None:
        """Place the list."""
        self.put(self.list, PAD, HEAD, width, height)
        self.list.lay_out(width, height)

    def _show(self, found: tuple[OpenFollowUp, ...]) -> None:
        words = self.words
        self._open_ones = {str(one.rating.id): one for one in found}
        specs = []
        for key, one in self._open_ones.items():
            number = words("supervisor.window_n", number=one.window.number)
            title = f"{one.label}  {number}  {one.clerk}"
            late = words("supervisor.follow_up.late") if one.overdue else ""
            side = late or one.follow_up.due_on.strftime("%m-%d")
            sub = one.service.name.text(words.language)
            if one.taken_by:
                sub = f"{words('supervisor.takes', name=one.taken_by)} · {sub}"
            specs.append(RowSpec(key, title, sub, side, icon="face-2", warns=one.overdue))
        self.list.set_specs(specs)
        if not specs:
            sub = words("supervisor.empty.follow_ups")
            self.list.say_nothing("check", words("supervisor.follow_up.none"), sub)

    def _open(self, key: str) -> None:
        one = self._open_ones.get(key)
        if one is not None:
            self.opened.emit(FollowUpSheet(self.presenter, one))


class FollowUpSheet(Sheet):
    """One rating: put one's name to it, then note what became of it."""

    def __init__(self, presenter: ConsolePresenter, one: OpenFollowUp) -> None:
        super().__init__(presenter, presenter.words("supervisor.follow_up.of", label=one.label))
        words, state = self.words, presenter.state
        self._one = one
        self.facts = self.put(Facts(), 0, 0, 9, 9)
        who = presenter.supervisor
        above = who is not None and who.role in (StaffRole.SUPERVISOR, StaffRole.ADMIN)
        options = [
            (result.value, words(f"supervisor.follow_up.{result.value}"))
            for result in FollowUpResult
            if above or result not in _ABOVE
        ]
        self.result = self.put(Choices(options, "", 2), 0, 0, 9, 9)
        self.result.chosen.connect(self._choose)
        today = local_time(state.plan, state.now).date() if state else date.min
        days = [today + timedelta(days=n) for n in range(1, DAYS + 1)]
        named = [(day.isoformat(), day.strftime("%m-%d")) for day in days]
        self.day = self.put(Choices(named, "", DAYS), 0, 0, 9, 9)
        self.day.chosen.connect(lambda _day: self._choose(self.result.value))
        self.day.hide()
        self.take = self.foot_key(words("supervisor.follow_up.take"), self._take)
        self.key = self.foot_key(words("supervisor.follow_up.record"), self._record, solid=True)
        self.key.set_face(Face.FLAT)
        given = local_time(state.plan, one.given_at).strftime("%m-%d %H:%M") if state else ""
        self.facts.set_pairs(
            (
                (words("supervisor.follow_up.service"), one.service.name.text(words.language)),
                (
                    words("supervisor.follow_up.window"),
                    f"{words('supervisor.window_n', number=one.window.number)}  {one.clerk}",
                ),
                (words("supervisor.follow_up.given"), given),
                (words("supervisor.follow_up.due"), one.follow_up.due_on.strftime("%m-%d")),
                (words("supervisor.follow_up.promised"), _day(one.follow_up.promised_on)),
                (words("supervisor.follow_up.by"), one.taken_by),
                (words("supervisor.follow_up.reasons"), listed(one.reasons, words)),
                (words("supervisor.follow_up.phone"), one.phone),
            )
        )

    def arrange(self, width: float, _height: float) -> None:
        """Place facts, results and days."""
        self.put(self.facts, PAD, HEAD, width, self.facts.tall)
        top = HEAD + self.facts.tall + 18
        self.put(self.result, PAD, top, width, self.result.tall)
        self.result.lay_out(width)
        top += self.result.tall + 14
        self.put(self.day, PAD, top, width, self.day.tall)
        self.day.lay_out(width)

    def _choose(self, name: str) -> None:
        dated = name == FollowUpResult.BY_DATE.value
        self.day.setVisible(dated)
        ready = bool(name) and (not dated or bool(self.day.value))
        self.key.set_face(Face.SOLID if ready else Face.FLAT)
        self.say(self.words("supervisor.follow_up.pick_day") if dated and not ready else "")

    def _take(self) -> None:
        rating = self._one.rating.id
        self.presenter.do(
            lambda who: who.follow_ups.take(rating),
            lambda _one: self.say(self.words("supervisor.you_take")),
            self.refuse,
            owner=self,
        )

    def _record(self) -> None:
        rating, result = self._one.rating.id, FollowUpResult(self.result.value)
        day = date.fromisoformat(self.day.value) if result is FollowUpResult.BY_DATE else None
        label = self._one.label
        self.presenter.do(
            lambda who: who.follow_ups.record(rating, result, day),
            lambda _done: self.done(self.words("supervisor.follow_up.recorded", label=label)),
            self.refuse,
            owner=self,
        )


def _day(day: date | None) -> str:
    return day.strftime("%m-%d") if day is not None else ""
