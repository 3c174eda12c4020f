"""停止取号: a queue gives out no numbers until it is opened again. Asks once more."""

from hallclient.services.floor import FloorQueue, FloorState
from hallclient.services.supervising import STOP_REASONS
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import Choices, PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.ui.widgets.base import Face

_REASONS_TALL = 96.0


class StopSheet(Sheet):
    """The queues; one is chosen, a reason given, and the stop confirmed."""

    def __init__(self, presenter: ConsolePresenter, queue: str = "") -> None:
        super().__init__(presenter, presenter.words("supervisor.stop.title"))
        words = self.words
        self._chosen = queue
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        self.list.chosen.connect(self._choose)
        options = [(reason, words(f"supervisor.stop.why_{reason}")) for reason in STOP_REASONS]
        self.reasons = self.put(Choices(options, STOP_REASONS[0], 3), 0, 0, 9, 9)
        self.key = self.foot_key(words("supervisor.stop.stop"), self._act, solid=True)
        self._show_key()
        self.say(words("supervisor.stop.info"))

    def arrange(self, width: float, height: float) -> None:
        """Place queues and reasons."""
        tall = self.reasons.tall + 12
        self.put(self.list, PAD, HEAD, width, height - tall)
        self.list.lay_out(width, height - tall)
        self.put(self.reasons, PAD, HEAD + height - tall + 6, width, self.reasons.tall)
        self.reasons.lay_out(width)

    def show_state(self, state: FloorState) -> None:
        """Show the queues, those that are stopped first."""
        words, language = self.words, self.words.language
        rows = sorted(state.queues, key=lambda row: not row.stopped)
        self.list.set_specs(
            [
                RowSpec(
                    row.queue.code,
                    row.queue.name.text(language),
                    side=self._side(row),
                    chosen=row.queue.code == self._chosen,
                    icon="pause" if row.stopped else "",
                    warns=row.stopped,
                )
                for row in rows
            ]
        )
        stopped = self._row(state)
        reopens = stopped is not None and stopped.stopped
        self.key.set_words(words(f"supervisor.stop.{'reopen' if reopens else 'stop'}"))
        self.reasons.setVisible(not reopens)

    def _side(self, row: FloorQueue) -> str:
        if row.stop is not None:
            return self.words("supervisor.stop.stopped")
        return self.words("supervisor.stop.waiting", n=row.waiting)

    def _row(self, state: FloorState | None) -> FloorQueue | None:
        if state is None:
            return None
        return next((row for row in state.queues if row.queue.code == self._chosen), None)

    def _choose(self, code: str) -> None:
        self._chosen = code
        self._show_key()
        if self.presenter.state is not None:
            self.show_state(self.presenter.state)

    def _show_key(self) -> None:
        self.key.set_face(Face.SOLID if self._chosen else Face.FLAT)

    def _act(self) -> None:
        row, words, code = self._row(self.presenter.state), self.words, self._chosen
        if row is None:
            return
        name = row.queue.name.text(words.language)
        if row.stopped:
            self.presenter.do(
                lambda who: who.reopen(code),
                lambda _done: self.done(words("supervisor.stop.reopened", queue=name)),
                self.refuse,
                owner=self,
            )
            return
        reason = self.reasons.value
        self.again.ask(
            words("supervisor.stop.sure", queue=name, n=row.waiting),
            words("supervisor.stop.stop"),
            lambda: self.presenter.do(
                lambda who: who.stop(code, reason),
                lambda _done: self.done(words("supervisor.stop.done", queue=name)),
                self.refuse,
                owner=self,
            ),
        )
