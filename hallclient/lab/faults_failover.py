"""Faults of the primary itself: killed under load, a standby takes over.

With two standbys and ``ANY 1`` nothing acknowledged may be lost. With one that follows by itself
(asynchronous) the end of the journal is lost, and all of it must be found on the old disk.
"""

import time
from collections import Counter
from dataclasses import dataclass
from typing import Final

from hallclient.bootstrap.halls import open_hall
from hallclient.lab.cluster import FromDisk, Primary, Server, Standby, joint_url
from hallclient.lab.faults.acks import NO_PROMISE, Ack
from hallclient.lab.faults.hall import HALL_ID
from hallclient.lab.faults.judge import Verdict, judge
from hallclient.lab.faults.stage import CAST, OFFLINE, Crew
from hallclient.lab.faults.trial import Fault, Result, Trial
from hallclient.services.reconciling import Loss, enter_lost, find_loss

WORK: Final = 60
"""Operations between two faults."""
_JOURNALLED: Final = {
    "issued": "ticket.issued",
    "called": "ticket.called",
    "started": "turn.started",
    "recalled": "ticket.recalled",
    "resumed": "turn.resumed",
    "rated": "rating.given",
}
"""What an operation is in the journal; an end of a turn is one of several kinds."""
_ENDS: Final = (
    "turn.ended",
    "ticket.no_show",
    "turn.held",
    "ticket.transferred",
    "ticket.returned",
)


@dataclass(slots=True)
class _Times:
    """From the kill to the first acknowledged operation on the new primary, and to everybody's."""

    first: float = 0.0
    all: float = 0.0


def play_failover(trial: Trial) -> Result:
    """Kill the primary of three servers, again and again; one of the two standbys takes over."""
    a: Server = trial.enter(Primary("a", durable=True))
    servers = [a, *(trial.enter(Standby(a, name, durable=True)) for name in ("b", "c"))]
    _wait_for_one_of(a, servers[1:])
    plan = trial.hall(a.url)
    url, worst = joint_url(servers), _Times()
    primary = a
    with trial.crew(url, plan) as crew:
        crew.start()
        for round_ in range(trial.rounds):
            crew.wait_for_work(WORK)
            primary.kill()
            killed = time.monotonic()
            others = [server for server in servers if server is not primary]
            new, last = _furthest(others)
            new.promote()
            last.follow(new)
            _wait_for_one_of(new, [last])
            _note(crew, killed, time.monotonic(), worst)
            crew.recovered(time.monotonic())
            if round_ + 1 < trial.rounds:  # the old primary becomes a standby of the new one
                primary.reclone(new)
                _wait_for_one_of(new, [last, primary])
            primary = new
        trial.recovery(worst.all)
        notes = (
            f"first acknowledged operation {worst.first:.2f} s after the kill",
            "synchronous_standby_names ANY 1 of two",
        )
        return trial.result(crew, primary.url, *notes)


def play_failover_async(trial: Trial) -> Result:
    """Kill a primary whose only standby lags; everything lost is found on its disk."""
    a: Server = trial.enter(Primary("a", durable=True))
    b: Server = trial.enter(Standby(a, "b", durable=True))
    plan = trial.hall(a.url)
    worst = _Times()
    # Without the board of the lab: its journal goes on for ever, and here it does not.
    with trial.crew(joint_url((a, b)), plan, cast=CAST) as crew:
        crew.start()
        crew.wait_for_work(WORK)
        kept_until = time.monotonic()  # what is acknowledged while it is waited may be lost
        a.wait_for(b)
        b.unfollow()
        crew.wait_for_work(WORK // 2)
        a.kill()
        killed = time.monotonic()
        b.promote()
        promoted = time.monotonic()
        _note(crew, killed, promoted, worst)
        trial.recovery(worst.all)
        crew.stop()
        crew.hand_in()
        crew.reader.look()
        risked = [
            ack for ack in crew.reader.all if kept_until < ack.at < promoted and _in_database(ack)
        ]
        others = [ack for ack in crew.reader.all if ack not in risked]
        verdict = judge(b.url, HALL_ID, others)
        loss, again = _reconciled(a, b)
        lost = [ack for ack in risked if not _listed(loss, ack)]
        lost = [ack for ack in lost if not _kept(b, ack)]
        verdict = verdict + Verdict(
            acknowledged=len(risked),
            found=len(risked) - len(lost),
            lost=tuple(f"{ack.op} {ack.who} {ack.facts}" for ack in lost),
        )
        notes = (
            f"first acknowledged operation {worst.first:.2f} s after the kill",
            f"{len(loss.entries)} journal entries lost, {len(loss.tickets)} numbers among them",
            f"all listed from the old disk, {again} numbers brought into the hall again",
        )
        return trial.judged(verdict, *notes, rounds=1)


FAULTS: Final = (
    Fault(
        "failover",
        "the primary is killed with SIGKILL, one of two synchronous standbys is promoted",
        play_failover,
        ("postgresql",),
        2,
    ),
    Fault(
        "failover-async",
        "the primary is killed, its one lagging standby is promoted, the loss is reconciled",
        play_failover_async,
        ("postgresql",),
        1,
    ),
)


def _wait_for_one_of(primary: Server, standbys: list[Server]) -> None:
    names = ", ".join(server.name for server in standbys)
    primary.set("synchronous_standby_names", f"ANY 1 ({names})")


def _furthest(standbys: list[Server]) -> tuple[Server, Server]:
    """Return the standby that has received most, and the other."""
    received = "SELECT pg_last_wal_receive_lsn() - '0/0'::pg_lsn"
    one, other = sorted(standbys, key=lambda server: -int(server.ask(received)))
    return one, other


def _in_database(ack: Ack) -> bool:
    return ack.op not in NO_PROMISE | OFFLINE


def _note(crew: Crew, killed: float, promoted: float, worst: _Times) -> None:
    """Wait until somebody, and then everybody, has done something on the new primary."""
    first: list[float] = []

    def somebody(fresh: list[Ack]) -> bool:
        first.extend(ack.at for ack in fresh if ack.at > promoted and _in_database(ack))
        return bool(first)

    crew.wait_for(somebody, "work on the new primary")
    worst.first = max(worst.first, min(first) - killed)
    worst.all = max(worst.all, time.monotonic() + crew.recovered(time.monotonic()) - killed)


def _reconciled(old: Server, new: Server) -> tuple[Loss, int]:
    """Compare with the old disk, and bring lost numbers in: twice is once."""
    with FromDisk(old) as disk:
        there, here = open_hall(disk.url, "", "lost"), open_hall(new.url, "", "reconcile")
        try:
            loss = find_loss(there.store, here.store)
            entered = enter_lost(here.store, loss)
            if enter_lost(here.store, loss) != entered:
                raise RuntimeError("entered twice is not entered once")
        finally:
            there.close()
            here.close()
    return loss, len(entered)


def _listed(loss: Loss, ack: Ack) -> bool:
    """Return whether what was promised is in the lost part of the old journal."""
    requests = {one.ticket.request_id for one in loss.tickets}
    if ack.op == "issued":
        return ack.facts["request"] in requests
    turn = ack.facts.get("turn")
    kinds = (_JOURNALLED[ack.op],) if ack.op in _JOURNALLED else _ENDS
    if ack.op == "rated":  # they are only counted; one that a PC still had goes with its lost turn
        gone = any(entry.subject == f"turn:{turn}" for entry in loss.entries)
        return gone or Counter(loss.kinds)["rating.given"] > 0
    return any(
        entry.kind in kinds and (entry.subject == f"turn:{turn}" or entry.data.get("turn") == turn)
        for entry in loss.entries
    )


def _kept(new: Server, ack: Ack) -> bool:
    """Return whether the standby had it all the same: its stream had brought it before the cut."""
    return not judge(new.url, HALL_ID, [ack], whole=False).lost
