"""The ledger of a window, joined once the hall says that it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from hallclient.config import Settings
    from hallclient.services.sealing import HallKey
    from hallclient.services.store import Store
    from hallclient.ui.feed import FeedThread
    from hallclient.ui.look import Look
    from hallclient.ui.tasks import Worker
    from hallclient.window.bar import ClerkBar
    from hallclient.window.ledger.page import LedgerPage
    from hallclient.window.slips import SlipFollower


class LateLedger(QObject):
    """Opens the page when the bar has read a hall with a ledger; the bar's menu brings it back."""

    def __init__(
        self,
        settings: Settings,
        bar: ClerkBar,
        store: Store,
        worker: Worker,
        feed: FeedThread,
        look: Look,
    ) -> None:
        super().__init__(bar)
        self._settings = settings
        self._bar, self._store = bar, store
        self._worker, self._feed, self._look = worker, feed, look
        self._page: LedgerPage | None = None
        self._follower: SlipFollower | None = None
        bar.presenter.changed.connect(self._look_at_hall)

    def close(self) -> None:
        """Close the page, if it was opened."""
        if self._follower is not None:
            self._follower.close()
        if self._page is not None:
            self._page.close()

    def _look_at_hall(self) -> None:
        rules = self._bar.presenter.rules
        if self._page is None and rules is not None and rules.ledger:
            self._bar.presenter.changed.disconnect(self._look_at_hall)
            self._open()

    def _open(self) -> None:
        # Imported when a hall has a ledger: other windows start without all of this.
        from hallclient.services.errand_slips import ErrandSlips  # noqa: PLC0415
        from hallclient.services.errands import Errands  # noqa: PLC0415
        from hallclient.services.print_jobs import PrintJobs  # noqa: PLC0415
        from hallclient.window.ledger.desk import LedgerDesk  # noqa: PLC0415
        from hallclient.window.ledger.page import LedgerPage  # noqa: PLC0415
        from hallclient.window.ledger.presenter import LedgerPresenter  # noqa: PLC0415
        from hallclient.window.slips import SlipEars, SlipFollower  # noqa: PLC0415

        window, words = self._settings.window.window, self._bar.presenter.words
        ears, station = SlipEars(), station_of(self._settings)
        jobs = PrintJobs(self._store, f"window:{window}")
        presenter = LedgerPresenter(
            LedgerDesk(
                errands=Errands(self._store, window, key_here(self._settings)),
                slips=ErrandSlips(self._store),
                jobs=jobs,
                plan=self._store.plan,
                worker=self._worker,
                words=words,
                feed=self._feed,
                station=station,
                ears=ears,
            )
        )
        self._follower = SlipFollower(
            ears,
            lambda job: jobs.state(job).state,
            self._worker,
            words,
            presenter.say,
            presenter,
            table="ledger.paper",
        )
        page = self._page = LedgerPage(presenter, self._look)
        self._bar.ledger = page.bring_back
        self._place(page)
        presenter.start()

    def _place(self, page: LedgerPage) -> None:
        """Put the page below the bar: the whole rest of the screen, or of a bar in a window."""
        if self._settings.full_screen:
            from PySide6.QtCore import Qt  # noqa: PLC0415 - see above

            page.setWindowFlag(Qt.WindowType.FramelessWindowHint)
            page.dock(self._bar.screen())
        else:
            below = self._bar.geometry().bottomLeft()
            page.move(below.x(), below.y() + 1)
            page.resize(max(page.minimumWidth(), min(1280, self._bar.width())), 728)
        page.show()


def station_of(settings: Settings) -> str:
    """Return the station whose printer this window's slips come out of; empty for none."""
    from hallclient.services.handing_out import window_station  # noqa: PLC0415 - see above

    own = settings.window
    named = own.printer.removeprefix("@")
    return window_station(own.window) if named and named == own.printer else named


def key_here(settings: Settings) -> HallKey | None:
    """Return the hall's key of this PC, None without one; an unusable one is logged."""
    import logging  # noqa: PLC0415 - see above

    from hallclient.bootstrap.messages import hall_key, key_file  # noqa: PLC0415 - see above
    from hallclient.services.sealing import KeyTrouble  # noqa: PLC0415 - see above

    try:
        return hall_key(settings) if key_file(settings).exists() else None
    except (KeyTrouble, OSError) as error:
        logging.getLogger(__name__).warning("the ledger keeps masks only: %s", error)
        return None
