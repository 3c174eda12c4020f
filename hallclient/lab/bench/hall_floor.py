"""What no program can beat on this PC: a sync of its disk, a question's way to the database."""

import os
import time
from pathlib import Path

from hallclient.lab.bench.figures import percentile
from hallclient.storage.engine import open_engine

PAGE = b"\0" * 8192


def sync_ms(folder: Path, rounds: int = 100) -> list[float]:
    """Append a page to a file and have it on the disk, so often; milliseconds each."""
    path = folder / "sync"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    took = []
    try:
        for _ in range(rounds):
            began = time.perf_counter()
            os.write(handle, PAGE)
            os.fdatasync(handle)
            took.append((time.perf_counter() - began) * 1000)
    finally:
        os.close(handle)
        path.unlink()
    return took


def wire_ms(url: str, rounds: int = 200) -> list[float]:
    """Ask the database for nothing, so often; milliseconds each."""
    engine = open_engine(url, role="bench")
    took = []
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            cursor = connection.connection.cursor()
            for _ in range(rounds):
                began = time.perf_counter()
                cursor.execute("SELECT 1")
                cursor.fetchall()
                took.append((time.perf_counter() - began) * 1000)
            cursor.close()
    finally:
        engine.dispose()
    return took


def floors(url: str, folder: Path) -> dict[str, float]:
    """Return medians and 99th percentiles of both; synced is the disk of temporary files."""
    sync, wire = sync_ms(folder), wire_ms(url)
    return {
        "sync_ms_p50": round(percentile(sync, 0.5), 3),
        "sync_ms_p99": round(percentile(sync, 0.99), 3),
        "wire_ms_p50": round(percentile(wire, 0.5), 3),
        "wire_ms_p99": round(percentile(wire, 0.99), 3),
    }
