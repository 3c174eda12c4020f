"""Every rule that can say no has words, wherever its no is heard."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import hallclient
from hallclient.phrases import catalogue, refusal_key
from hallclient.supervisor.presenter import TABLES as CONSOLE
from hallclient.window.troubles import TABLES as WINDOW

ROOT = Path(hallclient.__file__).parent
ERRORS = {"DomainError", "NotAllowed", "Conflict", "NotFound", "Refused"}
ELSEWHERE = {
    # What only the kiosk, the ledger, a spool or a hall file can run into has words of its own.
    "services/appointments",
    "services/errands.py",
    "services/halls.py",
    "services/handing_in.py",
    "services/spool.py",
    "services/window_spool",
    "services/window_handing_in.py",
    "domain/errand.py",
    # A day that is played again is named at the command line only.
    "services/whatif/recorded.py",
    # Who rates is told nothing about a rating that was not taken.
    "domain/rating_reason.py",
    "services/rating_spool.py",
}
BY_WHO_PUBLISHES = {
    "domain/public_text.py",
    "services/drafts.py",
    "services/picture_files.py",
    "services/publishing.py",
}
"""Nobody publishes at a window."""


def raised() -> Iterator[tuple[str, frozenset[str], str]]:
    """Yield key, facts and place of every refusal in domain, services and storage."""
    for layer in ("domain", "services", "storage"):
        for path in sorted((ROOT / layer).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if any(place.startswith(other) for other in ELSEWHERE):
                continue
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                    continue
                if call.func.id in ERRORS and call.args:
                    key = call.args[0]
                    assert isinstance(key, ast.Constant), f"{place}:{call.lineno}"
                    facts = frozenset(word.arg or "" for word in call.keywords)
                    yield str(key.value), facts, f"{place}:{call.lineno}"


REFUSALS = tuple(raised())


@pytest.mark.parametrize("tables", [WINDOW, CONSOLE], ids=["window", "console"])
@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_every_refusal_has_words(language: str, tables: tuple[str, ...]) -> None:
    said = catalogue(language)
    assert len(REFUSALS) > 100, "the code was found"
    here = [
        one for one in REFUSALS if tables is CONSOLE or one[2].split(":")[0] not in BY_WHO_PUBLISHES
    ]
    lacking = {f"{key} ({place})" for key, _, place in here if not refusal_key(key, *tables)}
    assert lacking == set()
    for key, facts, place in here:
        words = said[refusal_key(key, *tables)]
        assert set(re.findall(r"{(\w+)", words)) <= facts, f"{words}: {place} has {sorted(facts)}"
