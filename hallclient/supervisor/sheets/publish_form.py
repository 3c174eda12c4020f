"""One notice, card, page or picture: new, or to be changed or ended. With a preview."""

import re
import uuid
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from hallclient.domain.errors import NotAllowed
from hallclient.domain.publication import Publication, PublicationKind
from hallclient.domain.text import LocalText
from hallclient.services.drafts import ROOMS, Draft, draft_of
from hallclient.services.floor import FloorState
from hallclient.services.hours import local_time
from hallclient.services.picture_files import PICTURE_BYTES, VIDEO_BYTES, picture_of, video_of
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import Choices, Several, big_key
from hallclient.supervisor.sheets.publish_emergency import SEVERAL, zone_choices, zones_text
from hallclient.supervisor.sheets.publish_preview import LARGEST, CardPreview
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.ui.pictures import BrokenPictureError, decoded
from hallclient.ui.video import has_video

KINDS = (
    PublicationKind.STRIP,
    PublicationKind.CARD,
    PublicationKind.PAGE,
    PublicationKind.PICTURE,
    PublicationKind.VIDEO,
)
_FILED = frozenset({PublicationKind.PICTURE, PublicationKind.VIDEO})
DAYS = ("d0", "d6", "d29", "always")
_KEPT = "kept"
_DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_HOURS = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～到至]\s*(\d{1,2})[:：](\d{2})", re.ASCII)


class PublishForm(Sheet):
    """What it says, where, how long; a picture comes from a file."""

    def __init__(self, presenter: ConsolePresenter, before: Publication | None = None) -> None:
        words = presenter.words
        super().__init__(presenter, words("publish.title"))
        self._before = before
        self._data = b""
        self._requested: tuple[Draft, str] | None = None
        kind = before.kind if before is not None else PublicationKind.STRIP
        kinds = [(one.value, words(f"publish.kind.{one.value}")) for one in KINDS]
        self.kind = self.put(Choices(kinds, kind.value, len(KINDS)), 0, 0, 9, 9)
        self.heading = self.field(words("publish.heading"), 30)
        self.heading_english = self.field(words("publish.when.english_title"), 30)
        self.text = self.field(words("publish.text"), 300)
        self.english = self.field(words("publish.english"), 300)
        plan = presenter.state.plan if presenter.state is not None else None
        chosen = before.zones if before is not None else ()
        self.zone = self.put(zone_choices(plan, words, chosen), 0, 0, 9, 9)
        names = DAYS if before is None else (_KEPT, *DAYS[1:])
        spans = [(one, words(f"publish.days.{one}")) for one in names]
        self.days = self.put(Choices(spans, names[-1] if before is None else _KEPT, 4), 0, 0, 9, 9)
        named = [(str(day), words(f"panel.weekday.d{day}")) for day in range(1, 8)]
        these = before.weekdays if before is not None else ()
        self.weekdays = self.put(Several(named, map(str, these), 7), 0, 0, 9, 9)
        self.hours = self.field(words("publish.when.hours"), 15)
        self.first = self.field(words("publish.when.first"), 10)
        self.file = self.put(big_key(words("publish.choose")), 0, 0, 9, 9)
        self.file.clicked.connect(self._choose)
        self.preview = self.put(CardPreview(), 0, 0, 9, 9)
        if before is not None:
            self.heading.setText(before.title.zh_cn)
            self.heading_english.setText(before.title.en)
            self.hours.setText(hours_text(before.begins, before.ends))
            self.first.setText(before.valid_from.isoformat() if before.valid_from else "")
            self.text.setText(before.text.zh_cn.replace("\n", " "))
            self.english.setText(before.text.en.replace("\n", " "))
            self.foot_key(words("publish.end"), self._ask_end)
        self.save = self.foot_key(
            words("publish.change" if before is not None else "publish.save"), self._ask, solid=True
        )
        self.kind.chosen.connect(self._show_kind)
        for line in (self.heading, self.heading_english, self.text, self.english):
            line.textChanged.connect(self._show_draft)
        self.file.set_words(self._choose_words())
        self._show_draft()

    def arrange(self, width: float, height: float) -> None:
        """Place everything from top to bottom; the preview takes what is left."""
        room = ROOMS[self._kind]
        filed = self._kind in _FILED
        y = HEAD + 2.0
        self.kind.setVisible(self._before is None)
        if self._before is None:
            y = self._row(self.kind, y, width)
        self.file.setVisible(filed)
        if filed:
            self.put(self.file, PAD, y, width, 44)
            y += 52
        for line in (self.heading, self.heading_english):
            line.setVisible(room.title > 0)
        self.text.setMaxLength(room.text)
        self.english.setMaxLength(room.text)
        video = self._kind is PublicationKind.VIDEO
        self.english.setVisible(not video)
        below = "video_name" if video else "below" if filed else "text"
        self.text.setPlaceholderText(self.words(f"publish.{below}"))
        for line in (self.heading, self.heading_english, self.text, self.english):
            if line.isVisibleTo(self):
                self.put(line, PAD, y, width, 42)
                y += 50
        for choices in (self.zone, self.days, self.weekdays):
            y = self._row(choices, y, width)
        half = (width - 10) / 2
        self.put(self.first, PAD, y, half, 42)
        self.put(self.hours, PAD + half + 10, y, half, 42)
        y += 50
        tall = HEAD + height - y
        self.preview.setVisible(tall > 60)
        self.put(self.preview, PAD, y, width, min(max(tall, 9.0), width * 0.6))

    def show_state(self, state: FloorState) -> None:
        """Leave when it has been ended elsewhere."""
        before = self._before
        if before is not None and all(one.id != before.id for one in state.publications):
            self.done(self.words("publish.gone"))

    @property
    def _kind(self) -> PublicationKind:
        return PublicationKind(self.kind.value) if self._before is None else self._before.kind

    def _row(self, choices: Choices, y: float, width: float) -> float:
        self.put(choices, PAD, y, width, choices.tall)
        choices.lay_out(width)
        return y + choices.tall + 10

    def _show_kind(self, _kind: str) -> None:
        """Begin another kind: a file of the one before is none of this."""
        if self._data:
            self._data = b""
            self.preview.show_picture(None)
        self.file.set_words(self._choose_words())
        without = self._kind is PublicationKind.VIDEO and not has_video()
        self.say(self.words("publish.video_here") if without else "")
        self._show_draft()

    def _show_draft(self, _changed: str = "") -> None:
        title = self.heading.text() if ROOMS[self._kind].title else ""
        self.preview.show_words(title, self.text.text())
        self.again_laid()

    # The file

    def _choose(self) -> None:
        dialog = QFileDialog(self.window(), self._choose_words())
        pictures = "PNG, JPEG, WebP (*.png *.jpg *.jpeg *.webp)"
        dialog.setNameFilter("MP4 (*.mp4)" if self._kind is PublicationKind.VIDEO else pictures)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.take_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _choose_words(self) -> str:
        video = self._kind is PublicationKind.VIDEO
        return self.words("publish.choose_video" if video else "publish.choose")

    def take_file(self, name: str) -> None:
        """Take a picture or video; a broken or unsuitable one is refused with a sentence."""
        kind = self._kind

        def took(found: tuple[bytes, QImage | None]) -> None:
            if kind is not self._kind:
                return
            self._data, image = found
            self.preview.show_picture(image)
            self.file.set_words(Path(name).name)
            self.say("")

        # A share may be slow, and fifty megapixels are a second's work.
        read = self.presenter.do
        read(lambda _who: read_file(name, kind), took, self.refuse, owner=self, asks=True)

    # Moves

    def _draft(self) -> Draft:
        before = draft_of(self._before) if self._before is not None else Draft(self._kind)
        kept = self.zone.value == SEVERAL
        zones = before.zones if kept else (self.zone.value,) if self.zone.value else ()
        titled = ROOMS[self._kind].title > 0
        title = self.heading.text().strip() if titled else ""
        english = self.heading_english.text().strip() if titled else ""
        begins, ends = hours_of(self.hours.text())
        draft = replace(
            before,
            text=_typed(before.text, self.text.text(), self.english.text()),
            title=_typed(before.title, title, english),
            data=self._data,
            zones=zones,
            weekdays=tuple(sorted(map(int, self.weekdays.values))),
            begins=begins,
            ends=ends,
            valid_from=self._first_day(),
        )
        if self.days.value == _KEPT:
            return draft
        return replace(draft, valid_until=self._last_day())

    def _first_day(self) -> date | None:
        """Return the day that was typed, None for at once; ``ValueError`` for what is no day."""
        text = self.first.text().strip()
        return day_of(text, self._today()) if text else None

    def _last_day(self) -> date | None:
        if self.days.value == DAYS[-1]:
            return None
        first = max(self._first_day() or date.min, self._today())
        return first + timedelta(days=int(self.days.value.removeprefix("d")))

    def _today(self) -> date:
        state = self.presenter.state
        return local_time(state.plan, state.now).date() if state is not None else date.min

    def _ask(self) -> None:
        words, before = self.words, self._before
        for line, read, key in (
            (self.first, self._first_day, "bad_first"),
            (self.hours, lambda: hours_of(self.hours.text()), "bad_hours"),
        ):
            try:
                read()
            except ValueError:
                self.refuse(words(f"publish.when.{key}"))
                line.setFocus()
                return
        draft = self._draft()
        state = self.presenter.state
        where = zones_text(draft.zones, state.plan, words) if state is not None else ""
        request = self._request_of(draft)
        self.again.ask(
            words("publish.sure", where=where),
            self.save.text(),
            lambda: self.presenter.do(
                lambda who: (
                    who.publishing.add(draft, request)
                    if before is None
                    else who.publishing.change(before.id, draft)
                ),
                lambda _done: self.done(words("publish.saved")),
                self.refuse,
                owner=self,
            ),
        )

    def _request_of(self, draft: Draft) -> str:
        """Return what these words are published under, the same one until others are written."""
        if self._requested is None or self._requested[0] != draft:
            self._requested = draft, uuid.uuid4().hex
        return self._requested[1]

    def _ask_end(self) -> None:
        words, before = self.words, self._before
        if before is None:
            return
        self.again.ask(
            words("publish.end_sure"),
            words("publish.end"),
            lambda: self.presenter.do(
                lambda who: who.publishing.end(before.id),
                lambda _done: self.done(words("publish.ended")),
                self.refuse,
                owner=self,
            ),
        )


def read_file(name: str, kind: PublicationKind) -> tuple[bytes, QImage | None]:
    """Return a file, and a picture small; ``NotAllowed`` for what cannot be published."""
    video = kind is PublicationKind.VIDEO
    try:
        with Path(name).open("rb") as opened:
            data = opened.read((VIDEO_BYTES if video else PICTURE_BYTES) + 1)
    except OSError as error:
        raise NotAllowed("file_unreadable", "the file cannot be read") from error
    if video:
        video_of(data)
        return data, None
    picture_of(data)
    try:
        return data, decoded(data, LARGEST)
    except BrokenPictureError as error:
        raise NotAllowed("picture_broken", "it cannot be decoded") from error


def _typed(before: LocalText, zh_cn: str, en: str) -> LocalText:
    """Return what was typed; a text of several lines that nobody touched stays as it was.

    Traditional signs cannot be typed here: they go with the words that they repeat.
    """
    zh_hant = ""
    if " ".join(before.zh_cn.split("\n")) == zh_cn:
        zh_cn, zh_hant = before.zh_cn, before.zh_hant
    if " ".join(before.en.split("\n")) == en:
        en = before.en
    return LocalText(zh_cn.strip(), zh_hant, en.strip())


def day_of(text: str, today: date) -> date:
    """Return the day that was typed, ``2026-10-01`` or ``10-1``: the next one of that name.

    ``ValueError`` for anything else, and for a day that has passed.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError("no day")
    year, month, day = (int(part) if part else 0 for part in found.groups())
    years = (year,) if year else (today.year, today.year + 1)
    days = (date(one, month, day) for one in years)
    return next(one for one in days if one >= today or year)


def hours_of(text: str) -> tuple[time, time]:
    """Return the hours of the day that were typed, equal ones for the whole day.

    ``ValueError`` for anything else: 24:00 is the end of a day.
    """
    if not text.strip():
        return time(0, 0), time(0, 0)
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise ValueError("no hours of the day")
    first, begins, second, ends = map(int, found.groups())
    last = time(0, 0) if (second, ends) == (24, 0) else time(second, ends)
    return time(first, begins), last


def hours_text(begins: time, ends: time) -> str:
    """Return hours as they are typed, nothing for the whole day."""
    return "" if begins == ends else f"{begins.hour}:{begins:%M}–{ends.hour}:{ends:%M}"
