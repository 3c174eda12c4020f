"""What a widget needs to draw itself, handed down from the canvas: theme, language, scale."""

from dataclasses import dataclass, field

from PySide6.QtGui import QColor, QFont

from hallclient.ui import fonts
from hallclient.ui.theme import Theme, load_theme


@dataclass(frozen=True, slots=True)
class Look:
    """Theme, language and ``k``, the factor from reference px to this screen's px."""

    theme: Theme = field(default_factory=load_theme)
    language: str = "zh-CN"
    k: float = 1.0

    def px(self, reference: float) -> int:
        """Return a reference length as whole screen px, at least 1 for anything visible."""
        return max(1, round(reference * self.k)) if reference > 0 else round(reference * self.k)

    def font(self, reference: float, weight: int = fonts.REGULAR) -> QFont:
        """Return the font of a reference size."""
        return fonts.font(self.px(reference), weight, self.language)

    def colour(self, name: str) -> QColor:
        """Return a theme colour."""
        return self.theme.colour(name)
