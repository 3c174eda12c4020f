"""How much paper is left: counted by what was printed, corrected by the printer's sensors. Pure.

A roll is thought full when paper comes back, or stops being low, and low at the near-end sensor.
Both lengths are learned: at the sensor, what a whole roll gave down to it; at the end, what the
sensor leaves.
"""

from dataclasses import dataclass, replace

from hallclient.devices.escpos_status import PaperState

RESERVE_MM, RESERVE_SHARE = 5000.0, 0.1
TICKET_MM = 120.0
_WEIGHT = 0.1  # of one slip in the usual length
_TRUST = 0.5  # of one roll in a learned length


@dataclass(frozen=True, slots=True)
class PaperMemory:
    """What a meter keeps over a restart; lengths in millimetres.

    ``whole`` and ``from_mark`` tell whether all prints since the new roll, or since the near-end
    mark, were counted. ``paper`` is what the sensors last said, empty for not yet.
    """

    roll: float
    left: float
    reserve: float
    slip: float = TICKET_MM
    since: float = 0.0
    whole: bool = False
    from_mark: bool = False
    paper: str = ""


class PaperMeter:
    """Counts one printer's paper; ``roll_mm`` is the length of a new roll. One thread writes."""

    def __init__(self, roll_mm: float, memory: PaperMemory | None = None) -> None:
        self._nominal = max(1.0, roll_mm)
        reserve = min(RESERVE_MM, RESERVE_SHARE * self._nominal)
        self._memory = memory or PaperMemory(self._nominal, self._nominal, reserve)

    @property
    def memory(self) -> PaperMemory:
        """What to keep; any thread."""
        return self._memory

    @property
    def tickets_left(self) -> int:
        """About how many slips of the usual length are left; any thread."""
        memory = self._memory
        return int(max(0.0, memory.left) / max(1.0, memory.slip))

    def printed(self, millimetres: float) -> None:
        """Note a slip that used paper."""
        memory = self._memory
        self._memory = replace(
            memory,
            left=max(0.0, memory.left - millimetres),
            since=memory.since + millimetres,
            slip=memory.slip + _WEIGHT * (millimetres - memory.slip),
        )

    def saw(self, paper: PaperState) -> None:
        """Note what the sensors say."""
        memory = self._memory
        if paper.value == memory.paper:
            return
        if paper is PaperState.OUT:
            memory = self._ended(memory)
        elif paper is PaperState.NEAR_END:
            memory = self._marked(memory)
        elif memory.paper:  # it was low or out: somebody put in a new roll
            memory = replace(memory, left=memory.roll, since=0.0, whole=True)
        self._memory = replace(memory, paper=paper.value)

    def _ended(self, memory: PaperMemory) -> PaperMemory:
        reserve = memory.reserve
        if memory.from_mark:
            reserve += _TRUST * (memory.since - reserve)
        return replace(memory, left=0.0, reserve=reserve, whole=False, from_mark=False)

    def _marked(self, memory: PaperMemory) -> PaperMemory:
        if memory.paper != PaperState.OK.value:  # began low, or a used roll was put in
            left = memory.reserve if memory.paper else min(memory.left, memory.reserve)
            return replace(memory, left=left, whole=False, from_mark=False)
        roll = memory.roll
        if memory.whole:
            roll += _TRUST * (memory.since + memory.reserve - roll)
            roll = min(max(roll, 0.5 * self._nominal), 1.5 * self._nominal)
        return replace(
            memory, roll=roll, left=memory.reserve, since=0.0, whole=False, from_mark=True
        )
