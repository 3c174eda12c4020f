"""The list of faults, and how one or all of them are played."""

import traceback
from collections.abc import Iterator, Sequence
from typing import Final

from hallclient.lab.faults import kill, power
from hallclient.lab.faults.stage import FaultError
from hallclient.lab.faults.trial import Fault, Result, Skipped, Trial
from hallclient.lab.postgres import NoPostgresError, TemporaryPostgres

FAULTS: Final[Sequence[Fault]] = (
    Fault("kill", "all processes killed with SIGKILL at random moments", kill.play, rounds=20),
    Fault(
        "power",
        "the power fails at a moment: what was not synced may be lost, torn or out of order",
        power.play,
        ("sqlite",),
        rounds=40,
    ),
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
) -> Result:
    """Play one fault on one database."""
    try:
        with Trial(fault.name, kind, rounds, seed, tempo, server) as trial:
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
