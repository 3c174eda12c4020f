"""Why a queue gives no ticket, in the few words of a row, a tile or a button."""

from datetime import datetime

from hallclient.domain.limits import Limit, Stop
from hallclient.kiosk.hours import when
from hallclient.ui.words import Words

_KEYS = {
    Stop.STOPPED: "kiosk.refused.short_stopped",
    Stop.DAY_FULL: "kiosk.refused.short_day_full",
    Stop.SLICE_FULL: "kiosk.refused.short_slice_full",
    Stop.CLOSING: "kiosk.refused.short_closing",
}


def short_words(words: Words, local: datetime, limit: Limit) -> tuple[str, str]:
    """Return what the matter is, and from when there are tickets again ("" for not soon)."""
    what = words(_KEYS.get(limit.stop, "kiosk.services.closed_now"))
    return what, when(words, local, limit.again) if limit.again else ""
