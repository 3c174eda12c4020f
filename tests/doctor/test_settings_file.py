"""The settings file: all its faults at once, and what can be used of it."""

from pathlib import Path

from hallclient.config import KioskSettings, Settings
from hallclient.services.doctor.settings_file import faults_of, read_settings
from tests.doctor.findings import keys, the


def read(tmp_path: Path, text: str) -> tuple[Settings, list[str]]:
    file = tmp_path / "hallclient.toml"
    file.write_text(text, "utf-8")
    settings, found = read_settings(file, named=True)
    return settings, keys(found)


def test_a_file_that_is_right(tmp_path: Path) -> None:
    settings, found = read(tmp_path, 'station = "PC-9"\n[kiosk]\npaper = 58\n')
    assert (settings, found) == (
        Settings(station="PC-9", kiosk=KioskSettings(paper=58)),
        ["settings.right"],
    )


def test_every_fault_is_told_and_the_rest_is_used(tmp_path: Path) -> None:
    file = tmp_path / "hallclient.toml"
    file.write_text(
        'station = "PC-9"\ncolour = 3\n[kiosk]\nprintr = "/dev/ttyUSB0"\npaper = 60\nname = "K7"\n'
        '[[agent.roles]]\nrole = "cook"\n',
        "utf-8",
    )
    settings, found = read_settings(file, named=True)
    assert sorted(keys(found)) == [
        "settings.unknown",
        "settings.unknown_near",
        "settings.wrong",
        "settings.wrong",
    ]
    near = the(found, "settings.unknown_near")
    assert (near.facts["setting"], near.facts["near"]) == ("kiosk.printr", "printer")
    assert (settings.station, settings.kiosk.name, settings.agent.roles) == ("PC-9", "K7", ())


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert read(tmp_path, "station = PC-9\n") == (Settings(), ["settings.broken"])
    assert read(tmp_path, "[kiosk\n")[1] == ["settings.broken"]
    gone, folder = tmp_path / "none.toml", tmp_path / "folder"
    folder.mkdir()
    assert keys(read_settings(gone, named=True)[1]) == ["settings.missing"]
    assert keys(read_settings(gone, named=False)[1]) == ["settings.none"]
    assert keys(read_settings(folder, named=True)[1]) == ["settings.denied"]


def test_sentences_of_the_agents_check() -> None:
    assert keys(faults_of(lambda: iter(()))) == ["settings.roles_fit"]
    (one,) = faults_of(lambda: iter(["window: this hall has no window 88."]))
    assert (one.key, one.facts["why"]) == ("settings.role", "window: this hall has no window 88.")
