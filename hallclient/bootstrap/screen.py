"""The screen at a window, joined."""

from typing import TYPE_CHECKING

from hallclient.bootstrap.halls import LateFeed, LateHall, LateStore
from hallclient.bootstrap.role import Role, new_role
from hallclient.config import Settings
from hallclient.domain.hall import HallPlan
from hallclient.screen.desk import Painted, ScreenDesk
from hallclient.screen.view import WindowScreen
from hallclient.services.screen_presence import ScreenPresence
from hallclient.services.window_public import WindowPublic, find_window
from hallclient.ui.feed import FeedThread
from hallclient.ui.monitors import OnMonitor
from hallclient.ui.tasks import Worker

if TYPE_CHECKING:
    from hallclient.bootstrap.screen_rating import ScreenRating
    from hallclient.screen.rating.page import RatingPage


def open_screen(settings: Settings, *, painted: Painted | None = None, ahead_s: int = 0) -> Role:
    """Return the screen of a window; ``painted`` is told when a call is first painted."""
    own = settings.screen
    role = new_role(settings, "high-contrast" if own.contrast else "light")
    hall = LateHall(
        settings,
        f"screen {own.window}",
        role.ending.hopeless,
        ahead_s=ahead_s,
        opened=lambda plan: _check_window(plan, own.window),
    )
    store = LateStore(hall)
    worker = Worker()
    feed = FeedThread(LateFeed(hall, lambda opened: _scopes(opened.store.plan(), own.window)))
    seen = WindowPublic(store, own.window, own.rating)
    public = ScreenPresence(store, seen, own.rating, lambda: _has_key(settings))
    rating = _LateRating(settings, store, worker, role)
    desk = ScreenDesk(
        public=public,
        worker=worker,
        feed=feed,
        words=role.app.words,
        number=own.window,
        rating_page=rating.page,
        painted=painted,
        reduced_motion=own.reduced_motion,
    )
    screen = WindowScreen(desk, role.app.look)
    rating.screen = screen
    role.widget = screen
    monitor = OnMonitor(screen, own.screen)
    if settings.full_screen:
        role.dock = monitor.place

    def start() -> None:
        screen.start()
        feed.start()
        rating.start()

    role.start = start
    role.ready = lambda: screen.presenter.seen is not None
    role.closers += [
        monitor.stop,
        screen.stop,
        rating.stop,
        feed.stop,
        lambda: worker.submit(public.close),
    ]
    role.closers += [worker.close, rating.close, hall.close]
    return role


def _has_key(settings: Settings) -> bool:
    from hallclient.bootstrap.ledger import key_here  # noqa: PLC0415 - not for the first paint

    return key_here(settings) is not None


class _LateRating:
    """The ratings of a screen: made by the first asking, or when some wait on the disk."""

    def __init__(self, settings: Settings, store: LateStore, worker: Worker, role: Role) -> None:
        self._settings = settings
        self._store = store
        self._worker = worker
        self._role = role
        self._made: ScreenRating | None = None
        self.screen: WindowScreen | None = None

    def page(self) -> "RatingPage":
        """Return the page of the ratings."""
        return self._part().page()

    def start(self) -> None:
        """Hand in what an earlier run has left on the disk."""
        from hallclient.bootstrap.screen_folder import screen_folder  # noqa: PLC0415 - one stat

        if (screen_folder(self._settings) / "ratings.log").exists():
            self._part().hand_in()

    def stop(self) -> None:
        """Offer nothing again."""
        if self._made is not None:
            self._made.stop()

    def close(self) -> None:
        """Let the disk go, when the worker has ended."""
        if self._made is not None:
            self._made.close()

    def _part(self) -> "ScreenRating":
        if self._made is None:
            from hallclient.bootstrap.screen_rating import ScreenRating  # noqa: PLC0415 - see above

            screen = self.screen
            assert screen is not None  # noqa: S101 - joined before anybody asks
            self._made = ScreenRating(
                self._settings,
                self._store,
                self._worker,
                self._role.app.words,
                screen.presenter.clock,
            )
        return self._made


def _check_window(plan: HallPlan, name: str) -> None:
    find_window(plan, name)


def _scopes(plan: HallPlan, name: str) -> tuple[str, ...]:
    """Return what wakes a window's screen: its window, and the hall for all that is for all."""
    return (f"window:{find_window(plan, name).code}", "hall")
