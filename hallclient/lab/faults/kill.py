"""Kill -9: every process may be killed at any moment, and others take their places."""

import time
from threading import Event

from hallclient.lab.faults.trial import Result, Trial


def play(trial: Trial) -> Result:
    """Kill all of them, or some, in the middle of their work, again and again."""
    url = trial.url()
    kills = 0
    with trial.crew(url, trial.hall(url)) as crew:
        for _ in range(trial.rounds):
            crew.start()
            crew.wait_for_work(trial.dice.choice((4, 10, 30)))
            victims = crew.names
            trial.dice.shuffle(victims)
            for name in victims[trial.dice.choice((0, 0, 2)) :]:
                Event().wait(trial.dice.uniform(0, 0.02))
                crew.kill([name])
                kills += 1
            since = time.monotonic()
            crew.start()
            trial.recovery(crew.recovered(since))
        return trial.result(crew, url, f"{kills} kills")
