"""Whether this PC can play videos: the optional extra ``hallclient[video]`` (PySide6-Addons)."""

from importlib.util import find_spec

MODULE = "PySide6.QtMultimedia"


def has_video() -> bool:
    """Return whether the extra is installed here."""
    return find_spec(MODULE) is not None
