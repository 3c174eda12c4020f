"""Alarms about the hall's data at the console: what was lost in full, and somebody takes it."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.alarm import Alarm, AlarmKind, Verb
from hallclient.domain.backup_alarms import BackupFact, backups_wrong
from hallclient.lab.sheets.console import Setting, still_console
from hallclient.lab.sheets.console_alarms import data_alarms, floor_with
from hallclient.lab.sheets.console_floor import NOW, busy_floor, numbered_plan
from hallclient.services.hallfile import load_hall
from hallclient.supervisor.alarm_words import alarm_line, data_text
from hallclient.supervisor.sheets.data import DataSheet
from hallclient.ui.words import Words

STATE = busy_floor(numbered_plan(load_hall("demo").plan))


def alarm_of(trouble: str, lost: str) -> Alarm:
    (alarm,) = backups_wrong(NOW, [BackupFact("PC1", NOW, trouble, NOW, lost)])
    return alarm


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
@pytest.mark.parametrize(
    ("trouble", "lost", "short", "whole"),
    [
        ("restored", "A012, B003", "2", ("A012, B003",)),
        ("restored", "", "", ()),
        ("lost", "7 19", "12", ("7", "19")),
        ("lost", "20 19", "", ("19",)),
        ("lost", "", "", ()),
    ],
)
def test_the_line_counts_and_the_sheet_tells(
    language: str, trouble: str, lost: str, short: str, whole: tuple[str, ...]
) -> None:
    words, alarm = Words(language), alarm_of(trouble, lost)
    line, text = alarm_line(alarm, STATE, words), data_text(alarm, words)
    assert (alarm.kind, line.verb) == (AlarmKind.RESTORED, Verb.SHOW_DATA)
    assert short in line.text
    assert all(part in text for part in whole)
    assert len(text) > len(line.text)


def test_details_are_opened_by_the_verb(app: QApplication, qtbot: QtBot) -> None:
    state = floor_with(STATE, data_alarms())
    with still_console(state, Setting()) as screen:
        line = screen.presenter.view.alarms[2]
        assert line.verb is Verb.SHOW_DATA
        screen.alarms.asked.emit(line.key)
        sheet = screen.sheet
        assert isinstance(sheet, DataSheet)
        assert "BDC019" in sheet.text.text()
        assert not sheet.text.is_cut()
        sheet.show_state(replace(state, alarms=()))
        assert "BDC019" in sheet.text.text(), "it is read to its end"
