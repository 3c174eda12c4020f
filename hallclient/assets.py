"""Where the packaged resources lie: themes, icons, fonts, hall files, device profiles, words."""

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def root() -> Path:
    """Return the resource folder: in the wheel when installed, beside the package in a checkout."""
    packaged = _HERE / "_resources"
    return packaged if packaged.is_dir() else _HERE.parent / "resources"


def path(*parts: str) -> Path:
    """Return the path of one resource, for example ``path("theme", "tokens.json")``."""
    return root().joinpath(*parts)
