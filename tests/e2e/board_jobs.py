"""A call board as a process, with leases that a test can wait for."""

import sys

from hallclient.bootstrap.announcer import Tempo
from hallclient.bootstrap.display import open_display
from hallclient.config import DisplaySettings, Settings
from hallclient.display.reporting import Rhythm
from hallclient.services.announcing import Pace
from tests.halls import HALL_ID

LEASE_S = 2.0


def run_board(url: str, station: str, name: str, wav: str) -> int:
    """Show zone 1A and speak its calls into a file, until killed."""
    own = DisplaySettings(name=name, zones=("1A",), voice_to=wav)
    settings = Settings(database=url, hall=HALL_ID, station=station, display=own)
    tempo = Tempo(
        Pace(lease_s=LEASE_S, beat_s=0.5),
        Rhythm(first_s=0.05, spread_s=0.1, apart_s=0.0, idle_s=0.6, lease_s=LEASE_S),
    )
    role = open_display(settings, tempo=tempo)
    role.log_to(None)
    role.show(settings, (0, 0, 1280, 720))
    return role.run()


if __name__ == "__main__":
    sys.exit(run_board(*sys.argv[1:]))
