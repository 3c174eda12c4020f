"""What is no longer needed goes: what names people with its day, records of machines later."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

from hallclient.domain.calendar import business_day, day_began
from hallclient.services.store import Reader, Store, Transaction

KEPT: Final = timedelta(days=30)
"""How long a device that is gone, a publication that has ended and the telephone of a follow-up
that is over are kept."""
WEEKS_KEPT: Final = timedelta(days=100)
"""How long the totals of a clerk's week are kept; only the last one is ever shown."""
AT_ONCE: Final = 500
"""Rows of one step: the hall waits for no longer than a call takes."""
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
        """Delete what is old enough: days of rows in one go, those of years in slices."""
        with store.change("chore:retention") as tx:
            gone = _days_of_rows(tx)
            if not any(gone.values()):
                gone = _years_of_rows(tx)
        return _told("deleted", gone)

    def preview(self, store: Store) -> str:
        """Say what a step would delete, and delete nothing; empty when nothing is old enough."""
        gone: dict[str, int] = {}
        years: dict[str, int] = {}
        with suppress(_Undone), store.change("chore:retention") as tx:
            gone, years = _days_of_rows(tx), _years_of_rows(tx)
            raise _Undone
        # A step takes a slice of years of rows; whether there is another is known when it is gone.
        more = {f"{name} at least": n for name, n in years.items() if n >= AT_ONCE}
        rest = {name: n for name, n in years.items() if n < AT_ONCE}
        return _told("would be deleted", gone | more | rest)


class _Undone(Exception):
    """Ends a change that was only looked at."""


def _told(what: str, gone: Mapping[str, int]) -> str:
    told = [f"{name} {count}" for name, count in gone.items() if count]
    return f"{what}: {', '.join(told)}" if told else ""


def _days_of_rows(tx: Transaction) -> dict[str, int]:
    today, rules = _began(tx, _today(tx)), tx.plan.rules
    old = [c.ticket_id for c in tx.contacts() if c.made_at < today]
    return {
        "persons": tx.drop_persons(today),
        "appointments": tx.drop_appointments(today),
        "help calls": tx.drop_help_calls(today),
        "errands' names": tx.drop_errand_names(tx.now - _days(rules.ledger_keep_days)),
        "names on tickets": tx.drop_person_notes(today),
        "notes": tx.drop_notes(today),
        "persons and notes of cases": tx.forget_cases(tx.now - _days(rules.case_keep_days)),
        "floor": tx.drop_floor(_today(tx)),
        "telephones": tx.drop_contacts(old) if old else 0,
        "messages": tx.drop_messages(today),
        "print jobs": tx.drop_print_jobs(tx.now - _days(rules.slip_keep_days)),
        "devices": tx.drop_devices(tx.now - KEPT),
        "reports of calls": tx.drop_announced(tx.now - CALLS_KEPT),
        "boards": tx.drop_boards(tx.now - BOARDS_KEPT),
        "telephones of ratings": _drop_numbers(tx),
        "clerks' weeks": tx.drop_weeks(_today(tx) - WEEKS_KEPT),
        "publications": tx.drop_publications(_today(tx) - KEPT),
        "files": tx.drop_media_unused(),
    }


def _years_of_rows(tx: Transaction) -> dict[str, int]:
    rules = tx.plan.rules
    return {
        "links of tickets": tx.cut_links(_today(tx) - _days(rules.link_keep_days), AT_ONCE),
        "ratings": tx.drop_ratings(_today(tx) - _days(rules.rating_keep_days), AT_ONCE),
    }


def _drop_numbers(tx: Transaction) -> int:
    today = _today(tx)
    kept = _days(tx.plan.rules.number_keep_days)
    return tx.drop_rating_contacts(today - min(KEPT, kept), today - kept)


def _today(tx: Transaction) -> date:
    return business_day(tx.now, tx.plan.time_zone, tx.plan.rules.day_start)


def _began(tx: Transaction, day: date) -> datetime:
    return day_began(day, tx.plan.time_zone, tx.plan.rules.day_start)


def _days(count: int) -> timedelta:
    return timedelta(days=count)
