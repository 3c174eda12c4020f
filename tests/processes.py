"""Processes of a hall for tests: forked from one server that has imported everything already."""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["pytest", "tests.e2e.jobs"])

PATIENCE_S = 60.0


@contextmanager
def running(jobs: list[tuple[Callable[..., None], tuple[Any, ...]]]) -> Iterator[list[BaseProcess]]:
    """Start a process for each job; at the end of the block none of them is left."""
    processes = [_context.Process(target=job, args=args, daemon=True) for job, args in jobs]
    try:
        for process in processes:
            process.start()
        yield list(processes)
    finally:
        for process in processes:
            if process.pid is not None:
                process.kill()
                process.join(PATIENCE_S)
                process.close()


def run_all(jobs: list[tuple[Callable[..., None], tuple[Any, ...]]]) -> None:
    """Run the jobs side by side; each must end by itself, and well."""
    with running(jobs) as processes:
        until = time.monotonic() + PATIENCE_S
        left: dict[object, BaseProcess] = {process.sentinel: process for process in processes}
        while left:
            sentinels = [process.sentinel for process in left.values()]
            ended = wait(sentinels, max(0.0, until - time.monotonic()))
            codes = [left.pop(sentinel).exitcode for sentinel in ended]
            # Whoever fails may leave others waiting for him.
            assert codes, "the jobs did not end in time"
            assert codes == [0] * len(codes), "a job failed"


def barrier(parties: int) -> Any:
    """A meeting point for jobs."""
    return _context.Barrier(parties)


def say(path: str, *words: object) -> None:
    """Append one line in one system call: it is in the file though the process is killed next."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(handle, (" ".join(map(str, words)) + "\n").encode())
    finally:
        os.close(handle)
