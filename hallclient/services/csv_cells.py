"""Cells of a CSV file that a spreadsheet takes for what they are."""

from typing import Final, TypeVar

Cell = TypeVar("Cell")

_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def harmless(cell: Cell) -> Cell | str:
    """Return a cell, a text that a spreadsheet would take for a formula behind an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
