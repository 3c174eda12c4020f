"""What the pages of a kiosk show just now, as views; nothing here changes anything.

A kiosk starts with home alone: the views of the other pages are imported when first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from hallclient.kiosk.views.home import ClosedView, HomeView, Standing, closed_view, home_view

if TYPE_CHECKING:
    from hallclient.domain.hall import HallPlan
    from hallclient.kiosk.figures import Figures, HallSight
    from hallclient.kiosk.journeys.all import Journeys
    from hallclient.kiosk.modes import Modes
    from hallclient.kiosk.printing import Printing
    from hallclient.kiosk.views.easy import EasyChoiceView, EasyView
    from hallclient.kiosk.views.parts import FigureView
    from hallclient.kiosk.views.search import SearchView
    from hallclient.kiosk.views.services import ServicesView
    from hallclient.kiosk.views.ticket import ConfirmView, DoneView
    from hallclient.kiosk.visit import Visit
    from hallclient.ui.words import Words


class Showing(QObject):
    """The reading side of the presenter; each view is made anew when asked for."""

    words: Words
    visit: Visit
    figures: Figures
    printing: Printing
    journeys: Journeys
    modes: Modes

    @property
    def standing(self) -> Standing:
        """How the kiosk stands just now."""
        raise NotImplementedError

    @property
    def sight(self) -> HallSight | None:
        """The hall as last seen."""
        return self.figures.sight

    @property
    def plan(self) -> HallPlan | None:
        """The hall, None before it was read for the first time."""
        return self.sight.plan if self.sight else None

    @property
    def known(self) -> bool:
        """Whether the hall was read: from then on a touch takes a number."""
        return self.figures.known

    def home_view(self) -> HomeView | None:
        """Return what home shows, None before the hall was read."""
        return home_view(self.words, self.sight, self.standing) if self.sight else None

    def closed_view(self) -> ClosedView | None:
        """Return what the closed page shows."""
        return closed_view(self.words, self.sight, self.standing) if self.sight else None

    def easy_view(self) -> EasyView | None:
        """Return the elders' first page."""
        from hallclient.kiosk.views.easy import easy_view  # noqa: PLC0415 - see above

        return easy_view(self.words, self.sight, self.standing) if self.sight else None

    def easy_choice_view(self) -> EasyChoiceView | None:
        """Return what a matter may be about, for elders."""
        from hallclient.kiosk.views.easy import easy_choice_view  # noqa: PLC0415 - see above

        if self.sight is None:
            return None
        return easy_choice_view(self.words, self.sight, self.visit, self.standing)

    def services_view(self) -> ServicesView | None:
        """Return the choice of services."""
        from hallclient.kiosk.views.services import services_view  # noqa: PLC0415 - see above

        choice = self.journeys.choosing.choice
        return services_view(self.words, self.sight, choice, self.modes) if self.sight else None

    def search_view(self) -> SearchView | None:
        """Return the search."""
        from hallclient.kiosk.views.search import search_view  # noqa: PLC0415 - see above

        choice = self.journeys.choosing.choice
        return search_view(self.words, self.sight, choice, self.modes) if self.sight else None

    def confirm_view(self) -> ConfirmView | None:
        """Return the confirm page, None when there is no service on it any more."""
        from hallclient.kiosk.views.ticket import (  # noqa: PLC0415 - see above
            ELDER_MATERIALS,
            MATERIALS,
            confirm_view,
        )

        rows = ELDER_MATERIALS if self.modes.elder else MATERIALS
        sight = self.sight
        if sight is None or self.visit.service not in sight.plan.service_of:
            return None
        return confirm_view(self.words, sight, self.visit, paper=self.printing.works, rows=rows)

    def done_view(self) -> DoneView | None:
        """Return the ticket just taken."""
        from hallclient.kiosk.views.ticket import done_view  # noqa: PLC0415 - see above

        if self.plan is None:
            return None
        printing = self.printing
        return done_view(
            self.words, self.plan, self.visit, printing.trouble, fitted=printing.fitted
        )

    def no_paper_figures(self) -> tuple[FigureView, ...]:
        """Return the figures of the ticket on the page without paper."""
        from hallclient.kiosk.views.ticket import no_paper_figures  # noqa: PLC0415 - see above

        if self.plan is None or self.visit.issued is None:
            return ()
        return no_paper_figures(self.words, self.plan, self.visit.issued)
