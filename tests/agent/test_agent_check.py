"""``hallclient agent --check``: what an agent would do, and what is wrong, without doing it."""

import shutil
from pathlib import Path

import pytest

from hallclient.__main__ import main
from hallclient.config import ROLES
from hallclient.services.sealing import make_key
from tests.stores import postgres_template, sqlite_template

__all__ = ["postgres_template", "sqlite_template"]


def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> tuple[int, list[str]]:
    file = tmp_path / "hallclient.toml"
    file.write_text(text, "utf-8")
    code = main(["agent", "--check", "--settings", str(file), "--state", str(tmp_path / "state")])
    assert not (tmp_path / "state").exists()
    said = capsys.readouterr()
    assert said.err == ""
    return code, said.out.splitlines()


def test_a_pc_that_is_right(
    tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(sqlite_template, tmp_path / "hall.db")
    make_key(tmp_path / "hall.key")
    code, said = checked(
        tmp_path,
        capsys,
        f'database = "sqlite:///{tmp_path}/hall.db"\nstation = "PC-9"\n'
        f'key_file = "{tmp_path}/hall.key"\n[sms]\nmodem = "/dev/ttyUSB3"\n'
        '[[agent.roles]]\nrole = "window"\narguments = ["1"]\n'
        '[[agent.lines]]\nport = "/dev/none"\n'
        'devices = [{profile = "ff68-caller", address = 2, window = "2"}]\n',
    )
    assert (code, said) == (
        0,
        [
            "This PC is PC-9 in the hall.",
            "The hall is 岷安区政务服务中心 (510114000000-01).",
            "It does the hall's chores.",
            "It keeps running: window 1",
            "It owns /dev/none at 9600 baud, which is not there at the moment:",
            "  caller 2     address 2, ff68-caller (FF68 hardware caller; evidence: source)",
            "It sends text messages by the modem at /dev/ttyUSB3.",
            "Nothing is wrong.",
        ],
    )


def test_everything_wrong_is_said_at_once(
    tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(sqlite_template, tmp_path / "hall.db")
    code, said = checked(
        tmp_path,
        capsys,
        f'database = "sqlite:///{tmp_path}/hall.db"\nkey_file = "{tmp_path}/no.key"\n'
        '[sms]\ncommand = ["/no/gateway"]\n'
        '[[agent.roles]]\nrole = "window"\narguments = ["88"]\n'
        '[[agent.lines]]\nport = "/dev/a"\ndevices = [{profile = "nobody", window = "2"}]\n'
        '[[agent.lines]]\nport = "/dev/b"\ndevices = [{profile = "a090-strip", window = "77"}]\n',
    )
    assert code == 1
    assert said[said.index("This is wrong:") + 1 :] == [
        "  agent.lines 1, device 1: There is no device profile nobody.toml.",
        f"  sms: There is no key file {tmp_path}/no.key. hallclient hall key makes one.",
        "  sms.command: there is no program /no/gateway.",
        "  agent.roles 1: this hall has no window 88.",
        "  agent.lines: this hall has no window 77.",
    ]


VILLAGE = """
station = "village"
key_file = "{folder}/hall.key"
[kiosk]
printer = "/dev/ttyUSB0"
scanner = "keyboard"
screen = "1"
[window]
window = "1"
keypad = "/dev/ttyUSB1"
strip = "/dev/ttyUSB1"
strip_profile = "a090-strip"
printer = "@village"
[display]
zones = ["1A"]
screen = "HDMI-2"
voice_zones = ["1B"]
[screen]
screen = "HDMI-3"
rating = "always"
[ratings]
folder = "{folder}"
[[agent.roles]]
role = "kiosk"
[[agent.roles]]
role = "window"
[[agent.roles]]
role = "display"
[[agent.roles]]
role = "screen"
"""


def test_a_village_station_runs_everything_on_one_pc(
    tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(sqlite_template, tmp_path / "hall.db")
    make_key(tmp_path / "hall.key")
    text = f'database = "sqlite:///{tmp_path}/hall.db"' + VILLAGE.format(folder=tmp_path)
    code, said = checked(tmp_path, capsys, text)
    assert (code, said[2:]) == (
        0,
        [
            "It does the hall's chores.",
            *(f"It keeps running: {role}" for role in ("kiosk", "window", "display", "screen")),
            f"It takes in ratings from {tmp_path}.",
            "Nothing is wrong.",
        ],
    )


def test_roles_that_are_in_each_others_way_are_told_with_their_place(
    tmp_path: Path, sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(sqlite_template, tmp_path / "hall.db")
    text = f'database = "sqlite:///{tmp_path}/hall.db"' + VILLAGE.format(folder=tmp_path / "no")
    for right, wrong in (
        ('window = "1"\n', ""),
        ('zones = ["1A"]', 'zones = ["9Z"]'),
        ('printer = "@village"', 'printer = "/dev/ttyUSB0"'),
        ('screen = "HDMI-3"', 'screen = "HDMI-2"'),
        ('role = "kiosk"', 'role = "kiosk"\narguments = ["--name"]'),
        ('role = "screen"', 'role = "screen"\narguments = ["--window", "77"]'),
    ):
        assert right in text
        text = text.replace(right, wrong)
    text += (
        '[[agent.roles]]\nrole = "display"\narguments = ["--screen", "HDMI-4"]\n'
        '[[agent.roles]]\nrole = "kiosk"\narguments = ["--name", "K2"]\n'
        "[[agent.roles]]\narguments = []\n"
    )
    code, said = checked(tmp_path, capsys, text)
    assert code == 1
    usb, key = "/dev/ttyUSB0", tmp_path / "no" / "hall.key"
    assert said[said.index("This is wrong:") + 1 :] == [
        "  agent.roles 1: hallclient kiosk: argument --name: expected one argument.",
        f"  agent.roles 7: there is no role ''; there are {', '.join(ROLES)}.",
        "  agent.roles 2: it names no window, and neither do the settings.",
        f"  agent.roles 6 printer: agent.roles 2 printer has the port {usb} already.",
        "  agent.roles 5: agent.roles 3 has the name display D1 already.",
        "  agent.roles 4: agent.roles 3 has the monitor HDMI-2 already.",
        f"  ratings.folder: there is no folder {tmp_path}/no.",
        f"  ratings.folder: There is no key file {key}. hallclient hall key makes one.",
        "  agent.roles 3: this hall has no zone 9Z.",
        "  agent.roles 4: this hall has no window 77.",
        "  agent.roles 5: this hall has no zone 9Z.",
    ]


def test_a_hall_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = checked(
        tmp_path, capsys, f'database = "sqlite:///{tmp_path}/no.db"\n[agent]\nchores = false\n'
    )
    assert code == 1
    assert "There is nothing for it to do." in said
    assert "no.db" in said[-1]
    assert said[-2] == "This is wrong:"
