"""A call display, joined."""

from hallclient.bootstrap.halls import LateFeed, LateHall, LateStore
from hallclient.bootstrap.role import Role, new_role
from hallclient.config import Settings
from hallclient.display.board import CallBoard
from hallclient.display.desk import BoardDesk, Painted
from hallclient.domain.hall import HallPlan
from hallclient.services.board import Board
from hallclient.ui.feed import FeedThread
from hallclient.ui.monitors import OnMonitor
from hallclient.ui.sound import Chime, SilentSink
from hallclient.ui.tasks import Worker


def open_display(settings: Settings, *, painted: Painted | None = None, ahead_s: int = 0) -> Role:
    """Return a call display; ``painted`` is told when a call is first painted."""
    own = settings.display
    role = new_role(settings, own.theme)
    hall = LateHall(
        settings,
        f"display {own.name}",
        role.ending.hopeless,
        ahead_s=ahead_s,
        opened=lambda plan: _check_zones(plan, own.zones),
    )
    worker = Worker()
    feed = FeedThread(LateFeed(hall, lambda opened: opened.zone_scopes(own.zones)))
    chime = Chime(None if own.sound else SilentSink())
    desk = BoardDesk(
        board=Board(LateStore(hall), own.zones),
        worker=worker,
        feed=feed,
        words=role.app.words,
        zones=own.zones,
        chime=chime,
        painted=painted,
        reduced_motion=own.reduced_motion,
        bilingual=own.bilingual,
        voice_zones=own.voice_zones,
    )
    board = CallBoard(desk, role.app.look)
    role.widget = board

    def start() -> None:
        board.start()
        feed.start()

    monitor = OnMonitor(board, own.screen)
    if settings.full_screen:
        role.dock = monitor.place
    role.start = start
    role.ready = lambda: board.presenter.hall is not None
    role.closers += [monitor.stop, board.stop, feed.stop, worker.close, chime.close, hall.close]
    return role


def _check_zones(plan: HallPlan, zones: tuple[str, ...]) -> None:
    for code in zones:
        plan.zone(code)
