"""The estimators everybody knows, on the same citizens, to be compared with."""

from collections.abc import Callable, Mapping

from hallclient.lab.estimate.rows import Example

MINUTES_A_HEAD = 3.5
"""Where a classic estimator knows nothing yet (nobody was called)."""


def reported(example: Example) -> float:
    """Return the reported formula: configured minutes a case, times people ahead, by windows."""
    minutes = _value(example, "service_min") or 0.0
    return minutes * example.ahead / max(1, example.windows or 1)


def throughput(example: Example) -> float:
    """Return queue length by throughput: calls of the last 30 minutes go on at that pace."""
    calls, minutes = _value(example, "calls_30"), _value(example, "span_30")
    if not calls or not minutes:
        return _unknown(example)
    return minutes / calls * (example.ahead + 1)


def last_served(example: Example) -> float:
    """Return last to enter service: as long as he who was called last."""
    return _or_unknown(example, "les_wait")


def head_of_line(example: Example) -> float:
    """Return head of line: as long as the first of the line waits already."""
    return _or_unknown(example, "hol_wait")


CLASSIC: Mapping[str, Callable[[Example], float]] = {
    "reported formula": reported,
    "throughput of 30 minutes": throughput,
    "last to enter service": last_served,
    "head of line": head_of_line,
}


def _or_unknown(example: Example, column: str) -> float:
    value = _value(example, column)
    return _unknown(example) if value is None else value


def _unknown(example: Example) -> float:
    return MINUTES_A_HEAD * (example.ahead + 1)


def _value(example: Example, column: str) -> float | None:
    text = example.known.get(column, "")
    return float(text) if text else None
