"""The list of faults, and how one or all of them are played."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from hallclient.lab.faults import clocks, corrupt, kill, network, power, room
from hallclient.lab.faults.stage import FaultError
from hallclient.lab.faults.trial import Fault, Result, Skipped, Trial
from hallclient.lab.faults_failover import FAULTS as FAILOVERS
from hallclient.lab.postgres import NoPostgresError, TemporaryPostgres


def _server(name: str, what: str, play: Callable[[Trial], Result], rounds: int = 4) -> Fault:
    """Return a fault of a database server."""
    return Fault(name, what, play, ("postgresql",), rounds)


FAULTS: Final[Sequence[Fault]] = (
    Fault("kill", "all processes killed with SIGKILL at random moments", kill.play, rounds=20),
    Fault(
        "power",
        "the power fails at a moment: what was not synced may be lost, torn or out of order",
        power.play,
        ("sqlite",),
        rounds=40,
    ),
    Fault(
        "corrupt",
        "pages of the file turn to noise; it is mended from the newest backup and what is left",
        corrupt.play,
        ("sqlite",),
        rounds=2,
    ),
    Fault("clock", "the clock jumps by hours and by a day, both ways", clocks.play, rounds=6),
    Fault("full", "the database's disk is full to the last byte", room.play_full, rounds=3),
    Fault(
        "full-spool",
        "the server is stopped and the disk of the spools is full",
        room.play_full_spool,
        ("postgresql",),
        rounds=3,
    ),
    Fault(
        "read-only",
        "everybody starts on a disk that cannot be written",
        room.play_read_only,
        ("sqlite",),
        rounds=3,
    ),
    _server("restart", "the server is stopped and started again", network.play_server_restart),
    _server(
        "crash",
        "the server ends at once, by its emergency stop and by SIGKILL of every process in turn",
        network.play_server_crash,
    ),
    _server("frozen", "the server stands still (SIGSTOP) for 10 s", network.play_server_frozen, 2),
    _server("cut", "the network refuses and resets everything for 3 s", network.play_cut),
    _server("silent", "connections stand and nothing passes for 3 s", network.play_frozen),
    _server(
        "half-open",
        "the server's ends are closed, the clients' hear nothing for 3 s",
        network.play_half_open,
    ),
    _server("slow", "every answer takes 300 ms more", network.play_slow, 3),
    _server(
        "trickle",
        "4,000 bytes a second pass for 3 s, then all connections are reset",
        network.play_trickle,
        3,
    ),
    *FAILOVERS,
)


def play_all(
    faults: Sequence[Fault],
    kinds: Sequence[str],
    rounds: int | None,
    seed: int,
    server: TemporaryPostgres | None = None,
    tempo: float = 1.0,
) -> Iterator[Result]:
    """Play each fault on each database it is for; a result for each, also of what went wrong."""
    for fault in faults:
        for kind in (kind for kind in fault.kinds if kind in kinds):
            yield play_one(fault, kind, rounds or fault.rounds, seed, server, tempo)


def play_one(
    fault: Fault,
    kind: str,
    rounds: int,
    seed: int,
    server: TemporaryPostgres | None = None,
    tempo: float = 1.0,
    base: Path | None = None,
) -> Result:
    """Play one fault on one database."""
    try:
        with Trial(fault.name, kind, rounds, seed, tempo, server, base) as trial:
            return fault.play(trial)
    except (Skipped, NoPostgresError) as error:
        return Result(fault.name, kind, skipped=str(error))
    except FaultError as error:
        return Result(fault.name, kind, failed=str(error))
    except Exception as error:  # noqa: BLE001 - one fault of many
        traceback.print_exc()
        return Result(fault.name, kind, failed=f"{type(error).__name__}: {error}")


def chosen(names: str) -> list[Fault]:
    """Return the faults of a list of names, all for none. ``KeyError`` names an unknown one."""
    if not names:
        return list(FAULTS)
    known: dict[str, Fault] = {fault.name: fault for fault in FAULTS}
    return [known[name.strip()] for name in names.split(",")]
