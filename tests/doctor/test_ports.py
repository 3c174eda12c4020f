"""Ports: missing, forbidden, taken, silent; over real pseudo-terminals."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hallclient.bootstrap import doctor_system
from hallclient.bootstrap.doctor import ports_of
from hallclient.config import AgentSettings, KioskSettings, LineDevice, LineSettings, Settings
from hallclient.services.doctor import ports
from hallclient.services.doctor.ports import Holder, PortUse, PortWorld
from tests.doctor.findings import keys, the, troubles


@contextmanager
def wire(*, answers: bool = False) -> Iterator[str]:
    """A port at whose other end somebody answers as a printer does, or nobody."""
    far, near = os.openpty()
    name = os.ttyname(near)
    os.close(near)
    thread = threading.Thread(target=_printer, args=(far,)) if answers else None
    if thread:
        thread.start()
    try:
        yield name
    finally:
        if thread:
            end = os.open(name, os.O_RDWR | os.O_NOCTTY)
            os.write(end, b"\xff")
            os.close(end)
            thread.join(5)
        os.close(far)


def _printer(far: int) -> None:
    import select  # noqa: PLC0415 - only here
    import termios  # noqa: PLC0415 - only here
    import tty  # noqa: PLC0415 - only here

    tty.setraw(far, termios.TCSANOW)
    while True:
        select.select([far], [], [], 5)
        try:
            data = os.read(far, 64)
        except OSError:  # nobody has the port open at the moment
            threading.Event().wait(0.01)
            continue
        if b"\xff" in data:
            return
        os.write(far, b"\x12" * data.count(b"\x10\x04"))


def world(holders: Sequence[Holder] = (), *, member: bool = False, may: bool = True) -> PortWorld:
    return PortWorld(
        lambda _path: holders,
        lambda _path: "dialout",
        lambda _group: member,
        doctor_system._profile_fault,
        "hall",
        lambda _path: may,
    )


def use(port: str, profile: str = "escpos") -> PortUse:
    return PortUse("kiosk.printer", port, profile)


def test_a_port_that_is_there_and_whose_it_is() -> None:
    with wire() as name:
        assert keys(ports.look_at(use(name), world())) == ["port.there"]
        ours = [Holder(7, "python3", ours=True)]
        assert keys(ports.look_at(use(name), world(ours))) == ["port.ours"]
        modem = [Holder(7, "ModemManager", ours=False)]
        (taken,) = ports.look_at(use(name), world(modem))
        assert taken.command == "sudo systemctl disable --now ModemManager"
        other = [Holder(8, "minicom", ours=False)]
        (taken,) = ports.look_at(use(name), world(other))
        assert (taken.key, taken.command) == ("port.taken", f"fuser -v {name}")


def test_who_has_a_port_open() -> None:
    with wire() as name:
        assert doctor_system.holders(Path(name)) == []
        handle = os.open(name, os.O_RDWR | os.O_NOCTTY)
        (holder,) = doctor_system.holders(Path(name))
        os.close(handle)
        assert (holder.pid, holder.ours) == (os.getpid(), False)


def test_ports_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert keys(ports.look_at(use("/dev/no-such-port"), world())) == ["port.missing"]
    assert keys(ports.look_at(use(str(tmp_path / "file")), world())) == ["port.no_port"]
    with wire() as name:
        (denied,) = ports.look_at(use(name), world(may=False))
        assert (denied.key, denied.command) == ("port.denied", "sudo usermod -aG dialout hall")
        assert keys(ports.look_at(use(name), world(may=False, member=True))) == ["port.sign_in"]
        wrong = list(ports.look_at(use(name, "nobody"), world()))
        assert "nobody" in str(the(wrong, "port.profile").facts["why"])


def test_folders_and_the_network(tmp_path: Path) -> None:
    assert keys(ports.look_at(use(f"file:{tmp_path}"), world())) == ["port.there"]
    assert keys(ports.look_at(use(f"file:{tmp_path}/none"), world())) == ["port.no_folder"]
    assert keys(ports.look_at(use("socket://127.0.0.1:9"), world())) == ["port.network"]


def test_programs_that_meddle() -> None:
    running = ["systemd", "brltty", "bash"]
    assert keys(ports.meddlers([use("/dev/ttyUSB0")], running)) == ["port.meddler"]
    assert keys(ports.meddlers([use("socket://10.0.0.1:9100")], running)) == []
    assert keys(ports.meddlers([use("/dev/ttyUSB0")], ["bash"])) == []
    assert doctor_system.programs()


def test_a_printer_that_answers_and_one_that_hangs() -> None:
    with wire(answers=True) as name:
        (found,) = ports.answers(use(name), doctor_system.ask_device)
        assert found.key == "port.answers"
    with wire() as name:
        (found,) = ports.answers(use(name), doctor_system.ask_device)
        assert troubles([found]) == ["port.silent"]
    (gone,) = ports.answers(use("/dev/no-such-port"), doctor_system.ask_device)
    assert "no port" in str(gone.facts["said"])


def test_every_port_of_the_settings_is_looked_at() -> None:
    kiosk = KioskSettings(printer="/dev/a", scanner="keyboard", reader="/dev/b")
    line = LineSettings("/dev/c", (LineDevice("ff68-caller", 14, "14"),))
    settings = Settings(kiosk=kiosk, agent=AgentSettings(lines=(line,)))
    assert [(one.place, one.port) for one in ports_of(settings)] == [
        ("kiosk.printer", "/dev/a"),
        ("kiosk.reader", "/dev/b"),
        ("agent.lines 1, device 1", "/dev/c"),
    ]
    elsewhere = replace(settings, window=replace(settings.window, printer="@K1"))
    assert len(ports_of(elsewhere)) == 3


@pytest.mark.parametrize(
    ("words", "role"),
    [
        (["/usr/bin/python3", "-m", "hallclient", "window", "12"], "window"),
        (["/srv/venv/bin/python", "/srv/venv/bin/hallclient", "kiosk"], "kiosk"),
        (["hallclient", "agent"], "agent"),
        (["vim", "hallclient"], ""),
        (["bash"], ""),
        ([], ""),
    ],
)
def test_a_hallclient_is_known_by_its_command_line(words: list[str], role: str) -> None:
    assert doctor_system.hallclient_role(words) == role
