"""A window clerk's terminal, joined."""

from typing import TYPE_CHECKING

from hallclient.bootstrap.devices import LateKeypad
from hallclient.bootstrap.halls import LateFeed, LateHall, LateStore
from hallclient.bootstrap.memory import remembered
from hallclient.bootstrap.role import Role, new_role
from hallclient.config import Settings
from hallclient.domain.hall import HallPlan, HallRules
from hallclient.services.calling import Calling
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts
from hallclient.ui.feed import FeedThread
from hallclient.ui.tasks import Worker
from hallclient.window.bar import ClerkBar
from hallclient.window.desk import ClerkDesk
from hallclient.window.keypad import KeypadEars
from hallclient.window.presenter import ClerkPresenter
from hallclient.window.states import Stand

if TYPE_CHECKING:
    from hallclient.devices.keypad import RatingKeypad
    from hallclient.devices.link import Link


def open_window(settings: Settings, *, ahead_s: int = 0) -> Role:
    """Return the terminal of one window."""
    own = settings.window
    role = new_role(settings, styled=True)
    hall = LateHall(
        settings,
        f"window {own.window}",
        role.ending.hopeless,
        ahead_s=ahead_s,
        opened=lambda plan: _check_window(plan, own.window),
    )
    store = LateStore(hall)
    worker = Worker()
    feed = FeedThread(LateFeed(hall, lambda _hall: (f"window:{own.window}", "hall")))
    ears = KeypadEars()
    keypad = LateKeypad(lambda: _keypad(settings, ears)) if own.keypad else None
    desk = ClerkDesk(
        calling=Calling(store, own.window),
        shifts=Shifts(store, own.window),
        ratings=Ratings(store),
        worker=worker,
        words=role.app.words,
        plan=store.plan,
        feed=feed,
        keypad=keypad,
        ears=ears,
        keypad_name=f"window {own.window}",
        number=own.window,
    )
    presenter = ClerkPresenter(desk)
    bar = ClerkBar(presenter)
    bar.set_look(role.app.look)
    role.widget = bar
    role.dock = bar.dock

    def start() -> None:
        presenter.start()
        feed.start()
        if keypad is not None:
            keypad.start()

    role.start = start
    role.ready = lambda: presenter.view.stand is not Stand.STARTING
    role.closers += [presenter.close, bar.close]
    if keypad is not None:
        role.closers.append(keypad.close)
    role.closers += [feed.stop, worker.close, hall.close]
    return role


def _check_window(plan: HallPlan, code: str) -> None:
    plan.window(code)


def _keypad(settings: Settings, ears: KeypadEars) -> "tuple[RatingKeypad[int], Link]":
    from hallclient.devices.keypad import RatingKeypad  # noqa: PLC0415 - see LateKeypad
    from hallclient.devices.link import Link  # noqa: PLC0415 - the same
    from hallclient.devices.profile import load_profile  # noqa: PLC0415 - the same

    own = settings.window
    known = remembered(settings)
    profile = load_profile(own.keypad_profile)
    link = Link(own.keypad, profile.port)
    keypad = RatingKeypad(
        link,
        profile,
        rated=ears.rated,
        expired=ears.expired,
        address=own.keypad_address,
        # The hall's own time, as this PC remembers it: the keypad is opened before the hall.
        rating_seconds=(known.rules if known else HallRules()).rating_seconds,
    )
    return keypad, link
