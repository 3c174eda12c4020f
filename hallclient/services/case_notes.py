"""What staff note about a case, in their own words; for staff only."""

import os
from typing import TYPE_CHECKING

from hallclient.domain.case import Case
from hallclient.domain.errors import NotAllowed
from hallclient.services.notes import MOST, clean, digest
from hallclient.services.person_records import Note
from hallclient.services.store import Transaction

if TYPE_CHECKING:
    from hallclient.domain.journal import Json

_SALT_BYTES = 16


def note_case(tx: Transaction, case: Case, text: str, staff_id: int) -> None:
    """Store a note about a case; an empty one is none. Raises ``NotAllowed`` for a long one."""
    written = checked(text)
    if written:
        subject = f"case:{case.id}"
        note = Note(tx.new_id(), subject, written, staff_id, tx.now, os.urandom(_SALT_BYTES))
        tx.add_note(note)
        facts: dict[str, Json] = {"note": note.id, "digest": digest(note)}
        tx.record("note.added", subject, facts)


def checked(text: str) -> str:
    """Return a note on one line, or raise ``NotAllowed``."""
    written = clean(text)
    if len(written) > MOST:
        raise NotAllowed("note_too_long", f"a note has at most {MOST} characters", most=MOST)
    return written
