"""The three things a desktop may grant, and how it tells what it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Binding:
    """A key that was asked for, and what works in its place; empty is none."""

    name: str
    wanted: str
    works: str

    @property
    def conflict(self) -> bool:
        """Whether another program has the key that was asked for."""
        return self.works != self.wanted


class Keyboard(Protocol):
    """Who gets the keys: a popover while it is open, the program in front before and after."""

    def hold(self, popover: QWidget) -> None:
        """Show a popover and let it have the keyboard. One at a time.

        A popover with an attribute ``types`` that is true is written in, with an input method
        perhaps: it gets the real focus. All others get their keys without it.
        """

    def give_back(self, popover: QWidget) -> None:
        """Let the program that had the keyboard have it again; called when a popover closes."""


class Strip(Protocol):
    """A strip along an edge of a screen that other windows leave free."""

    def reserve(self, window: QWidget, screen: QScreen, edge: str, thickness: int, /) -> QRect:
        """Keep a strip free and return where the window belongs, in Qt's own coordinates.

        Where it cannot be reserved the place is returned all the same, and :attr:`trouble` says
        why.
        """

    def release(self, window: QWidget, /) -> None:
        """Give the strip back."""

    @property
    def trouble(self) -> str:
        """Why the last strip is not kept free, a sentence; empty when it is."""


class GlobalKeys(QObject):
    """Keys that work while another program has the keyboard. Base: none do."""

    pressed = Signal(str)
    """The name of a binding, once for each press; a key held down is one press."""
    rebound = Signal()
    """:attr:`bindings` are others now: the keyboard's map changed, a key became free."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bindings: tuple[Binding, ...] = ()

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """What was asked for and what works."""
        return self._bindings

    @property
    def trouble(self) -> str:
        """Why no key works here, a sentence; empty where they do."""
        return "Keys for all programs do not exist on this desktop."

    def bind(self, wanted: Mapping[str, str]) -> tuple[Binding, ...]:
        """Bind texts (``F1``) to names, all anew; an empty text is no key."""
        self._bindings = tuple(Binding(n, text, "") for n, text in wanted.items() if text)
        return self._bindings

    def pause(self) -> None:
        """Let no key go anywhere until :meth:`resume`: what the last one does is not known yet."""

    def resume(self) -> None:
        """Let the keys go on."""

    def spare_digit(self) -> None:
        """Let a digit that follows at once go nowhere: the key just pressed opened nothing.

        The digit was meant for what did not open, not for the program in front. Where a desktop
        cannot tell (base), that program gets it.
        """

    def close(self) -> None:
        """Give all keys back."""


@dataclass(frozen=True, slots=True)
class Desktop:
    """What this desktop grants; ``name`` is for people."""

    name: str
    strip: Strip
    keys: GlobalKeys
    keyboard: Keyboard
    trouble: str = ""
    """Why it grants less than the others, a sentence."""
