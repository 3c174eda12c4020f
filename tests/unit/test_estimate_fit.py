"""The fitted constants are those of the script, its data and the terms of today."""

import json
import os
from pathlib import Path

import pytest

from hallclient.domain.estimate import FITTED
from hallclient.lab.estimate.fitting import Step, Task, fitted
from hallclient.lab.estimate.learning import Fit, learned, lessons
from hallclient.lab.estimate.module import probe
from hallclient.lab.estimate.rows import read_examples, read_looks

SUMMARY = json.loads(Path(__file__).with_name("estimate_fit.json").read_text("utf-8"))
DATA = Path(os.environ.get("HALLCLIENT_QUEUES", "../shared/data/warsaw-queues"))


def test_the_last_steps_of_the_fits_end_at_the_constants() -> None:
    steps = {name: Step(**step) for name, step in SUMMARY["steps"].items()}
    assert Fit(**steps).weights() == FITTED


def test_the_terms_are_those_that_were_fitted() -> None:
    for now, then in zip(probe(), SUMMARY["probe"], strict=True):
        assert now == pytest.approx(then, abs=1e-8), "run tools/fit_estimate.py"


def test_a_fit_finds_the_quantile_that_made_the_waits() -> None:
    actual = [float(n) for n in range(1, 400)]
    ones = [1.0] * len(actual)
    for share, expected in ((0.5, 200), (0.9, 360)):
        task = Task([ones], [100.0] * len(actual), actual, share)
        assert task.told(fitted(task, [0.0], 200).end())[0] == pytest.approx(expected, rel=0.03)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the recorded queues are not in the repository")
def test_a_whole_fit_ends_at_the_constants() -> None:
    known = lessons(read_looks(DATA), read_examples(DATA), DATA)
    assert learned(known).weights() == FITTED
