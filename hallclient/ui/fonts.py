"""The program's own fonts: IBM Plex Sans for Latin and digits, Noto Sans CJK for Chinese.

Both are variable fonts. ``QFont.setWeight`` leaves them at their default instance (Noto: Thin),
only ``setVariableAxis("wght", ...)`` (Qt 6.7) moves them. Qt falls back to another font in silence,
so loading is checked here and the family is checked again by a test. A font that is missing is a
line in the log, not the end: a screen with other letters is better than none.
"""

import logging
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from hallclient.ui.theme import load_theme

log = logging.getLogger(__name__)

_FILES = {
    "IBM Plex Sans": ("fontpkg_ibm_plex_sans", "files/IBMPlexSans[wdth,wght].ttf"),
    "Noto Sans CJK": ("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc"),
}
_WEIGHT = QFont.Tag.fromString("wght")
_HINTS = (QFont.StyleHint.SansSerif, QFont.StyleHint.System, QFont.StyleHint.Serif)
REGULAR, MEDIUM, FIGURE, BOLD = 400, 500, 600, 700


@cache
def load_fonts() -> tuple[str, ...]:
    """Register the fonts with Qt once and return their families; needs a QGuiApplication.

    The files are mapped, not read: about 15 ms and 2 MB for all 33 MB of them.
    """
    families: list[str] = []
    for name, (package, file) in _FILES.items():
        # importlib.resources would cost a third of the whole loading in imports of its own.
        spec = find_spec(package)
        path = Path(spec.origin).parent / file if spec is not None and spec.origin else None
        font_id = QFontDatabase.addApplicationFont(str(path)) if path is not None else -1
        if font_id < 0:
            log.error(
                "the font %s is missing (%s); the system's own is used", name, path or package
            )
            continue
        families += QFontDatabase.applicationFontFamilies(font_id)
    return tuple(families)


@lru_cache(maxsize=512)
def font(px: int, weight: int = REGULAR, language: str = "zh-CN") -> QFont:
    """Return a font of ``px`` pixels; ``weight`` 100 to 700. It is shared: copy before changing it.

    zh-Hant draws Chinese from Noto Sans CJK TC, every other language from SC.
    """
    load_fonts()
    chosen = load_theme().families
    families = chosen.get(language, chosen["zh-CN"])
    made = QFont()
    made.setFamilies(list(families))
    # Qt's font cache knows a font by its first family only: without a difference of their own, the
    # language drawn first would decide whether Chinese comes from SC or TC for all the others.
    made.setStyleHint(_HINTS[list(dict.fromkeys(chosen.values())).index(families)])
    made.setPixelSize(max(1, px))
    made.setVariableAxis(_WEIGHT, weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@lru_cache(maxsize=512)
def metrics(px: int, weight: int = REGULAR, language: str = "zh-CN") -> QFontMetricsF:
    """Return the metrics of :func:`font` with the same arguments."""
    return QFontMetricsF(font(px, weight, language))
