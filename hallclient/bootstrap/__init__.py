"""The one place that joins layers: settings in, a running role out. One module a role."""

import gc
import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hallclient.bootstrap.role import Role
    from hallclient.config import Settings

ROLES = ("kiosk", "window", "display", "screen", "supervisor")


def open_role(name: str, settings: "Settings", *, ahead_s: int = 0) -> "Role":
    """Return a role of ``ROLES``; ``ahead_s`` sets the hall's clock ahead.

    The collector rests until the role has started (``Role.run``): nothing imported and built at a
    start is garbage, and looking for some costs a fifth of the time to the first screen.
    """
    gc.disable()
    module = importlib.import_module(f"hallclient.bootstrap.{name}")
    role: Role = getattr(module, f"open_{name}")(settings, ahead_s=ahead_s)
    return role
