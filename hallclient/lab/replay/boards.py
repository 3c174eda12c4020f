"""Call boards of a replayed day: what they show and speak, in virtual time.

Roll, hero, speech queue, herald and reports are the product's own; pixels and sound are not made.
How long a call is heard is what the recorded clips last on average.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil, inf
from typing import TYPE_CHECKING, Final

from hallclient.display.crowd import Crowd
from hallclient.display.heralding import Herald
from hallclient.display.hero import Hero
from hallclient.display.roll import Roll, call_of
from hallclient.domain.announcement import BoardReport, Shown, Spoken
from hallclient.domain.speaking import Reading, SpeechQueue
from hallclient.services.announcing import Announcing
from hallclient.services.board import Board

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from hallclient.display.speaker import VoiceListener
    from hallclient.domain.announcement import Announcement, CallKey
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.journal import Entry
    from hallclient.domain.speaking import Alert, CallToSpeak
    from hallclient.lab.replay.actors import Act, Notes
    from hallclient.services.board import BoardCall
    from hallclient.services.store import Store

    Known = Callable[[Iterable[CallKey]], Mapping[CallKey, Announcement]]

CHIME_S: Final = 1.1
RUN_S: Final = 2.0
BETWEEN_S, AGAIN_S = 0.4, 0.6
LANGUAGE_S: Final = {"zh": 4.4, "en": 4.2}
"""Prefix, number and window with their gaps, mean of the recorded clips."""
OTHER_S: Final = 4.4
LANGUAGE_GAP_S: Final = 0.35
PAINTED_S: Final = 0.1
"""From the commit to the paint: the bound that the board is measured against."""
TOGETHER_S: Final = 0.05
"""What is committed within this is one wake-up of a board, and one paint."""
LAST_S: Final = 24 * 3600.0
AWAY: Final = ("ticket.no_show", "ticket.returned", "ticket.transferred")
SETTLED: Final = ("turn.started", *AWAY)


@dataclass(slots=True)
class CallStory:
    """What became of one call on one board. Times are seconds of the day."""

    called: float
    painted: float | None = None
    gone: float | None = None
    """When it was pushed off by newer ones; None while it stands or after it was settled."""
    settled: float | None = None
    renewed: bool = False
    """Called again before it was painted: the ticket was seen with its next call."""
    spoken: Spoken | None = None


class Loudspeaker:
    """A ``Voice`` that takes the time of speaking, and makes no sound."""

    def __init__(
        self, languages: tuple[str, ...], midnight: datetime, tell: Callable[[Spoken], None]
    ) -> None:
        self._languages = languages
        self._midnight = midnight
        self._tell = tell
        self._queue = SpeechQueue()
        self._reading: Reading | None = None
        self._times = 0
        self._until = 0.0
        self._quiet_since = -RUN_S

    @property
    def busy(self) -> bool:
        """Whether something is being said or waits."""
        return self._reading is not None or self._queue.backlog() > 0

    def advance(self, to: float) -> None:
        """Speak until a second of the day."""
        while self._until <= to:
            if self._reading is not None:
                self._ended()
            elif not self._begin(self._until):
                self._until = to
                return

    def _begin(self, at: float) -> bool:
        step = self._queue.next(self._midnight + timedelta(seconds=at))
        for dropped in step.dropped:
            self._tell(dropped)
        if not isinstance(step.say, Reading):
            return False
        self._reading, self._times = step.say, 1
        chime = CHIME_S if at - self._quiet_since >= RUN_S else 0.0
        self._until = at + chime + self._lasts(step.say)
        return True

    def _lasts(self, reading: Reading) -> float:
        spoken = self._languages[: 1 if reading.first_language_only else None]
        gaps = LANGUAGE_GAP_S * (len(spoken) - 1)
        return gaps + sum(LANGUAGE_S.get(one, OTHER_S) for one in spoken)

    def _ended(self) -> None:
        assert self._reading is not None  # noqa: S101 - asked for by the caller
        if self._times == 1 and self._queue.again():
            self._times = 2
            self._until += AGAIN_S + self._lasts(self._reading)
            return
        for result in self._queue.over(self._times):
            self._tell(result)
        self._reading, self._quiet_since = None, self._until
        self._until += BETWEEN_S

    # Voice

    def listen(self, listener: VoiceListener) -> None:
        """Do nothing: nobody listens."""

    def follow(self, plan: HallPlan, now: Callable[[], datetime]) -> None:
        """Do nothing: the languages are known."""

    def lead(self, zones: frozenset[str]) -> None:
        """See ``Voice``."""
        self._queue.lead(zones)

    def held(self) -> tuple[CallKey, ...]:
        """See ``Voice``."""
        return self._queue.held()

    def heard_elsewhere(self, calls: Iterable[CallKey]) -> None:
        """See ``Voice``."""
        self._queue.heard_elsewhere(calls)

    def call(self, call: CallToSpeak) -> None:
        """See ``Voice``."""
        self._queue.add(call)

    def answered(self, turn_id: int) -> None:
        """See ``Voice``."""
        for result in self._queue.answered(turn_id):
            self._tell(result)

    def alert(self, alert: Alert | None) -> None:
        """See ``Voice``."""
        self._queue.alert(alert)

    def say(self, *sentences: str, zones: Iterable[str] = ()) -> None:
        """See ``Voice``."""

    def close(self) -> None:
        """Nothing to close."""


@dataclass(slots=True)
class _Screen:
    """What stands on the board, and since when."""

    roll: Roll = field(default_factory=Roll)
    hero: Hero = field(default_factory=Hero)
    crowd: Crowd = field(default_factory=Crowd)
    stories: dict[CallKey, CallStory] = field(default_factory=dict)
    _seen: set[CallKey] = field(default_factory=set)

    def advance(self, to: float) -> None:
        """Turn the large calls until a second of the day."""
        while (due := self._due()) <= to:
            self.hero = self.hero.turned(due)
            self.arranged(due)
            self.note(due + PAINTED_S)

    def _due(self) -> float:
        """Return when something on the board changes by itself."""
        dues = (self.hero.due(), self.crowd.due())
        return min((due for due in dues if due is not None), default=inf)

    def called(self, call: BoardCall, at: float) -> None:
        """Take a call, or a recall: from now on that one stands there."""
        before = self.stories.get((call.turn_id, call.calls - 1))
        if before is not None and before.settled is None:
            before.settled, before.renewed = at, before.painted is None
        self.stories[call.turn_id, call.calls] = CallStory(at)
        self.roll = self.roll.with_call(call)
        self.hero = self.hero.called(call, at)
        self.crowd = self.crowd.called(call)

    def settled(self, label: str, at: float, *, away: bool, missed: bool) -> None:
        """Take that a ticket is at its window, or is not awaited there any more."""
        for call in (*self.roll.calls, *self.hero.waiting, *filter(None, self.crowd.calls)):
            story = self.stories.get((call.turn_id, call.calls))
            if call.label == label and story is not None and story.settled is None:
                story.settled = at
        if away:
            self.roll = self.roll.with_missed(label) if missed else self.roll.without(label)
            self.hero = self.hero.without(lambda call: call.label == label, at)
            self.crowd = self.crowd.without(lambda call: call.label == label)

    def _recent(self) -> tuple[BoardCall, ...]:
        return self.roll.recent(self.hero.shown)

    def arranged(self, at: float) -> None:
        """Give places to whoever was pushed off too soon."""
        self.crowd = self.crowd.noted((*self.hero.shown, *self._recent()), at)

    @property
    def busy(self) -> bool:
        """Whether calls wait to be large."""
        return bool(self.hero.waiting or self.crowd.waits)

    def note(self, at: float) -> None:
        """Paint what stands on the board now."""
        standing = (*self.hero.shown, *self._recent(), *filter(None, self.crowd.calls))
        now = {(call.turn_id, call.calls) for call in standing}
        for key in now - self._seen:
            story = self.stories.get(key)
            if story is not None:
                story.painted, story.gone = story.painted or at, None
        for key in self._seen - now:
            story = self.stories.get(key)
            if story is not None and story.settled is None:
                story.gone = at
        self._seen = now


class BoardPlay:
    """What one machine shows and says of a day's journal, for some zones or (none) the whole hall.

    ``known`` asks the hall about calls.
    """

    def __init__(
        self,
        plan: HallPlan,
        zones: tuple[str, ...],
        midnight: datetime,
        known: Known = lambda _keys: {},
    ) -> None:
        self._plan, self._zones, self._midnight = plan, zones, midnight
        self._calls: dict[int, BoardCall] = {}
        self.speaks = zones or tuple(zone.code for zone in plan.zones)
        self.screen = _Screen()
        self.spoken: list[Spoken] = []
        self._second = 0.0
        self.voice = Loudspeaker(plan.rules.voice_languages, midnight, self._take_spoken)
        self.herald = Herald(self.voice, known, lambda: None, self._now)

    @property
    def stories(self) -> tuple[CallStory, ...]:
        """Return what became of every call."""
        return tuple(self.screen.stories.values())

    def take(self, entries: Iterable[Entry]) -> None:
        """Take what happened; what came within a wake-up is painted together."""
        batch_at = None
        for entry in entries:
            at = self._at(entry)
            if batch_at is not None and at - batch_at > TOGETHER_S:
                self._paint(batch_at)
                batch_at = None
            self.advance(at)
            if self._apply(entry, at) and batch_at is None:
                batch_at = at
        if batch_at is not None:
            self._paint(batch_at)

    def advance(self, to: float) -> None:
        """Show and speak until a second of the day."""
        self._second = max(self._second, to)
        self.screen.advance(to)
        self.voice.advance(to)

    def _paint(self, at: float) -> None:
        self.screen.arranged(at)
        self.screen.note(at + PAINTED_S)

    def _now(self) -> datetime:
        return self._midnight + timedelta(seconds=self._second)

    def _at(self, entry: Entry) -> float:
        return (entry.at - self._midnight).total_seconds()

    def _apply(self, entry: Entry, at: float) -> bool:
        """Apply an entry; return whether the board may look different."""
        ours = not self._zones or entry.zone in self._zones
        if ours and entry.kind in ("ticket.called", "ticket.recalled"):
            turn = int(str(entry.data["turn"]))
            call = call_of(entry, self._plan, self.screen.roll) or self._again(entry, turn)
            if call is not None:
                self._calls[turn] = call
                self.screen.called(call, at)
                self.herald.announce(call, found=False)
            return True
        if entry.kind not in SETTLED:
            return False
        label = str(entry.data["label"])
        self.herald.settle(label)
        away = ours and entry.kind in AWAY
        self.screen.settled(label, at, away=away, missed=entry.kind == "ticket.no_show")
        return away

    def _again(self, entry: Entry, turn: int) -> BoardCall | None:
        """Return the recall of a call that has left the roll: a board reads its state anew."""
        found = self._calls.get(turn)
        if found is None:
            return None
        return replace(found, called_at=entry.at, calls=int(str(entry.data["calls"])))

    def _take_spoken(self, result: Spoken) -> None:
        self.spoken.append(result)
        story = self.screen.stories.get(result.key)
        if story is not None:
            story.spoken = result


class BoardActor:
    """One machine in a replay: it reads its news from the database, and reports what it did."""

    def __init__(
        self,
        name: str,
        zones: tuple[str, ...],
        store: Store,
        midnight: datetime,
        second: Callable[[], int],
    ) -> None:
        self._name, self._zones, self._second = name, zones, second
        self._board = Board(store, zones)
        self._announcing = Announcing(store, f"replay {name}", clock=lambda: float(second()))
        self.play = BoardPlay(store.plan(), zones, midnight, self._announcing.known)
        self._reported: set[CallKey] = set()
        self._seq: int | None = None

    def act(self, _act: Act, _subject: int, notes: Notes) -> None:
        """Read what happened until now, show and speak it, report."""
        if self._seq is None:
            self._seq = self._board.state().hall.seq
        news = self._board.news(self._seq)
        while news.seq > self._seq:
            self._seq = news.seq
            self.play.take(news.entries)
            news = self._board.news(self._seq)
        now = float(self._second())
        self.play.advance(now)
        self._report(now)
        if self.play.voice.busy or self.play.spoken or self.play.screen.busy:
            notes.shows.append(self._name)

    def _report(self, now: float) -> None:
        painted = {
            key: story.painted
            for key, story in self.play.screen.stories.items()
            if story.painted is not None and story.painted <= now and key not in self._reported
        }
        shown = tuple(Shown(*key, round((now - at) * 1000)) for key, at in painted.items())
        spoken = tuple(self.play.spoken)
        orders = self._announcing.report(
            BoardReport(self._name, self._zones, self.play.speaks, shown, spoken)
        )
        self._reported.update(painted)
        self.play.spoken.clear()
        self.play.herald.led(orders.leads)


def stories_of(
    entries: Iterable[Entry], plan: HallPlan, midnight: datetime, machines: int
) -> tuple[CallStory, ...]:
    """Return what so many machines make of a day's journal, each the leader of its zones."""
    whole = tuple(entries)
    found: list[CallStory] = []
    for _name, zones in board_names(plan, machines):
        play = BoardPlay(plan, zones, midnight)
        play.herald.led(frozenset(play.speaks))
        play.take(whole)
        play.advance(LAST_S)
        found += play.stories
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds."""

    p50: float
    p90: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """What the boards of a day did with its calls, recalls among them. Times are in seconds."""

    calls: int
    shown: int
    renewed: int
    """Seen with their second call only: a burst of calls had no room on the board before."""
    hurried: int
    """Pushed off within two seconds, though nobody had come."""
    stands_least: float
    """How long those stood that were pushed off by newer ones: the shortest, and the median."""
    stands_p50: float
    spoken: int
    twice: int
    delay: Spread
    """From the call to the first word."""
    late: int
    """Spoken later than 45 s: must be none."""
    unspoken: dict[str, int]
    unaccounted: int
    """Neither spoken nor marked: must be none."""

    @property
    def sound(self) -> bool:
        """Whether no call is unseen, spoken too late or lost."""
        unseen = self.calls - self.shown - self.renewed
        return not (unseen or self.hurried or self.late or self.unaccounted)


@dataclass(frozen=True, slots=True)
class BoardDay:
    """A day and its busiest hour on so many machines."""

    machines: int
    day: BoardFigures
    peak_at: str
    peak: BoardFigures

    def lines(self) -> list[str]:
        """Return lines for the terminal."""
        several = f"{self.machines} machines" if self.machines > 1 else "one machine"
        return [
            f"boards and voices, {several}:",
            *_lines("day", self.day),
            *_lines(f"busiest hour, from {self.peak_at}", self.peak),
            "  all seen, spoken in time or marked"
            if self.day.sound
            else "  NOT ALL SEEN OR SPOKEN",
        ]


def boards_in(stories: Sequence[CallStory], machines: int) -> BoardDay:
    """Return what the boards of a day did."""
    begin = busiest_hour(stories)
    clock = f"{int(begin) // 3600:02}:{int(begin) // 60 % 60:02}"
    peak = figures_of(stories, begin, begin + 3600)
    return BoardDay(machines, figures_of(stories), clock, peak)


def _lines(what: str, one: BoardFigures) -> list[str]:
    delay = one.delay
    silent = ", ".join(f"{why} {n}" for why, n in one.unspoken.items()) or "none"
    unseen = one.calls - one.shown - one.renewed
    seen = f"{one.calls} calls, {unseen} not seen, {one.renewed} seen with the second call only"
    stood = f"pushed off by newer ones after {one.stands_least} s or more, p50 {one.stands_p50} s"
    stood += f", {one.hurried} within 2 s"
    spoken = f"spoken {one.spoken} (twice {one.twice}), later than 45 s {one.late}, not {silent}"
    after = f"p50 {delay.p50} s, p90 {delay.p90} s, p99 {delay.p99} s, at most {delay.most} s"
    return [
        f"  {what}: {seen}",
        f"    {stood}",
        f"    {spoken}, unaccounted {one.unaccounted}",
        f"    first word after {after}",
    ]


def figures_of(stories: Iterable[CallStory], begin: float = 0, end: float = 1e9) -> BoardFigures:
    """Count the calls of a part of a day."""
    mine = [one for one in stories if begin <= one.called < end]
    said = [one.spoken for one in mine if one.spoken is not None and one.spoken.why is None]
    silent: dict[str, int] = {}
    for one in mine:
        if one.spoken is not None and one.spoken.why is not None:
            why = one.spoken.why.value
            silent[why] = silent.get(why, 0) + 1
    stood = [one.gone - one.painted for one in mine if one.gone is not None and one.painted]
    delays = [one.delay_ms / 1000 for one in said]
    return BoardFigures(
        calls=len(mine),
        shown=sum(one.painted is not None for one in mine),
        renewed=sum(one.renewed for one in mine),
        hurried=sum(one < 2 for one in stood),
        stands_least=round(min(stood, default=0.0), 1),
        stands_p50=spread_of(stood).p50,
        spoken=len(said),
        twice=sum(one.times > 1 for one in said),
        delay=spread_of(delays),
        late=sum(one > 45 for one in delays),
        unspoken=dict(sorted(silent.items())),
        unaccounted=sum(one.spoken is None for one in mine),
    )


def spread_of(values: list[float]) -> Spread:
    """Return nearest-rank percentiles."""
    ordered = sorted(values)
    return Spread(*(round(_rank(ordered, share), 1) for share in (0.5, 0.9, 0.99, 1)))


def _rank(ordered: list[float], share: float) -> float:
    return ordered[max(0, ceil(len(ordered) * share) - 1)] if ordered else 0.0


def busiest_hour(stories: Iterable[CallStory]) -> float:
    """Return the second at which the hour with the most calls begins, in steps of ten minutes."""
    calls = [one.called for one in stories]
    starts = range(0, 24 * 3600, 600)
    return max(starts, key=lambda begin: sum(begin <= at < begin + 3600 for at in calls))


def board_names(plan: HallPlan, boards: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Deal the hall's zones to so many boards, neighbours to the same; one has the whole hall."""
    codes = [zone.code for zone in plan.zones]
    if boards == 1:
        yield "D1", ()
        return
    for number in range(boards):
        low, high = number * len(codes) // boards, (number + 1) * len(codes) // boards
        yield f"D{number + 1}", tuple(codes[low:high])
