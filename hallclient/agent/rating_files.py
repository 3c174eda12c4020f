"""Files with ratings given on telephones that arrive in a folder; put away as appointments are.

A file that was taken is deleted: what it says of people is in the database then, and nowhere else.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.agent.appointments import DONE, EVERY_SECONDS, FAILED, FolderPart, Outcome
from hallclient.services.appointments.files import FileRefused
from hallclient.services.rating_files import MOST_BYTES, parse
from hallclient.services.rating_inbox import take_in
from hallclient.services.store import Store

if TYPE_CHECKING:
    from hallclient.services.sealing import HallKey

_NO_KEY = "This PC has not the hall's key: have the file taken in where it is."


class RatingFolderPart(FolderPart):
    """Fulfils ``agent.part.Part``. ``open_store`` and ``key`` are called in its thread."""

    name = "ratings"
    endings = (".csv", ".jsonl", ".json")

    def __init__(
        self,
        folder: Path,
        open_store: Callable[[], Store],
        key: "Callable[[], HallKey | None]",
        *,
        changed: Callable[[], None] = lambda: None,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        super().__init__(
            folder, open_store, lambda: None, changed=changed, every_seconds=every_seconds
        )
        self._key = key

    def taken_in(self, store: Store, path: Path) -> Outcome | None:
        """Take a file in; without the hall's key no code can be read, and none is taken."""
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            parsed = parse(content, path.name, store.plan().time_zone)
            key = self._key()
            if key is None:
                return Outcome(FAILED, _NO_KEY)
            report = take_in(store, parsed, key)
        except FileNotFoundError:
            return None  # somebody else was faster
        except FileRefused as no:
            return Outcome(FAILED, str(no))
        where = DONE if report.whole else FAILED
        return Outcome(where, str(report), personal=True)
