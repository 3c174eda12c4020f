"""A GSM modem behind a real pseudo-terminal: takes text messages in PDU mode and keeps them."""

import re
import threading
from pathlib import Path

from hallclient.devices.pseudo_terminal import PseudoDevice

_SEND = re.compile(rb"AT\+CMGS=(\d{1,3})")

_KNOWN = {
    b"AT": "",
    b"AT+CMEE=1": "",
    b"AT+CMGF=0": "",
    b"AT+CPIN?": "+CPIN: READY",
    b"AT+CSQ": "+CSQ: 21,99",
}


class EmulatedModem(PseudoDevice):
    """Answers as a modem does.

    Faults: ``mute`` (reads, never answers), ``refuses`` (``+CMS ERROR`` behind the text),
    ``refuses_after`` (the same from the n-th on), ``silent_after_text`` (takes the text, then says
    nothing), ``not_ready`` (no prompt).
    """

    def __init__(self, *, link: Path | None = None) -> None:
        self.mute = self.refuses = self.silent_after_text = self.not_ready = False
        self.refuses_after: int | None = None
        self._echo = True
        self._buffer = bytearray()
        self._length: int | None = None
        self._pdus: list[str] = []
        self._changed = threading.Condition()
        super().__init__(link=link)

    @property
    def pdus(self) -> tuple[str, ...]:
        """The PDUs taken so far, hexadecimal."""
        with self._changed:
            return tuple(self._pdus)

    def wait_for_pdus(self, count: int, timeout: float) -> bool:
        """Wait until that many PDUs were taken."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._pdus) >= count, timeout)

    def say(self, text: str) -> None:
        """Say something unasked (``+CREG: 1``)."""
        self._send(b"\r\n" + text.encode("ascii") + b"\r\n")

    def command(self, line: str) -> str:
        """Take one line of a person: faults on and off, unplug, plug, or something unasked."""
        words = line.split()
        if words in (["unplug"], ["plug"]):
            (self.unplug if words == ["unplug"] else self.plug_in)()
            return "done"
        if words[:1] == ["say"]:
            self.say(line.removeprefix("say").strip())
            return "said"
        faults = ("mute", "refuses", "silent_after_text", "not_ready")
        if len(words) == 3 and words[0] == "fault" and words[1] in faults:
            setattr(self, words[1], words[2] == "on")
            return f"{words[1]} {words[2]}"
        return f"fault {'|'.join(faults)} on|off, say TEXT, unplug, plug"

    def _received(self, data: bytes) -> None:
        self._buffer += data
        if self._echo and not self.mute:
            self._send(data)
        while self._take():
            pass

    def _take(self) -> bool:
        end = b"\x1a" if self._length is not None else b"\r"
        if self._length is not None and b"\x1b" in self._buffer:
            self._length = None
            self._buffer[:] = self._buffer.partition(b"\x1b")[2]
            self._answer("OK")
            return True
        taken, found, rest = self._buffer.partition(end)
        if not found:
            return False
        self._buffer[:] = rest
        if self._length is not None:
            self._text(bytes(taken))
        else:
            self._command(bytes(taken).strip(b"\x1b\r\n "))
        return True

    def _command(self, command: bytes) -> None:
        send = _SEND.fullmatch(command)
        if send and not self.not_ready:
            self._length = int(send[1])
            if not self.mute:
                self._send(b"\r\n> ")
        elif command == b"ATE0":
            self._echo = False
            self._answer("OK")
        elif command in _KNOWN:
            if _KNOWN[command]:
                self._answer(_KNOWN[command])
            self._answer("OK")
        else:
            self._answer("+CMS ERROR: 310" if send else "ERROR")

    def _text(self, hexadecimal: bytes) -> None:
        length, self._length = self._length, None
        fits = length is not None and len(hexadecimal) == 2 * (length + 1)
        full = self.refuses_after is not None and len(self._pdus) >= self.refuses_after
        if not fits or self.refuses or full:
            self._answer("+CMS ERROR: 304" if not fits else "+CMS ERROR: 38")
            return
        with self._changed:
            self._pdus.append(hexadecimal.decode("ascii"))
            self._changed.notify_all()
        if not self.silent_after_text:
            self._answer(f"+CMGS: {len(self._pdus) % 256}")
            self._answer("OK")

    def _answer(self, text: str) -> None:
        if not self.mute:
            self._send(b"\r\n" + text.encode("ascii") + b"\r\n")
