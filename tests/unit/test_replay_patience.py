"""An actor of a replay presses again while the hall is busy, and gives up at other trouble."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from hallclient.lab.replay.worker import PRESSES, PatientStore
from hallclient.storage.engine import open_engine
from hallclient.storage.errors import Busy, DatabaseDenied, StorageError
from hallclient.storage.store import SqlStore


class Door:
    """Lets one in after so many refusals; counts who came and who went."""

    def __init__(self, refusals: int, error: StorageError) -> None:
        self.refusals, self.error = refusals, error
        self.tries = self.left = 0

    @contextmanager
    def enter(self, *_: object) -> Iterator[str]:
        self.tries += 1
        if self.tries <= self.refusals:
            raise self.error
        try:
            yield "inside"
        finally:
            self.left += 1


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PatientStore]:
    engine = open_engine(f"sqlite:///{tmp_path / 'hall.db'}")
    patient = PatientStore(engine, "h")
    yield patient
    patient.close()
    engine.dispose()


def _way_in(store: PatientStore, name: str) -> AbstractContextManager[object]:
    return store.look() if name == "look" else store.change("test")


@pytest.mark.parametrize("name", ["look", "change"])
def test_busy_is_tried_again_and_the_block_runs_once(
    store: PatientStore, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    door = Door(3, Busy("busy"))
    monkeypatch.setattr(SqlStore, name, lambda _store, *words: door.enter(*words))
    ran = 0
    with _way_in(store, name) as inside:
        assert inside == "inside"
        ran += 1
    assert (ran, door.tries, door.left) == (1, 4, 1)


def test_what_the_block_raises_is_not_tried_again(
    store: PatientStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door(0, Busy("busy"))
    monkeypatch.setattr(SqlStore, "change", lambda _store, *words: door.enter(*words))
    with pytest.raises(Busy, match="inside"), store.change("test"):
        raise Busy("inside")
    assert (door.tries, door.left) == (1, 1)


@pytest.mark.parametrize(("error", "tries"), [(Busy("busy"), PRESSES), (DatabaseDenied("no"), 1)])
def test_in_the_end_it_gives_up(
    store: PatientStore, monkeypatch: pytest.MonkeyPatch, error: StorageError, tries: int
) -> None:
    door = Door(10_000, error)
    monkeypatch.setattr(SqlStore, "change", lambda _store, *words: door.enter(*words))
    with pytest.raises(type(error)), store.change("test"):
        pass
    assert door.tries == tries
