"""What a window's bar shows besides its own turn: help, held tickets, what is said to the staff."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hallclient.services.store import Store

if TYPE_CHECKING:
    from hallclient.domain.bulletin import Bulletin
    from hallclient.services.holding import Held


@dataclass(frozen=True, slots=True)
class BarNews:
    """``helper``: somebody would come who is asked for help; ``coming`` is who does come now.

    ``held`` are the tickets this window may take up again, its own first.
    """

    helper: bool = False
    coming: str = ""
    held: "tuple[Held, ...]" = ()
    bulletin: "Bulletin | None" = None
    terminal: str = ""
    """Which terminal has the window (``services.terminals``), empty for none."""


def bar_news(store: Store, window: str, station: str) -> BarNews:
    """Look at what a window's bar needs; ``station`` is where it asks for help."""
    # Not for the first screen, which says that the hall is being reached.
    from hallclient.domain.bulletin import Audience  # noqa: PLC0415
    from hallclient.services.bulletins import standing  # noqa: PLC0415
    from hallclient.services.helping import anybody_there  # noqa: PLC0415
    from hallclient.services.holding import resumable  # noqa: PLC0415

    with store.look() as reader:
        here = reader.plan.window(window)
        said = standing(reader, Audience.STAFF, (here.zone,))
        calls = [call for call in reader.help_calls() if call.station == station]
        staff = next((call.staff_id for call in calls if call.staff_id is not None), None)
        return BarNews(
            helper=anybody_there(reader),
            coming="" if staff is None else reader.plan.staff_by_id(staff).name,
            held=resumable(reader, here),
            bulletin=said[0] if said else None,
            terminal=reader.lease_holder(f"window:{window}"),
        )
