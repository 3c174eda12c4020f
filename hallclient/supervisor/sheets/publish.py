"""大屏通知: what is published, in playlist order, and what covers the screens now."""

from hallclient.domain.publication import Publication, PublicationKind
from hallclient.services.emergency_words import emergency_words
from hallclient.services.floor import FloorState
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import PagedList, RowSpec
from hallclient.supervisor.sheets.publish_emergency import EmergencySheet, zones_text
from hallclient.supervisor.sheets.publish_form import PublishForm
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet


class PublishSheet(Sheet):
    """A line for each; pressed, it can be changed or ended."""

    def __init__(self, presenter: ConsolePresenter) -> None:
        words = presenter.words
        super().__init__(presenter, words("publish.title"))
        self._found: tuple[Publication, ...] = ()
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        self.list.chosen.connect(self._open)
        self.list.say_nothing("info", words("publish.none"), words("publish.none_sub"))
        self.foot_key(words("publish.emergency"), self._raise)
        self.foot_key(words("publish.add"), self._add, solid=True)

    def arrange(self, width: float, height: float) -> None:
        """Place the list."""
        self.put(self.list, PAD, HEAD, width, height)
        self.list.lay_out(width, height)

    def show_state(self, state: FloorState) -> None:
        """Show what stands, emergencies first."""
        emergencies = [one for one in state.publications if one.emergency is not None]
        rest = [one for one in state.publications if one.emergency is None]
        self._found = (*emergencies, *rest)
        self.list.set_specs([self._spec(one, state) for one in self._found])

    def _spec(self, one: Publication, state: FloorState) -> RowSpec:
        words, language = self.words, self.words.language
        where = zones_text(one.zones, state.plan, words)
        if one.kind is PublicationKind.EMERGENCY:
            title = emergency_words(one, words).title
            sub = f"{words('publish.standing')}  {where}"
            return RowSpec(str(one.id), title, sub, icon="alert", warns=True)
        kind = words(f"publish.kind.{one.kind.value}")
        title = one.title.text(language) or one.text.text(language) or kind
        sub = words("publish.kind_where", kind=kind, where=where)
        if one.valid_until is not None:
            day = words.long_date(one.valid_until)
            sub = words("publish.until", kind=kind, where=where, day=day)
        return RowSpec(str(one.id), " ".join(title.split()), sub)

    def _open(self, publication: str) -> None:
        for one in self._found:
            if str(one.id) == publication:
                emergency = one.kind is PublicationKind.EMERGENCY
                sheet = EmergencySheet(self.presenter, one) if emergency else None
                self.opened.emit(sheet or PublishForm(self.presenter, one))
                return

    def _add(self) -> None:
        self.opened.emit(PublishForm(self.presenter))

    def _raise(self) -> None:
        self.opened.emit(EmergencySheet(self.presenter))
