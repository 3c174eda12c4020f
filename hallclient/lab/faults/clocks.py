"""The clock of the hall's host jumps, by hours and over midnight, while everybody works.

The processes read how wrong their clock is from a file, at the place where the store asks the
database for the time; everything above it is the product's own.
"""

import time
from typing import Final

from hallclient.lab.faults.trial import Result, Trial

HOUR_S: Final = 3600.0
JUMPS: Final = (HOUR_S, -3 * HOUR_S, 5 * HOUR_S, -HOUR_S, 24 * HOUR_S, -24 * HOUR_S)
"""Forward, back, and a whole day, which ends the business day in the middle of the work."""


def play(trial: Trial) -> Result:
    """Let the clock jump and see that everybody goes on, in order, with numbers given once."""
    url = trial.url()
    clock = trial.folder / "clock"
    shift = 0.0
    clock.write_text("0", "ascii")
    with trial.crew(url, trial.hall(url), clock=clock) as crew:
        crew.start()
        for n in range(trial.rounds):
            crew.wait_for_work(40)
            shift += JUMPS[n % len(JUMPS)]
            fresh = clock.with_suffix(".new")
            fresh.write_text(f"{shift}", "ascii")
            fresh.replace(clock)
            trial.recovery(crew.recovered(time.monotonic()))
        return trial.result(crew, url)
