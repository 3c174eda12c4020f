"""What an alarm says and which key it has: words made of the floor it was found on.

Calls for help come from the calls themselves: they say who is going there already.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce

from hallclient.domain.alarm import Alarm, AlarmKind, Severity, Verb
from hallclient.domain.parts import Staff
from hallclient.domain.rights import Right, may
from hallclient.phrases import has_message
from hallclient.services.floor import FloorState, minutes_between
from hallclient.services.helping import Help
from hallclient.services.places import zone_words
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceRecord
from hallclient.supervisor.view import AlarmLine
from hallclient.ui.words import Words

ICONS = {
    AlarmKind.EMERGENCY: "alert",
    AlarmKind.HELP: "help-person",
    AlarmKind.CALL_UNSEEN: "bell",
    AlarmKind.LONG_WAIT: "clock",
    AlarmKind.CASE_OVERDUE: "doc",
    AlarmKind.CLERK_ABSENT: "person",
    AlarmKind.WINDOW_LEFT: "door",
    AlarmKind.LONG_SERVING: "alert",
    AlarmKind.OFFLINE: "link-off",
    AlarmKind.BOARD_AWAY: "plug",
    AlarmKind.PRINTER: "printer",
    AlarmKind.KEYPAD: "keypad",
    AlarmKind.DEVICE: "plug",
    AlarmKind.CASE_NEAR: "doc",
    AlarmKind.LOW_RATING: "face-2",
    AlarmKind.RESTORED: "refresh",
    AlarmKind.BACKUP: "shield",
    AlarmKind.CALENDAR: "calendar-check",
}
HELP = "help:"


def listed(parts: Sequence[str], words: Words, how: str = "and") -> str:
    """Return parts as one text: names side by side (``and``), or facts (``comma``)."""
    return reduce(lambda a, b: words(f"supervisor.{how}", a=a, b=b), parts) if parts else ""


def alarm_lines(
    state: FloorState, calls: tuple[Help, ...], member: Staff, words: Words
) -> tuple[AlarmLine, ...]:
    """Return the lines, calls for help first but for an emergency; the first key is solid."""
    found = [alarm for alarm in state.alarms if alarm.kind is not AlarmKind.HELP]
    urgent = [alarm for alarm in found if alarm.kind is AlarmKind.EMERGENCY]
    lines = [_emergency_line(alarm, member, state, words) for alarm in urgent]
    lines += [help_line(call, member, state, words) for call in calls]
    lines += [alarm_line(alarm, state, words) for alarm in found if alarm not in urgent]
    if lines and lines[0].severity is Severity.NOW and not lines[0].taken:
        lines[0] = replace(lines[0], solid=True)
    return tuple(lines)


def _emergency_line(alarm: Alarm, member: Staff, state: FloorState, words: Words) -> AlarmLine:
    """Return an emergency's line. Who may not end it can take it, an usher only reads it."""
    if may(member, Right.BROADCAST):
        return alarm_line(alarm, state, words)
    line = alarm_line(replace(alarm, verb=Verb.TAKE), state, words)
    return line if may(member, Right.WATCH) else replace(line, label="")


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
    """Return how people call a station: 12 号窗口, 12 号窗口的窗口屏, 取号机 K1."""
    screen = state.plan.window_of.get(station.removeprefix("screen "))
    if screen is not None and station.startswith("screen "):
        return words("rating_at.screen_of", number=screen.number)
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


def _emergency(alarm: Alarm, state: FloorState, words: Words) -> Pair:
    one = next((one for one in state.publications if str(one.id) == subject_of(alarm)), None)
    if one is None:
        return words("publish.emergency"), ""
    where = listed(
        [
            zone_words(zone, words.language).whole
            for zone in state.plan.zones
            if zone.code in one.zones
        ],
        words,
    )
    minutes = minutes_between(alarm.since, state.now) if alarm.since is not None else 0
    text = words("supervisor.emergency.stands", where=where or words("publish.everywhere"))
    since = words("supervisor.since", n=minutes) if minutes else words("supervisor.just_now")
    from hallclient.services.emergency_words import staff_line  # noqa: PLC0415 - hardly ever

    return staff_line(one, words), listed([text, since], words, "comma")


def _long_wait(alarm: Alarm, state: FloorState, words: Words) -> Pair:
    queue = state.plan.queue_of.get(subject_of(alarm))
    name = queue.name.text(words.language) if queue else subject_of(alarm)
    waiting, floaters = _count(alarm, "waiting"), _count(alarm, "floaters")
    text = words("supervisor.alarm.long_wait_sub", limit=_count(alarm, "limit"), n=waiting)
    if not _count(alarm, "windows"):
        text += words("supervisor.alarm.no_window")
    if floaters:
        text += words("supervisor.alarm.floaters", n=floaters)
    minutes = _count(alarm, "minutes")
    return words("supervisor.alarm.long_wait", queue=name, minutes=minutes), text


def _window(alarm: Alarm, state: FloorState, words: Words) -> Pair:
    one = next((w for w in state.windows if w.window.code == subject_of(alarm)), None)
    label, minutes = _fact(alarm, "label"), _count(alarm, "minutes")
    what = alarm.kind.value
    if alarm.kind is AlarmKind.WINDOW_LEFT:
        what += "_gone" if _count(alarm, "gone") else "_called" if label else "_paused"
    title = words(f"supervisor.alarm.{what}", number=_fact(alarm, "number"), minutes=minutes)
    parts = []
    if label:
        service = one.service.name.text(words.language) if one and one.service else ""
        parts.append(f"{label} {service}".strip())
    elif one and one.reason:
        parts.append(reason_text(one.reason, words))
    if "usual" in alarm.facts:
        parts.append(words("supervisor.alarm.usual", minutes=_count(alarm, "usual")))
    elif one and one.staff:
        parts.append(one.staff.name)
    return title, listed(parts, words, "comma")


def reason_text(reason: str, words: Words) -> str:
    """Return the words of a pause's reason; a hall may have one of its own."""
    key = f"window.pause.{reason}"
    return words(key) if has_message(key) else reason


def _absent(alarm: Alarm, state: FloorState, words: Words) -> Pair:
    window = state.plan.window_of.get(subject_of(alarm))
    queues = [state.plan.queue_of[code] for code in window.queues] if window else []
    names = listed([queue.name.text(words.language) for queue in queues[:2]], words)
    title = words(
        "supervisor.alarm.clerk_absent", number=_fact(alarm, "number"), name=_fact(alarm, "name")
    )
    return title, names


def _device(alarm: Alarm, state: FloorState, words: Words) -> Pair:
    trouble, minutes = _fact(alarm, "trouble"), _count(alarm, "minutes")
    where = device_place(alarm, state, words)
    if trouble == "silent":
        title = words("supervisor.alarm.station_silent", where=where)
        return title, words("supervisor.alarm.station_silent_sub")
    kind = words(f"supervisor.device.{_fact(alarm, 'device')}")
    if trouble == "paper_low":
        left = _count(alarm, "left")
        text = words("supervisor.alarm.paper_left", n=left) if "left" in alarm.facts else kind
        return words("supervisor.alarm.paper_low", where=where), text
    if trouble != "offline":
        title = words("supervisor.alarm.device_trouble", where=where, kind=kind)
        return title, trouble_words(trouble, words)
    title = words("supervisor.alarm.device_away", where=where, kind=kind, minutes=minutes)
    if _fact(alarm, "device") == "keypad" and not _screen_asks(alarm, state):
        return title, words("rating_at.no_screen")
    sub = f"supervisor.alarm.away_{_fact(alarm, 'device').replace('-', '_')}"
    return title, words(sub if has_message(sub) else "supervisor.alarm.away_other")


def _screen_asks(alarm: Alarm, state: FloorState) -> bool:
    """Return whether the screen of a keypad's window asks for ratings in its place."""
    keypad = device_record(alarm, state)
    return keypad is not None and any(
        one.record.report.window == keypad.report.window
        and one.record.report.kind is DeviceKind.SCREEN
        and one.record.report.state is DeviceState.READY
        and bool(one.record.report.levels)
        and not one.silent
        for one in state.devices
    )


def trouble_words(trouble: str, words: Words) -> str:
    """Return what is wrong with a device; its own word where the catalogue has none."""
    key = f"supervisor.trouble.{trouble}"
    return words(key) if has_message(key) else trouble


def device_place(alarm: Alarm, state: FloorState, words: Words) -> str:
    """Return where a device is, as people say it."""
    record, station = device_record(alarm, state), _fact(alarm, "station")
    window = state.plan.window_of.get(record.report.window) if record else None
    if window is not None:
        return words("supervisor.window_n", number=window.number)
    return place_of(station, state, words)


def device_record(alarm: Alarm, state: FloorState) -> DeviceRecord | None:
    """Return the device that an alarm is about; None for a whole station."""
    station, _, name = subject_of(alarm).partition("/")
    for device in state.devices:
        if (device.record.station, device.record.report.name) == (station, name):
            return device.record
    return None


def _unseen(alarm: Alarm, state: FloorState, words: Words) -> Pair:
    zone = state.plan.zone_of.get(_fact(alarm, "zone"))
    place = zone_words(zone, words.language).whole if zone else words("announcing.whole_hall")
    facts = {"label": _fact(alarm, "label"), "number": _fact(alarm, "number")}
    n = _count(alarm, "count")
    text = words("announcing.call_unseen_sub", **facts)
    if n > 1:
        text = words("announcing.call_unseen_more", **facts, n=n)
    return words("announcing.call_unseen", place=place), text


def _board(alarm: Alarm, _state: FloorState, words: Words) -> Pair:
    key = "board_ended" if _count(alarm, "ended") else "board_away"
    name, minutes = _fact(alarm, "name"), _count(alarm, "minutes")
    title = words(f"announcing.{key}", name=name, minutes=minutes)
    return title, words(f"announcing.{key}_sub", name=name)


def _case(alarm: Alarm, _state: FloorState, words: Words) -> Pair:
    n, number, due = _count(alarm, "count"), _fact(alarm, "number"), _fact(alarm, "due")
    what = "list" if _count(alarm, "list") else "case"
    late = "overdue" if alarm.kind is AlarmKind.CASE_OVERDUE else "near"
    title = words(f"supervisor.alarm.{what}_{late}", n=n)
    return title, words("supervisor.alarm.case_sub", number=number, due=due[5:])


def _low_rating(alarm: Alarm, _state: FloorState, words: Words) -> Pair:
    key = "low_rating_late" if _count(alarm, "overdue") else "low_rating_sub"
    label = _fact(alarm, "label")
    title = words("supervisor.alarm.low_rating", n=_count(alarm, "count"))
    return title, words(f"supervisor.alarm.{key}", label=label)


def _offline(alarm: Alarm, _state: FloorState, words: Words) -> Pair:
    label, wanted = _fact(alarm, "label"), _fact(alarm, "wanted")
    title = words("offline.alarm.title", number=_fact(alarm, "number"), label=label)
    if _fact(alarm, "kind") == "hold":
        return title, words("offline.alarm.held")
    known = f"window.outcome.{wanted}"
    key = known if has_message(known) else f"window.ending.{wanted}"
    return title, words("offline.alarm.finished", outcome=words(key))


def _calendar(alarm: Alarm, _state: FloorState, words: Words) -> Pair:
    year = _fact(alarm, "year")
    return words("supervisor.alarm.calendar"), words("supervisor.alarm.calendar_sub", year=year)


def _restored(alarm: Alarm, _state: FloorState, words: Words) -> Pair:
    station, way = _fact(alarm, "station"), _way_of_loss(alarm)
    if way.startswith("failover"):
        title = words("supervisor.alarm.failover")
    else:
        title = words("supervisor.alarm.restored", station=station)
    return title, words(f"supervisor.alarm.{way}", n=_lost_count(alarm))


def data_text(alarm: Alarm, words: Words) -> str:
    """Return all that is known of what the hall's data lost, and what to do."""
    lost = _fact(alarm, "lost")
    found, _, seen = lost.partition(" ")
    key = f"supervisor.data.{_way_of_loss(alarm)}"
    return words(key, found=found, seen=seen, labels=lost)


def _way_of_loss(alarm: Alarm) -> str:
    """Return how data were lost: restored with numbers missing or not, or by a failover."""
    lost = _fact(alarm, "lost")
    if _fact(alarm, "trouble") == "lost":
        # As long as it was, or longer: but another one.
        return "failover_lost" if _lost_count(alarm) else "failover_other"
    return "restored_lost" if lost else "restored_sub"


def _lost_count(alarm: Alarm) -> int:
    lost = _fact(alarm, "lost")
    if _fact(alarm, "trouble") != "lost":
        return len(lost.replace(",", " ").split())
    found, _, seen = lost.partition(" ")
    known = found.isdecimal() and seen.isdecimal()
    return max(0, int(seen) - int(found)) if known else 0


def _backup(alarm: Alarm, _state: FloorState, words: Words) -> Pair:
    title = words("supervisor.alarm.backup", station=_fact(alarm, "station"))
    trouble = _fact(alarm, "trouble")
    known = trouble if trouble in ("old", "disk_full") else "failed"
    return title, words(f"supervisor.alarm.backup_{known}", days=_count(alarm, "days"))


def _help(alarm: Alarm, state: FloorState, words: Words) -> Pair:
    place = place_of(_fact(alarm, "station"), state, words)
    return words("supervisor.alarm.help", place=place), ""


def _fact(alarm: Alarm, name: str) -> str:
    return str(alarm.facts.get(name, ""))


def _count(alarm: Alarm, name: str) -> int:
    return int(alarm.facts.get(name, 0))


_WORDS: dict[AlarmKind, Callable[[Alarm, FloorState, Words], Pair]] = {
    AlarmKind.EMERGENCY: _emergency,
    AlarmKind.HELP: _help,
    AlarmKind.CALL_UNSEEN: _unseen,
    AlarmKind.LONG_WAIT: _long_wait,
    AlarmKind.CASE_OVERDUE: _case,
    AlarmKind.CLERK_ABSENT: _absent,
    AlarmKind.WINDOW_LEFT: _window,
    AlarmKind.LONG_SERVING: _window,
    AlarmKind.OFFLINE: _offline,
    AlarmKind.BOARD_AWAY: _board,
    AlarmKind.PRINTER: _device,
    AlarmKind.KEYPAD: _device,
    AlarmKind.DEVICE: _device,
    AlarmKind.CASE_NEAR: _case,
    AlarmKind.LOW_RATING: _low_rating,
    AlarmKind.RESTORED: _restored,
    AlarmKind.BACKUP: _backup,
    AlarmKind.CALENDAR: _calendar,
}
