"""记回访: bad ratings that wait for a call, what became of each, and appeals against them."""

from collections.abc import Callable
from datetime import date, timedelta

from hallclient.domain.alarm import Alarm, AlarmKind
from hallclient.domain.follow_up import BY_APPEAL, Appeal, FollowUpResult
from hallclient.domain.parts import StaffRole
from hallclient.phrases import has_message
from hallclient.services.floor import FloorState
from hallclient.services.follow_ups import MOST_TEXT, OpenFollowUp
from hallclient.services.hours import local_time
from hallclient.supervisor.alarm_words import listed
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import Choices, Facts, PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.ui.widgets.base import Face
from hallclient.ui.words import Words

DAYS = 6
_RESULTS = tuple(result for result in FollowUpResult if result not in BY_APPEAL)
_DECIDES = frozenset({StaffRole.SUPERVISOR, StaffRole.ADMIN})


class FollowUpsSheet(Sheet):
    """All that wait, the oldest first."""

    def __init__(self, presenter: ConsolePresenter) -> None:
        super().__init__(presenter, presenter.words("supervisor.follow_up.title"))
        self._open_ones: dict[str, OpenFollowUp] = {}
        self._known: tuple[Alarm, ...] | None = None
        """The alarms about ratings for which the list was loaded."""
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        self.list.chosen.connect(self._open)

    def show_state(self, state: FloorState) -> None:
        """Load them, and again when the alarms say that there are others."""
        known = tuple(one for one in state.alarms if one.kind is AlarmKind.LOW_RATING)
        if known != self._known:
            self._known = known
            ask = self.presenter.do
            ask(lambda who: who.follow_ups.open(), self._show, self.refuse, owner=self, asks=True)

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
            side = _side(one, words)
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
    """One rating: put one's name to it, call, then note what became of it."""

    def __init__(self, presenter: ConsolePresenter, one: OpenFollowUp) -> None:
        super().__init__(presenter, presenter.words("supervisor.follow_up.of", label=one.label))
        words, state = self.words, presenter.state
        self._one = one
        self._phone = one.phone
        self.facts = self.put(Facts(), 0, 0, 9, 9)
        options = [(one.value, words(f"supervisor.follow_up.{one.value}")) for one in _RESULTS]
        self.result = self.put(Choices(options, "", 2), 0, 0, 9, 9)
        self.result.chosen.connect(self._choose)
        today = local_time(state.plan, state.now).date() if state else date.min
        days = [today + timedelta(days=n) for n in range(1, DAYS + 1)]
        named = [(day.isoformat(), day.strftime("%m-%d")) for day in days]
        self.day = self.put(Choices(named, "", DAYS), 0, 0, 9, 9)
        self.day.chosen.connect(lambda _day: self._choose(self.result.value))
        self.day.hide()
        self.note = self.field(words("rating_loop.note"), MOST_TEXT)
        self.take = self.foot_key(words("supervisor.follow_up.take"), self._take)
        self.call = self.foot_key(words("rating_loop.call"), self._call)
        self.appeal = self.foot_key(words("rating_loop.appeal"), self._appeal)
        self.key = self.foot_key(words("supervisor.follow_up.record"), self._record, solid=True)
        self.key.set_face(Face.FLAT)
        self._tell()

    def arrange(self, width: float, _height: float) -> None:
        """Place facts, results, days and the note."""
        self.put(self.facts, PAD, HEAD, width, self.facts.tall)
        top = HEAD + self.facts.tall + 14
        for part in (self.result, self.day):
            if part.isVisibleTo(self):
                self.put(part, PAD, top, width, part.tall)
                part.lay_out(width)
                top += part.tall + 12
        self.put(self.note, PAD, top, width, 46)

    def _tell(self) -> None:
        """Show what is known, and what can be done about it."""
        one, words, state = self._one, self.words, self.presenter.state
        follow_up = one.follow_up
        given = local_time(state.plan, one.given_at).strftime("%m-%d %H:%M") if state else ""
        self.facts.set_pairs(
            (
                (words("supervisor.follow_up.service"), one.service.name.text(words.language)),
                (
                    words("supervisor.follow_up.window"),
                    f"{words('supervisor.window_n', number=one.window.number)}  {one.clerk}",
                ),
                (words("supervisor.follow_up.given"), given),
                (words("rating_loop.column.level"), words(f"rating.level{int(one.rating.level)}")),
                (words("supervisor.follow_up.due"), follow_up.due_on.strftime("%m-%d")),
                (words("supervisor.follow_up.promised"), _day(follow_up.promised_on)),
                (words("supervisor.follow_up.by"), one.taken_by),
                (words("supervisor.follow_up.reasons"), _reasons(one, words)),
                (words("supervisor.follow_up.phone"), self._phone),
                (words("rating_loop.tries"), str(follow_up.tries or "")),
                (words("rating_loop.note"), follow_up.note),
                (words("rating_loop.appeal"), _appeal(one, words)),
            )
        )
        who = self.presenter.supervisor
        mine = who is not None and bool(one.taken_by) and one.taken_by == who.name
        for part in (self.result, self.note, self.take, self.key):
            part.setVisible(one.waits)
        self.call.setVisible(one.waits and mine and one.contact)
        self.again_laid()

    def _choose(self, name: str) -> None:
        dated = name == FollowUpResult.BY_DATE.value
        self.day.setVisible(dated)
        self.again_laid()
        ready = bool(name) and (not dated or bool(self.day.value))
        self.key.set_face(Face.SOLID if ready else Face.FLAT)
        self.say(self.words("supervisor.follow_up.pick_day") if dated and not ready else "")

    def _take(self) -> None:
        rating = self._one.rating.id
        self.presenter.do(
            lambda who: who.follow_ups.take(rating), self._taken, self.refuse, owner=self
        )

    def _taken(self, one: OpenFollowUp) -> None:
        self._one = one
        self._tell()
        self.say(self.words("supervisor.you_take"))

    def _call(self) -> None:
        rating = self._one.rating.id
        self.presenter.do(
            lambda who: who.follow_ups.contact(rating), self._show_phone, self.refuse, owner=self
        )

    def _show_phone(self, phone: str) -> None:
        self._phone = phone
        self._tell()

    def _appeal(self) -> None:
        self.opened.emit(AppealSheet(self.presenter, self._one))

    def _record(self) -> None:
        rating, result = self._one.rating.id, FollowUpResult(self.result.value)
        day = date.fromisoformat(self.day.value) if result is FollowUpResult.BY_DATE else None
        label, note = self._one.label, self.note.text()
        self.presenter.do(
            lambda who: who.follow_ups.record(rating, result, day, note),
            lambda _done: self.done(self.words("supervisor.follow_up.recorded", label=label)),
            self.refuse,
            owner=self,
        )


class AppealSheet(Sheet):
    """申诉: ask that a rating be put aside, or decide what somebody else has asked."""

    def __init__(self, presenter: ConsolePresenter, one: OpenFollowUp) -> None:
        words = presenter.words
        super().__init__(presenter, words("rating_loop.appeal_of", label=one.label))
        self._one = one
        who, known = presenter.supervisor, one.follow_up
        self.facts = self.put(Facts(), 0, 0, 9, 9)
        self.facts.set_pairs(
            (
                (words("rating_loop.appeal"), _appeal(one, words)),
                (words("rating_loop.asked_by"), one.appealed_by),
                (words("rating_loop.why"), known.appeal_reason),
            )
        )
        self.reason = self.field(words("rating_loop.why"), MOST_TEXT)
        self.reason.setVisible(known.appeal is None)
        if known.appeal is None:
            self.foot_key(words("rating_loop.ask"), self._ask, solid=True)
            self.say(words("rating_loop.two_people"))
        elif known.appeal is Appeal.ASKED and who is not None and who.role in _DECIDES:
            for result in sorted(BY_APPEAL):
                key = words(f"supervisor.follow_up.{result.value}")
                self.foot_key(key, self._deciding(result))
            self.foot_key(words("rating_loop.refuse"), lambda: self._decide(None), solid=True)

    def arrange(self, width: float, _height: float) -> None:
        """Place what is known and the line for the reason."""
        self.put(self.facts, PAD, HEAD, width, self.facts.tall)
        self.put(self.reason, PAD, HEAD + self.facts.tall + 14, width, 46)

    def _ask(self) -> None:
        rating, reason = self._one.rating.id, self.reason.text()
        label = self._one.label
        self.presenter.do(
            lambda who: who.follow_ups.appeal(rating, reason),
            lambda _done: self.done(self.words("rating_loop.was_asked", label=label)),
            self.refuse,
            owner=self,
        )

    def _deciding(self, granted: FollowUpResult) -> Callable[[], None]:
        return lambda: self._decide(granted)

    def _decide(self, granted: FollowUpResult | None) -> None:
        rating, label = self._one.rating.id, self._one.label
        told = "rating_loop.was_refused" if granted is None else "rating_loop.was_granted"
        self.presenter.do(
            lambda who: who.follow_ups.decide(rating, granted),
            lambda _done: self.done(self.words(told, label=label)),
            self.refuse,
            owner=self,
        )


def _side(one: OpenFollowUp, words: Words) -> str:
    if not one.waits:
        return words("rating_loop.to_decide")
    if one.overdue:
        return words("supervisor.follow_up.late")
    return one.follow_up.due_on.strftime("%m-%d")


def _reasons(one: OpenFollowUp, words: Words) -> str:
    keys = [(code, f"rating.reason.{code}") for code in one.rating.reasons]
    return listed([words(key) if has_message(key) else code for code, key in keys], words)


def _appeal(one: OpenFollowUp, words: Words) -> str:
    appeal = one.follow_up.appeal
    return words(f"rating_loop.appeals.{appeal.value}") if appeal is not None else ""


def _day(day: date | None) -> str:
    return day.strftime("%m-%d") if day is not None else ""
