"""What is rarely needed, behind the dots: only what can be done just now is in it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from hallclient.phrases import languages
from hallclient.window.choices import Choice, ChoicePopover
from hallclient.window.fields import SignIn, TextPopover
from hallclient.window.lists import ListPopover, Tab, Typed
from hallclient.window.passing_on import NOTE_LONGEST, service_choices
from hallclient.window.scene import reason_text
from hallclient.window.states import Stand

if TYPE_CHECKING:
    from hallclient.services.shifts import LeftBehind
    from hallclient.window.askings import Askings

Act = Callable[["Askings"], None]
_TICKET = "[0-9A-Za-z-]{0,16}"
_FREE = (Stand.IDLE, Stand.RATING)
_SERVING = (Stand.SERVING, Stand.LONG)


def open_menu(asks: "Askings") -> None:
    """Open the menu."""
    presenter, words = asks.presenter, asks.presenter.words
    acts = _acts(asks)
    title = presenter.view.staff or words("window.popover.nobody")
    choices = [Choice(name, words(f"window.menu.{name}"), icon) for name, icon, _act in acts]
    popover = ChoicePopover(asks.bar, title, choices, asks.feet())
    do = {name: act for name, _icon, act in acts}
    popover.chosen.connect(lambda name: do[name](asks))
    asks.open(popover)


def _acts(asks: "Askings") -> list[tuple[str, str, Act]]:
    """Return what can be done now: name, icon, deed."""
    found = [*_turn_acts(asks), *_staff_acts(asks)]
    if asks.presenter.news.bulletin is not None:
        found.append(("bulletin", "info", lambda asks: asks.presenter.say_bulletin()))
    ledger: Callable[[], None] | None = getattr(asks.bar, "ledger", None)
    if ledger is not None:
        found.append(("ledger", "doc", lambda _asks: ledger()))
    found.append(("settings", "textsize", _ask_settings))
    return found[:9]


def _turn_acts(asks: "Askings") -> list[tuple[str, str, Act]]:
    """Return what can be done about tickets."""
    stand, state = asks.presenter.view.stand, asks.presenter.state
    found: list[tuple[str, str, Act]] = []
    if stand in _FREE:
        if state is not None and state.can_serve_on:
            found.append(("serve_on", "play", lambda asks: asks.presenter.serve_on()))
        found += [("chosen", "megaphone", _ask_chosen), ("requeue", "requeue", _ask_requeue)]
    if stand in (*_SERVING, Stand.CALLED):
        found.append(("return", "arrow-l", _ask_return))
    if stand in _SERVING:
        found += [("split", "ticket", _ask_split), ("step", "plus", _ask_step)]
    return found


def _staff_acts(asks: "Askings") -> list[tuple[str, str, Act]]:
    """Return what can be done about who sits here."""
    stand = asks.presenter.view.stand
    if stand is Stand.SIGNED_OUT:
        return [("sign_in", "user-check", lambda asks: asks.ask_sign_in())]
    if stand in (Stand.STARTING, Stand.OFFLINE):
        return []
    return [("hand_over", "people", _ask_hand_over), ("sign_out", "door", _ask_sign_out)]


def _ask_chosen(asks: "Askings") -> None:
    words = asks.presenter.words
    _ask_number(asks, "chosen", words("window.menu.go_on"), partial(_ask_chosen_reason, asks))


def _ask_chosen_reason(asks: "Askings", name: str) -> None:
    presenter, words = asks.presenter, asks.presenter.words
    if presenter.rules is None:
        return
    reasons = presenter.rules.chosen_reasons
    choices = [
        Choice(reason, reason_text(words, reason, "window.chosen_reason")) for reason in reasons
    ]
    title = words("window.menu.chosen_why")
    popover = ChoicePopover(asks.bar, title, choices, asks.feet(), label=name.upper())
    popover.chosen.connect(lambda reason: presenter.call_chosen(name, reason))
    asks.open(popover)


def _ask_requeue(asks: "Askings") -> None:
    enter = asks.presenter.words("window.menu.requeue_enter")
    _ask_number(asks, "requeue", enter, asks.presenter.requeue)


def _ask_number(asks: "Askings", title: str, enter: str, then: Callable[[str], None]) -> None:
    words = asks.presenter.words
    caption = words("window.menu.number")
    popover = TextPopover(
        asks.bar, words(f"window.menu.{title}"), caption, enter, allowed=_TICKET, longest=16
    )
    popover.submitted.connect(then)
    asks.open(popover)


def _ask_return(asks: "Askings") -> None:
    presenter, words = asks.presenter, asks.presenter.words
    popover = TextPopover(
        asks.bar,
        words("window.menu.return"),
        words("window.transfer.note"),
        words("window.menu.return_enter"),
        label=presenter.view.label,
        longest=NOTE_LONGEST,
        optional=True,
    )
    popover.submitted.connect(presenter.return_to_pool)
    asks.open(popover)


def _ask_split(asks: "Askings") -> None:
    _ask_service(asks, "split", asks.presenter.split_off)


def _ask_step(asks: "Askings") -> None:
    _ask_service(asks, "step", asks.presenter.add_step)


def _ask_service(asks: "Askings", title: str, then: Callable[[str], None]) -> None:
    presenter, words = asks.presenter, asks.presenter.words
    plan = presenter.plan
    if plan is None:
        return
    tab = Tab(
        "",
        lambda typed: service_choices(plan, words, typed),
        Typed.LETTERS,
        words("window.menu.by_letter"),
        words("window.menu.no_service"),
    )
    label = presenter.view.label
    rows = len(tab.lines(""))
    told = words(f"window.menu.{title}")
    popover = ListPopover(asks.bar, words, told, (tab,), label=label, rows=rows)
    popover.chosen.connect(lambda _tab, code: then(code))
    asks.open(popover)


def _ask_hand_over(asks: "Askings") -> None:
    presenter, words = asks.presenter, asks.presenter.words
    title, enter = words("window.menu.hand_over"), words("window.menu.take_over")
    popover = SignIn(asks.bar, words, title, enter)

    def done(_state: object) -> None:
        if asks.popover is popover:
            popover.close()

    def refuse(text: str) -> None:
        if asks.popover is popover:
            popover.refuse(text)
        else:
            presenter.say(text)

    popover.submitted.connect(lambda code, pin: presenter.hand_over(code, pin, refuse, done))
    asks.open(popover)


def _ask_sign_out(asks: "Askings") -> None:
    """Sign out; who would be left behind is told first."""
    presenter = asks.presenter
    presenter.look(presenter.left_behind, partial(_sign_out, asks))


def _sign_out(asks: "Askings", left: "LeftBehind") -> None:
    presenter, words = asks.presenter, asks.presenter.words
    if left.nothing or left.ticket is not None:
        presenter.sign_out()  # with a ticket in hand it is refused, in words
        return
    told = words("window.menu.left", held=len(left.held), bound=len(left.bound))
    choices = [
        Choice("sign_out", words("window.menu.sign_out_all_the_same"), "door"),
        Choice("hand_over", words("window.menu.hand_over"), "people"),
    ]
    popover = ChoicePopover(asks.bar, told, choices, asks.feet())
    popover.chosen.connect(
        lambda name: presenter.sign_out() if name == "sign_out" else _ask_hand_over(asks)
    )
    asks.open(popover)


def _ask_settings(asks: "Askings") -> None:
    """Language, and at which edge of which screen the bar stands."""
    words, bar = asks.presenter.words, asks.bar
    others = [one for one in languages() if one.code != words.language]
    edges = [edge for edge in ("top", "left", "right") if edge != getattr(bar, "edge", "")]
    screens = getattr(bar, "screens", None)
    names = screens() if screens is not None else ()
    choices = [
        *(Choice(one.code, one.name, "globe") for one in others),
        *(Choice(f"edge:{edge}", words(f"window.menu.edge_{edge}"), "dock") for edge in edges),
        *(Choice(f"screen:{n}", words("window.menu.screen", name=n), "expand") for n in names),
    ]
    popover = ChoicePopover(asks.bar, words("window.menu.settings"), choices, asks.feet())

    def take(value: str) -> None:
        kind, _colon, what = value.partition(":")
        if kind == "edge":
            bar.edge_changed.emit(what)  # type: ignore[attr-defined] # the bar's
        elif kind == "screen":
            bar.screen_changed.emit(what)  # type: ignore[attr-defined] # the bar's
        else:
            words.switch(value)

    popover.chosen.connect(take)
    asks.open(popover)
