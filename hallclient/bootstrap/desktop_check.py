"""What this PC's desktop grants a bar: ``hallclient window --check-desktop``."""

from dataclasses import asdict

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from hallclient.config import Settings
from hallclient.ui.desktop.chords import usable
from hallclient.ui.desktop.opening import open_desktop
from hallclient.ui.desktop.ports import GlobalKeys

_SIZE = {"top": 72, "left": 88, "right": 88}


def desktop_lines(settings: Settings) -> list[str]:
    """Ask the desktop, give everything back, and return one line for each thing asked."""
    app = QApplication.instance() or QApplication(["hallclient"])
    desktop = open_desktop()
    try:
        lines = [f"desktop     {desktop.name}"]
        if desktop.trouble:
            lines.append(f"            {desktop.trouble}")
        for screen in QGuiApplication.screens():
            area, mark = screen.geometry(), " main" * (screen is QGuiApplication.primaryScreen())
            size = f"{area.width()}x{area.height()}+{area.x()}+{area.y()}"
            lines.append(f"monitor     {screen.name()} {size} {screen.devicePixelRatio():g}x{mark}")
        probe = QWidget()
        probe.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        edge = settings.window.edge
        desktop.strip.reserve(probe, QGuiApplication.primaryScreen(), edge, _SIZE[edge])
        lines.append(f"strip {edge:<6}{desktop.strip.trouble or 'kept free'}")
        desktop.strip.release(probe)
        lines += _key_lines(settings, desktop.keys)
    finally:
        desktop.keys.close()
        app.processEvents()
    return lines


def _key_lines(settings: Settings, keys: GlobalKeys) -> list[str]:
    if keys.trouble:
        return [f"keys        {keys.trouble}"]
    own = {n: text for n, text in usable(asdict(settings.window.keys)).items() if n != "take_back"}
    lines = []
    for binding in keys.bind(own):
        note = ""
        if binding.conflict:
            note = f" (another program has {binding.wanted})"
        lines.append(f"key         {binding.name:<16}{binding.works or 'mouse only'}{note}")
    return lines
