"""``bench hall`` and ``bench throughput``, tiny: what they print is what was done."""

import pytest

from hallclient.lab.bench.hall import Size, measure
from hallclient.lab.bench.hall_spec import Spec, Stretch
from hallclient.lab.bench.throughput import measure as flat_out
from hallclient.lab.bench.wakes import measure as wakes
from hallclient.storage import bell
from hallclient.storage.server_settings import SERVER_SETTINGS

TINY = Size(windows=4, kiosks=1, displays=2, consoles=1, rate=12.0, seconds=2.0)


@pytest.mark.usually_on("postgresql")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_small_hall_works_with_everybody_following(kind: str) -> None:
    found = measure(kind, TINY)
    assert found["failed"] == []
    assert found["broken"] == []
    assert found["double_calls"] == found["duplicates"] == found["out_of_order"] == 0
    for stretch in ("bare", "hall"):
        assert found[stretch]["changes"] > 0
        assert found[stretch]["commit_ms_p99"] >= found[stretch]["commit_ms_p50"] > 0
    assert found["sync_ms_p50"] > 0
    bare, hall = (found[name] for name in ("bare", "hall"))
    assert "sightings" not in bare
    assert hall["sightings"] > 0
    assert hall["own_window_read"] > 0
    assert len(hall["done_each_s"]) == len(hall["took_ms_p50_each_s"]) == TINY.seconds
    assert sum(hall["done_each_s"]) == pytest.approx(hall["per_s"] * TINY.seconds)
    assert found["hall"]["connections"] >= (8 if kind == "postgresql" else 0)


def test_an_idle_hall_changes_nothing_and_several_clients_share_a_process() -> None:
    found = measure("sqlite", Size(2, 1, 1, 1, rate=0.0, seconds=2.0, together=5))
    assert found["failed"] == []
    assert "bare" not in found
    assert "changes" not in found["hall"]
    assert found["hall"]["a_client_cpu_percent"] < 100


@pytest.mark.slow
def test_flat_out_counts_what_was_done() -> None:
    found = flat_out("sqlite", [1, 2], 1.0)
    assert [row["windows"] for row in found["rows"]] == [1, 2]
    assert all(row["issues_per_s"] > 0 for row in found["rows"])
    assert all(row["calls_per_s"] > 0 for row in found["rows"])


@pytest.mark.slow
def test_waking_is_counted_both_ways() -> None:
    found = wakes([0, 3], 40.0, 0.5)
    assert [row["listeners"] for row in found["rows"]] == [0, 3]
    assert all(row["each_server_percent"] > 0 for row in found["rows"])
    assert all(row["bell_server_percent"] > 0 for row in found["rows"])
    assert found["rest_ms"] == 1000 * bell.REST_S


def test_a_spec_crosses_to_another_process() -> None:
    spec = Spec("sqlite:///x", "/x", ("1", "2"), 1, (("1A",), ("1B", "2A")), 1, 46.0, 5.0)
    assert Spec.of(spec.text()) == spec
    assert spec.cases_per_s == pytest.approx(10.0)
    bare, hall = spec.stretches
    assert bare.ends <= hall.begins
    assert spec.follow_at is not None
    assert spec.follow_at >= bare.ends
    assert Stretch("x", 1.0, 2.0).has(1.0)
    assert not Stretch("x", 1.0, 2.0).has(2.0)


def test_every_setting_of_a_server_has_its_reason() -> None:
    assert all(one.value and len(one.why) > 20 for one in SERVER_SETTINGS.values())
    assert SERVER_SETTINGS["synchronous_commit"].value == "on"
    assert not {"fsync", "full_page_writes"} & SERVER_SETTINGS.keys()
