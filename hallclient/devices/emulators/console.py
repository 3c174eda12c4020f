"""A small text console: one line in, a sentence out. Tests and ``device emulate`` share it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """One command. ``run`` gets the rest of the line; ``ValueError`` is said to the person."""

    usage: str
    run: Callable[[str], str | None]


class Console:
    """Commands by their first word. ``help`` lists them."""

    def __init__(self, verbs: Mapping[str, Verb]) -> None:
        self._verbs = dict(verbs)

    def command(self, line: str) -> str:
        """Do what the line says and tell how it went; never raises."""
        word, _, rest = line.strip().partition(" ")
        if not word:
            return ""
        if word == "help":
            return "\n".join(verb.usage for verb in self._verbs.values())
        verb = self._verbs.get(word)
        if verb is None:
            return f"{word} is not known, try help"
        try:
            return verb.run(rest.strip()) or "ok"
        except ValueError as error:
            return f"{error}; usage: {verb.usage}"


def switch(text: str) -> bool:
    """Return what ``on`` or ``off`` says."""
    if text not in {"on", "off"}:
        raise ValueError("say on or off")
    return text == "on"


def seconds(text: str) -> float:
    """Return a time of 0 to 60 seconds; ``off`` is none."""
    try:
        value = 0.0 if text == "off" else float(text)
    except ValueError as error:
        raise ValueError("say a number of seconds, or off") from error
    if not 0 <= value <= 60:
        raise ValueError("say 0 to 60 seconds")
    return value


def octets(text: str) -> bytes:
    """Return the bytes of a hexadecimal text."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise ValueError("say the bytes in hexadecimal") from error
