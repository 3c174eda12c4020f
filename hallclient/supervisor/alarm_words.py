"""What an alarm says and which key it has: words made of the floor it was found on.

Calls for help come from the calls themselves: they say who is going there already.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from hallclient.domain.alarm import Alarm, AlarmKind, Severity, Verb
from hallclient.domain.parts import Staff
from hallclient.phrases import has_message
from hallclient.services.floor import FloorState, minutes_between
from hallclient.services.helping import Help
from hallclient.services.stations import DeviceRecord
from hallclient.supervisor.view import AlarmLine
from hallclient.ui.words import Words

ICONS = {
    AlarmKind.HELP: "help-person",
    AlarmKind.LONG_WAIT: "clock",
    AlarmKind.CASE_OVERDUE: "doc",
    AlarmKind.CLERK_ABSENT: "person",
    AlarmKind.WINDOW_LEFT: "door",
    AlarmKind.LONG_SERVING: "alert",
    AlarmKind.PRINTER: "printer",
    AlarmKind.KEYPAD: "keypad",
    AlarmKind.DEVICE: "plug",
    AlarmKind.CASE_NEAR: "doc",
    AlarmKind.LOW_RATING: "face-2",
    AlarmKind.CALENDAR: "calendar-check",
}
HELP = "help:"


def alarm_lines(
    state: FloorState, calls: tuple[Help, ...], member: Staff, words: Words
) -> tuple[AlarmLine, ...]:
    """Return the lines, calls for help first; the first line's key is the solid one."""
    lines = [help_line(call, member, state, words) for call in calls]
    lines += [
        alarm_line(alarm, state, words) for alarm in state.alarms if alarm.kind is not AlarmKind.HELP
    ]
    if lines and lines[0].severity is Severity.NOW and not lines[0].taken:
        lines[0] = replace(lines[0], solid=True)
    return tuple(lines)


def help_line(call: Help, member: Staff, state: FloorState, words: Words) -> AlarmLine:
    """Return the line of a call for help."""
    minutes = minutes_between(call.call.asked_at, state.now)
    since = words("supervisor.since", n=minutes) if minutes else words("supervisor.just_now")
    mine = call.staff == member.code
    key = "helped" if call.name else "go"
    taken = ""
    if call.name:
        taken = words("supervisor.you_go") if mine else words("supervisor.goes", name=call.name)
    return AlarmLine(
        key=f"{HELP}{call.call.id}",
        severity=Severity.SOON if call.name else Severity.NOW,
        icon=ICONS[AlarmKind.HELP],
        title=words("supervisor.alarm.help", place=place_of(call.call.station, state, words)),
        text=since,
        verb=Verb.TAKE,
        label=words(f"supervisor.verb.{key}"),
        subject=call.call.station,
        taken=taken,
    )


def place_of(station: str, state: FloorState, words: Words) -> str:
    """Return how people call a station: 12 号窗口, 取号机 K1."""
    code = station.removeprefix("window").lstrip(" :")
    window = state.plan.window_of.get(code)
    if window is not None and code != station:
        return words("supervisor.window_n", number=window.number)
    return words("supervisor.kiosk_n", name=station)


def alarm_line(alarm: Alarm, state: FloorState, words: Words) -> AlarmLine:
    """Return the line of an alarm that was found on the floor."""
    title, text = _WORDS[alarm.kind](alarm, state, words)
    taken = words("supervisor.takes", name=alarm.taken_by) if alarm.taken_by else ""
    return AlarmLine(
        key=alarm.key,
        severity=alarm.severity,
        icon=ICONS[alarm.kind],
        title=title,
        text=text,
        verb=alarm.verb,
        label=words(f"supervisor.verb.{alarm.verb.value}"),
        subject=subject_of(alarm),
        taken=taken,
    )


def subject_of(alarm: Alarm) -> str:
    """Return the code behind the subject's colon."""
    return alarm.subject.partition(":")[2]


# The words of each kind: title and text.

Pair = tuple[str, str]


def _long_wait(alarm: Alarm, state: FloorState, words: Words) -> Pair:
    code = subject_of(alarm)
    row = next((one for one in state.queues if one.queue.code == code), None)
    if row is None:
        return _plain(alarm, state, words)
    floaters = len(state.staff.floaters)
    text = words("supervisor.alarm.long_wait_sub", limit=row.limit_minutes, n=row.waiting)
    if floaters:
        text += words("supervisor.alarm.floaters", n=floaters)
    name = row.queue.name.text(words.language)
    return words("supervisor.alarm.long_wait", queue=name, minutes=row.longest_minutes), text


def _window(alarm: Alarm, state: FloorState, words: Words) -> Pair:
    code = subject_of(alarm)
    one = next((w for w in state.windows if w.window.code == code), None)
    if one is None:
        return _plain(alarm, state, words)
    minutes = one.minutes or minutes_between(alarm.since, state.now)
    number = one.window.number
    title = words(f"supervisor.alarm.{alarm.kind.value}", number=number, minutes=minutes)
    parts = [one.staff.name if one.staff else ""]
    if one.ticket is not None:
        service = one.service.name.text(words.language) if one.service else ""
        parts = [f"{one.ticket.label} {service}".strip(), *parts]
    elif one.reason:
        parts.append(words(f"window.pause.{one.reason}"))
    if alarm.kind is AlarmKind.LONG_SERVING and one.service and one.service.minutes:
        parts.append(words("supervisor.alarm.usual", minutes=round(one.service.minutes)))
    return title, words("supervisor.comma").join(part for part in parts if part)


def _absent(alarm: Alarm, state: FloorState, words: Words) -> Pair:
    code = subject_of(alarm)
    one = next((w for w in state.windows if w.window.code == code), None)
    name = one.staff.name if one and one.staff else _fact(alarm, "name", "staff")
    number = one.window.number if one else code
    minutes = minutes_between(alarm.since, state.now)
    title = words("supervisor.alarm.clerk_absent", number=number, name=name).strip()
    return title, words("supervisor.since_minutes", n=minutes) if minutes else ""


def _device(alarm: Alarm, state: FloorState, words: Words) -> Pair:
    record = device_record(alarm, state)
    if record is None:
        return _plain(alarm, state, words)
    report, where = record.report, device_place(record, state, words)
    minutes = minutes_between(record.since, state.now)
    kind = words(f"supervisor.device.{report.kind.value}")
    if alarm.kind is AlarmKind.PRINTER and report.state.value == "ready" and not report.trouble:
        title = words("supervisor.alarm.paper_low", where=where)
        text = words("supervisor.alarm.paper_left", n=report.paper_left or 0)
        return title, text
    said = f"supervisor.trouble.{report.trouble}"
    if report.trouble and has_message(said):
        title = words("supervisor.alarm.device_trouble", where=where, kind=kind)
        return title, words(said)
    title = words("supervisor.alarm.device_away", where=where, kind=kind, minutes=minutes)
    sub = f"supervisor.alarm.away_{report.kind.value.replace('-', '_')}"
    return title, words(sub) if has_message(sub) else words("supervisor.alarm.away_other")


def device_record(alarm: Alarm, state: FloorState) -> DeviceRecord | None:
    """Return the device that an alarm is about."""
    station, _, name = subject_of(alarm).partition("/")
    for device in state.devices:
        if device.record.station == station and name in ("", device.record.report.name):
            return device.record
    return None


def device_place(record: DeviceRecord, state: FloorState, words: Words) -> str:
    """Return where a device is, as people say it."""
    window = state.plan.window_of.get(record.report.window)
    if window is not None:
        return words("supervisor.window_n", number=window.number)
    return place_of(record.station, state, words)


def _case(alarm: Alarm, _state: FloorState, words: Words) -> Pair:
    number = _fact(alarm, "number", "case") or subject_of(alarm)
    due = _fact(alarm, "due", "due_on")
    title = words(f"supervisor.alarm.{alarm.kind.value}")
    return title, words("supervisor.alarm.case_sub", number=number, due=due) if due else number


def _low_rating(alarm: Alarm, _state: FloorState, words: Words) -> Pair:
    n = alarm.facts.get("count", alarm.facts.get("n", 1))
    label = _fact(alarm, "label", "ticket")
    text = words("supervisor.alarm.low_rating_sub", label=label) if label else ""
    return words("supervisor.alarm.low_rating", n=n), text


def _calendar(alarm: Alarm, _state: FloorState, words: Words) -> Pair:
    year = _fact(alarm, "year") or subject_of(alarm)
    return words("supervisor.alarm.calendar"), words("supervisor.alarm.calendar_sub", year=year)


def _plain(alarm: Alarm, _state: FloorState, words: Words) -> Pair:
    return words(f"supervisor.alarm.plain.{alarm.kind.value}"), subject_of(alarm)


def _fact(alarm: Alarm, *names: str) -> str:
    return next((str(alarm.facts[name]) for name in names if name in alarm.facts), "")


_WORDS: dict[AlarmKind, Callable[[Alarm, FloorState, Words], Pair]] = {
    AlarmKind.HELP: _plain,
    AlarmKind.LONG_WAIT: _long_wait,
    AlarmKind.CASE_OVERDUE: _case,
    AlarmKind.CLERK_ABSENT: _absent,
    AlarmKind.WINDOW_LEFT: _window,
    AlarmKind.LONG_SERVING: _window,
    AlarmKind.PRINTER: _device,
    AlarmKind.KEYPAD: _device,
    AlarmKind.DEVICE: _device,
    AlarmKind.CASE_NEAR: _case,
    AlarmKind.LOW_RATING: _low_rating,
    AlarmKind.CALENDAR: _calendar,
}


def newest_call(calls: tuple[Help, ...]) -> datetime | None:
    """Return when the newest call for help that nobody answers was made."""
    return max((call.call.asked_at for call in calls if not call.name), default=None)
