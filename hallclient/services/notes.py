"""A clerk's own words about a ticket, for staff only: the row has them, the journal a digest."""

import hashlib
import os
import unicodedata

from hallclient.domain.errors import NotAllowed
from hallclient.domain.ticket import Ticket
from hallclient.services.person_records import Note
from hallclient.services.seat import Seat

MOST = 200
"""Characters of a note."""
_SALT_BYTES = 16


def add_note(seat: Seat, ticket: Ticket, text: str) -> None:
    """Store a note about a ticket; an empty one is none. Raises ``NotAllowed`` for a long one."""
    written = clean(text)
    if not written:
        return
    if len(written) > MOST:
        raise NotAllowed("note_too_long", f"a note has at most {MOST} characters", most=MOST)
    tx, subject = seat.tx, f"ticket:{ticket.id}"
    salt = os.urandom(_SALT_BYTES)
    note = Note(tx.new_id(), subject, written, seat.shift.staff_id, tx.now, salt)
    tx.add_note(note)
    seat.record("note.added", subject, {"note": note.id, "digest": digest(note)})


def clean(text: str) -> str:
    """Return a text on one line, without what cannot be shown."""
    shown = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in text)
    return " ".join(shown.split())


def digest(note: Note) -> str:
    """Return what the journal says of a note: nothing, once its row and salt are gone."""
    return hashlib.sha256(note.salt + note.text.encode()).hexdigest()
