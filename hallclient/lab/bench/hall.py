"""``bench hall``: a whole district hall at work, every feed live, and beside it the bare load.

Changes come when they are due, whether or not the ones before are done (open loop), and each is
counted from the moment it was due: whoever had to wait behind a slow one shows it.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hallclient.lab.bench.figures import percentile
from hallclient.lab.bench.hall_floor import floors
from hallclient.lab.bench.hall_spec import STEPS, Deed, Spec, Stretch
from hallclient.lab.bench.hall_stage import stage
from hallclient.lab.invariants import check_invariants
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.storage.engine import SqlitePlace, open_engine, place_of
from hallclient.storage.server_settings import SERVER_SETTINGS

LIMIT_S = 600.0
_TICK: float = 1.0 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.01


@dataclass(frozen=True, slots=True)
class Size:
    """How big a hall, how fast and for how long."""

    windows: int = 220
    kiosks: int = 20
    displays: int = 12
    consoles: int = 1
    rate: float = 100.0
    seconds: float = 30.0
    together: int = 1
    waiting: int = 4

    @property
    def clients(self) -> int:
        """How many there are."""
        return self.windows + self.kiosks + self.displays + self.consoles


POSTGRES = Size()
SQLITE = Size(windows=52, kiosks=8, displays=3, rate=50.0)
"""64 processes on one PC."""


def measure(kind: str, size: Size, *, bare: bool = True) -> dict[str, Any]:
    """Play on ``sqlite`` or ``postgresql``: the load alone, then with everybody following."""
    with hall_on(kind) as (url, folder):
        plan, codes = stage(url, size.windows, size.waiting)
        zones = [zone.code for zone in plan.zones]
        boards = _boards(zones, size.displays)
        spec = Spec(
            database=url,
            folder=str(folder),
            windows=codes,
            kiosks=size.kiosks,
            boards=boards,
            consoles=size.consoles,
            rate=size.rate,
            seconds=size.seconds,
            together=size.together,
            bare=bare and size.rate > 0,
        )
        found: dict[str, Any] = {"database": kind, **asdict(size), **floors(url, folder)}
        watch = _Watch(url)
        played = _play(spec, watch)
        for stretch in spec.stretches:
            figures = _figures(spec, stretch, played, watch)
            found[stretch.name] = figures
        if size.rate:
            found |= _truth(url, plan.hall_id)
        found["pss_mb_a_client"] = round(sum(one["pss_mb"] for one in played) / size.clients, 1)
        found["failed"] = sorted({text for one in _clients(played) for text in one["failed"]})
    return found


@contextmanager
def hall_on(kind: str) -> Iterator[tuple[str, Path]]:
    """Yield the URL of an empty database, a server set as a hall's is, and a folder."""
    with tempfile.TemporaryDirectory(prefix="hallclient-bench-") as name:
        folder = Path(name)
        if kind == "sqlite":
            yield f"sqlite:///{folder / 'hall.db'}", folder
            return
        settings = {name: one.value for name, one in SERVER_SETTINGS.items()}
        with TemporaryPostgres(settings=settings) as server:
            yield server.url, folder


def _boards(zones: Sequence[str], displays: int) -> tuple[tuple[str, ...], ...]:
    """Return the zones of each display: every zone has one, where there are any."""
    if displays >= len(zones):
        return tuple((zones[n % len(zones)],) for n in range(displays))
    return tuple(tuple(zones[n::displays]) for n in range(displays))


def _play(spec: Spec, watch: "_Watch") -> list[dict[str, Any]]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "hallclient.lab.bench.hall_cast", spec.text()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as cast:
        try:
            assert cast.stdin is not None and cast.stdout is not None  # noqa: S101, PT018 - pipes
            if cast.stdout.readline().strip() != "ready":
                raise RuntimeError("the clients of the benchmark did not start")
            cast.stdin.write("go\n")
            cast.stdin.flush()
            t0 = float(cast.stdout.readline())
            watch.follow(t0, spec.stretches)
            if cast.wait(LIMIT_S):
                raise RuntimeError("a client of the benchmark failed: its own words are above")
        finally:
            if cast.poll() is None:
                cast.terminate()
    texts = [path.read_text("utf-8") for path in sorted(Path(spec.folder).glob("*.json"))]
    return [json.loads(text) for text in texts]


class _Watch:
    """What the database's server costs and does, read at the ends of the stretches."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.marks: dict[str, dict[str, float]] = {}

    def follow(self, t0: float, stretches: Sequence[Stretch]) -> None:
        """Wait for each end of a stretch and look; returns after the last."""
        engine = open_engine(self._url, role="bench")
        served = not isinstance(place_of(engine), SqlitePlace)
        for stretch in stretches:
            for name, at in (("begins", stretch.begins), ("ends", stretch.ends)):
                threading.Event().wait(max(0.0, t0 + at - time.monotonic()))
                look = server_look(engine) if served else {}
                self.marks[f"{stretch.name} {name}"] = look
        engine.dispose()

    def between(self, stretch: Stretch) -> dict[str, float]:
        """Return what has been added within a stretch; connections as they are at its end."""
        before, after = self.marks[f"{stretch.name} begins"], self.marks[f"{stretch.name} ends"]
        added = {name: after[name] - before[name] for name in after if name != "connections"}
        return {**added, **{k: v for k, v in after.items() if k == "connections"}}


def server_look(engine: sa.Engine) -> dict[str, float]:
    """Return what PostgreSQL's processes have used and done: seconds of a core, and counts."""
    with engine.connect() as connection:
        pids = connection.exec_driver_sql("SELECT pid FROM pg_stat_activity").scalars().all()
        row = connection.exec_driver_sql(
            "SELECT xact_commit + xact_rollback, deadlocks FROM pg_stat_database "
            "WHERE datname = current_database()"
        ).one()
        clients = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        ).scalar_one()
    return {
        "cpu": sum(_cpu_of(pid) for pid in pids),
        "transactions": float(row[0]),
        "connections": float(clients) - 1,
    }


def _cpu_of(pid: int) -> float:
    """Return the processor seconds of a process on this PC, 0 for one that is not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * _TICK


def _clients(played: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [one for record in played for one in record["clients"]]


def _deeds(played: Sequence[Mapping[str, Any]], kind: str = "deeds") -> list[Deed]:
    return [Deed(**deed) for one in _clients(played) for deed in one[kind]]


def _figures(
    spec: Spec, stretch: Stretch, played: Sequence[Mapping[str, Any]], watch: _Watch
) -> dict[str, Any]:
    seconds = stretch.ends - stretch.begins
    added = {
        name: sum(
            record["marks"][f"{stretch.name} ends"][name]
            - record["marks"][f"{stretch.name} begins"][name]
            for record in played
        )
        for name in ("cpu", "statements")
    }
    server = watch.between(stretch)
    clients = len(_clients(played))
    found: dict[str, Any] = {
        "clients_cpu_percent": round(100 * added["cpu"] / seconds, 1),
        "a_client_cpu_percent": round(100 * added["cpu"] / seconds / clients, 2),
        "server_cpu_percent": round(100 * server.get("cpu", 0.0) / seconds, 1),
        "statements_per_s": round(added["statements"] / seconds, 1),
        "server_transactions_per_s": round(server.get("transactions", 0.0) / seconds, 1),
        "connections": int(server.get("connections", 0)),
    }
    if not spec.rate:
        return found
    due = [one for one in _deeds(played) if stretch.has(one.due)]
    done = [one for one in _deeds(played) if stretch.has(one.done)]
    found |= {"changes": len(due), "per_s": round(len(done) / seconds, 1)}
    # What was never done counts as long as it was waited for: leaving it out would flatter.
    undone = [one for one in _deeds(played, "undone") if stretch.has(one.due)]
    found["undone"] = len(undone)
    found |= _each_second(stretch, _deeds(played))
    found |= _spread("commit", [(one.done - one.due) * 1000 for one in (*due, *undone)])
    found |= _spread("service", [(one.done - one.began) * 1000 for one in due])
    found["cpu_ms_a_change"] = round(
        1000 * (added["cpu"] + server.get("cpu", 0.0)) / max(1, len(done)), 2
    )
    found["busy"] = sum(one.again for one in due)
    for step in STEPS:
        own = [one for one in due if one.step == step]
        if own:
            found[f"{step}_statements"] = round(sum(o.statements for o in own) / len(own), 2)
            found[f"{step}_ms_p50"] = round(_at(own, 0.5), 2)
            found[f"{step}_ms_p99"] = round(_at(own, 0.99), 2)
    if stretch.name == "hall":
        found |= _sightings(played, [one for one in due if one.step == "call" and one.turn])
    return found


def _each_second(stretch: Stretch, deeds: Sequence[Deed]) -> dict[str, list[float]]:
    """Return how many were done in each second, and how long the middle one took since due."""
    seconds: list[list[float]] = [[] for _ in range(round(stretch.ends - stretch.begins))]
    for one in deeds:
        nth = int(one.done - stretch.begins)
        if one.done >= stretch.begins and nth < len(seconds):
            seconds[nth].append((one.done - one.due) * 1000)
    return {
        "done_each_s": [len(took) for took in seconds],
        "took_ms_p50_each_s": [round(percentile(took, 0.5)) if took else 0 for took in seconds],
    }


def _at(deeds: Sequence[Deed], share: float) -> float:
    return percentile([(one.done - one.due) * 1000 for one in deeds], share)


def _spread(name: str, values: Sequence[float]) -> dict[str, float | None]:
    """Return percentiles; of nothing they are None, for NaN is no JSON."""
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
    return {
        f"{name}_ms_{key}": round(percentile(values, at), 2) if values else None
        for key, at in shares.items()
    }


def _sightings(played: Sequence[Mapping[str, Any]], calls: Sequence[Deed]) -> dict[str, Any]:
    """Return commit → the display's and the window's reading, in the calls' own zones."""
    windows: dict[int, float] = {}
    boards: list[tuple[frozenset[str], dict[int, float]]] = []
    for one in _clients(played):
        first = dict(reversed(one["seen"]))
        if one["zones"]:
            boards.append((frozenset(one["zones"]), first))
        elif one["name"].startswith("window"):
            windows |= first
    due = [(call, first) for call in calls for zones, first in boards if call.zone in zones]
    shown = [_behind(call, first) for call, first in due if call.turn in first]
    own = [_behind(call, windows) for call in calls if call.turn in windows]
    return {
        "calls": len(calls),
        **_spread("display", shown),
        "sightings": len(shown),
        "unseen": len(due) - len(shown),
        **_spread("own_window", own),
        "own_window_read": len(own),
    }


def _behind(call: Deed, first: Mapping[int, float]) -> float:
    return max(0.0, first[call.turn] - call.done) * 1000


def _truth(url: str, hall_id: str) -> dict[str, Any]:
    """Recompute from the rows, in plain SQL, what must be true."""
    engine = open_engine(url, role="bench")
    try:
        found = check_invariants(engine, hall_id)
    finally:
        engine.dispose()
    return {
        "double_calls": found.double_calls,
        "duplicates": found.duplicates,
        "out_of_order": found.out_of_order,
        "seq_gaps": found.seq_gaps,
        "chain_broken_at": found.chain_broken_at,
        "broken": list(found.broken),
    }


def told(found: Mapping[str, Any]) -> str:
    """Return a run for people."""
    lines = [
        (
            f"{found['database']}: {found['windows']} windows, {found['kiosks']} kiosks, "
            f"{found['displays']} displays; floor: sync p50 {found['sync_ms_p50']} p99 "
            f"{found['sync_ms_p99']} ms, a question's way p50 {found['wire_ms_p50']} ms; "
            f"{found['pss_mb_a_client']} MB a client"
        )
    ]
    for name in ("bare", "hall"):
        one = found.get(name)
        if one is None:
            continue
        title = "the load alone" if name == "bare" else "everybody follows"
        lines.append(
            f"  {title}: clients {one['clients_cpu_percent']} % of a core (each "
            f"{one['a_client_cpu_percent']}), server {one['server_cpu_percent']} %, "
            f"{one['statements_per_s']} statements/s, {one['connections']} connections"
        )
        if "commit_ms_p50" in one:
            lines.append(
                f"    {one['per_s']} changes/s of {found['rate']}, due → commit p50 "
                f"{one['commit_ms_p50']} p90 {one['commit_ms_p90']} p99 {one['commit_ms_p99']} "
                f"max {one['commit_ms_max']} ms, {one['undone']} never done; "
                f"{one['cpu_ms_a_change']} ms of a core a change"
            )
        if "display_ms_p50" in one:
            lines.append(
                f"    commit → display p50 {one['display_ms_p50']} p99 {one['display_ms_p99']} ms "
                f"({one['unseen']} unseen of {one['calls']} calls), → own window p50 "
                f"{one['own_window_ms_p50']} p99 {one['own_window_ms_p99']} ms"
            )
    if "double_calls" in found:
        lines.append(
            f"  {found['double_calls']} double calls, {found['duplicates']} duplicate numbers, "
            f"{found['out_of_order']} out of order, {found['seq_gaps']} gaps in the journal"
        )
    return "\n".join(lines)
