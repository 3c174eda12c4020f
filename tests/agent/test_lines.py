"""The agent's lines: settings read strictly, each fault at its place; what the status says."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hallclient.agent.devices import DeviceBoard
from hallclient.agent.lines import Fault, LinesPart
from hallclient.agent.part import PartState
from hallclient.bootstrap.line_plan import LinePlan, plan_lines
from hallclient.config import (
    AgentSettings,
    LineDevice,
    LineSettings,
    RoleSettings,
    Settings,
    SmsSettings,
    WindowSettings,
    load_settings,
)
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceReport

CALLER = LineDevice("ff68-caller", 2, "2")
KEYPAD = LineDevice("ff68-keypad", 2, "2")
STRIP = LineDevice("a090-strip", 2, "2")


def plan_of(*lines: LineSettings, roles: tuple[RoleSettings, ...] = (), **more: object) -> LinePlan:
    agent = AgentSettings(lines=lines, roles=roles)
    return plan_lines(Settings(agent=agent, **more))  # type: ignore[arg-type]


def told(plan: LinePlan) -> list[str]:
    return [f"{fault.place}: {fault.words}" for fault in plan.faults]


def test_what_hangs_where(tmp_path: Path) -> None:
    file = tmp_path / "hallclient.toml"
    file.write_text(
        '[[agent.lines]]\nport = "/dev/ttyUSB0"\ndevices = [\n'
        '  {profile = "ff68-caller", address = 12, window = "12"},\n'
        '  {profile = "ff68-keypad", address = 12, window = "12"},\n'
        '  {profile = "a090-strip", address = 1, window = "13"},\n]\n'
        '[[agent.lines]]\nport = "socket://10.0.0.9:4001"\n'
        'devices = [{profile = "onbon-bx", window = "14"}]\n',
        "utf-8",
    )
    plan = plan_lines(load_settings(file))
    assert plan.faults == ()
    assert plan.windows == ("12", "13", "14")
    first, second = plan.lines
    assert [(d.name, d.address) for d in first.devices] == [
        ("caller 12", 12),
        ("keypad 12", 12),
        ("strip 13", 1),
    ]
    assert second.devices[0].profile.port.baud == 57600


def test_a_port_whose_name_leads_nowhere_is_a_port_that_is_away(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for port in (str(loop), "/dev/tty\0"):
        assert [line.port for line in plan_of(LineSettings(port, (CALLER,))).lines] == [port]


def test_the_lines_of_the_manual(tmp_path: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "agent.md").read_text("utf-8")
    _, _, lines = manual.partition("## Lines")
    example = lines.partition("```toml")[2].partition("```")[0]
    file = tmp_path / "hallclient.toml"
    file.write_text(example, "utf-8")
    plan = plan_lines(load_settings(file))
    assert plan.faults == ()
    assert plan.windows == ("14", "15")


@pytest.mark.parametrize(
    ("device", "sentence"),
    [
        (LineDevice("", 1, "2"), "It names no profile; hallclient device profile list shows them."),
        (LineDevice("nobody", 1, "2"), "There is no device profile nobody.toml."),
        (
            LineDevice("serial-scanner", 1, "2"),
            (
                "A scanner does not belong on a line of the agent: "
                "rating-keypad, caller, window-strip do."
            ),
        ),
        (
            LineDevice("ff68-keypad", 128, "4"),
            "No rating-keypad of ff68-keypad has the address 128.",
        ),
        (LineDevice("ff68-caller", 0, "4"), "No caller of ff68-caller has the address 0."),
        (LineDevice("ff68-caller", 256, "4"), "No caller of ff68-caller has the address 256."),
        (LineDevice("ff68-caller", 3, ""), "It names no window."),
        (LineDevice("ff68-caller", 2, "4"), "Its address 2 is that of agent.lines 1, device 1."),
        (
            LineDevice("ff68-caller", 3, "2"),
            "Window 2 has a caller already: agent.lines 1, device 1.",
        ),
        (
            LineDevice("onbon-bx", 1, "4"),
            "onbon-bx needs 57600 baud, none, but this line runs at 9600 baud, none.",
        ),
    ],
)
def test_a_wrong_device_is_left_out_and_the_others_work(device: LineDevice, sentence: str) -> None:
    plan = plan_of(
        LineSettings("/dev/a", (CALLER, device, KEYPAD)), LineSettings("/dev/b", (STRIP,))
    )
    assert told(plan) == [f"agent.lines 1, device 2: {sentence}"]
    names = [[device.name for device in line.devices] for line in plan.lines]
    assert names == [["caller 2", "keypad 2"], ["strip 2"]]


def test_a_wrong_first_device_does_not_set_the_speed() -> None:
    onbon = LineDevice("onbon-bx", 1, "")
    plan = plan_of(LineSettings("/dev/a", (onbon, CALLER)))
    assert told(plan) == ["agent.lines 1, device 1: It names no window."]
    assert plan.lines[0].devices[0].profile.port.baud == 9600


def test_a_wrong_line_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    (tmp_path / "by-id").symlink_to(tmp_path / "real")
    plan = plan_of(
        LineSettings("", (CALLER,)),
        LineSettings("/dev/a", ()),
        LineSettings("file:out", (CALLER,)),
        LineSettings("/dev/keypad", (CALLER,)),
        LineSettings("/dev/modem", (CALLER,)),
        LineSettings(str(tmp_path / "real"), (CALLER,)),
        LineSettings(str(tmp_path / "by-id"), (KEYPAD,)),
        LineSettings("/dev/of-role", (KEYPAD,)),
        roles=(RoleSettings("window", ("2", "--keypad", "/dev/of-role")),),
        window=WindowSettings(keypad="/dev/keypad"),
        sms=SmsSettings(modem="/dev/modem"),
    )
    assert told(plan) == [
        "agent.lines 1: It names no port.",
        "agent.lines 2: It names no devices.",
        "agent.lines 3: file:out is for printers; a line is a serial port or socket://.",
        "agent.lines 4: The port /dev/keypad has one owner: window.keypad has it, too.",
        "agent.lines 5: The port /dev/modem has one owner: sms.modem has it, too.",
        f"agent.lines 7: The port {tmp_path}/by-id has one owner: agent.lines 6 has it already.",
        "agent.lines 8: The port /dev/of-role has one owner: agent.roles 1 has it, too.",
    ]
    assert [line.port for line in plan.lines] == [str(tmp_path / "real")]


# The status


@dataclass
class FakeLine:
    name: str = "/dev/a"
    state: DeviceState = DeviceState.ABSENT
    words: str = "there is no port /dev/a"
    did: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.did.append("start")

    def settle(self, until: float) -> None:
        self.did.append("settle")

    def stop(self) -> None:
        self.did.append("stop")

    def close(self) -> None:
        self.did.append("close")


@dataclass
class FakeAttendant:
    did: list[str]
    windows: tuple[str, ...] = ("2", "3")
    attended: bool = True
    away: bool = False
    unknown: frozenset[str] = frozenset()

    def start(self) -> None:
        self.did.append("attend")

    def close(self) -> None:
        self.did.append("leave")


def test_the_windows_are_left_before_the_ports() -> None:
    line = FakeLine()
    part = LinesPart([line], FakeAttendant(line.did), ())
    part.start()
    part.start()
    assert line.did == ["attend", "start"]
    part.stop()
    part.close()
    assert line.did[2:] == ["leave", "settle", "stop", "close"]
    assert part.status()[0].words == "ended with the agent"


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        (DeviceState.ABSENT, PartState.WAITING),
        (DeviceState.STALE, PartState.WAITING),
        (DeviceState.READY, PartState.RUNNING),
        (DeviceState.FAILED, PartState.TROUBLE),
        (DeviceState.CLOSED, PartState.STOPPED),
    ],
)
def test_a_line_says_how_its_port_is(state: DeviceState, wanted: PartState) -> None:
    part = LinesPart([FakeLine(state=state)], None, [Fault("agent.lines 2", "It names no port.")])
    line, fault = part.status()
    assert (line.part, line.state, line.words) == (
        "line /dev/a",
        wanted,
        "there is no port /dev/a",
    )
    assert (fault.part, fault.state, fault.words) == (
        "agent.lines 2",
        PartState.TROUBLE,
        "It names no port.",
    )


def test_the_windows_say_what_keeps_them() -> None:
    attendant = FakeAttendant([])
    part = LinesPart([], attendant, ())
    part.start()
    attendant.attended = False
    assert part.status()[0].words == "the hall is being read"
    attendant.attended = True
    said = []
    for away, unknown in ((False, ""), (True, "7"), (False, "7"), (False, "")):
        attendant.away, attendant.unknown = away, frozenset(unknown)
        (line,) = part.status()
        said.append((line.part, line.state, line.words))
    assert said == [
        ("windows 2, 3", PartState.RUNNING, "attended"),
        ("windows 2, 3", PartState.WAITING, "the database is away"),
        (
            "windows 2, 3",
            PartState.TROUBLE,
            "this hall has no window 7: what hangs there stays idle",
        ),
        ("windows 2, 3", PartState.RUNNING, "attended"),
    ]


class Hall:
    """Who is told of devices."""

    def __init__(self) -> None:
        self.reports: list[DeviceReport] = []
        self.closed = threading.Event()

    def note(self, report: DeviceReport) -> None:
        self.reports.append(report)

    def close(self) -> None:
        self.closed.set()


def test_the_board_tells_the_hall_and_the_status() -> None:
    hall, rung = Hall(), []
    board = DeviceBoard(hall, lambda: rung.append(1))

    def note(state: DeviceState, trouble: str = "") -> None:
        report = DeviceReport("keypad 2", DeviceKind.KEYPAD, state, window="2")
        board.note(report, "ff68-keypad at 2 on /dev/a", trouble)

    board.start()
    note(DeviceState.READY)
    note(DeviceState.READY)
    (line,) = board.status()
    assert (line.part, line.state) == ("keypad 2", PartState.RUNNING)
    assert line.words == "ready; ff68-keypad at 2 on /dev/a"
    assert len(rung) == 1
    note(DeviceState.FAILED, "port /dev/a is in use by another program")
    (line,) = board.status()
    assert line.state is PartState.TROUBLE
    assert line.words.startswith("port /dev/a is in use by another program; ff68-keypad")
    assert [report.state for report in hall.reports][::2] == [DeviceState.READY, DeviceState.FAILED]
    board.stop()
    board.close()
    assert hall.closed.is_set()
