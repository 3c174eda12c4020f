"""One window of ``bench window``: the real bar, or the panel in its place, and a clerk's moves.

Prints one JSON object: by move pairs of milliseconds, from the press to the commit and from the
commit to the picture. The first round warms up.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from hallclient.bootstrap.window import open_window
from hallclient.config import Settings, WindowSettings
from hallclient.domain.turn import Outcome
from hallclient.lab.bench.painting import Painted, until
from hallclient.lab.bench.window import MOVES
from hallclient.services.store import Transaction
from hallclient.services.windows import WindowState
from hallclient.storage.store import SqlStore
from hallclient.window.bar import ClerkBar
from hallclient.window.presenter import ClerkPresenter
from hallclient.window.states import Stand


class Commits:
    """Notes when a change of this process was committed."""

    def __init__(self) -> None:
        self.at = 0.0
        change = SqlStore.change

        @contextmanager
        def noted(store: SqlStore, actor: str) -> Iterator[Transaction]:
            with change(store, actor) as tx:
                yield tx
            self.at = time.monotonic()

        SqlStore.change = noted  # type: ignore[method-assign, assignment]


def main(place: str, database: str, window: str, queue: str, reason: str, rounds: int) -> None:
    """Make the moves and print what they took."""
    commits = Commits()
    settings = Settings(database=database, full_screen=False, window=WindowSettings(window=window))
    role = open_window(settings)
    bar = role.widget
    assert isinstance(bar, ClerkBar)  # noqa: S101 - what open_window makes
    clerk, watched, changed = bar.presenter, bar.window(), bar.presenter.changed
    role.start()
    bar.show()
    assert until(lambda: clerk.view.stand is not Stand.STARTING)  # noqa: S101 - else nothing counts

    def said() -> WindowState | None:
        return clerk.state

    listed = said
    if place == "panel":
        from hallclient.window.panel.screen import ClerkPanel  # noqa: PLC0415 - as the bar does

        assert bar.panel is not None  # noqa: S101 - it was joined
        bar.panel()
        panel = next(w for w in role.app.qt.topLevelWidgets() if isinstance(w, ClerkPanel))
        watched, changed = panel, panel.presenter.changed

        def listed() -> WindowState | None:
            return panel.presenter.panel.state if panel.presenter.panel else None

        assert until(lambda: listed() is not None)  # noqa: S101 - the same
    painted = Painted(watched, role.app.qt)
    took: dict[str, list[tuple[float, float]]] = defaultdict(list)
    acts = _acts(clerk, queue, reason)
    for number in range(rounds + 1):
        for move in MOVES:
            until(lambda: not clerk.acting and _mark(listed()) == _mark(said()))
            seen = _Seen(listed, painted)
            changed.connect(seen.look)
            pair = _one(acts[move], commits, painted)
            changed.disconnect(seen.look)
            if number and pair is not None:
                took[move].append(pair)
    role.close()
    print(json.dumps(took))


class _Seen:
    """Expects the picture of a move: the first one behind a state that is another."""

    def __init__(self, shown: Callable[[], WindowState | None], painted: Painted) -> None:
        self._shown, self._painted = shown, painted
        self._before = _mark(shown())
        self._done = False
        painted.at = 0.0

    def look(self, _view: object) -> None:
        """Look what the screen is about to show."""
        if not self._done and _mark(self._shown()) != self._before:
            self._done = True
            self._painted.expect()


def _one(
    act: Callable[[], object], commits: Commits, painted: Painted
) -> tuple[float, float] | None:
    """Make a move and wait for its picture; None when it never came."""
    commits.at = 0.0
    began = time.monotonic()
    act()
    if not until(lambda: painted.at > 0.0 and commits.at > 0.0):
        return None
    return (commits.at - began) * 1000, (painted.at - commits.at) * 1000


def _mark(state: WindowState | None) -> object:
    return None if state is None else (state.turn, state.shift, state.ticket)


def _acts(clerk: ClerkPresenter, queue: str, reason: str) -> Mapping[str, Callable[[], object]]:
    return {
        "call": clerk.call_next,
        "recall": clerk.recall,
        "start": clerk.start_turn,
        "hold": clerk.hold,
        "take_back": clerk.take_back,
        "finish": partial(clerk.finish, Outcome.CONSULT),
        "pause": partial(clerk.pause, reason),
        "resume": clerk.resume_window,
        "transfer": partial(clerk.transfer_to_queue, queue),
    }


def _words(given: list[str]) -> tuple[str, str, str, str, str]:
    return given[1], given[2], given[3], given[4], given[5]


if __name__ == "__main__":
    main(*_words(sys.argv), int(sys.argv[6]))
