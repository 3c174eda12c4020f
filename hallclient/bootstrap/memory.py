"""What a PC remembers of its hall: a screen has its entries before the database is open.

A cache and nothing more: one JSON file for each database, without staff, written when it differs,
ignored when it cannot be read.
"""

import json
import logging
import zlib
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path

from platformdirs import user_cache_path

from hallclient.config import Settings, default_database
from hallclient.domain.hall import HallPlan
from hallclient.domain.plain import decode, encode, hints_of

log = logging.getLogger(__name__)

_KEPT = tuple(field.name for field in fields(HallPlan) if field.name not in ("former", "staff"))


def remembered(settings: Settings) -> HallPlan | None:
    """Return the hall as it was when it was last open here, None when nothing is known."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        table = json.loads(_file(settings).read_text("utf-8"))
        hints = hints_of(HallPlan)
        return HallPlan(**{name: decode(hints[name], table[name]) for name in _KEPT})
    return None


def remember(settings: Settings, plan: HallPlan) -> None:
    """Keep the hall for the next start; failing to is no trouble."""
    known = replace(plan, staff=(), former=None)
    if remembered(settings) == known:
        return
    file = _file(settings)
    text = json.dumps({name: encode(getattr(known, name)) for name in _KEPT}, ensure_ascii=False)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(text, "utf-8")
        fresh.replace(file)
    except OSError as error:
        log.info("the hall is not remembered: %s", error)


def _file(settings: Settings) -> Path:
    key = f"{settings.database or default_database()}\n{settings.hall}"
    return user_cache_path("hallclient") / f"hall-{zlib.crc32(key.encode()):08x}.json"
