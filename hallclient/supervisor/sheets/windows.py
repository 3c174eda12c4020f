"""Windows: what one is doing, which queues it serves today, which one to send where (调人)."""

from collections.abc import Sequence

from hallclient.domain.parts import ServiceWindow
from hallclient.services.floor import FloorState, FloorWindow, WindowLook
from hallclient.supervisor.alarm_words import listed, reason_text
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import Facts, PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.supervisor.viewing import tile_of
from hallclient.ui.widgets.base import Face
from hallclient.ui.words import Words

RANKS = 3
LONGEST = 56
"""Letters, a Chinese sign being two, that a line of a list holds."""
_READY = (
    WindowLook.FREE,
    WindowLook.SERVING,
    WindowLook.CALLED,
    WindowLook.LONG,
    WindowLook.PAUSED,
    WindowLook.CLOSED,
    WindowLook.ABSENT,
)
_SHUT = (WindowLook.CLOSED, WindowLook.ABSENT)


def find_window(state: FloorState | None, code: str) -> FloorWindow | None:
    """Return a window on the floor."""
    return next((w for w in state.windows if w.window.code == code), None) if state else None


def queue_names(state: FloorState, window: ServiceWindow, words: Words) -> str:
    """Return what a window serves: ranks set apart by an arrow, equals side by side."""
    plan, language = state.plan, words.language
    ranks = (
        listed([plan.queue_of[c].name.text(language) for c in rank if c in plan.queue_of], words)
        for rank in window.ranks
    )
    return " → ".join(rank for rank in ranks if rank)


def shorter(names: str, floor: FloorWindow, words: Words) -> str:
    """Return the queues of a window on one line: the first and how many more, if need be."""
    wide = sum(2 if sign > "\u2e80" else 1 for sign in names)
    if wide <= LONGEST:
        return names
    first = names.partition(" → ")[0]
    rest = len(floor.window.queues) - 1
    for mark in ("、", ", "):
        if rest and mark in first and wide > LONGEST:
            first = first.partition(mark)[0]
    return words("supervisor.and_more", name=first, n=rest)


class WindowSheet(Sheet):
    """One window: state, clerk, ticket, queues; give it other queues, close it when it was left."""

    def __init__(self, presenter: ConsolePresenter, code: str) -> None:
        super().__init__(presenter, "")
        self._code = code
        self.facts = self.put(Facts(), 0, 0, 9, 9)
        words = self.words
        self.shut = self.foot_key(words("supervisor.window.close"), self._close)
        self.assign = self.foot_key(words("supervisor.window.assign"), self._assign, solid=True)

    def picked(self) -> frozenset[str]:
        """Mark the window on the floor."""
        return frozenset((self._code,))

    def pick_window(self, code: str) -> bool:
        """Look at another window."""
        self._code = code
        if self.presenter.state is not None:
            self.show_state(self.presenter.state)
        return True

    def arrange(self, width: float, height: float) -> None:
        """Place the facts."""
        self.put(self.facts, PAD, HEAD, width, height)

    def show_state(self, state: FloorState) -> None:
        """Show what the window does now."""
        floor, words = find_window(state, self._code), self.words
        if floor is None:
            self.left.emit()
            return
        language = words.language
        self.title.setText(words("supervisor.window_n", number=floor.window.number))
        tile = tile_of(floor, words)
        doing = words(f"supervisor.tone.{tile.tone.value}")
        if floor.reason:
            doing = f"{doing} {reason_text(floor.reason, words)}"
        since = words("supervisor.minutes", n=floor.minutes) if tile.minutes else ""
        ticket = floor.ticket.label if floor.ticket else ""
        service = floor.service.name.text(language) if floor.service else ""
        calls = words("supervisor.window.calls_n", n=floor.turn.calls) if floor.turn else ""
        names = queue_names(state, floor.window, words)
        self.facts.set_pairs(
            (
                (words("supervisor.window.state"), f"{doing} {since}".strip()),
                (words("supervisor.window.clerk"), floor.staff.name if floor.staff else "–"),
                (words("supervisor.window.ticket"), f"{ticket} {service}".strip()),
                (words("supervisor.window.calls"), calls if ticket else ""),
                (words("supervisor.window.queues"), names),
                (words("supervisor.window.today"), words("supervisor.lent") if floor.lent else ""),
            )
        )
        closed = floor.look in _SHUT and floor.turn is None
        self.shut.set_face(Face.FLAT if closed else Face.OUTLINED)

    def _assign(self) -> None:
        self.opened.emit(AssignSheet(self.presenter, self._code))

    def _close(self) -> None:
        floor = find_window(self.presenter.state, self._code)
        if floor is None:
            return
        key = "close_with" if floor.ticket else "close_sure"
        label = floor.ticket.label if floor.ticket else ""
        words, code = self.words, self._code
        number = floor.window.number
        self.again.ask(
            words(f"supervisor.window.{key}", number=number, label=label),
            words("supervisor.window.close"),
            lambda: self.presenter.do(
                lambda who: who.close_window(code),
                lambda _done: self.done(words("supervisor.window.closed", number=number)),
                self.refuse,
                owner=self,
            ),
        )


class AssignSheet(Sheet):
    """Which queues a window serves today: a press on a queue makes it first, second, third, none.

    ``queue`` is one that it is to serve first, from an alarm; ``ranks`` are filled in, from advice.
    """

    def __init__(
        self,
        presenter: ConsolePresenter,
        code: str,
        queue: str = "",
        ranks: Sequence[Sequence[str]] = (),
    ) -> None:
        super().__init__(presenter, "")
        self._code = code
        self._wanted, self._filled = queue, ranks
        self._ranks: dict[str, int] = {}
        self._order: tuple[str, ...] = ()
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        self.list.chosen.connect(self._turn)
        words = self.words
        self.back = self.foot_key(words("supervisor.window.give_back"), self._give_back)
        self.confirm = self.foot_key(words("supervisor.confirm"), self._confirm, solid=True)
        if presenter.state is not None:
            self._begin(presenter.state)

    def picked(self) -> frozenset[str]:
        """Mark the window on the floor."""
        return frozenset((self._code,))

    def pick_window(self, code: str) -> bool:
        """Send another window."""
        if code != self._code:
            self.opened.emit(AssignSheet(self.presenter, code, self._wanted))
        return True

    def arrange(self, width: float, height: float) -> None:
        """Place the queues."""
        self.put(self.list, PAD, HEAD, width, height)
        self.list.lay_out(width, height)

    def show_state(self, state: FloorState) -> None:
        """Show the queues with what waits there now."""
        words, language = self.words, self.words.language
        waiting = {row.queue.code: row for row in state.queues}
        specs = []
        for code in self._order:
            row, rank = waiting.get(code), self._ranks.get(code, 0)
            if row is None:
                continue
            side = words("supervisor.window.rank", n=rank) if rank else ""
            sub = words("supervisor.window.queue_sub", n=row.waiting, windows=row.windows)
            name = row.queue.name.text(language)
            specs.append(RowSpec(code, name, sub, side, chosen=bool(rank)))
        self.list.set_specs(specs)

    def _begin(self, state: FloorState) -> None:
        floor = find_window(state, self._code)
        if floor is None:
            return
        window, words = floor.window, self.words
        self.title.setText(words("supervisor.window.assign_title", number=window.number))
        given = self._filled or window.ranks
        self._ranks = {c: min(at, RANKS) for at, rank in enumerate(given, 1) for c in rank}
        if self._wanted:
            push = self._ranks.get(self._wanted) != 1
            later = {c: min(at + push, RANKS) for c, at in self._ranks.items()}
            self._ranks = {**later, self._wanted: 1}
        own = [q.code for q in state.plan.queues if q.code in self._ranks]
        near = [q.code for q in state.plan.queues if q.zone == window.zone]
        rest = [q.code for q in state.plan.queues]
        own.sort(key=self._ranks.__getitem__)
        self._order = tuple(dict.fromkeys((*own, *near, *rest)))
        self.back.set_face(Face.OUTLINED if floor.lent else Face.FLAT)
        self.say(words("supervisor.window.assign_info"))

    def _turn(self, code: str) -> None:
        rank = (self._ranks.get(code, 0) + 1) % (RANKS + 1)
        self._ranks[code] = rank
        if not rank:
            del self._ranks[code]
        self.confirm.set_face(Face.SOLID if self._ranks else Face.FLAT)
        if self.presenter.state is not None:
            self.show_state(self.presenter.state)

    def ranks(self) -> tuple[tuple[str, ...], ...]:
        """Return what was chosen, rank 1 first, without empty ranks."""
        found = (
            tuple(code for code in self._order if self._ranks.get(code) == rank)
            for rank in range(1, RANKS + 1)
        )
        return tuple(rank for rank in found if rank)

    def _confirm(self) -> None:
        code, ranks = self._code, self.ranks()
        self.presenter.do(
            lambda who: who.assign(code, ranks),
            lambda _done: self._said("assigned"),
            self.refuse,
            owner=self,
        )

    def _give_back(self) -> None:
        code = self._code
        self.presenter.do(
            lambda who: who.give_back(code),
            lambda _done: self._said("given_back"),
            self.refuse,
            owner=self,
        )

    def _said(self, what: str) -> None:
        floor = find_window(self.presenter.state, self._code)
        number = floor.window.number if floor else self._code
        self.done(self.words(f"supervisor.window.{what}", number=number))


class PickSheet(Sheet):
    """Which window: for a queue (加窗口), to be sent elsewhere (调人), to be opened (临时开窗).

    A press on a tile of the floor picks that window as well.
    """

    def __init__(self, presenter: ConsolePresenter, *, queue: str = "", shut: bool = False) -> None:
        words, state = presenter.words, presenter.state
        name = ""
        if queue and state is not None and queue in state.plan.queue_of:
            name = state.plan.queue_of[queue].name.text(words.language)
        key = "pick_queue" if queue else "pick_shut" if shut else "pick_any"
        super().__init__(presenter, words(f"supervisor.window.{key}", queue=name))
        self._queue, self._only_shut = queue, shut
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        self.list.chosen.connect(self.pick_window)
        self.say(words("supervisor.window.pick_info"))

    def pick_window(self, code: str) -> bool:
        """Go on with this window."""
        self.opened.emit(AssignSheet(self.presenter, code, self._queue))
        return True

    def arrange(self, width: float, height: float) -> None:
        """Place the windows."""
        self.put(self.list, PAD, HEAD, width, height)
        self.list.lay_out(width, height)

    def show_state(self, state: FloorState) -> None:
        """Show the windows that come into question, those that are free first."""
        words = self.words
        found = [w for w in state.windows if self._fits(w)]
        found.sort(key=lambda w: _READY.index(w.look))
        specs = []
        for floor in found:
            tile = tile_of(floor, words)
            title = words("supervisor.window_n", number=floor.window.number)
            if floor.staff is not None and floor.look is not WindowLook.ABSENT:
                title = f"{title}  {floor.staff.name}"
            names = shorter(queue_names(state, floor.window, words), floor, words)
            side = words(f"supervisor.tone.{tile.tone.value}")
            specs.append(RowSpec(floor.window.code, title, names, side))
        self.list.set_specs(specs)

    def _fits(self, floor: FloorWindow) -> bool:
        if self._only_shut:
            return floor.look in _SHUT
        if self._queue:
            first = floor.window.ranks[0] if floor.window.ranks else ()
            return self._queue not in first
        return floor.look not in _SHUT
