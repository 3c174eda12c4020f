"""A board: follows the journal entry by entry, checks the chain, and notes what it has shown."""

from typing import Final

from hallclient.domain.journal import GENESIS, broken_at
from hallclient.lab.faults.work import Scene
from hallclient.services.store_error import StoreError

AT_ONCE: Final = 500


class BoardWork:
    """Follows from where the process before it in this place had come to."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._seq, self._head = 0, GENESIS

    def step(self) -> None:
        """Read what is new; a gap or a broken link ends the board."""
        with self._scene.store.look() as reader:
            fresh = reader.entries_after(self._seq, AT_ONCE)
        if not fresh:
            return
        if broken_at(fresh, self._head, self._seq) is not None:
            raise RuntimeError(f"the journal does not go on behind {self._seq}")
        self._seq, self._head = fresh[-1].seq, fresh[-1].hash
        self._scene.acks.write("seen", seq=self._seq, hash=self._head)

    def hand_in(self) -> None:
        """Have nothing to hand in."""

    def close(self) -> None:
        """Have no spool."""

    def without(self, error: StoreError) -> None:
        """Keep what is shown."""
