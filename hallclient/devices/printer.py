"""A ticket printer on a link.

Each request asks the printer first, writes the slip, and asks again behind it. The second answer
travels after the slip's bytes, so it proves that they arrived. Rules (devices.md §1):

- asked first, the printer is out of paper, open, in error or silent: nothing is sent, the
  outcome is *not printed* with the reason;
- after a write time-out, a lost port, or silence or trouble behind the slip, bytes may be on
  paper: the outcome is *unknown*. Nothing is ever sent twice by itself.

A target that never answers (a folder, a mute print server) is not asked; there a slip counts as
printed once it is written.
"""

import itertools
import logging
import time
from collections.abc import Callable

from hallclient.devices.escpos import FEED_AND_CUT
from hallclient.devices.escpos_blocks import lay_out
from hallclient.devices.escpos_raster import BAND_BYTES, RASTER
from hallclient.devices.escpos_status import ASB_ON, QUERY, PrinterStatus
from hallclient.devices.link import Channel, Link
from hallclient.devices.logo import load_logo
from hallclient.devices.paper_meter import PaperMeter
from hallclient.devices.paper_reader import PaperReader
from hallclient.devices.printer_lamp import PrinterLamp, StatusChanged
from hallclient.devices.printer_setup import PrinterSetup, printer_setup
from hallclient.devices.printer_talk import ANSWER_SECONDS, PrinterTalk
from hallclient.devices.transport import DeviceError, PortLost, WriteTimeout
from hallclient.services.glyphs import Bitmap, PictureError
from hallclient.services.ports_devices import (
    DeviceState,
    PrintOutcome,
    PrintResult,
    PrintTrouble,
)
from hallclient.services.slip import MAX_QR_PAYLOAD, Slip

log = logging.getLogger(__name__)

# Seconds from one look at the printer to the next: one that is silent, one that does not report
# by itself or is in trouble, one that reports (it might still have lost its power).
SILENT_SECONDS, ASKED_SECONDS, REPORTING_SECONDS = 2.0, 0.8, 5.0
HEAD_BYTES = 4
# After a torn write the printer may still wait for the rest of a QR store or of a picture. NULs
# end it and print nothing; the longest store is the payload and three bytes. Whoever used the
# printer before this start may have been killed over a slip, so it begins with them.
RESYNC, RESYNC_PICTURE = bytes(MAX_QR_PAYLOAD + 3), bytes(BAND_BYTES)
_NO_PACE = ("socket:", "file:")


class TicketPrinter:
    """Prints slips; ``finished`` gets exactly one outcome per request, in the worker thread.

    It may arrive before ``print_slip`` has returned the request's number. Requests still queued
    when the link is closed end as not printed. ``meter`` counts the paper and belongs to the
    worker thread from now on.
    """

    def __init__(
        self,
        link: Link,
        finished: Callable[[PrintOutcome], None],
        setup: PrinterSetup | None = None,
        *,
        meter: PaperMeter | None = None,
    ) -> None:
        self._finished = finished
        self._setup = setup or printer_setup(link.url)
        self._meter = meter
        self._baud = None if link.url.startswith(_NO_PACE) else link.settings.baud
        self._logo: Bitmap | None = None
        self._logo_tried = False
        self._requests = itertools.count(1)
        self._resync = RESYNC_PICTURE
        self._check_at = 0.0
        self._lamp = PrinterLamp()
        self._talk = PrinterTalk(link.settings, self._seen)
        self._member = link.join(self)
        self._member.watch(self._lamp.link_changed)

    @property
    def state(self) -> DeviceState:
        """Where the printer stands now; any thread."""
        return self._member.state

    @property
    def tickets_left(self) -> int | None:
        """About how many slips the roll still holds, ``None`` without a meter; any thread."""
        return None if self._meter is None else self._meter.tickets_left

    def watch(self, changed: Callable[[DeviceState], None]) -> None:
        """Call ``changed`` at every change of the link's state, in the worker thread."""
        self._member.watch(changed)

    def watch_status(self, changed: StatusChanged) -> None:
        """Call ``changed`` at every change of state, trouble or low paper, in the worker thread.

        Ready is told once the printer was asked, so ready without a trouble means that it prints.
        """
        self._lamp.watch(changed)

    def print_slip(self, slip: Slip) -> int:
        """Queue a slip and return its request number at once."""
        request = next(self._requests)
        self._member.submit(
            lambda channel: self._print(request, slip, channel),
            lambda _reason: self._not_printed(request, PrintTrouble.ABSENT),
        )
        return request

    # The link's client.

    @property
    def gap_seconds(self) -> float | None:
        """No frames, no gap."""
        return None

    def opened(self, channel: Channel) -> None:
        """Find out whether anybody answers."""
        self._talk.opened()
        try:
            if self._setup.answers:
                self._check(channel)
        finally:
            self._check_at = time.monotonic() + REPORTING_SECONDS
            self._lamp.greet()

    def received(self, data: bytes, channel: Channel) -> None:
        """Take what the printer says unasked: its reports, late answers."""
        if self._talk.hear(data, channel) and self._setup.answers:
            channel.answers(answers=True)

    def silent(self, channel: Channel) -> None:
        """Nothing to do, see ``gap_seconds``."""

    def due(self, now: float) -> float | None:
        """Look at the printer now and then: trouble and return are seen before the next visitor."""
        pause = self._pause()
        if pause is None:
            return None
        if now >= self._check_at:
            self._check_at = now + pause
            self._member.submit(self._check, _ignore)
        self._check_at = min(self._check_at, now + pause)
        return self._check_at

    def _pause(self) -> float | None:
        """Return the seconds between two looks, ``None`` when there is nothing to look at."""
        if not self._setup.answers or not self._lamp.greeted:
            return None
        if self.state is DeviceState.STALE:
            return SILENT_SECONDS
        return REPORTING_SECONDS if self._talk.reports and self._lamp.fit else ASKED_SECONDS

    def _check(self, channel: Channel) -> None:
        fit = _fit(self._talk.ask(channel))
        if fit and self._resync:  # now, while nobody waits for paper
            channel.write(self._resync)
            wire = self._talk.wire_seconds(self._resync)
            fit = _fit(self._talk.ask(channel, ANSWER_SECONDS + wire))
            self._resync = b"" if fit else self._resync
        # In the middle of a torn slip the wish would be taken for a part of it.
        if fit and self._setup.reports:
            self._talk.want_reports(channel)

    # One request, in the worker thread.

    def _print(self, request: int, slip: Slip, channel: Channel) -> None:
        try:
            data = self._laid_out(slip)
        except Exception:
            log.exception("print request %d cannot be laid out", request)
            self._not_printed(request, PrintTrouble.ERROR)
            return
        if self._setup.answers:
            self._print_asking(request, data, channel)
        else:
            self._print_blindly(request, data, channel)

    def _laid_out(self, slip: Slip) -> bytes:
        if not self._logo_tried:
            self._logo_tried = True
            self._logo = self._loaded_logo()
        data = lay_out(slip, self._setup.sheet, self._logo)
        return data + ASB_ON if self._setup.answers and self._setup.reports else data

    def _loaded_logo(self) -> Bitmap | None:
        path, sheet = self._setup.logo, self._setup.sheet
        if path is None or sheet.glyphs is None:
            return None
        try:
            return load_logo(path, sheet.glyphs, sheet.paper, self._baud)
        except PictureError as error:
            log.warning("no logo on tickets: %s", error)
            return None

    def _print_blindly(self, request: int, data: bytes, channel: Channel) -> None:
        try:
            channel.write(data)
            channel.write(QUERY)  # ends a job for a folder (file_port.py), harmless elsewhere
        except (PortLost, WriteTimeout) as error:
            trouble = _trouble_of(error)
            self._finish(PrintOutcome(request, PrintResult.UNKNOWN, trouble))
            raise
        written_at = time.monotonic()
        self._count(data)
        self._finish(PrintOutcome(request, PrintResult.PRINTED, None, written_at))

    def _print_asking(self, request: int, data: bytes, channel: Channel) -> None:
        try:
            status = self._talk.ask(channel) or self._talk.ask(channel)
        except (PortLost, WriteTimeout) as error:
            self._not_printed(request, _trouble_of(error))
            raise
        trouble = _trouble(status)
        if trouble is None:
            self._send(request, data, channel)
        else:
            self._not_printed(request, trouble)

    def _send(self, request: int, data: bytes, channel: Channel) -> None:
        first_byte_at = None
        resync = self._resync
        own = RESYNC_PICTURE if RASTER in data else RESYNC
        self._resync = max(resync, own, key=len)  # until the printer has answered behind the slip
        try:
            if resync:
                channel.write(resync)
            # The head alone only initialises the printer; its time is the first byte's.
            channel.write(data[:HEAD_BYTES])
            first_byte_at = time.monotonic()
            self._talk.write(data[HEAD_BYTES:], channel)
            status = self._talk.ask(channel, ANSWER_SECONDS + self._talk.wire_seconds(data))
        except (PortLost, WriteTimeout) as error:
            lost = isinstance(error, PortLost)
            reason = PrintTrouble.ABSENT if lost else self._last_words(channel)
            self._count(data)
            self._finish(PrintOutcome(request, PrintResult.UNKNOWN, reason, first_byte_at))
            raise
        trouble = _trouble(status)
        if status is not None:
            self._resync = b""
        low = status is not None and status.paper_low
        result = PrintResult.PRINTED if trouble is None else PrintResult.UNKNOWN
        self._count(data)
        self._finish(PrintOutcome(request, result, trouble, first_byte_at, low))

    def _last_words(self, channel: Channel) -> PrintTrouble:
        """Ask a printer that takes no bytes what the matter is."""
        try:
            return _trouble(self._talk.ask(channel)) or PrintTrouble.OFFLINE
        except DeviceError:
            return PrintTrouble.OFFLINE

    def _not_printed(self, request: int, trouble: PrintTrouble) -> None:
        self._finish(PrintOutcome(request, PrintResult.NOT_PRINTED, trouble))

    def _finish(self, outcome: PrintOutcome) -> None:
        log.info("print request %d: %s", outcome.request, outcome.result)
        self._finished(outcome)

    def _count(self, data: bytes) -> None:
        """Note the paper that a slip took, or may have taken."""
        if self._meter is not None:
            # One cut more, for a printer without a cutter; what follows the first is no slip.
            for slip in PaperReader(self._setup.sheet.paper).feed(data + FEED_AND_CUT)[:1]:
                self._meter.printed(slip.millimetres)

    def _seen(self, status: PrinterStatus) -> None:
        if self._meter is not None and not status.cover_open:  # no sensor tells the truth then
            self._meter.saw(status.paper)
        self._lamp.seen(status)


def _ignore(_reason: DeviceError) -> None:
    """Leave a check that could not be made to the next one."""


def _trouble_of(error: DeviceError) -> PrintTrouble:
    return PrintTrouble.ABSENT if isinstance(error, PortLost) else PrintTrouble.OFFLINE


def _fit(status: PrinterStatus | None) -> bool:
    return _trouble(status) is None


def _trouble(status: PrinterStatus | None) -> PrintTrouble | None:
    """Return why a printer in this state prints nothing, ``None`` when it would print."""
    return PrintTrouble.OFFLINE if status is None else status.trouble
