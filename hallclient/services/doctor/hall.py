"""What the hall's own data says of this PC: devices, chores, calendar, time zone, voices."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hallclient.services.doctor.database import HallFacts
from hallclient.services.doctor.finding import Finding, good, note, trouble
from hallclient.services.ports_devices import DeviceState
from hallclient.services.stations import DeviceRecord

COVER: Final = timedelta(days=31)
"""So long ahead the next year's holidays have to be known: they are published in November."""
WHOLE_YEAR: Final = 10
"""Days of a year that differ from their weekday; fewer are a hall's own, not the published ones."""

_WELL: Final = (DeviceState.READY, DeviceState.OPENING, DeviceState.CLOSED)


def devices(facts: HallFacts, station: str) -> Iterator[Finding]:
    """Yield what the devices of this PC are doing, as their owners reported it."""
    for record in facts.devices:
        if record.station == station:
            yield _device(record, facts)


def _device(record: DeviceRecord, facts: HallFacts) -> Finding:
    report = record.report
    about = {"device": report.name, "port": report.port or "–"}
    command = f"hallclient device check {report.port} --profile {report.profile}"
    if not (report.port and report.profile):
        command = "hallclient device list"
    if record.silent(facts.now):
        minutes = int((facts.now - record.seen_at).total_seconds() // 60)
        return note("device.silent", "hallclient agent --status", **about, minutes=minutes)
    if report.trouble:
        key = f"device.{report.trouble}"
        return trouble(key if report.trouble in _TROUBLES else "device.trouble", command,
                       **about, what=report.trouble)  # fmt: skip
    if report.state not in _WELL:
        return trouble(f"device.is_{report.state.value}", command, **about)
    return good("device.ready", **about)


_TROUBLES: Final = ("paper_out", "cover_open", "cutter", "error", "offline", "absent")


def chores(facts: HallFacts) -> Iterator[Finding]:
    """Yield whether somebody does the hall's chores."""
    command = "hallclient agent --status"
    if facts.day_open:
        yield trouble("chores.day", command, day=facts.day_open)
    elif facts.late:
        yield note("chores.late", "hallclient chores", names=", ".join(facts.late))
    else:
        yield good("chores.done")


def calendar(facts: HallFacts) -> Iterator[Finding]:
    """Yield whether the holidays of this year, and soon of the next, are known."""
    today = facts.now.astimezone(ZoneInfo(facts.plan.time_zone)).date()
    days = Counter(date.fromisoformat(day.code).year for day in facts.plan.calendar)
    years = {year for year, count in days.items() if count >= WHOLE_YEAR}
    command = "hallclient hall load my-hall.toml"
    if today.year not in years:
        yield trouble("calendar.missing", command, year=today.year)
    elif (soon := (today + COVER).year) not in years:
        yield trouble("calendar.next", command, year=soon)
    elif today.year + 1 not in years:
        yield note("calendar.ends", command, year=today.year, next=today.year + 1)
    else:
        yield good("calendar.known", year=max(years))


def time_zone(facts: HallFacts, offset: timedelta | None) -> Iterator[Finding]:
    """Yield whether this PC's clock shows the hall's hour; ``offset`` is the PC's from UTC."""
    zone = facts.plan.time_zone
    hall = facts.now.astimezone(ZoneInfo(zone)).utcoffset()
    if offset == hall:
        yield good("clock.zone", zone=zone)
    else:
        yield note("clock.other_zone", f"sudo timedatectl set-timezone {zone}", zone=zone)


def voices(missing: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Yield names of the hall that no clip says: texts by language."""
    for language, texts in missing.items():
        if texts:
            shown = "、".join(texts[:5]) + ("…" if len(texts) > 5 else "")
            command = "hallclient voice check --hall my-hall.toml"
            yield note("voice.silent", command, language=language, n=len(texts), names=shown)
        else:
            yield good("voice.whole", language=language)
