"""Rules for every test: no screen is needed, nothing is left behind."""

import faulthandler
import gc
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests import leaks, scratch

# Hundreds of processes of the program start in these tests, and pytest rewrites every test file:
# without compiled files, which some containers forbid, each of them is compiled each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

pytest_plugins = ["tests.databases"]

# How long an example takes depends on what else this machine does; pytest-timeout ends what hangs.
settings.register_profile("hall", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hall")

_QT = {"qtbot", "qapp", "qtmodeltester"}


END_S = 120.0
_STDERR = pytest.StashKey[int]()
_scratch = scratch.in_memory()  # the processes of pytest-xdist take over the first one's


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest's folder have a short name, too; processes of pytest-xdist get one inside."""
    config.stash[_STDERR] = os.dup(2)  # not captured yet
    if _scratch is not None and not config.option.basetemp:
        config.option.basetemp = _scratch / "t"


def pytest_exception_interact(node: pytest.Item) -> None:
    """Watch over what comes after a failure, too: pytest's own watch ends with it."""
    _end_what_hangs(node.config)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Watch over the end of the run; processes of pytest-xdist wait for it, and it ends them."""
    if not hasattr(session.config, "workerinput"):
        _end_what_hangs(session.config)


def _end_what_hangs(config: pytest.Config) -> None:
    faulthandler.dump_traceback_later(END_S, exit=True, file=config.stash[_STDERR])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole days of real processes come first: nobody waits for one of them at the end."""
    items.sort(key=lambda item: "e2e" not in item.path.parts)
    for item in items:
        _slow_on_the_other_database(item)


def _slow_on_the_other_database(item: pytest.Item) -> None:
    """Mark what is ``usually_on`` one database slow on the other; its name has its parameters."""
    usually = item.get_closest_marker("usually_on")
    if usually is not None:
        (other,) = {"sqlite", "postgresql"} - set(usually.args)
        if other in item.name.partition("[")[2].rstrip("]").split("-"):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """What the imports made is there to stay."""
    leaks.freeze()


_timers: set[int] = set()
"""Those that ran at the end of the last test with Qt: a fixture of the session may have its own."""


def _no_timer_is_left() -> None:
    leaks.flush_qt()
    before, found, left = set(_timers), leaks.timers(), set()
    if found - before:
        # Cycles of widgets and bound methods go only with the collector.
        gc.collect()
        leaks.flush_qt()
        left = leaks.left_over(before, leaks.timers)
        found = leaks.timers()
    _timers.clear()
    _timers.update(found)
    assert not left, "the test left a timer running"


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a child process or a running timer."""
    names = set(request.fixturenames)
    uses_qt = bool(_QT & names)
    if "postgres_server" in names or "postgresql" in request.node.name:
        request.getfixturevalue("postgres_server")  # belongs to the session, not to this test
    threads, children = leaks.threads(), leaks.children()
    yield
    if uses_qt:
        _no_timer_is_left()
    threads_left = [t.name for t in leaks.left_over(threads, leaks.threads)]
    assert not threads_left, f"the test left threads: {threads_left}"
    assert not leaks.left_over(children, leaks.children), "the test left a child process"
