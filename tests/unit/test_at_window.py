"""The devices that the settings of a window's PC name: checked before anything is opened."""

from pathlib import Path

import pytest

from hallclient.config import ConfigError, WindowSettings
from hallclient.devices.at_window import check_device, own_devices
from hallclient.devices.profile import ProfileError, load_profile
from hallclient.devices.transport import PortUnsuitable

BUS = "/dev/ttyUSB0"


def test_nothing_named_is_nothing_there() -> None:
    assert own_devices(WindowSettings()) == ()


def test_three_on_one_bus() -> None:
    own = WindowSettings(caller=BUS, caller_address=7, keypad=BUS, keypad_address=7, strip=BUS)
    found = [(one.name, one.port, one.profile.id, one.address) for one in own_devices(own)]
    assert found == [
        ("caller", BUS, "ff68-caller", 7),
        ("keypad", BUS, "ff68-keypad", 7),
        ("strip", BUS, "a090-strip", 1),
    ]


@pytest.mark.parametrize(
    ("own", "error", "said"),
    [
        (
            WindowSettings(keypad=BUS, keypad_address=128),
            ConfigError,
            "A keypad's address is 1 to 127",
        ),
        (
            WindowSettings(caller=BUS, caller_address=0),
            ConfigError,
            "A caller's address is 1 to 127, not 0.",
        ),
        (
            WindowSettings(strip=BUS, strip_address=256),
            ConfigError,
            "A strip's address is 1 to 255, not 256.",
        ),
        (
            WindowSettings(caller=BUS, caller_profile="a090-strip"),
            ConfigError,
            "Profile a090-strip is for window-strip, not for caller.",
        ),
        (WindowSettings(strip=BUS, strip_profile="nonsense"), ProfileError, "nonsense.toml"),
        (WindowSettings(keypad=BUS, printer=BUS), PortUnsuitable, "the printer's and the keypad's"),
        (
            WindowSettings(caller=BUS, strip=BUS, strip_profile="onbon-bx"),
            PortUnsuitable,
            f"caller and strip cannot share port {BUS}: 9600 baud, none, and 57600 baud, none",
        ),
    ],
)
def test_what_cannot_be_is_said(own: WindowSettings, error: type[Exception], said: str) -> None:
    with pytest.raises(error) as raised:
        own_devices(own)
    assert said in str(raised.value)


def test_a_profile_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    packaged = Path(__file__).parents[2] / "resources" / "devices" / "ff68-keypad.toml"
    file.write_text(packaged.read_text("utf-8"), "utf-8")
    (keypad,) = own_devices(WindowSettings(keypad=BUS, keypad_profile=str(file)))
    assert keypad.profile.id == "ours"


def test_no_device_of_a_window() -> None:
    with pytest.raises(ConfigError, match="sam-card-reader is for id-card-reader, no device"):
        check_device(load_profile("sam-card-reader"), 1)
