"""How a kiosk meets the one who stands before it; everything falls back when the visit ends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Modes:
    """Elder mode (大字版), high contrast, low reach (低位操作), voice guidance with its volume."""

    elder: bool = False
    contrast: bool = False
    low: bool = False
    voice: bool = False
    volume: int = 70
    """0 to 100."""
