"""The benchmark of the devices: small, but whole."""

import json

import pytest

from hallclient.__main__ import main


def test_bench_devices_tells_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["bench", "devices", "--ports", "3", "--hung", "1", "--seconds", "0.3", "--json"]) == 0
    )
    figures = json.loads(capsys.readouterr().out)
    assert figures["frames_lost"] == 0
    assert figures["decode_frames_per_s"] > 1000
    assert 0 < figures["frame_to_ui_ms_p50"] <= figures["frame_to_ui_ms_p99"]
    assert {"cpu_idle_percent", "cpu_busy_percent", "stall_ms", "stall_ratio"} <= figures.keys()


@pytest.mark.parametrize(
    "words", [["--ports", "0"], ["--hung", "0"], ["--hung", "32"], ["--seconds", "0"]]
)
def test_bench_devices_refuses_what_makes_no_sense(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "devices", *words]) != 0
    assert "--" in capsys.readouterr().err
