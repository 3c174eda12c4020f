"""The hall's chores: what has to be done though nobody asks for it (architecture.md §1).

What is to be done follows from what the database holds, never from a note that it was done: a
chore that was missed is caught up, and one done twice, at once or by hand, does nothing more. Each
works in steps, every step a transaction of its own.
"""

from hallclient.services.backups import Vault
from hallclient.services.chores.backup import BackupChore
from hallclient.services.chores.chore import Chore, ChoreTrouble
from hallclient.services.chores.closing import ClosingChore
from hallclient.services.chores.day import DayChore
from hallclient.services.chores.floor import AlarmsChore, OwnTotalsChore
from hallclient.services.chores.owed import OwedChore
from hallclient.services.chores.ratings import RatingsChore
from hallclient.services.chores.retention import RetentionChore
from hallclient.services.chores.stars import StarsChore

__all__ = ["Chore", "ChoreTrouble", "chores"]


def chores(vault: Vault | None = None) -> tuple[Chore, ...]:
    """Return all chores, in the order they are looked at; ``vault`` where backups are made."""
    return (
        *(() if vault is None else (BackupChore(vault),)),
        DayChore(),
        ClosingChore(),
        OwedChore(),
        RatingsChore(),
        OwnTotalsChore(),
        StarsChore(),
        AlarmsChore(),
        RetentionChore(),
    )
