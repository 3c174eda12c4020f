"""Checks side by side: one that hangs, fails or is slow keeps none of the others."""

import threading
import time
from collections.abc import Iterator

from hallclient.services.doctor import Check, Finding, Grade, examine, good
from tests.doctor.findings import keys, the


def test_the_findings_come_in_the_order_of_the_checks() -> None:
    def slow() -> Iterator[Finding]:
        other.wait(5)
        yield good("qt.starts", platform="x")

    def fast() -> Iterator[Finding]:
        yield good("chores.done")
        other.set()

    other = threading.Event()
    assert keys(examine([Check("slow", slow), Check("fast", fast)])) == ["qt.starts", "chores.done"]


def test_a_check_that_hangs_stops_nobody_and_keeps_what_it_found() -> None:
    def hangs() -> Iterator[Finding]:
        yield good("agent.runs")
        released.wait(30)
        yield good("agent.starts")

    released = threading.Event()
    began = time.monotonic()
    checks = [Check("stuck", hangs, 0.2), Check("well", lambda: [good("chores.done")])]
    found = examine(checks)
    assert time.monotonic() - began < 5
    assert keys(found) == ["agent.runs", "check.hung", "chores.done"]
    hung = the(found, "check.hung")
    assert hung.facts["check"] == "stuck"
    assert hung.grade is Grade.TROUBLE
    released.set()
    for thread in threading.enumerate():
        if thread.name == "doctor stuck":
            thread.join(5)
    assert keys(found) == ["agent.runs", "check.hung", "chores.done"]


def test_a_check_that_fails_is_a_finding_and_no_traceback() -> None:
    def fails() -> Iterator[Finding]:
        yield good("agent.runs")
        raise RuntimeError("no such thing\nsecond line")

    found = examine([Check("odd", fails)])
    assert keys(found) == ["agent.runs", "check.failed"]
    assert the(found, "check.failed").facts["why"] == "RuntimeError: no such thing"
