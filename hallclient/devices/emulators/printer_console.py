"""The emulated printer with a text console, and a folder for what it prints."""

from pathlib import Path

from hallclient.devices.emulators.console import Console, Verb, octets, seconds, switch
from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.devices.escpos import PAPER_80, Paper
from hallclient.devices.paper import PrintedTicket

FAULTS = ("paper_out", "paper_near_end", "cover_open", "cutter_error", "head_hot", "mute", "deaf")


class ConsolePrinter(EmulatedPrinter):
    """An ``EmulatedPrinter`` that a person drives; ``out`` gets one file for each ticket."""

    def __init__(
        self,
        *,
        link: Path | None = None,
        paper: Paper = PAPER_80,
        out: Path | None = None,
        baud: int | None = None,
        reports: bool = True,
    ) -> None:
        self._out = out
        self._kept = 0
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
        self._console = Console(self._verbs())
        super().__init__(link=link, paper=paper, printed=self._keep, baud=baud, reports=reports)

    def command(self, line: str) -> str:
        """Do what a line says and tell how it went."""
        return self._console.command(line)

    def _keep(self, ticket: PrintedTicket) -> None:
        self._kept += 1
        if self._out is not None:
            (self._out / f"{self._kept:04}.bin").write_bytes(ticket.raw)

    def _verbs(self) -> dict[str, Verb]:
        return {
            "fault": Verb(f"fault {'|'.join(FAULTS)} on|off", self._set_fault),
            "slow": Verb("slow SECONDS|off: thinks before it answers", self._set_slow),
            "noise": Verb("noise HEX|off: bytes before each answer", self._set_noise),
            "busy": Verb("busy on|off: its buffer is full (XOFF)", self._set_busy),
            "plug": Verb("plug: put the cable in", lambda _: self.plug_in()),
            "unplug": Verb("unplug: pull the cable", lambda _: self.unplug()),
            "tickets": Verb("tickets: how many came out", lambda _: str(len(self.tickets))),
            "last": Verb("last: what stands on the last one", lambda _: self._last()),
        }

    def _set_fault(self, text: str) -> None:
        name, _, state = text.partition(" ")
        if name not in FAULTS:
            raise ValueError(f"there is no fault {name!r}")
        setattr(self, name, switch(state.strip()))

    def _set_busy(self, text: str) -> None:
        self.set_busy(busy=switch(text))

    def _set_slow(self, text: str) -> None:
        self.slow = seconds(text)

    def _set_noise(self, text: str) -> None:
        self.noise = b"" if text == "off" else octets(text)

    def _last(self) -> str:
        return self.tickets[-1].text if self.tickets else "nothing yet"
