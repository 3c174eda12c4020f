"""The form of an outcome: which one, what it needs, and the three keys below."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from hallclient.ui import fonts
from hallclient.ui.look import Look
from hallclient.ui.paint import Box, Side
from hallclient.ui.widgets.base import Face
from hallclient.ui.widgets.text import Card, Text
from hallclient.ui.words import Words
from hallclient.window.ledger.parts import Act, line_edit
from hallclient.window.panel.day_strip import DayStrip
from hallclient.window.panel.draft import MOST_NOTE, MOST_NUMBER
from hallclient.window.panel.fields import Stepper, TickPages
from hallclient.window.panel.parts import OptionKey, Parted
from hallclient.window.panel.view import FormView

MOST_OPTIONS = 8
PAD, LOW_PAD = 20, 14
LOW, TIGHT = 600, 470
"""Below these heights the form stands closer, and closer still."""


class OutcomeForm(Card):
    """The middle card while a ticket is served, or when an outcome is corrected."""

    outcome_chosen = Signal(object)
    stepped = Signal(int)
    filled = Signal(str, str)
    """A field of the draft with its new value."""
    ticked = Signal(str)
    finished = Signal()
    finished_and_called = Signal()
    print_asked = Signal()
    left = Signal()

    def __init__(self, words: Words, caps: tuple[str, str]) -> None:
        """``caps`` are the keys of 办结 and 办结并叫下一位."""
        super().__init__(Box("surface", "line", 2, 14))
        self._words = words
        self._view = FormView()
        self._room = (524.0, 648.0)
        self._prints = False
        self._pad, self._line = PAD, 44.0
        self._terse = False
        """No room for the sentence below the days."""
        self.title = self.put(Text("", (17, 16, 15), weight=fonts.BOLD), 0, 0, 9, 9)
        self.digits = self.put(Text("", (15, 14), colour="ink2", side=Side.RIGHT), 0, 0, 9, 9)
        self.options = [self._option(n) for n in range(MOST_OPTIONS)]
        self.captions = {
            name: self.put(Text("", (15, 14, 13), colour="ink2"), 0, 0, 9, 9)
            for name in ("limit", "due", "number", "handover", "basis", "note", "why", "missing")
        }
        self.stepper = self.put(Stepper(), 0, 0, 9, 9)
        self.due = self.put(Text("", (24, 22, 20, 18), weight=fonts.BOLD), 0, 0, 9, 9)
        self.strip = self.put(DayStrip(), 0, 0, 9, 9)
        self.hint = self.put(Text("", (14, 13, 12), colour="ink2"), 0, 0, 9, 9)
        self.due_reason = self.put(Parted(), 0, 0, 9, 9)
        self.number = self.put(line_edit("", MOST_NUMBER), 0, 0, 9, 9)
        self.handover = self.put(Parted(), 0, 0, 9, 9)
        self.basis = self.put(Parted(), 0, 0, 9, 9)
        self.refusals = self.put(Parted(2), 0, 0, 9, 9)
        self.missing = self.put(TickPages(words), 0, 0, 9, 9)
        self.facts = self.put(Text("", (15, 14, 13), colour="ink2", lines=2), 0, 0, 9, 9)
        self.note = self.put(_note_edit(), 0, 0, 9, 9)
        self.lacks = self.put(Text("", (15, 14), colour="warn"), 0, 0, 9, 9)
        self.finish = self.put(Act(cap=caps[0]), 0, 0, 9, 9)
        self.finish_and_call = self.put(Act(cap=caps[1]), 0, 0, 9, 9)
        self.slip = self.put(Act(icon="printer"), 0, 0, 9, 9)
        self.leave = self.put(Act(cap="Esc"), 0, 0, 9, 9)
        self._connect()

    # Properties

    @property
    def typing(self) -> bool:
        """Whether the clerk writes in one of the form's fields."""
        return self.number.hasFocus() or self.note.hasFocus()

    # Methods

    def show_view(self, view: FormView, *, prints: bool, acting: bool) -> None:
        """Show another form, or the same one further filled in."""
        words, self._view, self._prints = self._words, view, prints
        self.title.setText(view.title)
        self.digits.setText(words("panel.form.digits", n=len(view.options)))
        for n, key in enumerate(self.options):
            if n < len(view.options):
                _outcome, text, chosen = view.options[n]
                key.set_words(str(n + 1), text, chosen=chosen)
        self._show_limit(view)
        self._show_choices(view)
        self.missing.show_rows(view.missing, view.told)
        self.facts.setText("　".join(view.facts))
        if self.number.text() != view.number and not self.number.hasFocus():
            self.number.setText(view.number)
        self.number.setPlaceholderText(view.number_hint)
        if self.note.toPlainText() != view.note and not self.note.hasFocus():
            self.note.setPlainText(view.note)
        self._show_keys(view, acting=acting)
        self._spread()

    def lay_out(self, width: float, height: float) -> None:
        """Take a size."""
        self._room = (width, height)
        self._spread()

    def set_look(self, look: Look) -> None:
        """Take the look, for Qt's own fields too."""
        super().set_look(look)
        self.number.setFont(look.font(16, fonts.MEDIUM))
        self.note.setFont(look.font(16))

    # Parts

    def _option(self, n: int) -> OptionKey:
        key = self.put(OptionKey(), 0, 0, 9, 9)
        key.clicked.connect(lambda: self._choose(n))
        return key

    def _choose(self, n: int) -> None:
        if n < len(self._view.options):
            self.outcome_chosen.emit(self._view.options[n][0])

    def _connect(self) -> None:
        self.stepper.stepped.connect(self.stepped)
        for field, parted in (
            ("due_reason", self.due_reason),
            ("handover", self.handover),
            ("basis", self.basis),
            ("refused", self.refusals),
        ):
            parted.chosen.connect(lambda value, field=field: self.filled.emit(field, value))
        self.number.textEdited.connect(lambda text: self.filled.emit("number", text))
        self.note.textChanged.connect(self._note_changed)
        self.missing.ticked.connect(self.ticked)
        self.finish.clicked.connect(self.finished)
        self.finish_and_call.clicked.connect(self.finished_and_called)
        self.slip.clicked.connect(self.print_asked)
        self.leave.clicked.connect(self.left)

    def _note_changed(self) -> None:
        text = self.note.toPlainText()
        if len(text) > MOST_NOTE:
            self.note.setPlainText(text[:MOST_NOTE])
            return
        if text != self._view.note:
            self.filled.emit("note", text)

    def _show_limit(self, view: FormView) -> None:
        words = self._words
        self.captions["limit"].setText(view.limit)
        self.captions["due"].setText(words("panel.form.due"))
        self.stepper.show_value(
            view.days, words("panel.form.sooner"), words("panel.form.later"), steps=view.steps
        )
        self.due.setText(view.due)
        self.strip.show_days(view.strip, f"{words('panel.form.due')} {view.due}")
        self.hint.setText(view.hint)
        self.hint.set_colour("warn" if view.warns else "ink2")

    def _show_choices(self, view: FormView) -> None:
        words = self._words
        for name in ("number", "handover", "basis", "note"):
            self.captions[name].setText(words(f"panel.form.{name}"))
        self.captions["missing"].setText(words("panel.form.missing"))
        self.captions["why"].setText(words("panel.form.refusal"))
        self.due_reason.set_choices(view.due_reasons, view.due_reason)
        self.handover.set_choices(view.handovers, view.handover)
        self.basis.set_choices(view.bases, view.basis)
        self.refusals.set_choices(view.refusals, view.refused)
        self.number.setAccessibleName(words("panel.form.number"))
        self.note.setAccessibleName(words("panel.form.note"))

    def _show_keys(self, view: FormView, *, acting: bool) -> None:
        words = self._words
        self.lacks.setText(view.lacks)
        ready = not view.lacks and not acting
        self.finish.set_words(words("panel.form.save" if view.correcting else "window.bar.finish"))
        self.finish.set_face(Face.SOLID if ready else Face.FLAT)
        self.finish_and_call.set_words(words("panel.form.finish_and_call"))
        self.finish_and_call.set_face(Face.OUTLINED if ready else Face.FLAT)
        self.slip.set_words(words("panel.form.slip"))
        self.slip.set_face(Face.OUTLINED if ready else Face.FLAT)
        self.leave.set_words(words("common.cancel"))

    # Layout: from top to bottom, what is not asked takes no room

    def _spread(self) -> None:
        (width, height), view = self._room, self._view
        low = height < LOW
        pad = self._pad = LOW_PAD if low else PAD
        tight = low and (bool(view.due_reasons) or height < TIGHT)
        inner, gap = width - 2 * pad, 4.0 if tight else 8.0 if low else 14.0
        self._line = 34.0 if tight else 40.0 if low else 44.0
        self._terse = height < TIGHT and bool(view.strip)
        y = y_top = 10.0 if low else 16.0
        self.put(self.title, pad, y, inner * 0.6, 24)
        self.put(self.digits, pad + inner * 0.5, y, inner * 0.5, 24)
        option = 36.0 if self._terse else 44.0 if low else 52.0
        y = self._place_options(y + (30 if low else 34), inner, option) + gap
        button = 48.0 if low else 56.0
        foot = height - button - (10 if low else 18)
        limits = self._place_limit(y, inner, low=low) if view.limit else y
        self._show_group(view)
        y = limits + (gap if view.limit else 0)
        if view.refusals:
            y = self._place_refusals(y, inner) + gap
        if view.facts:
            self.put(self.facts, pad, y, inner, 22 if inner > 440 else 40)
            y += (22 if inner > 440 else 40) + 4
        if view.asks_number or view.handovers:
            y = self._place_number(y, inner, low=low) + gap
        note_top = foot - (70 if low else 92) - (24 if view.lacks and not low else 0)
        if view.missing:
            self.put(self.captions["missing"], pad, y, inner, 22)
            self.put(self.missing, pad, y + 24, inner, max(44.0, note_top - y - 30))
            self.missing.lay_out(inner, max(44.0, note_top - y - 30))
        self._place_note(y if not view.missing else note_top, foot, inner, low=low)
        # Where there is no room above the keys it stands in place of the digits' line.
        self.lacks.setVisible(bool(view.lacks))
        self.digits.setVisible(not (low and view.lacks))
        if low:
            self.put(self.lacks, pad + inner * 0.4, y_top, inner * 0.6, 24)
        else:
            self.put(self.lacks, pad, foot - 26, inner, 24)
        self._place_buttons(foot, inner, button)

    def _show_group(self, view: FormView) -> None:
        groups: tuple[tuple[bool, tuple[QWidget, ...]], ...] = (
            (bool(view.limit), (self.captions["limit"], self.captions["due"], self.stepper)),
            (bool(view.limit), (self.due,)),
            (bool(view.strip), (self.strip,)),
            (bool(view.hint) and not view.due_reasons and not self._terse, (self.hint,)),
            (bool(view.due_reasons), (self.due_reason,)),
            (bool(view.refusals), (self.refusals,)),
            (bool(view.refusals), (self.captions["why"],)),
            (view.asks_number, (self.number, self.captions["number"])),
            (bool(view.handovers), (self.handover, self.captions["handover"])),
            (bool(view.bases), (self.basis, self.captions["basis"])),
            (bool(view.missing), (self.missing, self.captions["missing"])),
            (bool(view.facts), (self.facts,)),
        )
        for there, widgets in groups:
            for widget in widgets:
                widget.setVisible(there)

    def _place_options(self, y: float, inner: float, tall: float) -> float:
        pad = self._pad
        many = len(self._view.options)
        # The last column is the widest: 一次性告知补正 is the longest of the six.
        columns = (0.282, 0.344, 0.344) if inner > 440 else (0.31, 0.325, 0.335)
        gap = inner * (1 - sum(columns)) / 2
        rows = -(-many // 3) or 1
        tall = tall if rows < 3 else tall - 8
        for n, key in enumerate(self.options):
            key.setVisible(n < many)
            column = n % 3
            x = pad + sum(columns[:column]) * inner + column * gap
            self.put(key, x, y + (n // 3) * (tall + 8), columns[column] * inner, tall)
        return y + rows * (tall + 8) - 8

    def _place_limit(self, y: float, inner: float, *, low: bool) -> float:
        pad = self._pad
        view, line = self._view, self._line
        split = inner * 0.46
        self.put(self.captions["limit"], pad, y, split - 8, 22)
        self.put(self.captions["due"], pad + split, y, inner - split, 22)
        self.put(self.stepper, pad, y + 24, 156 if view.steps else split - 8, line)
        self.stepper.lay_out(156 if view.steps else split - 8, line)
        self.put(self.due, pad + split, y + 24, inner - split, line)
        y += 24 + line
        if view.strip:
            y += 6 if low else 12
            self.put(self.strip, pad, y, inner, 60 if low else 72)
            y += 60 if low else 72
        if view.due_reasons:
            self.put(self.due_reason, pad, y + 6, inner, 38)
            self.due_reason.lay_out(inner, 38)
            return y + 44
        if self._terse:
            return y
        self.put(self.hint, pad, y + (2 if low else 6), inner, 20)
        return y + (22 if low else 26)

    def _place_refusals(self, y: float, inner: float) -> float:
        pad = self._pad
        self.put(self.captions["why"], pad, y, inner, 22)
        tall = 48.0 * -(-len(self._view.refusals) // 2) - 4
        self.put(self.refusals, pad, y + 26, inner, tall)
        self.refusals.lay_out(inner, tall)
        return y + 26 + tall

    def _place_number(self, y: float, inner: float, *, low: bool) -> float:
        pad = self._pad
        view, line = self._view, self._line
        split = (inner - 16) * (0.4 if low else 0.46) if view.handovers else inner
        self.put(self.captions["number"], pad, y, split, 22)
        self.put(self.number, pad, y + 24, split, line)
        x, rest = pad + split + 16, inner - split - 16
        if view.handovers:
            self.put(self.captions["handover"], x, y, rest, 22)
            self.put(self.handover, x, y + 24, rest, line)
            self.handover.lay_out(rest, line)
        return y + 24 + line

    def _place_note(self, y: float, foot: float, inner: float, *, low: bool) -> None:
        pad = self._pad
        view = self._view
        bottom = foot - (6 if low else 26 if view.lacks else 14)
        tall = max(36.0, min(84.0, bottom - y - 24))
        width = inner
        if view.bases:
            width = (inner - 16) * (0.4 if low else 0.46)
            x, rest = pad + width + 16, inner - width - 16
            self.put(self.captions["basis"], x, y, rest, 22)
            self.put(self.basis, x, y + 24, rest, min(tall, 44))
            self.basis.lay_out(rest, min(tall, 44))
        self.put(self.captions["note"], pad, y, width, 22)
        self.put(self.note, pad, y + 24, width, tall)

    def _place_buttons(self, foot: float, inner: float, tall: float) -> None:
        pad = self._pad
        correcting = self._view.correcting
        self.leave.setVisible(correcting)
        self.finish_and_call.setVisible(not correcting)
        self.slip.setVisible(self._prints and not correcting)
        if correcting:
            self.put(self.finish, pad, foot, inner * 0.6, tall)
            self.put(self.leave, pad + inner * 0.6 + 10, foot, inner * 0.4 - 10, tall)
            return
        slip = 116.0 if self._prints else -10.0
        call = (inner - slip - 20) * 0.61
        first = inner - slip - 20 - call
        self.put(self.finish, pad, foot, first, tall)
        self.put(self.finish_and_call, pad + first + 10, foot, call, tall)
        if self._prints:
            self.put(self.slip, pad + inner - slip, foot, slip, tall)


def _note_edit() -> QPlainTextEdit:
    """Return a small field for a note; Tab leaves it."""
    note = QPlainTextEdit()
    note.setTabChangesFocus(True)
    note.document().setDocumentMargin(2)
    note.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return note
