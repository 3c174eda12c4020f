"""A kiosk's spool on the disk: ``spool.log``, ``contact``, ``install``, and a lock.

A damaged line is told, for with it the numbers are not certain, until the file has rested for so
long that they are of a day that is over.
"""

import contextlib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hallclient.services.spool import KEPT
from hallclient.services.spool_lines import (
    Contact,
    SpoolEntry,
    contact_of,
    contact_text,
    entry_of,
    entry_text,
    framed,
    unframed,
)
from hallclient.storage.line_file import LineFile, replace_file, told

_NETS = Path("/sys/class/net")


class SpoolFile:
    """Fulfils ``services.spool.SpoolLog``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines = LineFile(folder / "spool.log", "kiosk")
        self.holder = ""

    def open(self) -> tuple[Contact | None, Sequence[SpoolEntry], bool]:
        """Read everything; raises ``SpoolError`` also when another process has the folder."""
        self._lines.claim()
        try:
            with told("cannot be opened"):
                contact = self._identified()
            return (contact, *self._read())
        except BaseException:
            self.close()
            raise

    def append(self, entry: SpoolEntry) -> None:
        """Write an entry; on the disk when this returns, and not at all when it raises."""
        self._lines.append(entry_text(entry))

    def rewrite(self, entries: Sequence[SpoolEntry]) -> None:
        """Replace all lines."""
        self._lines.rewrite([entry_text(entry) for entry in entries])

    def keep(self, contact: Contact) -> None:
        """Keep the contact."""
        with told("cannot keep the last contact"):
            replace_file(self._folder / "contact", framed(contact_text(contact)))

    def close(self) -> None:
        """Let the folder go."""
        self._lines.close()

    def _read(self) -> tuple[Sequence[SpoolEntry], bool]:
        """Return the entries, the last line of each, and whether lines were damaged."""
        texts, damaged = self._lines.read()
        found: dict[str, SpoolEntry] = {}
        for text in texts:
            try:
                entry = entry_of(text)
            except ValueError:
                damaged = True
                continue
            found[entry.request_id] = entry
        return tuple(found.values()), damaged and self._lines.rested < KEPT.total_seconds()

    def _contact(self) -> Contact | None:
        try:
            line = (self._folder / "contact").read_bytes()
            return contact_of(unframed(line.rstrip(b"\n")))
        except (FileNotFoundError, ValueError):
            return None

    def _identified(self) -> Contact | None:
        """Know the holder; return the last contact, which on a copied disk had another's slot."""
        contact = self._contact()
        self.holder = self._holder()
        if not self.holder:
            if contact is not None:  # first: with an id it would look like our own
                contact = replace(contact, slot=None, until=None)
                self.keep(contact)
            self.holder = self._new_holder()
        return contact

    def _holder(self) -> str:
        """Return this installation's id, "" for none yet; a copied disk gets one of its own.

        Two PCs made from one image would share a slot: the id is of the network cards it was made
        with, and is made anew where none of them is there any more.
        """
        file, cards = self._folder / "install", _cards()
        known, *made_with = [""]
        with contextlib.suppress(FileNotFoundError):
            known, *made_with = file.read_text("ascii", "replace").split() or [""]
        if len(known) == 32 and (not cards or not made_with or cards & set(made_with)):
            return known
        return ""

    def _new_holder(self) -> str:
        fresh = os.urandom(16).hex()
        replace_file(self._folder / "install", " ".join([fresh, *sorted(_cards())]).encode())
        return fresh


def _cards() -> set[str]:
    """Return the addresses of the PC's own network cards; none where the system does not say."""
    found = set()
    with contextlib.suppress(OSError):
        for net in _NETS.iterdir():
            if (net / "device").exists():
                found.add((net / "address").read_text("ascii").strip())
    return found
