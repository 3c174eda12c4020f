"""What a board says of a hall, in the present language: places, queues, notices."""

from collections.abc import Iterable
from datetime import datetime, time
from functools import reduce

from hallclient.display.queues import QueueRow, QueueWords
from hallclient.display.said import Said, Saying
from hallclient.display.timetable import Closing, Stops, shown_queues
from hallclient.domain.bulletin import Bulletin
from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Zone
from hallclient.domain.text import LocalText
from hallclient.services.board import HallNow
from hallclient.services.wait_words import wait_figures, wait_short

CARD, STRIP = "card", "strip"
_NOTHING = Said("")


class Wording:
    """A plan seen by a board of certain zones, put into words."""

    def __init__(self, plan: HallPlan, zones: tuple[str, ...], words: Saying) -> None:
        self._plan = plan
        self._zones = zones
        self._words = words

    def hall(self) -> Said:
        """Return the hall's name."""
        return self._text(self._plan.name)

    def zones(self) -> Said:
        """Return what the board shows: floors it shows whole by their name, else zones."""
        if not self._zones:
            return _NOTHING
        shown = [zone for zone in self._plan.zones if zone.code in self._zones]
        whole = all(
            zone.code in self._zones
            for zone in self._plan.zones
            if zone.floor in {mine.floor for mine in shown}
        )
        if whole and all(zone.floor.zh_cn for zone in shown):
            names = [self._text(zone.floor) for zone in shown]
        else:
            names = [self._text(zone.name) for zone in shown]
        return reduce(self._both, dict.fromkeys(names)) if names else _NOTHING

    def place(self, zone_code: str) -> Said:
        """Return where a window is: its zone, with the floor on a board of several floors."""
        zone = self._plan.zone_of.get(zone_code)
        if zone is None:
            return _NOTHING
        floors = {mine.floor for mine in self._plan.zones if self._shows(mine)}
        if len(floors) < 2 or not zone.floor.zh_cn:
            return self._text(zone.name)
        floor, name = self._text(zone.floor), self._text(zone.name)
        return self._words("display.board.floor_zone", floor=floor, zone=name)

    def service(self, name: LocalText) -> Said:
        """Return the name of a call's service."""
        return self._text(name)

    def queue_words(self) -> QueueWords:
        """Return the words of the table of queues."""
        words = self._words
        return QueueWords(
            title=words("display.board.queues"),
            waiting=words("display.board.waiting"),
            estimate=words("display.board.estimate"),
            people=words("common.people"),
            no_wait=words("display.board.no_wait"),
            none=words("display.board.no_queue"),
            minutes=words("board.heads.minutes") if words.english else "",
        )

    def rows(self, hall: HallNow) -> list[QueueRow]:
        """Return the queues that are open or waited in; all of them when none is."""
        rows, alive = [], []
        for queue in shown_queues(self._plan, self._zones):
            line = hall.lines.get(queue.code)
            if line is None:
                continue
            minutes = wait_figures(self._words, line.wait) if line.wait else ""
            name, wait = self._text(queue.name), self._wait(line.wait)
            row = QueueRow(name, line.waiting, wait, line.at_once, minutes)
            rows.append(row)
            if line.waiting or line.open_windows:
                alive.append(row)
        return alive or rows

    def cards(
        self, published: Iterable[tuple[LocalText, LocalText]] = ()
    ) -> list[tuple[Said, Said]]:
        """Return titles and texts for the card: the hall's notices, then what is published."""
        more = [(self._text(title), self._text(text)) for title, text in published]
        return [card for card in (*self._notices(CARD), *more) if any(card)]

    def strip(
        self, bulletins: Iterable[Bulletin] = (), published: Iterable[LocalText] = ()
    ) -> list[Said]:
        """Return what is said now, the notices for the strip (title, text), what is published."""
        said = [self._text(bulletin.text) for bulletin in bulletins]
        lines = [self._words.joined(list(notice)) for notice in self._notices(STRIP)]
        lines += [self._text(line) for line in published]
        return [*said, *(line for line in lines if line)]

    def closing(self, closing: Closing) -> Said:
        """Return the line about the end of a session."""
        key = closing.how.value
        if closing.how is Stops.SOON and closing.again is not None:
            key = "soon_again"
        again = _clock(closing.again) if closing.again is not None else ""
        return self._words(f"board.closing.{key}", at=_clock(closing.at), again=again)

    def opens(self, opens: datetime | None) -> Said:
        """Return when a closed hall opens again; nothing when that is not known."""
        if opens is None:
            return _NOTHING
        day = self._words.long_date(opens.date())
        at = _clock(opens.time())
        when = Said(f"{day} {at}", f"{day.also} {at}" if day.also else "")
        return self._words("display.closed.next", when=when)

    def missed_advice(self) -> Said:
        """Return where to go with a missed number."""
        key = "missed_sub" if self._plan.desk.zh_cn else "missed_window"
        return self._words(f"display.board.{key}")

    def _notices(self, place: str) -> list[tuple[Said, Said]]:
        mine = [
            notice
            for notice in self._plan.notices
            if notice.place == place
            and (not notice.zones or not self._zones or set(notice.zones) & set(self._zones))
        ]
        return [(self._text(notice.title), self._text(notice.text)) for notice in mine]

    def _wait(self, wait: WaitRange | None) -> Said:
        if wait is None:
            return _NOTHING
        said = wait_short(self._words, wait)
        if not said.also or not wait.low:
            return said
        return Said(said, self._words("common.minutes_short").also)  # the figures stand once

    def _both(self, first: Said, second: Said) -> Said:
        return self._words("display.board.both", first=first, second=second)

    def _shows(self, zone: Zone) -> bool:
        return not self._zones or zone.code in self._zones

    def _text(self, text: LocalText) -> Said:
        return self._words.text(text)


def _clock(at: time) -> str:
    return f"{at.hour}:{at:%M}"
