"""The examples of the guide are profiles that work as it says."""

import re
from pathlib import Path

import pytest

from hallclient.devices.profile import load_profile, parse_profile
from hallclient.devices.profile_notes import check_profile
from hallclient.devices.profile_reading import COMMANDS, EVENTS

GUIDE = (Path(__file__).parents[2] / "docs" / "writing-a-device-profile.md").read_text("utf-8")
BLOCKS = re.findall(r"^```toml\n(# (\S+\.toml)\n.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
EXAMPLES = {name: text for text, name in BLOCKS}
TOLD = {
    "counter-keypad.toml": ["no key stands for level 2, 4"],
    "line-keypad.toml": ["evidence is synthetic: it was not tried on the device itself"],
    "lobby-strip.toml": ["evidence is vendor-doc: it was not tried on the device itself"],
    "counter-printer.toml": [],
}


def test_every_block_is_a_whole_profile() -> None:
    assert GUIDE.count("```toml") == len(EXAMPLES)
    assert EXAMPLES.keys() == TOLD.keys()


@pytest.mark.parametrize("name", TOLD)
def test_the_check_tells_about_an_example_what_the_guide_says(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(EXAMPLES[name], encoding="utf-8")
    assert check_profile(path) == tuple(f"{name}: {note}" for note in TOLD[name])
    assert load_profile(str(path)).id == name.removesuffix(".toml")


@pytest.mark.parametrize("name", [name for name in TOLD if "printer" not in name])
def test_an_example_with_another_byte_fails(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    head, examples = EXAMPLES[name].split("[[examples]]", 1)
    changed = re.sub(r'bytes = "(..) (..)', r'bytes = "\1 FE', examples, count=1)
    path.write_text(f"{head}[[examples]]{changed}", encoding="utf-8")
    assert check_profile(path)[0].startswith(f"{name}: examples 1: ")


def test_the_frames_shown_first_are_the_keys_of_the_keypad() -> None:
    profile = parse_profile(EXAMPLES["counter-keypad.toml"], "counter-keypad.toml")
    shown = re.findall(r"^    (02 4B .*)$", GUIDE, re.MULTILINE)
    frames = profile.decoder().feed(bytes.fromhex("".join(shown)))
    events = [profile.event(frame) for frame in frames]
    assert [event.level if event else None for event in events] == [5, 3, 1]


def test_the_guide_names_every_event_and_needed_command() -> None:
    for kind in EVENTS:
        for name in (*EVENTS[kind], *COMMANDS[kind]):
            assert f"`{name}`" in GUIDE, f"{kind}: {name}"
