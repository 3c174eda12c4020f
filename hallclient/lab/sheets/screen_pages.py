"""Every state of a window's screen, at every size: looked at without a database."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hallclient.domain.bulletin import Audience, Bulletin
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import ServiceWindow
from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.text import LocalText
from hallclient.lab.sheets.staff_pages import Drawable, Sort, settle
from hallclient.screen.desk import ScreenDesk
from hallclient.screen.view import WindowScreen
from hallclient.services.public_records import Stars
from hallclient.services.window_public import (
    Clerk,
    OpenRating,
    PublicWindow,
    Standing,
    department_of,
    services_of,
)
from hallclient.ui.feed import FeedThread
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.look import Look
from hallclient.ui.tasks import Worker
from hallclient.ui.theme import load_theme
from hallclient.ui.words import Words

SIZES = (
    (1280, 800),
    (800, 480),
    (1024, 600),
    (1024, 768),
    (1366, 768),
    (1920, 1080),
    (800, 1280),
    (480, 800),
    (1080, 1920),
)
NOW = datetime(2026, 11, 20, 6, 54, tzinfo=UTC)
"""14:54 on a Friday in the hall's time."""
PROMISE = LocalText(
    "一次讲清，能办即办，材料只收该收的。",
    "一次講清，能辦即辦，材料只收該收的。",
    "told once, done at once, no paper too many.",
)


class _Quiet:
    """A feed that nobody wakes."""

    heard = 0

    def wait(self, timeout: float) -> bool:
        """Never wake."""
        del timeout
        return False

    def close(self) -> None:
        """Nothing is held."""


class StillWindow:
    """A window that is always the same."""

    def __init__(self, seen: PublicWindow) -> None:
        self.seen = seen

    def look(self) -> PublicWindow:
        """Return it."""
        return self.seen

    def photo(self, digest: str) -> bytes | None:
        """Return none."""
        del digest
        return None


def busiest(plan: HallPlan) -> ServiceWindow:
    """Return the window with the number and the department that need most room."""
    return max(plan.windows, key=lambda one: (len(one.number), len(services_of(plan, one))))


def screen_scenes(plan: HallPlan, *, long: bool = False) -> Mapping[str, PublicWindow]:
    """Return every state of a screen; ``long`` with the longest names and numbers."""
    window = busiest(plan)
    if not long:
        window = next((w for w in plan.windows if w.number == "12"), window)
    zone = plan.zone_of.get(window.zone)
    member = max(plan.staff, key=lambda one: len(one.name)) if long else plan.staff[0]
    name = member.name if long else "张敏"
    clerk = Clerk(name, member.code if long else "0127", PROMISE)
    label = "AB107" if long else "B107"
    free = PublicWindow(
        now=NOW,
        time_zone=plan.time_zone,
        window=window.code,
        number="220" if long else window.number,
        standing=Standing.IDLE,
        department=department_of(plan, window),
        services=services_of(plan, window),
        zone=zone.name if zone else LocalText(""),
        floor=zone.floor if zone else LocalText(""),
        desk=plan.desk,
        hotline=plan.rules.hotline,
        clerk=clerk,
    )
    paused = replace(free, standing=Standing.PAUSED, pause_reason="files", paused_at=NOW)
    closed = replace(free, standing=Standing.CLOSED, clerk=None)
    called = replace(free, standing=Standing.CALLED, label=label, call=(1, 1))
    rating = OpenRating(1, NOW, NOW + timedelta(seconds=20), label, LocalText("二手房过户"))
    others = "18–21、23–26、28、201–219" if long else "8–11"
    afternoon = datetime.combine(date(2026, 11, 20), time(7, 30), UTC)
    stars = Stars(49, 312, date(2026, 11, 19))
    said = LocalText(
        "社保系统正在恢复，预计十五分钟，请您耐心等候，谢谢您的理解。",
        "社保系統正在恢復，預計十五分鐘，請您耐心等候，謝謝您的理解。",
        "Social insurance is back in about 15 minutes, thank you for waiting.",
    )
    bulletin = Bulletin(1, said, Audience.PUBLIC, 1, NOW, NOW + timedelta(hours=1))
    scenes = {
        "called": called,
        "recalled": replace(called, call=(1, 3)),
        "serving": replace(called, standing=Standing.SERVING, call=None),
        "stars": replace(
            called, standing=Standing.SERVING, call=None, clerk=replace(clerk, stars=stars)
        ),
        "idle": free,
        "rating": replace(free, standing=Standing.RATING, rating=rating),
        "paused": replace(paused, pause_minutes=5, elsewhere=others),
        "paused-long": replace(paused, paused_at=NOW - timedelta(minutes=42), pause_minutes=5),
        "closed": replace(closed, elsewhere=others, opens=afternoon),
        "closed-alone": replace(closed, opens=afternoon + timedelta(days=3)),
        "no-promise": replace(free, clerk=replace(clerk, promise=LocalText(""))),
        "bulletin": replace(free, bulletins=(bulletin,)),
    }
    if zone is not None and len(plan.zones) > 1:
        away = next(one for one in plan.zones if one.code != zone.code).name
        scenes["closed-away"] = replace(closed, elsewhere=others, elsewhere_zone=away)
    return scenes


def emergency_of(plan: HallPlan, kind: EmergencyKind = EmergencyKind.FIRE) -> Publication:
    """Return an emergency of the whole hall."""
    return Publication(
        1, PublicationKind.EMERGENCY, emergency=kind, published_at=NOW, text=plan.desk
    )


class ScreenStand:
    """A screen without a hall behind it: ``show`` puts a look on it."""

    def __init__(self, sort: Sort) -> None:
        self.worker, self.words = Worker("sheets"), Words(sort.language)
        self._feed = FeedThread(_Quiet())
        clock = HallClock(lambda: NOW, lambda: 0.0)
        self._public = StillWindow(PublicWindow(NOW, "Asia/Shanghai", "12", "12", Standing.IDLE))
        desk = ScreenDesk(self._public, self.worker, self._feed, self.words, "12")
        look = Look(theme=load_theme(sort.scheme), language=sort.language)
        self.view = WindowScreen(desk, look, clock=clock)

    def show(self, seen: PublicWindow | None, *, lost: bool = False) -> None:
        """Show a look, or that there is none yet."""
        presenter = self.view.presenter
        presenter.seen, presenter.lost = seen, lost
        presenter.fresh_at = NOW
        presenter.link_changed.emit()
        settle()

    def close(self) -> None:
        """Take the screen down."""
        self.view.stop()
        self._feed.stop()
        self.worker.close()
        self.view.close()
        self.view.deleteLater()


def screen_pages(plan: HallPlan, sort: Sort, *, quick: bool = False) -> Iterator[Drawable]:
    """Yield every state of a window's screen at every size."""
    sizes = ((800, 480), (480, 800)) if quick else SIZES
    stand = ScreenStand(sort)
    try:
        for width, height in sizes:
            stand.view.resize(width, height)
            stand.view.show()
            sheet = f"screen-{width}x{height}"
            scenes = screen_scenes(plan, long=sort.long)
            for name, seen in scenes.items():
                stand.show(seen)
                yield Drawable(sheet, name, stand.view)
            for name in ("called", "idle"):
                stand.show(scenes[name], lost=True)
                yield Drawable(sheet, f"lost-{name}", stand.view, amber=0)
            stand.show(None)
            yield Drawable(sheet, "starting", stand.view, amber=0)
            stand.show(None, lost=True)
            yield Drawable(sheet, "lost", stand.view, amber=0)
            stand.show(replace(scenes["called"], emergency=emergency_of(plan), hall=plan))
            yield Drawable(sheet, "emergency", stand.view, judged=stand.view.cover)
    finally:
        stand.close()
