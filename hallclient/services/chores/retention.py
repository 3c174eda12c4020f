"""What is no longer needed goes: what names people with its day, records of machines later."""

from datetime import date, datetime, timedelta
from typing import Final

from hallclient.domain.calendar import business_day, day_began
from hallclient.services.store import Reader, Store, Transaction

KEPT: Final = timedelta(days=30)
"""How long a device that is gone, a finished print job, a publication that has ended and the
telephone of a follow-up that is over are kept."""


NUMBERS_KEPT: Final = timedelta(days=90)
"""How long the telephone left with a rating is kept at the most: whoever was not called back by
then is not called any more."""
CALLS_KEPT: Final = timedelta(days=40)
"""How long it is known what boards and voices did with a call; the journal knows it for good."""
BOARDS_KEPT: Final = timedelta(days=14)


class RetentionChore:
    """Deletes who came and what was noted and arranged on earlier days, and what machines left."""

    name = "retention"
    about = "delete what names people of earlier days, old devices, boards and publications"
    daily = True

    def wanted(self, reader: Reader) -> bool:  # noqa: ARG002 - the port's
        """Return True: only the deletion itself finds out what is old enough."""
        return True

    def step(self, store: Store) -> str:
        """Delete everything that is old enough, in one go; it is days of rows, not years."""
        with store.change("chore:retention") as tx:
            today = _began(tx, _today(tx))
            old = [c.ticket_id for c in tx.contacts() if c.made_at < today]
            gone = {
                "persons": tx.drop_persons(today),
                "appointments": tx.drop_appointments(today),
                "help calls": tx.drop_help_calls(today),
                "errands' names": tx.drop_errand_names(tx.now - _kept_names(tx)),
                "names on tickets": tx.drop_person_notes(today),
                "notes": tx.drop_notes(today),
                "persons and notes of cases": tx.forget_cases(tx.now - _kept_cases(tx)),
                "floor": tx.drop_floor(_today(tx)),
                "telephones": tx.drop_contacts(old) if old else 0,
                "messages": tx.drop_messages(today),
                "print jobs": tx.drop_print_jobs(tx.now - KEPT),
                "devices": tx.drop_devices(tx.now - KEPT),
                "reports of calls": tx.drop_announced(tx.now - CALLS_KEPT),
                "boards": tx.drop_boards(tx.now - BOARDS_KEPT),
                "telephones of ratings": _drop_numbers(tx),
                "publications": tx.drop_publications(_today(tx) - KEPT),
                "files": tx.drop_media_unused(),
            }
        told = [f"{what} {count}" for what, count in gone.items() if count]
        return f"deleted: {', '.join(told)}" if told else ""


def _drop_numbers(tx: Transaction) -> int:
    today = _today(tx)
    return tx.drop_rating_contacts(today - KEPT, today - NUMBERS_KEPT)


def _today(tx: Transaction) -> date:
    return business_day(tx.now, tx.plan.time_zone, tx.plan.rules.day_start)


def _began(tx: Transaction, day: date) -> datetime:
    return day_began(day, tx.plan.time_zone, tx.plan.rules.day_start)


def _kept_names(tx: Transaction) -> timedelta:
    return timedelta(days=tx.plan.rules.ledger_keep_days)


def _kept_cases(tx: Transaction) -> timedelta:
    return timedelta(days=tx.plan.rules.case_keep_days)
