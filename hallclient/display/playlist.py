"""What is published, on a board: lines and cards go to the board, the rest takes turns.

Pictures and videos stand in the card's place, pages over the whole right column. Queues and missed
numbers are behind a page, so after each one they can be seen for as long as it stood. While the
connection is lost or the hall is closed the board has more important words, and under an emergency
there is nothing to see.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from hallclient.display.board import CallBoard
from hallclient.display.parts import LED
from hallclient.display.places import Place
from hallclient.display.playlist_parts import AppearingPart, PagePart, PictureCard
from hallclient.domain.public_text import shown_words
from hallclient.domain.publication import Publication, PublicationKind, emergency_in, standing
from hallclient.domain.text import LocalText
from hallclient.services.drafts import ROOMS
from hallclient.services.hours import local_time
from hallclient.ui.pictures import Pictures

COLUMN_S = 8
"""The least time that the board's own column can be seen between two pages."""
_MOVING = (PublicationKind.PICTURE, PublicationKind.VIDEO, PublicationKind.PAGE)
_PLACES = {
    PublicationKind.PICTURE: Place.CARD,
    PublicationKind.VIDEO: Place.CARD,
    PublicationKind.PAGE: Place.COLUMN,
}
Turn = Publication | None
"""Something that is published, or the board's own column."""


class VideoPart(Protocol):
    """What can play a video without sound; only where the optional extra is installed."""

    @property
    def widget(self) -> AppearingPart:
        """Where it is seen."""
        ...

    def play(self, digest: str) -> None:
        """Begin as soon as the file is here, again and again."""
        ...

    def stop(self) -> None:
        """Let go of it."""
        ...


class Playlist(QObject):
    """Follows what is published and gives each its time. ``stop`` it before its board."""

    def __init__(
        self,
        board: CallBoard,
        pictures: Pictures,
        *,
        video: Callable[[], VideoPart | None] = lambda: None,
        bilingual: bool = False,
        reduced_motion: bool = False,
    ) -> None:
        super().__init__(board)
        self._board = board
        self._pictures = pictures
        self._bilingual = bilingual
        self._reduced = reduced_motion
        self._make_video = video
        self._video: VideoPart | None = None
        self._no_video = False
        self._parts: dict[PublicationKind, AppearingPart] = {}
        self._turns: tuple[Turn, ...] = ()
        self._now: Turn = None
        self._index = 0
        self._texts: tuple[Publication, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)
        presenter = board.presenter
        for changed in (
            presenter.published,
            presenter.figures_changed,
            presenter.minute_changed,
            presenter.link_changed,
        ):
            changed.connect(self.update)
        pictures.broken.connect(self.update)

    @property
    def shown(self) -> Turn:
        """What takes its turn just now; None is the board's own column."""
        return self._now

    @property
    def is_painted(self) -> bool:
        """Whether a picture that takes its turn is there already."""
        part = self._parts.get(PublicationKind.PICTURE)
        return isinstance(part, PictureCard) and part.is_there

    def update(self) -> None:
        """Look what stands now, and keep the present turn where it still does."""
        presenter = self._board.presenter
        hall, plan = presenter.hall, presenter.plan
        if hall is None or plan is None:
            return
        now = local_time(plan, presenter.clock.now())
        found = standing(hall.publications, presenter.zones, now)
        self._show_texts(found)
        quiet = presenter.lost or presenter.closed is not None
        quiet = quiet or emergency_in(hall.publications, presenter.zones) is not None
        turns = () if quiet else self._in_turns([one for one in found if self._can_show(one)])
        if turns != self._turns:
            self._turns = turns
            if self._now is None or self._now not in turns:
                self._give(turns[0] if turns else None)
                return
            self._index = turns.index(self._now)
            if len(turns) > 1 and not self._timer.isActive():
                self._timer.start(self._seconds(self._now) * 1000)

    def stop(self) -> None:
        """Take everything off the board."""
        self._timer.stop()
        self._give(None)
        if self._video is not None:
            self._video.stop()
        for part in self._parts.values():
            part.stop()
            part.deleteLater()
        self._parts.clear()

    # What there is

    def _show_texts(self, found: Sequence[Publication]) -> None:
        texts = tuple(
            one for one in found if one.kind in (PublicationKind.STRIP, PublicationKind.CARD)
        )
        if texts == self._texts:
            return
        self._texts = texts
        bounded = [(one.kind, *_bounded(one)) for one in texts]
        cards = [(title, text) for kind, title, text in bounded if kind is PublicationKind.CARD]
        lines = [line for kind, _title, line in bounded if kind is PublicationKind.STRIP]
        self._board.show_published(cards, lines)

    def _can_show(self, one: Publication) -> bool:
        if one.kind not in _MOVING:
            return False
        led = self._board.look.theme.scheme == LED
        if one.kind is PublicationKind.PAGE:
            return True
        if led:
            return False
        if one.kind is PublicationKind.VIDEO and self._video_part() is None:
            return False
        return not self._pictures.is_broken(one.media)

    def _video_part(self) -> VideoPart | None:
        if self._video is None and not self._no_video:
            self._video = self._make_video()
            self._no_video = self._video is None
            if self._video is not None:
                self._parts[PublicationKind.VIDEO] = self._video.widget
        return self._video

    def _in_turns(self, found: Sequence[Publication]) -> tuple[Turn, ...]:
        """Return the order; the board's own column stands behind every page, and for its cards."""
        turns: list[Turn] = []
        if found and self._board.card.pages:
            turns.append(None)
        for one in found:
            turns.append(one)
            if one.kind is PublicationKind.PAGE:
                turns.append(None)
        if len(turns) > 1 and turns[0] is None and turns[-1] is None:
            turns.pop()
        return tuple(turns)

    # Turns

    def _go_on(self) -> None:
        part = self._parts.get(self._now.kind) if self._now is not None else None
        if part is not None and part.index + 1 < part.pages:
            part.next_page()
            self._timer.start(self._seconds(self._now) * 1000)
            return
        if self._turns:
            after = (self._index + 1) % len(self._turns)
            self._give(self._turns[after], after)

    def _give(self, turn: Turn, index: int = 0) -> None:
        before, self._now, self._index = self._now, turn, index
        place = _PLACES[turn.kind] if turn is not None else None
        if before is not None and _PLACES[before.kind] is not place:
            self._board.host(_PLACES[before.kind], None)
        if before is not None and before.kind is PublicationKind.VIDEO and self._video is not None:
            self._video.stop()
        self._timer.stop()
        if turn is not None and place is not None:
            self._put(turn, place)
        if len(self._turns) > 1 or (turn is not None and self._pages_of(turn) > 1):
            self._timer.start(self._seconds(turn) * 1000)

    def _put(self, turn: Publication, place: Place) -> None:
        part = self._part(turn.kind)
        self._board.host(place, part)
        language = self._board.look.language
        if isinstance(part, PictureCard):
            part.show_picture(turn.media, _words(turn, turn.text, language))
        elif isinstance(part, PagePart):
            second = ("", "")
            if self._bilingual and language != "en" and (turn.title.en or turn.text.en):
                second = _page(turn, "en")
            part.show_page(_page(turn, language), second)
        elif self._video is not None:
            self._video.play(turn.media)

    def _part(self, kind: PublicationKind) -> AppearingPart:
        part = self._parts.get(kind)
        if part is None:
            picture = kind is PublicationKind.PICTURE
            part = PictureCard(self._pictures) if picture else PagePart()
            part.reduced = self._reduced
            self._parts[kind] = part
        return part

    def _pages_of(self, turn: Publication) -> int:
        return max(1, self._parts[turn.kind].pages) if turn.kind in self._parts else 1

    def _seconds(self, turn: Turn) -> int:
        if turn is not None:
            return turn.seconds
        pages = max(1, self._board.card.pages)
        shown = [one.seconds for one in self._turns if one is not None and _is_page(one)]
        return max(COLUMN_S * pages, *shown, COLUMN_S)


def _is_page(one: Publication) -> bool:
    return one.kind is PublicationKind.PAGE


def _bounded(one: Publication) -> tuple[LocalText, LocalText]:
    """Return title and text as a board may show them, whatever the database holds."""
    room = ROOMS[one.kind]
    return _cut(one.title, room.title), _cut(one.text, room.text)


def _cut(text: LocalText, longest: int) -> LocalText:
    shown = partial(shown_words, longest=longest)
    return LocalText(shown(text.zh_cn), shown(text.zh_hant), shown(text.en))


def _words(one: Publication, text: LocalText, language: str) -> str:
    return shown_words(text.text(language), ROOMS[one.kind].text)


def _page(one: Publication, language: str) -> tuple[str, str]:
    room = ROOMS[one.kind]
    title = shown_words(one.title.text(language), room.title)
    return title, shown_words(one.text.text(language), room.text, room.lines)
