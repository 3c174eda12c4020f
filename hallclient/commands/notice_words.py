"""What is published, in a terminal's words and as facts for programs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hallclient.domain.plain import encode
from hallclient.domain.public_text import shown_words
from hallclient.domain.publication import Publication, PublicationKind
from hallclient.domain.text import NO_TEXT

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def facts(one: Publication) -> dict[str, Any]:
    """Return a publication for programs."""
    told = {name: value for name, value in encode(one).items() if name != "ended_at"}
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in told.items()}


def lines(found: Sequence[Publication]) -> list[str]:
    """Return a line for each, in playlist order."""
    if not found:
        return ["Nothing is published."]
    return [f"{one.id:>6}  {one.kind.value:<9}  {_says(one)}  ({when(one)})" for one in found]


def about(one: Publication) -> list[str]:
    """Return everything that is known of one."""
    kind = one.emergency.value if one.emergency is not None else one.kind.value
    told = [f"{one.id}  {kind}{'  drill' if one.drill else ''}", f"shown      {when(one)}"]
    for name, text in (("title", one.title), ("text", one.text)):
        if text != NO_TEXT:
            for code, said in (("zh-CN", text.zh_cn), ("zh-Hant", text.zh_hant), ("en", text.en)):
                if said:
                    told.append(f"{name:<6}{code:<9}{shown_words(said, 600, 14)}")
    if one.media:
        told.append(f"file       {one.media}")
    return told


def when(one: Publication) -> str:
    """Return where and when it is shown."""
    if one.kind is PublicationKind.EMERGENCY:
        return f"{', '.join(one.zones) or 'everywhere'}, until all-clear"
    parts = [", ".join(one.zones) or "everywhere"]
    if one.valid_from is not None:
        parts.append(f"from {one.valid_from}")
    if one.valid_until is not None:
        parts.append(f"until {one.valid_until}")
    if one.weekdays:
        parts.append(" ".join(_DAYS[day - 1] for day in one.weekdays))
    if one.begins != one.ends:
        parts.append(f"{one.begins:%H:%M}-{one.ends:%H:%M}")
    return ", ".join(parts)


def _says(one: Publication) -> str:
    if one.emergency is not None:
        drill = "drill " if one.drill else ""
        return f"{drill}{one.emergency.value} {shown_words(one.title.zh_cn, 24)}".strip()
    text = " ".join(part for part in (one.title.zh_cn, one.text.zh_cn) if part)
    return shown_words(text, 40) or one.media[:12]
