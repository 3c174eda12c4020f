"""The guide for writers of drivers: its example is a driver that works."""

import re
from pathlib import Path
from typing import Any

from hallclient.services.ports_devices import DeviceState
from tests.devices.stubs import Box, Listener

GUIDE = Path(__file__).parents[2] / "docs" / "writing-a-driver.md"


def test_the_example_of_the_guide_works() -> None:
    driver, use = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    before, after = use.split("...\n")
    rings, states = Box[str](), Box[DeviceState]()
    with Listener() as device:
        names: dict[str, Any] = {
            "port": device.path,
            "rung": lambda: rings.put("ring"),
            "changed": states.put,
        }
        exec(driver + before, names)  # noqa: S102 - our own guide
        try:
            device.heard.wait_until(lambda parts: b"".join(parts) == b"B")
            device.say(b"ri")
            device.say(b"ng\nrong\n")
            assert rings.wait() == ["ring"]
        finally:
            exec(after, names)  # noqa: S102 - the same
    assert states.items == [DeviceState.OPENING, DeviceState.READY, DeviceState.CLOSED]
