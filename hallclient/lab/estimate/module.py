"""The module of the fitted constants as text, and a probe of the terms they belong to."""

from collections.abc import Sequence
from textwrap import wrap

from hallclient.domain.estimate import Place, Weights
from hallclient.domain.estimate_terms import MIDDLE_TERMS, SPREAD_TERMS, terms
from hallclient.domain.pace import Pace


def module_text(weights: Weights, source: str) -> str:
    """Return the text of ``domain/estimate_constants.py``."""
    parts = [
        '"""Weights of the terms of a wait, as tools/fit_estimate.py fits them: do not edit.',
        "",
        *wrap(source, 98),
        '"""',
        "",
        *_table("MIDDLE", MIDDLE_TERMS, weights.middle),
        *_table("LOWER", SPREAD_TERMS, weights.lower),
        *_table("UPPER", SPREAD_TERMS, weights.upper),
    ]
    return "\n".join(parts) + "\n"


def _table(name: str, names: Sequence[str], weights: Sequence[float]) -> list[str]:
    rows = [f'    "{term}": {weight!r},' for term, weight in zip(names, weights, strict=True)]
    return [f"{name} = {{", *rows, "}"]


def probe() -> list[list[float]]:
    """Return the terms of some made-up places: other numbers where the terms become others."""
    found: list[list[float]] = []
    pace = Pace()
    for day in range(2):
        start = 1440.0 * (day + 1)
        pace.open_windows(start, 2)
        for n in range(60):
            pace.joined(start + n * 2)
            if n % 3:
                pace.called(start + n * 2 + 1, 1 + n * 0.5)
            if n % 20 == 5:
                pace.open_windows(start + n * 2 + 1, 1 + n % 3)
                place = Place(pace.at, n, 1 + n % 2)
                parts = terms(pace, place)
                found.append([round(x, 9) for x in (parts.first, *parts.middle, *parts.spread)])
        pace.day_ended(start + 200)
    return found
