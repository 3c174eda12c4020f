"""Who is in the hall, and who is on leave today; the menu of who has signed in."""

from hallclient.domain.parts import Staff
from hallclient.phrases import languages
from hallclient.services.floor import FloorState
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.sheets.parts import Choices, PagedList, RowSpec
from hallclient.supervisor.sheets.sheet import HEAD, PAD, Sheet
from hallclient.ui.widgets.base import Face


class StaffSheet(Sheet):
    """Absent, on leave, floating, on duty; somebody who is not here can be noted as on leave."""

    def __init__(self, presenter: ConsolePresenter) -> None:
        super().__init__(presenter, presenter.words("supervisor.staff.title"))
        self._chosen = ""
        self._on_leave = False
        self.list = self.put(PagedList(), 0, 0, 9, 9)
        self.list.chosen.connect(self._choose)
        self.key = self.foot_key(self.words("supervisor.staff.leave"), self._act, solid=True)
        self.key.set_face(Face.FLAT)
        self.say(self.words("supervisor.staff.info"))

    def arrange(self, width: float, height: float) -> None:
        """Place the list."""
        self.put(self.list, PAD, HEAD, width, height)
        self.list.lay_out(width, height)

    def show_state(self, state: FloorState) -> None:
        """Show everybody, those to think of first."""
        staff = state.staff
        windows = {w.staff.code: w.window.number for w in state.windows if w.staff is not None}
        groups = (
            ("absent", staff.absent),
            ("on_leave", staff.on_leave),
            ("floating", staff.floaters),
            ("on_duty", staff.on_duty),
        )
        specs = [
            self._spec(member, kind, windows.get(member.code, ""))
            for kind, members in groups
            for member in members
        ]
        self.list.set_specs(specs)
        kinds = {member.code: kind for kind, members in groups for member in members}
        kind = kinds.get(self._chosen, "")
        self._on_leave = kind == "on_leave"
        words = "supervisor.staff.back" if self._on_leave else "supervisor.staff.leave"
        self.key.set_words(self.words(words))
        able = kind in ("absent", "on_leave", "floating")
        self.key.set_face(Face.SOLID if able else Face.FLAT)

    def _spec(self, member: Staff, kind: str, window: str) -> RowSpec:
        words = self.words
        number = window or (member.window if kind == "absent" else "")
        side = words(f"supervisor.staff.{kind}")
        if number:
            side = f"{words('supervisor.window_n', number=number)}  {side}"
        title = f"{member.name}  {member.code}"
        chosen = member.code == self._chosen
        return RowSpec(member.code, title, "", side, chosen=chosen, warns=kind == "absent")

    def _choose(self, code: str) -> None:
        self._chosen = code
        if self.presenter.state is not None:
            self.show_state(self.presenter.state)

    def _act(self) -> None:
        code, on_leave = self._chosen, not self._on_leave
        said = "supervisor.staff.noted" if on_leave else "supervisor.staff.noted_back"
        self.presenter.do(
            lambda who: who.leave(code, on_leave=on_leave),
            lambda _done: self.say(self.words(said)),
            self.refuse,
            owner=self,
        )


class MenuSheet(Sheet):
    """Language, contrast, sign out."""

    def __init__(self, presenter: ConsolePresenter) -> None:
        super().__init__(presenter, presenter.view.who)
        words = self.words
        options = [(one.code, one.name) for one in languages()]
        self.language = self.put(Choices(options, words.language, 3), 0, 0, 9, 9)
        self.language.chosen.connect(words.switch)
        self.out = self.foot_key(words("supervisor.sign_out"), presenter.sign_out, solid=True)

    def arrange(self, width: float, _height: float) -> None:
        """Place the languages."""
        self.put(self.language, PAD, HEAD + 4, width, self.language.tall)
        self.language.lay_out(width)
