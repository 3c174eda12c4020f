"""The clerks of the faults' lab: what they do is never refused by a rule of the hall."""

import random
from pathlib import Path

import pytest

from hallclient.lab.faults import work_window
from hallclient.lab.faults.acks import SAID, AckFile, AckReader
from hallclient.lab.faults.hall import HALL_ID, found
from hallclient.lab.faults.work import Part, Scene
from hallclient.lab.faults.work_window import WindowWork
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore


def test_a_ticket_is_passed_on_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_window, "_wish", lambda _turn: "transfer")
    url = f"sqlite:///{tmp_path}/hall.db"
    plan = found(url, waiting=1)
    engine = open_engine(url)
    store, acks = SqlStore(engine, HALL_ID), AckFile(tmp_path, "W1")
    part = Part("window", "W1", url, tmp_path, tmp_path, plan)
    work = WindowWork(Scene(part, store, acks, random.Random(1)))  # noqa: S311 - not a secret
    try:
        for _ in range(12):
            work.step()
    finally:
        work.close()
        acks.close()
        store.close()
        engine.dispose()
    told = AckReader(tmp_path).look()
    assert [ack.facts for ack in told if ack.op == SAID] == []
    assert sum(ack.facts.get("result") == "transferred" for ack in told) >= 3
