"""The console of ``bench window``: it reads the floor and paints it, again and again.

Prints one JSON object: ``floor`` has pairs of milliseconds, for the reading and for the picture.
"""

import json
import os
import sys
import tempfile
import time

from hallclient.bootstrap.supervisor import open_supervisor
from hallclient.config import Settings, SupervisorSettings
from hallclient.lab.bench.painting import Painted, until
from hallclient.supervisor.screen import SupervisorScreen


def main(database: str, number: str, pin: str, ahead_s: int, rounds: int) -> None:
    """Sign in, and look so often."""
    name = f"bench-{tempfile.mkdtemp(prefix='hallclient-bench-')[-8:]}"
    settings = Settings(
        database=database, full_screen=False, supervisor=SupervisorSettings(name=name)
    )
    role = open_supervisor(settings, ahead_s=ahead_s)
    screen = role.widget
    assert isinstance(screen, SupervisorScreen)  # noqa: S101 - what open_supervisor makes
    presenter = screen.presenter
    screen.resize(1440, 900)
    role.start()
    screen.show()
    presenter.sign_in(number, pin)
    assert until(lambda: presenter.state is not None)  # noqa: S101 - else nothing counts
    painted = Painted(screen, role.app.qt)
    reads: list[float] = []

    def note(_state: object) -> None:
        reads.append(time.monotonic())
        painted.expect()
        screen.update()  # also where nothing has changed

    presenter.floor_read.connect(note)
    took = []
    for round_ in range(rounds + 1):
        painted.at, began = 0.0, time.monotonic()
        presenter.refresh()
        if until(lambda: painted.at > 0.0) and round_:
            took.append(((reads[-1] - began) * 1000, (painted.at - reads[-1]) * 1000))
    print(json.dumps({"floor": took}), flush=True)
    os._exit(0)  # all is said; Qt's own end of a shown console is not what is measured


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
