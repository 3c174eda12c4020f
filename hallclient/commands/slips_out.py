"""Where a slip goes: to a station's printer, into a file, or onto the terminal."""

import argparse
import time
from pathlib import Path

from hallclient.commands.running import CommandError
from hallclient.config import PAPERS
from hallclient.devices.escpos import PAPER_58, PAPER_80, Paper
from hallclient.devices.escpos_blocks import encode_slip
from hallclient.devices.paper import Align, Feed, PaperItem, QrMark, TextLine
from hallclient.devices.paper_reader import PaperReader
from hallclient.services.hall_slips import MadeSlip
from hallclient.services.jobs import PrintJob, PrintJobState
from hallclient.services.ports_devices import DeviceKind
from hallclient.services.print_jobs import PrintJobs
from hallclient.services.store import Store

WAIT_S = 8.0
_LOOK_S = 0.2
_SAYS = {
    PrintJobState.WAITING: "waits for the printer of {station}",
    PrintJobState.PRINTING: "is being printed at {station}",
    PrintJobState.PRINTED: "came out at {station}",
    PrintJobState.UNKNOWN: "may have come out at {station}: look there before asking again",
    PrintJobState.CANCELLED: "could not be printed at {station}",
}


def add_target_arguments(parser: argparse.ArgumentParser, *, preview: bool = True) -> None:
    """Add the options that say where a slip goes."""
    parser.add_argument("--station", default="", metavar="NAME", help="print it there, K1")
    parser.add_argument(
        "--wait", type=float, default=WAIT_S, metavar="S", help="wait so long for the paper (8)"
    )
    if preview:
        parser.add_argument("--out", type=Path, metavar="FILE", help="the printer's bytes, as file")
        parser.add_argument("--text", action="store_true", help="show it here (default)")
        parser.add_argument("--paper", type=int, choices=PAPERS, default=80, help="width in mm")


def send(store: Store, made: MadeSlip, station: str, actor: str, wait_s: float) -> int:
    """Put a job for a station, wait a little and say how it stands."""
    job = PrintJobs(store, actor).ask(station, made.slip, made.kind, made.subject)
    return settle(store, job, actor, wait_s)


def settle(store: Store, job: PrintJob, actor: str, wait_s: float) -> int:
    """Wait a little for a job's paper and say how it stands; 1 when there is none."""
    jobs, station = PrintJobs(store, actor), job.station
    if not _has_printer(store, station):
        print(f"No printer of {station} is known to this hall yet.")
    until = time.monotonic() + wait_s
    while _open(job) and time.monotonic() < until:
        time.sleep(_LOOK_S)
        job = jobs.state(job.id)
    print(f"The slip {_SAYS[job.state].format(station=station)}{_why(job)}.")
    return 0 if _open(job) or job.state is PrintJobState.PRINTED else 1


def show(made: MadeSlip, paper_mm: int, out: Path | None) -> None:
    """Write the printer's bytes to a file, or show what would come out."""
    paper = PAPER_58 if paper_mm == 58 else PAPER_80
    data = encode_slip(made.slip, paper)
    if out is None:
        print(as_text(data, paper))
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        raise CommandError(f"The file {out} cannot be written: {error.strerror}.") from error
    print(f"{out}: {len(data)} bytes.")


def as_text(data: bytes, paper: Paper) -> str:
    """Return what these bytes leave on paper, in letters: sizes are lost, places are not."""
    (ticket,) = PaperReader(paper).feed(data)
    return "\n".join(line for item in ticket.items for line in _lines(item, paper)).strip("\n")


def _lines(item: PaperItem, paper: Paper) -> list[str]:
    match item:
        case TextLine():
            columns = sum(len(run.text.encode("gb18030")) for run in item.runs)
            left = {Align.CENTRE: (paper.columns - columns) // 2, Align.RIGHT: paper.columns}
            return [" " * max(0, left.get(item.align, 0)) + item.text.rstrip()]
        case QrMark():
            return [f"[QR {item.payload}]".center(paper.columns).rstrip()]
        case Feed():
            return [""] * item.lines
        case _:
            return []


def _has_printer(store: Store, station: str) -> bool:
    with store.look() as reader:
        devices = reader.devices()
    printers = (one.station for one in devices if one.report.kind is DeviceKind.PRINTER)
    return station in printers


def _open(job: PrintJob) -> bool:
    return job.state in (PrintJobState.WAITING, PrintJobState.PRINTING)


def _why(job: PrintJob) -> str:
    return f" ({job.trouble.replace('_', ' ')})" if job.trouble else ""
