"""What is known about a printer before anybody asks it: settings and profile, in one value."""

from dataclasses import dataclass, field
from pathlib import Path

from hallclient.devices.escpos import PAPER_58, PAPER_80, Paper, Sheet
from hallclient.devices.profile import DeviceProfile
from hallclient.services.glyphs import Glyphs


@dataclass(frozen=True, slots=True)
class PrinterSetup:
    """The sheet and the manners of a printer.

    ``logo`` is a PNG, drawn by the sheet's glyphs. ``answers`` is false for a target that is never
    asked; ``reports`` for a printer that does not know ASB.
    """

    sheet: Sheet = field(default_factory=Sheet)
    logo: Path | None = None
    answers: bool = True
    reports: bool = True


def printer_setup(
    url: str,
    paper: int = 80,
    profile: DeviceProfile | None = None,
    *,
    glyphs: Glyphs | None = None,
    logo: str = "",
) -> PrinterSetup:
    """Return the setup of the printer at a port.

    ``paper`` is the setting, in millimetres; where the profile's is narrower, that one counts. A
    folder (``file:``) never answers.
    """
    sheet = Sheet(PAPER_58 if paper == PAPER_58.millimetres else PAPER_80, glyphs)
    reports = True
    facts = profile.printer if profile else None
    if facts is not None:
        own = Paper(facts.paper, facts.dots)
        narrower = own if own.dots < sheet.paper.dots else sheet.paper
        sheet = Sheet(narrower, glyphs, facts.four_byte, facts.native_qr, facts.cutter)
        reports = facts.reports
    picture = Path(logo) if logo else None
    return PrinterSetup(sheet, picture, answers=not url.startswith("file:"), reports=reports)
