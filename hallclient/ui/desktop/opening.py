"""Finds out what desktop this is."""

import logging
import os
from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from hallclient.ui.desktop.plain import FocusKeyboard, PlainStrip
from hallclient.ui.desktop.ports import Desktop, GlobalKeys

log = logging.getLogger(__name__)

_PLAIN: Mapping[str, tuple[str, str]] = {
    "wayland": ("Wayland", "Wayland grants no program a strip of the screen or keys of others."),
    "cocoa": ("macOS", "Strip and keys for all programs are not made for macOS."),
    "offscreen": ("no screen", "There is no desktop: the screen is not shown."),
}


def open_desktop(parent: QObject | None = None) -> Desktop:
    """Return what the present desktop grants; whatever is missing, the bar stays usable."""
    platform = QGuiApplication.platformName()
    if platform == "xcb":
        return _x11(parent)
    if platform == "windows":
        return _windows(parent)
    name, trouble = _PLAIN.get(platform.partition("-")[0], (platform, "Nothing is known of it."))
    return plain_desktop(name, trouble, parent)


def plain_desktop(name: str, trouble: str, parent: QObject | None = None) -> Desktop:
    """Return a desktop without strip and keys."""
    return Desktop(name, PlainStrip(trouble), GlobalKeys(parent), FocusKeyboard(), trouble)


def _x11(parent: QObject | None) -> Desktop:
    try:
        from xcffib import XcffibException  # noqa: PLC0415 - Linux's own

        from hallclient.ui.desktop.x11_keys import X11Keys  # noqa: PLC0415 - the same
        from hallclient.ui.desktop.x11_link import Link  # noqa: PLC0415 - the same
        from hallclient.ui.desktop.x11_strip import X11Strip  # noqa: PLC0415 - the same
    except ImportError as error:
        return plain_desktop("X11", f"The package xcffib cannot be used: {error}.", parent)
    try:
        link = Link(parent)
        keys = X11Keys(link, parent)
    except XcffibException as error:
        return plain_desktop("X11", f"The X server refuses a second connection: {error}.", parent)
    trouble = "" if link.repeats_told else "The X server does not tell held keys from pressed ones."
    if os.environ.get("WAYLAND_DISPLAY"):
        trouble = "This is X11 inside Wayland: keys work over other X11 programs only."
    return Desktop("X11", X11Strip(link), keys, keys, trouble)


def _windows(parent: QObject | None) -> Desktop:
    from hallclient.ui.desktop.windows import windows_desktop  # noqa: PLC0415 - Windows' own

    return windows_desktop(parent)
