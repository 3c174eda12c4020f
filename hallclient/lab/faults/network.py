"""The network between the roles and a PostgreSQL server, and the server itself, misbehave."""

import time
from collections.abc import Callable
from threading import Event
from typing import Final

from hallclient.lab.faults.acks import Ack
from hallclient.lab.faults.hall import HALL_ID
from hallclient.lab.faults.judge import judge
from hallclient.lab.faults.stage import OFFLINE, Crew
from hallclient.lab.faults.trial import Result, Trial
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.lab.proxy import Proxy

FROZEN_S: Final = 10.0
AWAY_S: Final = 3.0
SLOW_S: Final = 0.15
"""Each way: 300 ms from question to answer."""
LONG_S: Final = 120.0
"""Six processes in line for one lock, of some ten answers each, at 300 ms an answer."""
TRICKLE: Final = 4000
"""Bytes a second, each way: an old modem."""


def play_cut(trial: Trial) -> Result:
    """Refuse and reset everything for a while."""
    return _play(trial, lambda cable: cable.cut(), AWAY_S, offline=True)


def play_frozen(trial: Trial) -> Result:
    """Let connections stand and nothing pass."""
    return _play(trial, lambda cable: cable.freeze(), AWAY_S)


def play_half_open(trial: Trial) -> Result:
    """Close the server's ends of all connections; the clients hear nothing until later."""
    return _play(trial, lambda cable: cable.forget(), AWAY_S)


def play_slow(trial: Trial) -> Result:
    """Let every answer take 300 ms more."""
    return _play(trial, lambda cable: cable.delay(SLOW_S), AWAY_S, working=True)


def play_trickle(trial: Trial) -> Result:
    """Let a few bytes pass a second, so that a statement takes long and ends in the middle."""

    def slow_and_lost(cable: Proxy) -> None:
        cable.trickle(TRICKLE)
        Event().wait(AWAY_S * trial.tempo)
        cable.reset()

    return _play(trial, slow_and_lost, AWAY_S)


def play_server_restart(trial: Trial) -> Result:
    """Stop the server as an administrator does, and start it again."""
    return _with_server(trial, lambda server: server.stop())


def play_server_crash(trial: Trial) -> Result:
    """End the server at once, by its own emergency stop and by SIGKILL in turn."""
    turns = iter(range(trial.rounds))

    def end(server: TemporaryPostgres) -> None:
        if next(turns) % 2:
            server.kill()
        else:
            server.crash()

    return _with_server(trial, end)


def play_server_frozen(trial: Trial) -> Result:
    """Stop the server's processes by SIGSTOP for ten seconds."""
    server = trial.own_server()
    url = server.url
    with trial.crew(url, trial.hall(url)) as crew:
        crew.start()
        for _ in range(trial.rounds):
            crew.wait_for_work(30)
            server.freeze()
            try:
                Event().wait(FROZEN_S * trial.tempo)
            finally:
                server.thaw()
            since = time.monotonic()
            trial.recovery(crew.recovered(since))
        return trial.result(crew, url, offline_notes(crew))


def _play(
    trial: Trial,
    harm: Callable[[Proxy], None],
    seconds: float,
    *,
    offline: bool = False,
    working: bool = False,
) -> Result:
    """Harm the cable again and again; ``offline``: until kiosks give numbers of their own.

    ``working``: they all do something while it is so.
    """
    direct = trial.url()
    socket_folder = direct.partition("host=")[2].partition("&")[0].replace("%2F", "/")
    plan = trial.hall(direct)
    with Proxy(f"{socket_folder}/.s.PGSQL.5432") as cable:
        database = direct.partition("@/")[2].partition("?")[0]
        url = f"postgresql://hallclient@127.0.0.1:{cable.port}/{database}"
        with trial.crew(url, plan) as crew:
            crew.start()
            for _ in range(trial.rounds):
                crew.wait_for_work(30)
                harm(cable)
                if offline:
                    crew.wait_for(some_offline, "a kiosk's own number")
                elif working:
                    crew.recovered(time.monotonic(), limit_s=LONG_S)
                Event().wait(seconds * trial.tempo)
                cable.heal()
                trial.recovery(crew.recovered(time.monotonic(), limit_s=LONG_S))
            crew.stop()
            crew.hand_in()
            crew.reader.look()
            said = offline_notes(crew)
            return trial.judged(judge(direct, HALL_ID, crew.reader.all), said)


def _with_server(trial: Trial, harm: Callable[[TemporaryPostgres], None]) -> Result:
    server = trial.own_server()
    url = server.url
    with trial.crew(url, trial.hall(url)) as crew:
        crew.start()
        for _ in range(trial.rounds):
            crew.wait_for_work(30)
            harm(server)
            crew.wait_for(some_offline, "a kiosk's own number")
            server.start()
            trial.recovery(crew.recovered(time.monotonic()))
        return trial.result(crew, url, offline_notes(crew))


def some_offline(fresh: list[Ack]) -> bool:
    """Return whether something was done without the database."""
    return sum(ack.op in OFFLINE for ack in fresh) >= 3


def offline_notes(crew: Crew) -> str:
    """Return how much was done without the database."""
    offline = sum(ack.op in OFFLINE for ack in crew.reader.all)
    return f"{offline} operations without the database"
