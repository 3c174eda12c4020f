"""亮身份: what the screen of a window says of who sits there, and nothing else.

Name, number, photo and the own promise; no role, no figures, no rating (visual.md §5).
"""

from dataclasses import dataclass

from hallclient.domain.text import LocalText
from hallclient.services.store import Reader, Store


@dataclass(frozen=True, slots=True)
class Identity:
    """Who serves at a window. ``photo`` is a file's name beside the hall file, or empty."""

    window: str
    """The number on the window."""
    name: str
    number: str
    photo: str
    promise: LocalText


def identity_at(reader: Reader, window: str) -> Identity | None:
    """Return who serves at a window, by its code; None where nobody has signed in.

    Raises ``NotFound`` for an unknown window. Whoever has left the hall file is not shown.
    """
    here = reader.plan.window(window)
    shift = reader.open_shift(here.id)
    member = reader.plan.staff_by_id(shift.staff_id) if shift is not None else None
    if member is None or member.code not in reader.plan.staff_of:
        return None
    return Identity(here.number, member.name, member.code, member.photo, member.promise)


def identity(store: Store, window: str) -> Identity | None:
    """Return who serves at a window now; see :func:`identity_at`."""
    with store.look() as reader:
        return identity_at(reader, window)
