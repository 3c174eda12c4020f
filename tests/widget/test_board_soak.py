"""Long hours of a board with voice and reports: nothing grows, and every call is accounted for."""

from hallclient.lab.bench.board_soak import soak


def test_nothing_grows_and_every_call_is_accounted_for() -> None:
    found = {name: float(str(value)) for name, value in soak(3200).items()}
    assert found["unaccounted"] == 0
    assert found["spoken"] > 0
    assert found["unspoken"] > 0
    assert found["shown"] > 0
    assert found["late_threads"] <= found["early_threads"]
    assert found["late_descriptors"] <= found["early_descriptors"] + 2
    assert found["grown_mb"] < 5
