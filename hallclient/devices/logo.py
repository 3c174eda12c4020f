"""A logo that suits a printer, or a clear refusal.

::

    PictureError    broken, too large for the paper, or too slow for the port
"""

from pathlib import Path

from hallclient.devices.escpos import Paper
from hallclient.devices.escpos_raster import raster
from hallclient.services.glyphs import Bitmap, Glyphs, PictureError

LOGO_SECONDS = 1.0
MAX_LOGO_DOTS = 240
BITS_PER_BYTE = 10


def load_logo(path: Path, glyphs: Glyphs, paper: Paper, baud: int | None) -> Bitmap:
    """Return the logo; ``baud`` is the port's, ``None`` where the wire is no matter.

    Each ticket would wait for its logo, so it may take ``LOGO_SECONDS`` at most.
    """
    logo = glyphs.picture(path, paper.dots)
    if logo.height > MAX_LOGO_DOTS:
        raise PictureError(f"{path} is {logo.height} dots high, a logo {MAX_LOGO_DOTS} at most")
    seconds = 0.0 if baud is None else len(raster(logo)) * BITS_PER_BYTE / baud
    if seconds > LOGO_SECONDS:
        raise PictureError(
            f"{path} would take {seconds:.1f} s on every ticket at {baud} baud:"
            " use a smaller picture or a faster port"
        )
    return logo
