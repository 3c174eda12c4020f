"""Seed faults into a copy of the tree, one by one: the tests must turn red for each of them.

``make mutants``, or ``python tools/mutants.py NAME …`` for some. The working tree is read only.
Ends with 1 when a fault survives, or when the tests are red without any.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import mutants_floor
import mutants_public
import mutants_waits

TREE = Path(__file__).resolve().parents[1]
COPIED = ("hallclient", "resources", "tests", "pyproject.toml")
SIDE_BY_SIDE = 2
LIMIT_S = 300
"""Seconds for each test file or test that is run."""

Edit = tuple[str, str, str]
"""A file, a text that it holds exactly once, and what stands there instead."""


@dataclass(frozen=True)
class Mutant:
    """A fault, and the tests that are there to find it."""

    name: str
    fault: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


TRANSACTION = "hallclient/storage/transaction.py"
TICKET_MOVES = "hallclient/storage/ticket_moves.py"
READER = "hallclient/storage/reader.py"
ENGINE = "hallclient/storage/engine.py"
KEYPAD = "resources/devices/ff68-keypad.toml"

MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "claim-unchecked",
        "a claim does not name the status that it expects",
        (
            (
                TICKET_MOVES,
                "values, expected, refused=lambda: _moved(one))",
                "values, refused=lambda: _moved(one))",
            ),
        ),
        ("tests/storage/test_store.py",),
    ),
    Mutant(
        "sync-off",
        "SQLite does not sync at all",
        ((ENGINE, "PRAGMA synchronous=FULL", "PRAGMA synchronous=OFF"),),
        ("tests/e2e/test_sync.py::test_sqlite_syncs_every_commit",),
    ),
    Mutant(
        "sync-normal",
        "SQLite syncs at checkpoints only",
        ((ENGINE, "PRAGMA synchronous=FULL", "PRAGMA synchronous=NORMAL"),),
        ("tests/e2e/test_sync.py::test_sqlite_syncs_every_commit",),
    ),
    Mutant(
        "commit-unsynced",
        "PostgreSQL commits before its log is on the disk",
        ((ENGINE, '"-c timezone=UTC', '"-c timezone=UTC -c synchronous_commit=off'),),
        ("tests/e2e/test_sync.py::test_postgres_syncs_every_commit",),
    ),
    Mutant(
        "keypad-swapped",
        "two keys of the rating keypad have each other's level",
        (
            (KEYPAD, 'data = "04"\nlevel = 5', 'data = "04"\nlevel = 4'),
            (KEYPAD, 'data = "03"\nlevel = 4', 'data = "03"\nlevel = 5'),
        ),
        ("tests/devices/test_keypad.py",),
    ),
    Mutant(
        "asked-twice",
        "a request that was served before is not recognised",
        (("hallclient/services/issuing.py", "            if known:\n", "            if False:\n"),),
        ("tests/services/test_issuing.py",),
    ),
    Mutant(
        "recall-uncapped",
        "a ticket is called again without end",
        (("hallclient/domain/turn.py", "if turn.calls >= rules.recall_cap:", "if False:"),),
        ("tests/unit/test_turn.py",),
    ),
    Mutant(
        "recall-unchecked",
        "the cap is there and nobody asks",
        (
            (
                "hallclient/services/calls.py",
                "    check_recall(turn, seat.tx.plan.rules, seat.tx.now)\n",
                "",
            ),
        ),
        ("tests/services/test_calling.py",),
    ),
    Mutant(
        "no-ceiling",
        "a wait beyond the ceiling does not go before rank",
        (("hallclient/domain/dispatch.py", "if overdue:", "if False:"),),
        ("tests/unit/test_dispatch.py",),
    ),
    Mutant(
        "hall-unlocked",
        "a change on PostgreSQL does not lock the hall's row",
        (("hallclient/storage/store.py", ".with_for_update()", ""),),
        ("tests/storage/test_store.py",),
    ),
    Mutant(
        "begin-deferred",
        "an SQLite writer begins as a reader, and does not queue",
        (
            (ENGINE, '"BEGIN" if reads else "BEGIN IMMEDIATE"', '"BEGIN"'),
            (ENGINE, "file_turn(place.lock_path) if isinstance(place, SqlitePlace) else ", ""),
        ),
        ("tests/storage/test_store.py",),
    ),
    Mutant(
        "chain-without-data",
        "the journal's hash does not cover the data",
        (("hallclient/domain/journal.py", "*texts, dict(entry.data)]", "*texts]"),),
        ("tests/unit/test_journal.py",),
    ),
    Mutant(
        "rated-unasked",
        "a rating is taken though nobody was asked, or too late",
        (
            (
                "hallclient/services/ratings.py",
                "            check_open(turn, tx.now, limit)\n",
                "",
            ),
        ),
        ("tests/services/test_ratings.py",),
    ),
    Mutant(
        "rated-twice",
        "a second rating replaces the first",
        (
            (
                TRANSACTION,
                "table.c.turn_id == one.turn_id, table.c.origin == Origin.DEFAULT)",
                "table.c.turn_id == one.turn_id)",
            ),
        ),
        ("tests/services/test_ratings.py",),
    ),
    Mutant(
        "rated-again",
        "the attendant lets a second key on a keypad through",
        (
            (
                "hallclient/services/attended.py",
                "        self._asked[turn_id] = _NEVER\n        return True",
                "        return True",
            ),
        ),
        ("tests/services/test_attendant.py",),
    ),
    Mutant(
        "rated-late",
        "a key counts however late it is pressed",
        (
            (
                "hallclient/services/attended.py",
                "if not begin <= at < end:",
                "if not begin <= at:",
            ),
        ),
        ("tests/services/test_attendant_words.py",),
    ),
    Mutant(
        "last-words-lost",
        "a line is closed over what its devices were just told",
        (
            (
                "hallclient/devices/frame_device.py",
                "        if self._outbox.due_at() is None:\n            while",
                "        if True:\n            while",
            ),
        ),
        ("tests/devices/test_last_words.py",),
    ),
    Mutant(
        "key-after-lease",
        "a PC without the hall's key keeps the others from sending",
        (
            (
                "hallclient/agent/messages.py",
                "outbox = self._make_outbox(store)",
                "store.take_lease(LEASE, self._holder, 9); outbox = self._make_outbox(store)",
            ),
        ),
        ("tests/unit/test_agent_messages.py",),
    ),
    Mutant(
        "sum-unread",
        "a frame's checksum is not compared",
        (
            (
                "hallclient/devices/codec/frames.py",
                "return value == self._format.sum_of(self._values)",
                "return True",
            ),
        ),
        ("tests/devices/test_frames.py", "tests/devices/test_codec_fuzz.py"),
    ),
    Mutant(
        "repeat-pressed",
        "a caller's repeated frame is a second press",
        (("hallclient/devices/caller.py", "        elif self._repeated:", "        elif False:"),),
        ("tests/devices/test_caller.py",),
    ),
    Mutant(
        "realtime-printed",
        "a command to the printer may stand inside a picture",
        (
            (
                "hallclient/devices/escpos_raster.py",
                "bytes((command[0], command[1] | _EXTRA_DOT))",
                "command",
            ),
        ),
        ("tests/devices/test_escpos_raster.py",),
    ),
    Mutant(
        "doubt-reprinted",
        "a slip of unknown outcome is printed again after a restart",
        (
            (
                "hallclient/services/print_jobs.py",
                '_end(tx, job, PrintJobState.UNKNOWN, "restart")',
                '_end(tx, job, PrintJobState.WAITING, "restart")',
            ),
        ),
        ("tests/services/test_print_desk.py",),
    ),
    Mutant(
        "message-resent",
        "a message is not marked before it is handed to the modem",
        (
            (
                "hallclient/services/messages.py",
                "            tx.save_message(sending)\n",
                "",
            ),
        ),
        ("tests/services/test_messages.py",),
    ),
    Mutant(
        "part-refused-failed",
        "a message whose second part was refused counts as surely not sent",
        (
            (
                "hallclient/devices/modem.py",
                "return MessageFate.UNKNOWN if place else fate",
                "return fate",
            ),
        ),
        ("tests/devices/test_modem.py",),
    ),
    Mutant(
        "transfer-at-the-end",
        "a transferred ticket loses the time it has waited",
        (
            (
                "hallclient/services/passing.py",
                "becomes, queue_id=goal.queue.id)",
                "becomes, queue_id=goal.queue.id, claim_at=tx.now)",
            ),
        ),
        ("tests/services/test_moves.py",),
    ),
    Mutant(
        "resumed-on-the-board",
        "a held ticket that goes on is called out again",
        (("hallclient/services/seat.py", "calls=1 if called else 0", "calls=1"),),
        ("tests/services/test_moves.py",),
    ),
    Mutant(
        "numbers-go-on",
        "a new business day does not begin with number one",
        (
            (
                TRANSACTION,
                '"day": self._day, "name": name, "value": number}',
                '"day": date(2000, 1, 1), "name": name, "value": number}',
            ),
            (
                READER,
                '{"hall": self._hall_id, "day": self._day}',
                '{"hall": self._hall_id, "day": date(2000, 1, 1)}',
            ),
        ),
        ("tests/services/test_days.py",),
    ),
    Mutant(
        "called-early",
        "an appointment before its time is called while others wait",
        (("hallclient/storage/lines.py", "        if not early:\n", "        if True:\n"),),
        ("tests/storage/test_moves_of_tickets.py", "tests/services/test_invariants_visits.py"),
    ),
    Mutant(
        "counted-there",
        "a ticket that goes elsewhere is still counted in the queue that it left",
        ((TICKET_MOVES, "self._count_waiting(before.queue_id, -1, left)", "pass"),),
        ("tests/storage/test_moves_of_tickets.py",),
    ),
    Mutant(
        "persons-kept",
        "the keys of persons outlive their day",
        (("hallclient/storage/visits.py", "ticket.c.issued_at < before,", "sa.false(),"),),
        ("tests/storage/test_visits.py",),
    ),
    Mutant(
        "lease-unlocked",
        "a lease is judged without the lock of its row",
        (("hallclient/storage/plumbing.py", ".with_for_update()", ""),),
        ("tests/storage/test_plumbing.py",),
    ),
    Mutant(
        "status-bound",
        "the status of waiting tickets is bound, and the partial index lost",
        (
            (
                "hallclient/storage/tables.py",
                "sa.literal_column(\"'waiting'\")\n",
                "sa.bindparam('w', 'waiting', sa.Text, unique=True, literal_execute=False)\n",
            ),
            (
                "hallclient/storage/schema.py",
                "    where=ticket.c.status == WAITING,\n",
                "    where=sa.text(\"status = 'waiting'\"),\n",
            ),
        ),
        ("tests/storage/test_plans.py",),
    ),
    Mutant(
        "quota-off-by-one",
        "a day's quota gives one ticket too many",
        (
            (
                "hallclient/domain/limits.py",
                "left = _left(queue.day_quota, used)",
                "left = _left(queue.day_quota, used - 1)",
            ),
        ),
        (
            "tests/unit/test_limits.py",
            "tests/services/test_limits.py",
        ),
    ),
    Mutant(
        "persons-unasked",
        "nobody asks whether the person has a ticket already",
        (
            (
                "hallclient/services/offering.py",
                "if not person or not reader.plan.rules.one_ticket:",
                "if True:",
            ),
        ),
        ("tests/services/test_limits.py",),
    ),
    Mutant(
        "late-with-credit",
        "an appointment keeps its credit however late it comes",
        (
            (
                "hallclient/domain/appointment.py",
                "if now > slot + timedelta(minutes=rules.booking_late_minutes):",
                "if False:",
            ),
        ),
        ("tests/unit/test_appointment.py",),
    ),
    Mutant(
        "early-at-once",
        "who checks in early may be called at once",
        (
            (
                "hallclient/services/appointments/arriving.py",
                "callable_from=here.callable_from",
                "callable_from=None",
            ),
        ),
        ("tests/services/test_appointments.py",),
    ),
    Mutant(
        "slot-overbooked",
        "a full slot takes one more appointment",
        (
            (
                "hallclient/services/appointments/booking.py",
                "    if not slot.room:\n",
                "    if False:\n",
            ),
        ),
        ("tests/services/test_appointments.py",),
    ),
    Mutant(
        "sent-on-at-the-end",
        "a ticket sent on to its next step loses the time it has waited",
        (
            (
                "hallclient/services/finishing.py",
                "becomes, queue_id=queue.id, service_id=service.id)",
                "becomes, queue_id=queue.id, service_id=service.id, claim_at=tx.now)",
            ),
        ),
        ("tests/services/test_itinerary.py",),
    ),
    Mutant(
        "spool-number-reused",
        "a kiosk without the database gives the same number twice a day",
        (
            (
                "hallclient/services/spool.py",
                "            if number not in used:\n",
                "            if True:\n",
            ),
        ),
        ("tests/services/test_spool.py",),
    ),
    Mutant(
        "handed-in-twice",
        "what was handed in before comes in again",
        (
            (
                "hallclient/services/handing_in.py",
                "known = tx.ticket_by_request(entry.request_id)",
                "known = None",
            ),
        ),
        ("tests/services/test_spool.py",),
    ),
    Mutant(
        "relabel-forgotten",
        "a ticket keeps the number that nobody has on paper",
        (
            (
                "hallclient/services/handing_in.py",
                "    ticket = tx.relabel_ticket(known, entry.number, entry.label, entry.token)\n",
                "    ticket = known\n",
            ),
        ),
        ("tests/services/test_spool.py",),
    ),
    Mutant(
        "pin-tried-out",
        "wrong PINs cost no time",
        (
            (
                "hallclient/services/pin_guard.py",
                "            if left > 0:\n",
                "            if False:\n",
            ),
        ),
        ("tests/services/test_pin_guard.py",),
    ),
    Mutant(
        "pin-counted-late",
        "a try is counted only after the PIN was looked at",
        (
            (
                "hallclient/services/pin_guard.py",
                "next(iter(known))]\n            self._memory.save(known)\n",
                "next(iter(known))]\n",
            ),
        ),
        ("tests/services/test_pin_guard.py",),
    ),
    Mutant(
        "card-unasked",
        "a card is read before its holder has agreed",
        (
            (
                "hallclient/kiosk/journeys/card.py",
                "        if self.stage is not Stage.WAITING:\n            return\n",
                "",
            ),
        ),
        (
            "tests/widget/test_kiosk_readers.py",
            "tests/widget/test_kiosk_reading.py",
        ),
    ),
    Mutant(
        "hostile-code-asked",
        "a code that is none of this hall is looked up all the same",
        (
            (
                "hallclient/services/codes.py",
                '    return text if text.isascii() and text.isprintable() else ""\n',
                "    return text\n",
            ),
        ),
        ("tests/unit/test_codes.py",),
    ),
    Mutant(
        "hostile-code-logged",
        "what a scanner read stands in the log",
        (
            (
                "hallclient/kiosk/journeys/scanning.py",
                "            self.take(code)\n",
                '            log.info("kiosk: scanned %s", text)\n            self.take(code)\n',
            ),
        ),
        ("tests/widget/test_kiosk_reading.py",),
    ),
)

FAULTS = (*mutants_floor.FAULTS, *mutants_public.FAULTS, *mutants_waits.FAULTS)
MUTANTS += tuple(Mutant(*fault) for fault in FAULTS)


class SeedError(Exception):
    """The tree has moved on; the mutant must follow."""


def copy_tree(top: Path) -> None:
    """Copy what the tests need; bytecode stays behind."""
    for name in COPIED:
        source = TREE / name
        if source.is_dir():
            shutil.copytree(source, top / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, top / name)


def seed(top: Path, mutant: Mutant) -> None:
    """Make the edits of a mutant; a text that is not there exactly once is an error."""
    for name, old, new in mutant.edits:
        path = top / name
        text = path.read_text("utf-8")
        if text.count(old) != 1:
            raise SeedError(f"{name} holds {text.count(old)} times {old!r}")
        path.write_text(text.replace(old, new), "utf-8")


def run(top: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Run tests in a copy; return pytest's exit code and the line that says most."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command,
            cwd=top,
            env={**os.environ, "PYTHONPATH": str(top), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_S * len(tests),
        )
    except subprocess.TimeoutExpired:
        return 1, f"no end within {LIMIT_S * len(tests)} s"
    lines = done.stdout.strip().splitlines() or [done.stderr.strip()]
    telling = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return done.returncode, (telling or lines)[-1]


def attempt(mutant: Mutant | None, tests: tuple[str, ...]) -> tuple[int, str, float]:
    """Run tests in a fresh copy with a fault, or without one."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hall-mutant-") as folder:
        top = Path(folder)
        copy_tree(top)
        try:
            if mutant is not None:
                seed(top, mutant)
            code, text = run(top, tests)
        except SeedError as error:
            code, text = -1, str(error)
    return code, text, time.monotonic() - began


def main() -> int:
    """Run the mutants and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="some mutants instead of all")
    names = parser.parse_args().names
    chosen = [mutant for mutant in MUTANTS if not names or mutant.name in names]
    if len(chosen) != len(names or MUTANTS):
        parser.error(f"mutants are {', '.join(mutant.name for mutant in MUTANTS)}")
    every = tuple(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
    jobs = [(None, every), *((mutant, mutant.tests) for mutant in chosen)]
    bad = 0
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        results = pool.map(lambda job: attempt(*job), jobs)
        for (mutant, _), (code, text, seconds) in zip(jobs, results, strict=True):
            # 1 is pytest's code for failed tests; anything else proves nothing about the fault.
            good = code == (0 if mutant is None else 1)
            bad += not good
            name, fault = (mutant.name, mutant.fault) if mutant else ("none", "no fault: all green")
            verdict = ("green" if mutant is None else "found") if good else "SURVIVES"
            if not good and (mutant is None or code != 0):
                verdict = "BROKEN"
            print(f"{verdict:9}{name:20}{seconds:5.0f} s  {fault}\n{'':9}{text[:150]}", flush=True)
    print(f"{len(chosen) + 1 - bad} of {len(chosen) + 1} as they should be")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
