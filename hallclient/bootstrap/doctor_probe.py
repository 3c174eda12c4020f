"""A look at Qt or at the sound device in a process of its own; prints what it found as JSON.

``python -m hallclient.bootstrap.doctor_probe qt|sound``. A Qt that finds no platform plugin aborts,
an audio server may hang: neither must take the doctor with it.
"""

import json
import sys
from typing import Any


def qt() -> dict[str, Any]:
    """Return the platform, the families that draw, the monitors."""
    from PySide6.QtGui import QFontInfo, QGuiApplication  # noqa: PLC0415 - may fail: the caller says

    from hallclient.ui.fonts import font, load_fonts  # noqa: PLC0415 - the same
    from hallclient.ui.theme import load_theme  # noqa: PLC0415 - the same

    app = QGuiApplication(["hallclient"])
    load_fonts()
    asked = next(iter(load_theme().families["zh-CN"]))
    fonts = {asked: QFontInfo(font(40)).family()}
    fonts |= {family: _drawn(text, family) for text, family in _chinese(load_theme().families)}
    found = []
    for screen in sorted(app.screens(), key=lambda one: one is not app.primaryScreen()):
        at, ratio = screen.geometry(), screen.devicePixelRatio()
        found.append([screen.name(), round(at.width() * ratio), round(at.height() * ratio)])
    order = [screen.name() for screen in app.screens()]
    return {"platform": app.platformName(), "fonts": fonts, "monitors": found, "order": order}


def _chinese(families: Any) -> list[tuple[str, str]]:
    return [("过户", families["zh-CN"][1]), ("過戶", families["zh-Hant"][1])]


def _drawn(text: str, family: str) -> str:
    """Return the family that a text is really drawn with."""
    from PySide6.QtGui import QFont, QTextLayout  # noqa: PLC0415 - may fail: the caller says

    asked = QFont()
    asked.setFamilies([family])
    layout = QTextLayout(text, asked)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    return runs[0].rawFont().familyName() if runs else ""


def sound() -> dict[str, Any]:
    """Return the names of the devices that can be heard."""
    import miniaudio  # noqa: PLC0415 - the caller says what is missing

    real = [backend for backend in miniaudio.Backend if backend is not miniaudio.Backend.NULL]
    try:
        playbacks = miniaudio.Devices(real).get_playbacks()
    except miniaudio.MiniaudioError as error:
        return {"devices": [], "why": str(error)}
    names = [str(one["name"]) for one in playbacks]
    return {"devices": [name for name in names if not name.startswith(_NOWHERE)], "why": ""}


_NOWHERE = "Discard all samples"
"""ALSA's device that nobody hears; it is there without any sound card."""


if __name__ == "__main__":
    print(json.dumps({"qt": qt, "sound": sound}[sys.argv[1]](), ensure_ascii=False))  # noqa: T201
