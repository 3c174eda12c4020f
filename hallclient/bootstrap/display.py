"""A call display, joined."""

from typing import TYPE_CHECKING

from hallclient.bootstrap.halls import LateFeed, LateHall, LateStore
from hallclient.bootstrap.late import late
from hallclient.bootstrap.role import Role, new_role
from hallclient.config import DisplaySettings, Settings
from hallclient.display.board import CallBoard
from hallclient.display.desk import Bell, BoardDesk, Painted
from hallclient.display.link import REST_S
from hallclient.domain.hall import HallPlan
from hallclient.services.board import Board
from hallclient.ui.feed import FeedThread
from hallclient.ui.monitors import OnMonitor
from hallclient.ui.tasks import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.bootstrap.announcer import Announcer, Tempo
    from hallclient.bootstrap.published import LatePublished
    from hallclient.display.speaker import Voice


def open_display(
    settings: Settings,
    *,
    painted: Painted | None = None,
    ahead_s: int = 0,
    tempo: "Tempo | None" = None,
) -> Role:
    """Return a call display; ``painted`` is told when a call is first painted."""
    own = settings.display
    role = new_role(settings, own.theme)
    hall = LateHall(
        settings,
        f"display {own.name}",
        role.ending.hopeless,
        ahead_s=ahead_s,
        opened=lambda plan: _check_zones(plan, (*own.zones, *own.voice_zones)),
    )
    worker = Worker()
    heard = tuple(dict.fromkeys((*own.zones, *own.voice_zones))) if own.zones else ()
    feed = FeedThread(LateFeed(hall, lambda opened: opened.zone_scopes(heard)), rest_s=REST_S / 2)
    voice = _voice(own)

    def announcing() -> "Announcer":
        from hallclient.bootstrap.announcer import Announcer  # noqa: PLC0415 - not at the start

        return Announcer(settings, hall, lambda: board.presenter, voice, tempo)

    def publishing() -> "LatePublished":
        from hallclient.bootstrap.published import LatePublished  # noqa: PLC0415 - the same

        return LatePublished(own, hall, board, announcer.alarm)

    announcer, published = late(announcing), late(publishing)
    desk = BoardDesk(
        board=Board(LateStore(hall), own.zones, own.voice_zones),
        worker=worker,
        feed=feed,
        words=role.app.words,
        zones=own.zones,
        chime=_ringer(own, role),
        painted=_both(announcer.painted, painted),
        voice=announcer,
        reduced_motion=own.reduced_motion,
        bilingual=own.bilingual,
        boxes=own.boxes,
        voice_zones=own.voice_zones,
    )
    board = CallBoard(desk, role.app.look)
    board.presenter.plan_changed.connect(lambda: announcer.follow(board.presenter.plan))
    board.presenter.published.connect(published.look)
    role.widget = board

    def start() -> None:
        board.start()
        feed.start()

    monitor = OnMonitor(board, own.screen)
    if settings.full_screen:
        role.dock = monitor.place
    role.start = start
    role.ready = lambda: board.presenter.hall is not None
    role.closers += [monitor.stop, published.close, board.stop, feed.stop, worker.close]
    role.closers += [announcer.close, hall.close]
    return role


def _voice(own: DisplaySettings) -> "Callable[[], Voice | None] | None":
    """Return what makes this board's loudspeaker, None where it is mute."""
    if not (own.sound and own.voice):
        return None

    def made() -> "Voice | None":
        from hallclient.bootstrap.call_voice import call_voice  # noqa: PLC0415 - not at the start

        return call_voice(own)

    return made


def _ringer(own: DisplaySettings, role: Role) -> Bell | None:
    """Return the chime of a board that does not speak; a voice has its own."""
    if not own.sound or own.voice:
        return None
    from hallclient.display.ringer import Ringer  # noqa: PLC0415 - hardly any board is like this
    from hallclient.ui.sound import Chime  # noqa: PLC0415 - the same

    chime = Chime()
    ringer = Ringer(chime)
    role.closers += [ringer.close, chime.close]
    return ringer


def _both(one: Painted, other: Painted | None) -> Painted:
    if other is None:
        return one

    def painted(turn_id: int, calls: int, at: float) -> None:
        other(turn_id, calls, at)
        one(turn_id, calls, at)

    return painted


def _check_zones(plan: HallPlan, zones: tuple[str, ...]) -> None:
    for code in zones:
        plan.zone(code)
