"""Strict reading of a TOML table: every key is taken by name, what is left was a mistake."""

import tomllib
from typing import Any


class Table:
    """A TOML table read key by key; every refusal is a ``ValueError`` that names the key."""

    def __init__(self, content: object, where: str) -> None:
        if not isinstance(content, dict):
            raise ValueError(f"[{where}] must be a table")  # noqa: TRY004  one refusal for all
        self._left: dict[str, Any] = dict(content)
        self.where = where

    @classmethod
    def parsed(cls, text: str) -> "Table":
        """Return the root table of a TOML text."""
        return cls(tomllib.loads(text), "")

    def take(self, key: str, kind: type, default: object = None) -> Any:
        """Return a value of this type; without a default it must be there."""
        value = self._left.pop(key, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ValueError(f"{self.name(key)} must be given as {kind.__name__}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty, unless the default is."""
        value = self.take(key, str, default)
        if not value and value != default:
            raise ValueError(f"{self.name(key)} must not be empty")
        return str(value)

    def number(self, key: str, known: range, default: int | None = None) -> int:
        """Return a whole number of a range."""
        value = self.take(key, int, default)
        if value not in known:
            raise ValueError(f"{self.name(key)} must be from {known.start} to {known.stop - 1}")
        return int(value)

    def byte(self, key: str, default: int | None = None) -> int:
        """Return a number from 0 to 255."""
        return self.number(key, range(0x100), default)

    def octets(self, key: str, default: str | None = None) -> bytes:
        """Return bytes given as hexadecimal digits."""
        text = self.take(key, str, default)
        try:
            return bytes.fromhex(text)
        except ValueError as error:
            raise ValueError(f"{self.name(key)} must be hexadecimal bytes") from error

    def texts(self, key: str, default: list[str] | None = None) -> list[str]:
        """Return a list of texts."""
        values = self.take(key, list, default)
        if not all(isinstance(value, str) for value in values):
            raise ValueError(f"{self.name(key)} must list texts")
        return list(values)

    def names(
        self, key: str, known: frozenset[str], default: list[str] | None = None
    ) -> tuple[str, ...]:
        """Return some of the known names, at least one."""
        values = self.take(key, list, default)
        if not values or not all(isinstance(value, str) and value in known for value in values):
            raise ValueError(f"{self.name(key)} must list some of {', '.join(sorted(known))}")
        return tuple(values)

    def choice(self, key: str, known: frozenset[str], default: str | None = None) -> str:
        """Return one of the known names."""
        value = self.take(key, str, default)
        if value not in known:
            raise ValueError(f"{self.name(key)} must be one of {', '.join(sorted(known))}")
        return str(value)

    def table(self, key: str) -> "Table":
        """Return an inner table that must be there."""
        return Table(self.content(key), self.name(key))

    def table_or_empty(self, key: str) -> "Table":
        """Return an inner table, an empty one when it is not there."""
        return Table(self.content(key, {}), self.name(key))

    def content(self, key: str, default: object = None) -> dict[str, Any]:
        """Return an inner table as it is."""
        content = self._left.pop(key, default)
        if not isinstance(content, dict):
            raise ValueError(f"[{self.name(key)}] must be a table")  # noqa: TRY004  the same
        return content

    def tables(self, key: str) -> list["Table"]:
        """Return an array of tables, empty when it is not there."""
        items = self.take(key, list, [])
        return [Table(item, f"{key} {number}") for number, item in enumerate(items, start=1)]

    def has(self, key: str) -> bool:
        """Return whether the key is there and not taken."""
        return key in self._left

    def keys(self) -> list[str]:
        """Return the keys not taken yet."""
        return list(self._left)

    def finish(self) -> None:
        """Refuse what nobody took."""
        if self._left:
            raise ValueError(f"{self.name(next(iter(self._left)))} is not known")

    def name(self, key: str) -> str:
        """Return a key's full name."""
        return f"{self.where}.{key}" if self.where else key
