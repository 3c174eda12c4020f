"""The look of the program as data: colours, sizes, motion, from ``resources/theme/tokens.json``.

A theme is frozen. A screen changes its look by taking another theme, never by editing one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Template
from types import MappingProxyType
from typing import Any

from PySide6.QtGui import QColor

from hallclient import assets

SCHEMES = ("light", "board-dark", "high-contrast")
PUBLIC_TEXT, STAFF_TEXT, CONTROL_EDGE = 7.0, 4.5, 3.0


@dataclass(frozen=True, slots=True)
class StateLook:
    """How one state of a service window is shown: icon and colours by name, edge dashed or not."""

    icon: str
    fg: str
    bg: str
    edge: str
    strip: str
    dashed: bool
    hatched: bool


@dataclass(frozen=True, slots=True)
class Theme:
    """One scheme's colours with the sizes that all schemes share.

    ``colours`` maps a name to ``#RRGGBB``; ``type`` maps a surface (``kiosk``, ``clerkBar``, ...)
    to sizes in px on its reference canvas; ``motion`` is in ms; ``families`` maps a language code
    to font families in order.
    """

    scheme: str
    colours: Mapping[str, str]
    type: Mapping[str, Mapping[str, float]]
    motion: Mapping[str, int]
    families: Mapping[str, tuple[str, ...]]
    states: Mapping[str, StateLook]
    control_edge: float
    flat: bool
    """True when pressed and selected cannot be told by a tint (high contrast)."""

    def hex(self, name: str) -> str:
        """Return a colour as ``#RRGGBB``; KeyError for an unknown name."""
        return self.colours[name]

    def colour(self, name: str) -> QColor:
        """Return a colour; ``transparent`` is known too. KeyError for an unknown name."""
        if name == "transparent":
            return QColor(0, 0, 0, 0)
        return QColor(self.colours[name])

    def size(self, surface: str, name: str) -> float:
        """Return a type size in px on the reference canvas, e.g. ``("kiosk", "body")``."""
        return self.type[surface][name]


@cache
def tokens() -> Mapping[str, Any]:
    """Return the token file, read once."""
    data: dict[str, Any] = json.loads(assets.path("theme", "tokens.json").read_text("utf-8"))
    return MappingProxyType(data)


@cache
def load_theme(scheme: str = "light") -> Theme:
    """Return a scheme's theme; KeyError for a scheme that the token file does not have."""
    data = tokens()
    contrast = scheme == "high-contrast"
    border = data["border"]
    return Theme(
        scheme=scheme,
        colours=MappingProxyType(
            {k: v for k, v in data["color"][scheme].items() if not k.startswith("_")}
        ),
        type=MappingProxyType({k: _numbers(v) for k, v in data["type"].items() if k != "_unit"}),
        motion=MappingProxyType({k: v for k, v in data["motion"].items() if isinstance(v, int)}),
        families=MappingProxyType(
            {k: tuple(v) for k, v in data["font"]["familiesByLanguage"].items()}
        ),
        states=MappingProxyType({k: _state(v) for k, v in data["state"].items()}),
        control_edge=float(border["controlHighContrast" if contrast else "control"]),
        flat=contrast,
    )


def _numbers(sizes: Mapping[str, Any]) -> Mapping[str, float]:
    return MappingProxyType({k: float(v) for k, v in sizes.items() if isinstance(v, int | float)})


def _state(state: Mapping[str, str]) -> StateLook:
    edge, strip = state["edge"].split(), state["strip"].split()
    return StateLook(
        icon=state["icon"],
        fg=state["fg"],
        bg=state["bg"],
        edge=edge[0],
        strip=strip[0],
        dashed="dashed" in edge,
        hatched="hatched" in strip,
    )


def contrast_ratio(one: str, other: str) -> float:
    """Return the WCAG 2 contrast of two ``#RRGGBB`` colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def qss(theme: Theme) -> str:
    """Return the style sheet of Qt's own widgets (fields, lists, scroll bars) for a theme."""
    template = Template(assets.path("theme", "app.qss").read_text("utf-8"))
    return template.substitute(theme.colours, edge=f"{theme.control_edge:g}")
