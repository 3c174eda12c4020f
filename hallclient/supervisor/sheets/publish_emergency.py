"""紧急广播: what has happened, where to go, real or a drill; asks once more. Or: all clear."""

from dataclasses import replace

from hallclient.domain.hall import HallPlan
from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.text import LocalText
from hallclient.services.emergency_words import TITLE, WHERE, emergency_words
from hallclient.services.floor import FloorState
from hallclient.services.hours import local_time
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import Choices
from hallclient.supervisor.sheets.publish_preview import EmergencyPreview
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.ui.words import Words

ALL, SEVERAL = "", "several"
_REAL, _DRILL = "real", "drill"
_WIDE = 9 / 16


def zones_text(zones: tuple[str, ...], plan: HallPlan, words: Words) -> str:
    """Return where something is shown, in words."""
    names = [zone.name.text(words.language) for zone in plan.zones if zone.code in zones]
    return " ".join(names or zones) or words("publish.everywhere")


def zone_choices(plan: HallPlan | None, words: Words, chosen: tuple[str, ...] = ()) -> Choices:
    """Return the keys of the whole hall and of each zone; several that are chosen share one."""
    zones = plan.zones if plan is not None else ()
    named = [(zone.code, zone.name.text(words.language)) for zone in zones]
    options = [(ALL, words("publish.everywhere")), *named]
    if len(chosen) > 1 and plan is not None:
        options.append((SEVERAL, zones_text(chosen, plan, words)))
    first = SEVERAL if len(chosen) > 1 else chosen[0] if chosen else ALL
    return Choices(options, first, 3)


class EmergencySheet(Sheet):
    """One emergency: to be raised, or standing and to be ended."""

    def __init__(self, presenter: ConsolePresenter, standing: Publication | None = None) -> None:
        words = presenter.words
        super().__init__(presenter, words("publish.emergency"))
        self._standing = standing
        form = "publish.emergency_form"
        other = words(f"{form}.another")
        kinds = [
            (k.value, other if k is EmergencyKind.OTHER else words(f"emergency.title.{k.value}"))
            for k in EmergencyKind
        ]
        self._plan = presenter.state.plan if presenter.state is not None else None
        self.kind = self.put(Choices(kinds, EmergencyKind.FIRE.value, 3), 0, 0, 9, 9)
        sorts = [(one, words(f"{form}.{one}")) for one in (_REAL, _DRILL)]
        self.sort = self.put(Choices(sorts, _REAL, 2), 0, 0, 9, 9)
        self.zone = self.put(zone_choices(self._plan, words), 0, 0, 9, 9)
        self.what = self.field(words(f"{form}.title"), TITLE)
        self.where = self.field(words(f"{form}.where"), WHERE)
        self.english = self.field(words("publish.english"), WHERE)
        self.preview = self.put(EmergencyPreview(), 0, 0, 9, 9)
        for choices in (self.kind, self.sort):
            choices.chosen.connect(self._show_draft)
        for line in (self.what, self.where, self.english):
            line.textChanged.connect(self._show_draft)
        if standing is None:
            self.foot_key(words(f"{form}.raise"), self._ask, solid=True)
        else:
            self.foot_key(words(f"{form}.clear"), self._ask_clear, solid=True)
        self._show_draft()

    def arrange(self, width: float, height: float) -> None:
        """Place keys, lines to type in, and the preview below them."""
        raising = self._standing is None
        own = self.kind.value == EmergencyKind.OTHER.value
        y = HEAD + 2.0
        for choices in (self.kind, self.sort, self.zone):
            choices.setVisible(raising)
            if raising:
                self.put(choices, PAD, y, width, choices.tall)
                choices.lay_out(width)
                y += choices.tall + 10
        for line in (self.what, self.where, self.english):
            line.setVisible(raising and (own or line is not self.what))
            if line.isVisibleTo(self):
                self.put(line, PAD, y, width, 42)
                y += 50
        room = HEAD + height - y
        tall = min(width * _WIDE, room)
        self.preview.setVisible(tall > 90)
        self.put(self.preview, PAD, y, width, max(tall, 9))

    def show_state(self, state: FloorState) -> None:
        """Leave when what stands has been ended elsewhere; say since when it stands."""
        one = self._standing
        if one is None:
            return
        now = next((other for other in state.publications if other.id == one.id), None)
        if now is None:
            self.done(self.words("publish.gone"))
            return
        where = zones_text(now.zones, state.plan, self.words)
        at = now.published_at
        time = f"{local_time(state.plan, at):%H:%M}" if at is not None else ""
        self.say(self.words("publish.emergency_form.since", time=time, where=where))

    def _drafted(self) -> Publication:
        if self._standing is not None:
            return self._standing
        kind = EmergencyKind(self.kind.value)
        own = kind is EmergencyKind.OTHER
        state = self.presenter.state
        return Publication(
            id=0,
            kind=PublicationKind.EMERGENCY,
            text=LocalText(self.where.text().strip(), en=self.english.text().strip()),
            title=LocalText(self.what.text().strip() if own else ""),
            zones=(self.zone.value,) if self.zone.value else (),
            published_at=state.now if state is not None else None,
            emergency=kind,
            drill=self.sort.value == _DRILL,
        )

    def _show_draft(self, _changed: str = "") -> None:
        if self._plan is not None:
            one = self._drafted()
            self.preview.show_emergency(
                replace(one, ended_at=None), self._plan, self.words.language
            )
        self.again_laid()

    def _title(self) -> str:
        return emergency_words(self._drafted(), self.words).title

    def _ask(self) -> None:
        one, words = self._drafted(), self.words
        if one.emergency is EmergencyKind.OTHER and not one.title.zh_cn:
            self.refuse(words("publish.refused.words_empty"))
            self.what.setFocus()
            return
        where = zones_text(one.zones, self._plan, words) if self._plan is not None else ""
        self.again.ask(
            words("publish.emergency_form.sure", title=self._title(), where=where),
            words("publish.emergency_form.raise"),
            lambda: self._raise(one),
        )

    def _raise(self, one: Publication) -> None:
        kind = one.emergency or EmergencyKind.OTHER
        self.presenter.do(
            lambda who: who.publishing.emergency(
                kind, title=one.title, text=one.text, zones=one.zones, drill=one.drill
            ),
            lambda _done: self.done(self.words("publish.emergency_form.raised")),
            self.refuse,
            owner=self,
        )

    def _ask_clear(self) -> None:
        words, one = self.words, self._drafted()
        self.again.ask(
            words("publish.emergency_form.clear_sure", title=self._title()),
            words("publish.emergency_form.clear"),
            lambda: self.presenter.do(
                lambda who: who.publishing.end_emergency(one.id),
                lambda _done: self.done(words("publish.emergency_form.cleared")),
                self.refuse,
                owner=self,
            ),
        )
