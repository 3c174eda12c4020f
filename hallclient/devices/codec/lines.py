"""Lines of text out of received bytes: scanners, modems.

A line is what stands before an end; empty lines are skipped, so CR, LF and CRLF may all be ends.
A control character of an end ends a line by itself: CRLF may come in two chunks. A prompt at the
beginning of a line is a line.
A line that is too long is dropped up to its end, an unfinished one after the gap, and one with
control characters at once: the line was disturbed.
"""

import re

from hallclient.devices.codec.formats import Frame, LineFormat

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class LineDecoder:
    """Turns received bytes into lines; ``Frame.data`` is the line without its end."""

    def __init__(self, line_format: LineFormat) -> None:
        self._format = line_format
        ends = sorted(line_format.ends, key=len, reverse=True)
        alone = {bytes((byte,)) for end in ends for byte in end if byte < 0x20}
        self._ends = re.compile(b"|".join(re.escape(end) for end in (*ends, *alone)))
        self._longest = line_format.max_data + len(ends[0])
        self._buffer = b""
        self._dropped = 0
        self._skipping = False

    @property
    def pending(self) -> int:
        """How many received bytes wait for the end of their line."""
        return len(self._buffer)

    @property
    def dropped(self) -> int:
        """How many bytes were no part of a line, in all."""
        return self._dropped

    def feed(self, data: bytes) -> list[Frame]:
        """Return the lines these bytes complete."""
        data = self._buffer + data
        lines: list[Frame] = []
        done = 0
        for end in self._ends.finditer(data):
            self._take(data[done : end.start()], lines)
            done = end.end()
        self._keep(data[done:], lines)
        return lines

    def gap(self) -> list[Frame]:
        """Give up an unfinished line after a silence."""
        self._dropped += len(self._buffer)
        self.reset()
        return []

    def reset(self) -> None:
        """Forget what is pending (the port was opened anew)."""
        self._buffer = b""
        self._skipping = False

    def _take(self, line: bytes, lines: list[Frame]) -> None:
        line = self._after_prompts(line, lines)
        if self._skipping or len(line) > self._format.max_data or _CONTROL.search(line):
            self._dropped += len(line)
        elif line:
            lines.append(Frame(0, 0, line))
        self._skipping = False

    def _keep(self, rest: bytes, lines: list[Frame]) -> None:
        rest = self._after_prompts(rest, lines)
        self._skipping = self._skipping or len(rest) > self._longest
        if self._skipping:
            # Its last bytes may be the beginning of an end.
            keep = min(len(rest), self._longest - self._format.max_data - 1)
            self._dropped += len(rest) - keep
            rest = rest[len(rest) - keep :]
        self._buffer = rest

    def _after_prompts(self, line: bytes, lines: list[Frame]) -> bytes:
        """Return what follows the prompts at the beginning, which are lines by themselves."""
        while not self._skipping and (prompt := self._prompt(line)):
            lines.append(Frame(0, 0, prompt))
            line = line[len(prompt) :]
        return line

    def _prompt(self, line: bytes) -> bytes:
        return next((prompt for prompt in self._format.prompts if line.startswith(prompt)), b"")
