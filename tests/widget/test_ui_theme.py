"""Colours: readable in every scheme, and the same as the token file says."""

import re

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from hallclient import assets
from hallclient.ui.theme import (
    CONTROL_EDGE,
    PUBLIC_TEXT,
    SCHEMES,
    STAFF_TEXT,
    contrast_ratio,
    load_theme,
    qss,
    tokens,
)

PUBLIC = [
    ("ink", "paper"), ("ink", "surface"), ("ink2", "paper"), ("ink2", "surface"),
    ("ink2", "sunken"), ("primary", "surface"), ("primary", "primaryTint"),
    ("onPrimary", "primary"), ("onCall", "call"), ("call", "primaryDeep"), ("ok", "okTint"),
    ("warn", "warnTint"), ("danger", "dangerTint"), ("pause", "pauseTint"),
    ("onDeep2", "primaryDeep"), ("onPrimary", "primaryPressed"), ("ink", "sunken"),
    ("ink", "primaryTint"), ("ink", "warnTint"), ("ink", "okTint"),
]  # fmt: skip
STAFF = [("ink3", "paper"), ("ink3", "surface")]
EDGES = [("lineStrong", "surface"), ("lineStrong", "paper"), ("ink", "surface")]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_pair_that_is_drawn_is_readable(scheme: str) -> None:
    theme = load_theme(scheme)
    for pairs, least in ((PUBLIC, PUBLIC_TEXT), (STAFF, STAFF_TEXT), (EDGES, CONTROL_EDGE)):
        for one, other in pairs:
            ratio = contrast_ratio(theme.hex(one), theme.hex(other))
            assert ratio >= least, f"{scheme}: {one} on {other} is {ratio:.2f}"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_ratios_are_those_the_tokens_state(scheme: str) -> None:
    theme = load_theme(scheme)
    for pair, stated in tokens()["contrast"][scheme].items():
        one, other = pair.split(" on ")
        ratio = contrast_ratio(theme.hex(one), theme.hex(other))
        assert ratio == pytest.approx(stated, abs=0.006), pair


def test_contrast_knows_black_and_white() -> None:
    assert contrast_ratio("#FFFFFF", "#000000") == pytest.approx(21.0)
    assert contrast_ratio("#123456", "#123456") == pytest.approx(1.0)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_style_sheet_is_filled_and_taken_by_qt(
    scheme: str, app: QApplication, qtbot: QtBot
) -> None:
    sheet = qss(load_theme(scheme))
    assert "$" not in sheet
    assert load_theme(scheme).hex("surface") in sheet
    field = QLineEdit("12")
    qtbot.addWidget(field)
    field.setStyleSheet(sheet)
    field.resize(200, 48)
    middle = field.grab().toImage().pixelColor(150, 24)
    assert middle == load_theme(scheme).colour("surface")


def test_every_state_has_its_icon_and_colours() -> None:
    theme = load_theme()
    for name, state in theme.states.items():
        assert assets.path("icons", f"{state.icon}.svg").is_file(), name
        for colour in (state.fg, state.bg, state.edge, state.strip):
            assert theme.colour(colour).isValid()
    assert theme.states["closed"].dashed
    assert theme.states["offline"].hatched


def test_edges_are_thicker_in_high_contrast() -> None:
    assert load_theme("high-contrast").control_edge > load_theme("light").control_edge


def test_the_style_sheet_names_no_colour_of_its_own() -> None:
    template = assets.path("theme", "app.qss").read_text("utf-8")
    assert not re.findall(r"#[0-9A-Fa-f]{6}", template)
