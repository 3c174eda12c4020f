"""The lines of a PC's agent, joined: ports, devices, the attendant of their windows. No Qt."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from hallclient.agent.lines import LinesPart
from hallclient.bootstrap.floor_devices import WindowEars, floor_device
from hallclient.bootstrap.pins import window_pins
from hallclient.devices.link import Link
from hallclient.devices.profile import DEVICE_KINDS
from hallclient.phrases import Phrases
from hallclient.services.attendant import Attendant, WindowDevices
from hallclient.services.ports_devices import CallerPress, DeviceState
from hallclient.services.shifts import Shifts
from hallclient.services.stations import DeviceReport

if TYPE_CHECKING:
    from hallclient.agent.devices import DeviceBoard
    from hallclient.bootstrap.halls import LateHall
    from hallclient.bootstrap.line_plan import LinePlan, PlannedDevice, PlannedLine
    from hallclient.config import Settings
    from hallclient.devices.frame_device import FrameDevice

LONGEST_RATING_S = 120.0
"""The most that a hall file allows: the attendant knows how much of the hall's own time is left."""


def open_lines(
    settings: "Settings",
    plan: "LinePlan",
    hall: "LateHall",
    board: "DeviceBoard",
    changed: Callable[[], None],
) -> LinesPart:
    """Return the part that owns the lines of a plan; no port is touched before its start."""
    floor = _Floor()
    lines = [OpenLine(line, floor, board, changed) for line in plan.lines]
    if plan.windows:
        floor.attendant = Attendant(
            lambda: hall.open().another_store(),
            lambda *scopes: hall.open().feed(*scopes),
            {window: WindowDevices(**found) for window, found in floor.devices.items()},
            Phrases(settings.language),
            shifts=partial(Shifts, guard=window_pins(settings, "lines")),
            changed=changed,
        )
    return LinesPart(lines, floor.attendant, plan.faults)


class _Floor:
    """The devices by their windows, and who hears them: made after them, before any port opens."""

    def __init__(self) -> None:
        self.attendant: Attendant | None = None
        self.devices: defaultdict[str, dict[str, Any]] = defaultdict(dict)

    def make(self, link: Link, planned: "PlannedDevice") -> "FrameDevice":
        """Put a device on a link."""
        profile, window = planned.profile, planned.window
        ears = WindowEars(
            pressed=partial(self._pressed, window),
            rated=partial(self._rated, window),
            expired=partial(self._expired, window),
            rating_seconds=LONGEST_RATING_S,
        )
        device = floor_device(link, profile, planned.address, ears)
        self.devices[window][DEVICE_KINDS[profile.kind].value] = device
        return device

    # In the links' threads.

    def _pressed(self, window: str, press: CallerPress) -> None:
        if self.attendant is not None:
            self.attendant.pressed(window, press)

    def _rated(self, window: str, turn_id: int, level: int) -> None:
        if self.attendant is not None:
            self.attendant.rated(window, turn_id, level)

    def _expired(self, window: str, turn_id: int) -> None:
        if self.attendant is not None:
            self.attendant.expired(window, turn_id)


class OpenLine:
    """Fulfils ``agent.lines.OwnedLine``: a link with its devices, each reported to the board."""

    def __init__(
        self,
        planned: "PlannedLine",
        floor: _Floor,
        board: "DeviceBoard",
        changed: Callable[[], None],
    ) -> None:
        self._planned = planned
        self._board = board
        self._link = Link(planned.port, planned.devices[0].profile.port)
        self._devices = [floor.make(self._link, device) for device in planned.devices]
        for device, driver in zip(planned.devices, self._devices, strict=True):
            driver.watch(partial(self._tell, device))
        self._link.watch(lambda _state: changed())

    @property
    def name(self) -> str:
        """The port."""
        return self._planned.port

    @property
    def state(self) -> DeviceState:
        """Where the port stands; any thread."""
        return self._link.state

    @property
    def words(self) -> str:
        """What hangs there, and what is the matter with the port."""
        names = ", ".join(device.name for device in self._planned.devices)
        baud = f"{self._link.settings.baud} baud"
        if self.state is DeviceState.STALE:
            return f"nobody answers; {baud}: {names}"
        trouble = self._link.trouble
        return f"{trouble}; {baud}: {names}" if trouble else f"{baud}: {names}"

    def start(self) -> None:
        """Open the port, and again whenever it is lost."""
        for device in self._planned.devices:
            self._tell(device, DeviceState.OPENING)
        self._link.start()

    def settle(self, until: float) -> None:
        """Let what the devices were told go out, until a ``time.monotonic`` second at most."""
        if self.state is not DeviceState.READY:
            return
        for settled in [device.settle() for device in self._devices]:
            settled.wait(max(0.0, until - monotonic()))

    def stop(self) -> None:
        """Begin to close, without waiting."""
        self._link.stop()

    def close(self) -> None:
        """Release the port."""
        self._link.close()

    def _tell(self, device: "PlannedDevice", state: DeviceState) -> None:
        profile, port = device.profile, self._planned.port
        report = DeviceReport(
            name=device.name,
            kind=DEVICE_KINDS[profile.kind],
            state=state,
            profile=profile.id,
            port=port,
            window=device.window,
            levels=profile.levels,
        )
        place = f"{profile.id} at {device.address} on {port}"
        self._board.note(report, place, self._link.trouble)
