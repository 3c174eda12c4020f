"""Somebody was called to the kiosk: who is coming, and since when."""

from dataclasses import dataclass
from enum import StrEnum

from hallclient.services.helping import Help
from hallclient.ui.words import Words


class HelpState(StrEnum):
    """Where a call for help is; also the key of its words."""

    ASKING = "asking"
    ASKED = "asked"
    COMING = "coming"
    OVER = "over"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class HelpView:
    """What the page says. ``again`` offers another call, ``cancel`` takes the present one back."""

    title: str
    text: str
    since: str
    again: str
    cancel: str
    back: str
    tone: str


def help_view(
    words: Words, state: HelpState, call: Help | None, seconds: int, desk: str
) -> HelpView:
    """Return the page of a call; ``seconds`` since it was asked, ``desk`` where the staff sit."""
    name = call.name if call else ""
    text = words(f"kiosk.help.{state}_sub")
    if state is HelpState.FAILED and desk:
        text = words("kiosk.help.failed_desk", desk=desk)
    open_call = state in (HelpState.ASKED, HelpState.COMING)
    over = state in (HelpState.OVER, HelpState.FAILED)
    return HelpView(
        title=words(f"kiosk.help.{state}", name=name),
        text=text,
        since=_since(words, seconds) if open_call else "",
        again=words("kiosk.help.again") if over else "",
        cancel=words("kiosk.help.cancel") if open_call else "",
        back=words("kiosk.help.meanwhile"),
        tone="ok" if state is HelpState.COMING else "primary",
    )


def _since(words: Words, seconds: int) -> str:
    if seconds < 60:
        return words("kiosk.help.seconds", n=seconds)
    return words("kiosk.help.minutes", n=seconds // 60)
