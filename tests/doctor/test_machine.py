"""The PC itself: versions, libraries, locale, desktop, sleep, clock."""

from pathlib import Path

import pytest

from hallclient.bootstrap import doctor_system
from hallclient.services.doctor import machine
from hallclient.services.doctor.machine import LIBRARIES, Runtime
from tests.doctor.findings import keys, the

SETUP = Path(__file__).parents[2] / "tools" / "system-packages.txt"


def versions(python: tuple[int, ...], qt: str, glibc: str = "2.36", arch: str = "x86_64") -> str:
    (found,) = machine.python_and_qt(Runtime(python, qt, arch, glibc, "python"))
    return found.key


@pytest.mark.parametrize(
    ("python", "qt", "glibc", "arch", "key"),
    [
        ((3, 11, 7), "6.11.3", "2.36", "x86_64", "qt.fits"),
        ((3, 11, 7), "6.12.0", "2.36", "x86_64", "qt.aborts"),
        ((3, 12, 1), "6.12.0", "2.36", "x86_64", "qt.fits"),
        ((3, 11, 7), "6.8.3", "2.36", "x86_64", "qt.old"),
        ((3, 11, 7), "", "2.36", "x86_64", "qt.missing"),
        ((3, 11, 7), "6.11.3", "2.28", "x86_64", "qt.glibc"),
        ((3, 11, 7), "6.9.3", "2.28", "x86_64", "qt.fits"),
        ((3, 12, 7), "6.11.3", "2.36", "aarch64", "qt.glibc_arm"),
        ((3, 12, 7), "6.11.3", "2.39", "aarch64", "qt.fits"),
        ((3, 12, 7), "6.11.3", "", "AMD64", "qt.fits"),
    ],
)
def test_versions(python: tuple[int, ...], qt: str, glibc: str, arch: str, key: str) -> None:
    assert versions(python, qt, glibc, arch) == key


def test_the_table_of_libraries_is_that_of_the_setup() -> None:
    listed = [line.split() for line in SETUP.read_text("utf-8").splitlines()]
    table = {words[0].removeprefix("lib:"): words[1] for words in listed if "lib:" in words[0]}
    assert table == LIBRARIES


def test_a_library_that_is_missing_is_named_with_its_package() -> None:
    found = list(machine.libraries(lambda name: name != "libxcb-cursor.so.0", apt=True))
    missing = the(found, "libraries.missing")
    assert missing.facts["names"] == "libxcb-cursor.so.0"
    assert missing.command.endswith("--no-install-recommends libxcb-cursor0")
    assert keys(machine.libraries(lambda _name: True, apt=True)) == ["libraries.there"]


def test_this_machine_can_be_asked() -> None:
    assert versions(doctor_system.runtime().python, doctor_system.runtime().qt) == "qt.fits"
    assert keys(doctor_system.libraries()) == ["libraries.there"]
    assert not doctor_system._loads("libnothing-of-the-kind.so.9")


def test_locale() -> None:
    assert keys(machine.locale({"LANG": "zh_CN.UTF-8"}, "UTF-8", known=True)) == ["locale.utf8"]
    (other,) = machine.locale({"LANG": "zh_CN"}, "GB2312", known=True)
    assert (other.key, other.facts["locale"]) == ("locale.other", "zh_CN")
    (unknown,) = machine.locale({"LC_ALL": "zh_CN.UTF-8"}, "ANSI", known=False)
    assert unknown.command == "sudo locale-gen zh_CN.UTF-8"


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"DISPLAY": ":0"}, ["session.there"]),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ["session.there"]),
        ({"WAYLAND_DISPLAY": "wayland-0"}, ["session.wayland"]),
        ({"SSH_CONNECTION": "10.0.0.1"}, ["session.remote"]),
        ({}, ["session.none"]),
    ],
)
def test_desktop(environment: dict[str, str], found: list[str]) -> None:
    assert keys(machine.session(environment, ["window"])) == found
    assert keys(machine.session(environment, [])) == []


XSET = """Screen Saver:
  prefer blanking:  yes    allow exposures:  yes
  timeout:  {timeout}    cycle:  600
DPMS (Display Power Management Signaling):
  Standby: 600    Suspend: 600    Off: 600
  DPMS is {dpms}
"""


def test_screens_that_go_dark() -> None:
    for timeout, dpms in ((600, "Disabled"), (0, "Enabled")):
        said = XSET.format(timeout=timeout, dpms=dpms)
        assert keys(machine.blanking(said)) == ["sleep.blanks"]
    assert keys(machine.blanking(XSET.format(timeout=0, dpms="Disabled"))) == ["sleep.stays_lit"]
    assert keys(machine.blanking("")) == []


def test_a_pc_that_falls_asleep() -> None:
    states = {"sleep.target": "static", "suspend.target": "masked"}
    (found,) = machine.sleeping(states)
    assert (found.key, found.facts["names"]) == ("sleep.may_sleep", "sleep.target")
    assert found.command == "sudo systemctl mask sleep.target suspend.target"
    assert keys(machine.sleeping(dict.fromkeys(states, "masked"))) == ["sleep.never"]
    assert keys(machine.sleeping({})) == []


def test_who_keeps_the_clock() -> None:
    assert keys(machine.clock_set("Timezone=Asia/Shanghai\nNTPSynchronized=yes")) == ["clock.kept"]
    assert keys(machine.clock_set("NTP=yes\nNTPSynchronized=no")) == ["clock.not_yet"]
    assert keys(machine.clock_set("NTP=no\nNTPSynchronized=no")) == ["clock.nobody"]
    assert keys(machine.clock_set("")) == []


def test_a_program_that_hangs_or_is_missing_says_nothing() -> None:
    assert doctor_system.said("sleep", "30", limit_s=0.1) == ""
    assert doctor_system.said("no-such-program") == ""
    assert doctor_system.said("false") == ""
    assert doctor_system.said("echo", "well") == "well\n"
