"""What a hall file says of its voice, its boards and its ratings."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from itertools import pairwise
from typing import Final

from hallclient.domain.rules import HallRules
from hallclient.services.hallfile.problems import shown
from hallclient.services.hallfile.rows import Row

MOST_LANGUAGES: Final = 3
"""A call is said in one after the other; it takes some five seconds in each."""
MOST_VOLUMES: Final = 24
LOUDEST: Final = 100
_LANGUAGE: Final = re.compile(r"[a-z]{2,8}(?:-[A-Za-z0-9]{2,8})?", re.ASCII)
_HOTLINE: Final = re.compile(r"\+?[0-9][0-9 -]{1,18}[0-9]", re.ASCII)
_PAIRS: Final = 'write [["08:00", 80], ["12:30", 40]]'


def of_the_public(row: Row, rules: HallRules) -> HallRules:
    """Read what is spoken, and what a window's screen shows and asks."""
    return replace(
        rules,
        pause_minutes=_pause_minutes(row, rules),
        rating_stars=row.flag("rating_stars", default=rules.rating_stars),
        hotline=_hotline(row, rules.hotline),
        voice_languages=_languages(row, rules.voice_languages),
        voice_yao=row.flag("voice_yao", default=rules.voice_yao),
        voice_chime=row.flag("voice_chime", default=rules.voice_chime),
        voice_volumes=_volumes(row),
        unseen_seconds=row.integer("unseen_seconds", rules.unseen_seconds, 0, 60),
    )


def _pause_minutes(row: Row, rules: HallRules) -> tuple[tuple[str, int], ...]:
    """Read how long each of the hall's pauses usually takes; 0 tells the public none."""
    usual = dict(rules.pause_minutes)
    given = (
        (reason, row.integer(f"pause_minutes.{reason}", usual.get(reason, 0), 0, 480))
        for reason in rules.pause_reasons
    )
    return tuple((reason, minutes) for reason, minutes in given if minutes)


def _hotline(row: Row, usual: str) -> str:
    """Read where one may complain besides; an empty text shows none."""
    given = row.text("hotline", 20)
    if given and not _HOTLINE.fullmatch(given):
        row.wrong("hotline", f"{shown(given)} is not a telephone number; write 12345")
    return given if "hotline" in row.values else usual


def _languages(row: Row, usual: tuple[str, ...]) -> tuple[str, ...]:
    key = "voice_languages"
    given = row.words(key, 20)
    if row.has(key) and row.values[key] == []:
        row.wrong(key, 'empty; name at least one, ["zh"]; a board without a voice is set at its PC')
    elif len(set(given)) < len(given):
        row.wrong(key, "a language stands here twice; once is enough")
    elif len(given) > MOST_LANGUAGES:
        row.wrong(key, f"{len(given)} languages; at most {MOST_LANGUAGES}, or no call has an end")
    for word in given:
        if not _LANGUAGE.fullmatch(word):
            row.wrong(key, f"{shown(word)} is not the name of a language; write zh or en")
    return given or usual


def _volumes(row: Row) -> tuple[tuple[time, int], ...]:
    """Read from which time of day on it is how loud: each time later than the one before."""
    key = "voice_volumes"
    if not row.has(key):
        return ()
    value = row.values[key]
    if not isinstance(value, list) or not value or len(value) > MOST_VOLUMES:
        row.wrong(key, f"{shown(value)} is not a list of times and volumes; {_PAIRS}")
        return ()
    pairs = tuple(_pairs(row, key, value))
    if any(later <= earlier for (earlier, _), (later, _) in pairwise(pairs)):
        row.wrong(key, "the times do not follow one another; begin with the earliest")
    return pairs


def _pairs(row: Row, key: str, value: list[object]) -> Iterator[tuple[time, int]]:
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            row.wrong(key, f"{shown(pair)} is not a time and a volume; {_PAIRS}")
            continue
        clock, loud = pair
        own = Row(row.label, row.file, row.line, {key: clock}, row.problems, row.lines)
        at = own.clock(key)
        if isinstance(loud, bool) or not isinstance(loud, int) or not 0 <= loud <= LOUDEST:
            row.wrong(key, f"{shown(loud)} is not a whole number from 0 to {LOUDEST}")
        else:
            yield at, loud
