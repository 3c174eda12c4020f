"""What a clerk's terminal gets and writes is the same whatever citizens press (domain.md §5).

Theory of operation. The same day is played with one rating that differs: its level, its reasons,
a telephone left or not, or no rating at all. A terminal (bar, panel, ledger, window screen, keypad,
offline spool) works on an engine of its own, of which every row is written down, with every
statement, log record, wake-up and file. All transcripts have to be equal; what is random, and the
hall's counters, which tell that something happened somewhere, are blotted out. The last test seeds
leaks, which must show.
"""

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import count, zip_longest
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.domain.follow_up import FollowUpResult
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.services import rating_spool
from hallclient.services.after_spool import AfterSpool, SpooledRatings
from hallclient.services.bar_news import bar_glance, bar_news
from hallclient.services.calling import Calling
from hallclient.services.chores.floor import OwnTotalsChore
from hallclient.services.chores.stars import StarsChore
from hallclient.services.days import close_day
from hallclient.services.errands import Errands
from hallclient.services.follow_ups import FollowUps
from hallclient.services.rating_spool import RatingSpool
from hallclient.services.ratings import Ratings, must_offer_again
from hallclient.services.sealing import HallKey
from hallclient.services.shifts import Shifts
from hallclient.services.spool_clock import SpoolClock
from hallclient.services.spool_lines import Tick
from hallclient.services.terminals import Terminals
from hallclient.services.window_panel import WindowPanel
from hallclient.services.window_public import WindowPublic
from hallclient.services.window_spool import WindowSpool
from hallclient.storage.engine import open_engine
from hallclient.storage.rating_spool_file import RatingSpoolFile
from hallclient.storage.reader import SqlReader
from hallclient.storage.store import SqlStore
from hallclient.storage.transaction import SqlTransaction
from hallclient.storage.window_spool_file import WindowSpoolFile
from tests.halls import HALL_ID, PIN
from tests.postgres import fresh_database
from tests.services.console import SUPERVISOR, with_console_staff
from tests.stores import OPENING, HallUnderTest, HandClock

KEY = HallKey(b"k" * 32)
PHONE = "13912345678"
COUNTERS = re.compile(r"(^|_)(id|token)$|^(seq|head|last_at|next_id)$")
"""Columns that tell that something happened in the hall, and what is random."""
RANDOM = (
    (re.compile(r"\b((?:\w+_)?id)=\d+"), r"\1=#"),
    (re.compile(r"token='[0-9A-Z]{16}'"), "token=#"),
    (re.compile(r"\b[0-9a-f]{16,64}\b"), "#"),
    (re.compile(r"'[0-9a-f]{8} (?=[\[{])"), "'# "),  # a line's checksum
    (re.compile(r'"((?:\w+_)?id|turn)(\W+)\d+'), r'"\1\2#'),
)
SECRET = re.compile(r"^SELECT .*\b(rating|rating_contact|follow_up)\b", re.IGNORECASE)
"""What a terminal never asks."""
RATED = re.compile(r"\('kind', '(rating\.given|rating\.defaulted|follow_up)")
"""Entries of the journal that would tell that somebody rated, and when."""


@dataclass(frozen=True)
class Given:
    """What the citizen does."""

    level: int
    reasons: tuple[str, ...] = ()
    contact: str = ""


GIVEN = (
    Given(1, ("108", "115"), PHONE),
    Given(2),
    Given(4, ("406",)),
    Given(5),
)


class Transcript:
    """What a terminal got and wrote, in order."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.open = False

    def note(self, what: str, value: object) -> None:
        if self.open:
            text = f"{what}: {value!r}"
            for pattern, instead in RANDOM:
                text = pattern.sub(instead, text)
            self.lines.append(text)


class Tap(logging.Handler):
    """Notes what an engine asks for and gets, and what is logged meanwhile."""

    def __init__(self, engine: Engine, told: Transcript) -> None:
        super().__init__(logging.DEBUG)
        self._told = told
        sa.event.listen(engine, "before_cursor_execute", self._asked)
        sa.event.listen(engine, "connect", self._connected)
        engine.dispose()  # what was opened before is not tapped

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("hallclient"):
            self._told.note("logged", (record.getMessage(), record.exc_info))

    def _asked(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM listener" not in statement and statement != "BEGIN":  # as the clock has it
            self._told.note("asked", " ".join(statement.split()))

    def _connected(self, connection: Any, _record: Any) -> None:
        if not hasattr(connection, "pgconn"):
            connection.row_factory = self._row
            return
        from psycopg.rows import tuple_row  # noqa: PLC0415 - only with PostgreSQL

        def factory(cursor: Any) -> Callable[[Any], tuple[Any, ...]]:
            make = tuple_row(cursor)
            return lambda values: self._row(cursor, make(values))

        connection.row_factory = factory

    def _row(self, cursor: Any, values: tuple[Any, ...]) -> tuple[Any, ...]:
        names = [column[0] for column in cursor.description]
        self._told.note(
            "row",
            [
                (name, "#" if COUNTERS.search(name) or isinstance(value, bytes) else value)
                for name, value in zip(names, values, strict=True)
            ],
        )
        return values


class Terminal:
    """Everything of a window's PC that reads or writes, without its screens."""

    def __init__(self, url: str, clock: HandClock, folder: Path) -> None:
        self.told = Transcript()
        self.engine = open_engine(url)
        self.tap = Tap(self.engine, self.told)
        self.store = SqlStore(self.engine, HALL_ID, clock)
        self._folder = folder
        pc = SpoolClock(lambda: Tick("boot", clock.now.timestamp()), clock)
        self._spool = WindowSpool(WindowSpoolFile(folder / "w"), "2", pc, lambda: KEY)
        self._kept = RatingSpool(RatingSpoolFile(folder / "s"), lambda: KEY, pc.now)
        behind = AfterSpool(self.store, self._spool)
        self.calling, self.shifts = Calling(behind, "2"), Shifts(behind, "2")
        self._keypad = SpooledRatings(self.store, self._spool)
        self._touched = Ratings(self.store, lambda: KEY)
        self._panel, self._ledger = WindowPanel(behind, "2"), Errands(behind, "2", KEY)
        self._lease = Terminals(behind, "2", "pc#1")
        self._screens = [WindowPublic(self.store, "2", asks) for asks in ("always", "never")]

    def look(self) -> None:
        """Read all there is, note what is on the disk."""
        told = self.told
        told.note("state", self.calling.state())
        told.note("glance", replace(bar_glance(self.store, "2", "window 2"), plan=None))  # type: ignore[arg-type]
        told.note("news", bar_news(self.store, "2", "window 2"))
        told.note("panel", replace(self._panel.look(), plan=None))  # type: ignore[arg-type]
        told.note("ledger", self._ledger.ledger())
        told.note("lease", self._lease.claim())
        for screen in self._screens:
            told.note("screen", screen.look())
        self._spool.remember(self.calling.state(), HALL_ID)
        for path in sorted(self._folder.rglob("*")):
            if path.is_file():
                text = path.read_text("utf-8", "replace")
                sealed = re.sub(r"[A-Za-z0-9+/=]{40,}", lambda m: f"~{len(m[0])}", text)
                told.note(path.name, (len(text), sealed))

    def rate(self, turn: int, given: Given) -> None:
        """Take a rating from the keypad, or from the screen with what goes with it."""
        if given.reasons or given.contact:
            self._touched.record(turn, Level(given.level), "k", given.reasons, given.contact)
        else:
            must_offer_again(self._keypad, turn, given.level, "k")

    def rate_offline(self, turn: int, given: Given) -> None:
        """Keep one while the database is away."""
        self._kept.keep(turn, given.level, "k", given.reasons, given.contact)
        self._spool.rate(turn, given.level, "k")

    def close(self) -> None:
        """Let files and connections go."""
        self._kept.close()
        self._spool.close()
        self.engine.dispose()


@contextmanager
def terminal_at(url: str, clock: HandClock, folder: Path) -> Iterator[Terminal]:
    """A terminal whose logs are noted too."""
    terminal = Terminal(url, clock, folder)
    root = logging.getLogger("hallclient")
    before = root.level
    root.addHandler(terminal.tap)
    root.setLevel(logging.DEBUG)
    try:
        yield terminal
    finally:
        root.setLevel(before)
        root.removeHandler(terminal.tap)
        terminal.close()


def served(hall: HallUnderTest, terminal: Terminal) -> int:
    hall.issue()
    terminal.calling.call_next()
    terminal.calling.start()
    turn = terminal.calling.finish(Outcome.CONSULT).turn
    assert turn is not None
    return turn.id


@dataclass(frozen=True)
class Play:
    """What a terminal got and wrote, and what of it while it took the rating."""

    seen: list[str]
    rated: list[str]


def play(url: str, folder: Path, given: Given | None, *, offline: bool = False) -> Play:
    """A day and the next morning, at window 2."""
    clock = HandClock(OPENING)
    engine = open_engine(url)
    hall = HallUnderTest(url, engine, clock)
    with_console_staff(hall)
    hall.change_rules(ledger=True, rating_stars=True)
    with terminal_at(url, clock, folder) as terminal:
        told = terminal.told
        terminal.shifts.sign_in("1002", PIN)
        for level in (5, 2, 4):
            assert hall.ratings.record(served(hall, terminal), Level(level), "k")
        terminal.look()  # what is read only once is read
        turn = served(hall, terminal)
        told.open = True
        terminal.look()
        before = len(told.lines)
        if given is not None:
            rate = terminal.rate_offline if offline else terminal.rate
            rate(turn, given)
        after = len(told.lines)
        for seconds in (1, 4, 14, 2, 10):
            clock.advance(seconds=seconds)
            terminal.look()
        follow_up(hall)
        clock.advance(seconds=5)
        terminal.look()
        served(hall, terminal)
        terminal.look()
        close_day(hall.store, "x")
        OwnTotalsChore().step(hall.store)
        StarsChore().step(hall.store)
        clock.now = OPENING.replace(day=30)
        terminal.shifts.sign_in("1002", PIN)
        terminal.look()
    engine.dispose()
    return Play(told.lines[:before] + told.lines[after:], told.lines[before:after])


def follow_up(hall: HallUnderTest) -> None:
    """Every bad rating is called back; one of the last is appealed against."""
    desk = FollowUps(hall.store, SUPERVISOR, KEY)
    for one in desk.open():
        desk.take(one.rating.id)
        if one.contact:
            desk.contact(one.rating.id)
        desk.record(one.rating.id, FollowUpResult.EXPLAINED, note="打过电话")
        desk.appeal(one.rating.id, "误评")


def check(plays: list[Play]) -> None:
    """Raise ``AssertionError`` where two terminals saw something else, or anything secret."""
    for one in plays:
        lines = [*one.seen, *one.rated]
        assert not [line for line in lines if SECRET.search(line.removeprefix("asked: '"))]
        assert not [line for line in lines if PHONE[-8:] in line]
        assert not [line for line in lines if RATED.search(line)]
        assert [*differences(plays[-1].seen, one.seen)] == []
    # Who takes a rating has to write it, but learns nothing that it was not told.
    learnt = [[line for line in one.rated if not line.startswith("asked")] for one in plays]
    assert all(lines == learnt[-1] for lines in learnt if lines)


def differences(*seen: list[str]) -> Iterator[tuple[str, str]]:
    """Without the journal's rows: how far back they are read goes by its counter.

    Nor with the bell's: whether it rests goes by the clock.
    """
    without = "('zone_code',", "('rung',", "WITH bell AS"
    one, other = (
        [line for line in lines if not any(one in line for one in without)] for lines in seen
    )
    yield from (pair for pair in zip_longest(one, other, fillvalue="") if pair[0] != pair[1])


Halls = Callable[[], tuple[str, Path]]


@pytest.fixture(params=["sqlite", "postgresql"])
def halls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Halls]:
    """Makes one hall after the other: a URL, and a folder for its terminal."""
    numbers = count(1)
    with ExitStack() as opened:

        def fresh() -> tuple[str, Path]:
            folder = tmp_path / f"pc{next(numbers)}"
            folder.mkdir()
            if request.param == "sqlite":
                path = folder.with_suffix(".db")
                shutil.copy(request.getfixturevalue("sqlite_template"), path)
                return f"sqlite:///{path}", folder
            template = request.getfixturevalue("postgres_template")
            server = request.getfixturevalue("postgres_server")
            return opened.enter_context(fresh_database(server, template)), folder

        yield fresh


ON_SQLITE = pytest.mark.parametrize("halls", ["sqlite"], indirect=True)


def test_a_terminal_sees_and_keeps_the_same_whatever_is_pressed(halls: Halls) -> None:
    places = [halls() for _ in range(3)]
    some = (None, *GIVEN) if places[0][0].startswith("sqlite") else (None, GIVEN[0], GIVEN[-1])
    places += [halls() for _ in some[3:]]
    plays = [play(*place, given) for place, given in zip(places, some, strict=True)]
    check(plays)
    seen = plays[0].seen
    for part in ("row", "state", "panel", "screen", "ledger", "last: "):
        assert any(line.startswith(part) for line in seen), part
    assert any("own_totals" in line or "staff_week" in line for line in seen)
    assert len(seen) > 500


@ON_SQLITE
def test_what_waits_on_a_terminals_disk_tells_nothing(halls: Halls) -> None:
    plays = [play(*halls(), given, offline=True) for given in (GIVEN[0], *GIVEN[2:])]
    check(plays)
    assert any(line.startswith("ratings.log") and "~" in line for line in plays[0].seen)


@ON_SQLITE
def test_nobody_is_woken_by_a_rating(halls: Halls, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    wake = SqlTransaction.wake

    def noting(tx: SqlTransaction, *scopes: str, patient: bool = False) -> None:
        woken.extend(scopes)
        wake(tx, *scopes, patient=patient)

    monkeypatch.setattr(SqlTransaction, "wake", noting)
    url, _folder = halls()
    engine = open_engine(url)
    hall = HallUnderTest(url, engine, HandClock())
    hall.sign_in("2")
    hall.issue()
    hall.calling().call_next()
    hall.calling().start()
    turn = hall.calling().finish(Outcome.CONSULT).turn
    assert turn is not None
    assert woken
    woken.clear()
    assert Ratings(hall.store, lambda: KEY).record(turn.id, Level(1), "k", ("108",), PHONE)
    assert woken == [], "when somebody is woken tells that somebody has rated"
    engine.dispose()


# The test bites


def reading(patch: pytest.MonkeyPatch) -> None:
    plain = SqlReader.at_window

    def leaking(reader: SqlReader, window_id: int, **more: bool) -> object:
        reader._connection.execute(sa.text("SELECT max(level) AS worst FROM rating"))
        return plain(reader, window_id, **more)

    patch.setattr(SqlReader, "at_window", leaking)


def counting(patch: pytest.MonkeyPatch) -> None:
    """Not by its name, and only a count."""
    plain = SqlReader.news_at

    def leaking(reader: SqlReader, *args: str) -> object:
        view = "SELECT count(*) AS n FROM happy"
        reader._connection.execute(sa.text(view)).all()
        return plain(reader, *args)

    patch.setattr(SqlReader, "news_at", leaking)


def logging_levels(patch: pytest.MonkeyPatch) -> None:
    plain = Ratings.record

    def leaking(ratings: Ratings, turn: int, level: Level, *more: Any) -> bool:
        logging.getLogger("hallclient.services.ratings").debug("pressed %d", level)
        return plain(ratings, turn, level, *more)

    patch.setattr(Ratings, "record", leaking)


def spooling(patch: pytest.MonkeyPatch) -> None:
    """Sealed, but as long as what was given."""
    patch.setattr(rating_spool, "_PADDED", 0)


def totalling(patch: pytest.MonkeyPatch) -> None:
    """The own week without its batches."""
    patch.setattr("hallclient.services.own_totals.BATCH", 1)


LEAKS = {
    "a level": (reading, False),
    "a count": (counting, False),
    "a log line": (logging_levels, False),
    "the own week": (totalling, False),
    "a length": (spooling, True),
}


@ON_SQLITE
@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_shows(halls: Halls, monkeypatch: pytest.MonkeyPatch, leak: str) -> None:
    seed, offline = LEAKS[leak]
    places = [halls() for _ in range(2)]
    for url, _folder in places:
        engine = open_engine(url)
        with engine.begin() as connection:
            connection.execute(
                sa.text("CREATE VIEW happy AS SELECT * FROM rating WHERE level >= 3")
            )
        engine.dispose()
    seed(monkeypatch)
    pair = (GIVEN[0], GIVEN[-1])
    plays = [
        play(*place, given, offline=offline) for place, given in zip(places, pair, strict=True)
    ]
    with pytest.raises(AssertionError):
        check(plays)
