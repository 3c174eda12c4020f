"""Where each key of a TOML text stands, which tomllib does not tell.

``key_lines`` walks a text that tomllib has already accepted, so it need not judge: it only has to
find the ends of strings, arrays and inline tables. Keys are paths of names and list places:
``("queues", 1, "series")`` is ``series`` in the second ``[[queues]]``.
"""

import re

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^\s,\]}#]+(?:[ ][0-9:.]+(?:[+-][0-9:]+|Z)?)?")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


def key_lines(text: str) -> dict[Path, int]:
    """Return the line (from 1) of every key, table and list element of an accepted TOML text."""
    walker = _Walker(text.replace("\r\n", "\n"))
    walker.document()
    return walker.lines


class _Walker:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}
        self._counted_to = 0
        self._line = 1

    def document(self) -> None:
        """Walk headers and pairs to the end."""
        table: Path = ()
        while self.skip():
            if self.text.startswith("[[", self.at):
                table = self.header(2)
            elif self.text[self.at] == "[":
                table = self.header(1)
            else:
                self.pair(table)

    def header(self, brackets: int) -> Path:
        """Walk ``[a.b]`` or ``[[a.b]]`` and return the path of what follows."""
        line = self.line()
        self.at += brackets
        names = self.key()
        self.at = self.text.index("]", self.at) + brackets
        path: Path = ()
        for place, name in enumerate(names, start=1):
            path = (*path, name)
            if path in self.counts:
                new = brackets == 2 and place == len(names)
                self.counts[path] += new
                path = (*path, self.counts[path])
            elif brackets == 2 and place == len(names):
                self.lines.setdefault(path, line)
                self.counts[path] = 0
                path = (*path, 0)
            self.lines.setdefault(path, line)
        return path

    def pair(self, table: Path) -> None:
        """Walk ``key = value``."""
        line = self.line()
        path = table
        for name in self.key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self.at = self.text.index("=", self.at) + 1
        self.skip()
        self.value(path)

    def value(self, path: Path) -> None:
        """Walk any value, noting what lies inside it."""
        start = self.text[self.at]
        if start in "\"'":
            self.string()
        elif start == "[":
            self.array(path)
        elif start == "{":
            self.inline(path)
        else:
            match = _SCALAR.match(self.text, self.at)
            self.at = match.end() if match else self.at + 1

    def array(self, path: Path) -> None:
        """Walk ``[a, b]``."""
        self.at += 1
        place = 0
        while self.skip() and self.text[self.at] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self.lines[(*path, place)] = self.line()
            self.value((*path, place))
            place += 1
        self.at += 1

    def inline(self, path: Path) -> None:
        """Walk ``{ a = 1 }``."""
        self.at += 1
        while self.skip() and self.text[self.at] != "}":
            if self.text[self.at] == ",":
                self.at += 1
            else:
                self.pair(path)
        self.at += 1

    def key(self) -> list[str]:
        """Walk a key, which may be dotted and quoted."""
        names = []
        while True:
            self.skip()
            if self.text[self.at] in "\"'":
                names.append(self.string())
            else:
                match = _BARE.match(self.text, self.at)
                names.append(match[0] if match else "")
                self.at = match.end() if match else self.at + 1
            self.skip()
            if not self.text.startswith(".", self.at):
                return names
            self.at += 1

    def string(self) -> str:
        """Walk any of the four kinds of string and return its inside."""
        quote = self.text[self.at]
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        begin = end = self.at + len(mark)
        while not self.text.startswith(mark, end):
            end += 2 if quote == '"' and self.text[end] == "\\" else 1
        self.at = end + len(mark)
        while len(mark) == 3 and self.text.startswith(quote, self.at):
            self.at += 1  # up to two quotes may stand before the closing three
        inside = self.text[begin:end]
        return _unescaped(inside) if quote == '"' else inside

    def skip(self) -> bool:
        """Pass blanks, line ends and comments; return whether anything is left."""
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] in " \t\n\ufeff":
                self.at += 1
            else:
                return True
        return False

    def line(self) -> int:
        """Return the line of the present place."""
        self._line += self.text.count("\n", self._counted_to, self.at)
        self._counted_to = self.at
        return self._line


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1]
        return _ESCAPES[code] if code in _ESCAPES else chr(int(code[1:], 16))

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[btnfr\"\\])", one, text)
