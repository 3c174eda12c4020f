"""What a kiosk says when something is away: the database in blue, the printer in ochre."""

from PySide6.QtCore import QObject

from hallclient.kiosk.offline import Offline
from hallclient.kiosk.printing import Printing
from hallclient.services.ports_devices import PrintTrouble
from hallclient.services.store_error import StoreError
from hallclient.ui.notices import Notice, NoticeBoard, Tone
from hallclient.ui.words import Words

DATABASE, PRINTER = "database", "printer"


class Faults(QObject):
    """Keeps the notices of a kiosk in the present language."""

    def __init__(
        self,
        words: Words,
        board: NoticeBoard,
        printing: Printing,
        offline: Offline,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self.board = board
        self._printing = printing
        self._offline = offline
        self._error: StoreError | None = None
        printing.trouble_changed.connect(self.printer)
        offline.changed.connect(self._reword)
        words.switched.connect(self._retext)

    def database_lost(self, error: object) -> None:
        """Say that the database is away; what cannot recover by itself needs somebody."""
        known = error if isinstance(error, StoreError) else StoreError(str(error))
        self._error = known
        words = self._words
        if known.retryable:
            waits = "network_sub" if self._offline.ready else "network_wait"
            title, text = words("kiosk.fault.network"), words(f"kiosk.fault.{waits}")
            notice = Notice(Tone.RECOVERING, title, text, counted=True)
        else:
            title, text = words("kiosk.fault.cannot_take"), words("kiosk.fault.cannot_take_sub")
            notice = Notice(Tone.NEEDS_SOMEONE, title, text)
        self.board.post(DATABASE, notice)

    def database_found(self) -> None:
        """Say that it is back; the notice goes by itself."""
        self._error = None
        words = self._words
        self.board.recover(
            DATABASE, words("kiosk.fault.recovered"), words("kiosk.fault.recovered_sub")
        )

    def printer(self) -> None:
        """Say whether paper can be expected, where there is a printer at all."""
        printing, words = self._printing, self._words
        if not printing.fitted or printing.works:
            self.board.clear(PRINTER)
            return
        out = printing.trouble is PrintTrouble.PAPER_OUT
        title = words("kiosk.fault.paper_out" if out else "kiosk.fault.printer")
        text = words("kiosk.fault.printer_sub")
        self.board.post(PRINTER, Notice(Tone.NEEDS_SOMEONE, title, text, icon="printer-off"))

    def _reword(self) -> None:
        if self._error is not None:
            self.database_lost(self._error)

    def _retext(self, _code: str) -> None:
        self._reword()
        self.printer()
