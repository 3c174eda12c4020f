"""The faults of `make mutants` follow the code: each still fits, and its tests are there."""

import importlib
from pathlib import Path
from typing import Any

import pytest

TREE = Path(__file__).parents[2]


@pytest.fixture
def sown(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(TREE / "tools"))
    return importlib.import_module("mutants").MUTANTS


def test_every_fault_fits_the_code(sown: Any) -> None:
    texts = {name: _text(name) for one in sown for name, _old, _new in one.edits}
    lost = [
        (one.name, old)
        for one in sown
        for name, old, new in one.edits
        if texts[name].count(old) != 1 or old == new
    ]
    assert not lost


def test_every_test_that_is_to_find_one_is_there(sown: Any) -> None:
    for one in sown:
        for name in one.tests:
            path, _, test = name.partition("::")
            assert f"def {test.partition('[')[0]}" in _text(path), (one.name, name)


def _text(name: str) -> str:
    return (TREE / name).read_text("utf-8")
