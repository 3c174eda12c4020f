"""When there is an alarm, who hears it, and which comes first (visual.md §2, Supervisor).

Rules of the rules:

1. the same facts give the same alarms, in the same order;
2. an alarm has one verb and at least one kind of receiver;
3. what is the matter in a closed hall, or at a window where nobody sits, is no alarm: nobody waits
   for it. Cases and call-backs have their days, not their hours; an emergency has neither.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from types import MappingProxyType
from typing import Final

from hallclient.domain.alarm import Alarm, AlarmKind, Severity, Verb
from hallclient.domain.backup_alarms import BackupFact, backups_wrong
from hallclient.domain.board_alarms import BoardFact, CallFact, boards_away, unseen_calls
from hallclient.domain.parts import Staff, StaffRole
from hallclient.domain.rights import Right, may
from hallclient.domain.rules import HallRules

FLICKER: Final = timedelta(minutes=1)
"""A device that is away for less is not spoken of: a plug that was moved, a PC that restarts."""
NOBODY_SERVES: Final = timedelta(minutes=5)
"""People wait so long in a queue that no open window serves: an alarm before its limit."""
LEFT_CALLED: Final = timedelta(minutes=10)
"""A citizen called so long ago, with nothing done since: nobody sits at that window."""
TERMINAL_GONE: Final = timedelta(minutes=1)
"""A terminal is away for so long behind its lease: it is not just started again."""
PAPER_LOW: Final = 50
"""So few tickets on the roll are told, some half an hour of a busy kiosk."""


@dataclass(frozen=True, slots=True)
class QueueFact:
    """A queue with people in it. ``windows`` that are open serve it."""

    code: str
    department: str
    waiting: int
    oldest_at: datetime
    windows: int


@dataclass(frozen=True, slots=True)
class WindowFact:
    """A window where something goes on. At most one of the moments after ``label`` is set."""

    code: str
    number: str
    department: str
    label: str = ""
    called_at: datetime | None = None
    """Of the last call of a ticket that has not come yet."""
    serving_since: datetime | None = None
    paused_at: datetime | None = None
    gone_at: datetime | None = None
    """Since when the terminal with ``label`` in hand is gone, beside one of the moments above."""
    absent: str = ""
    """Name of the usual clerk who is not here."""
    usual_minutes: int = 0
    """How long what is served there takes usually, 0 for not known."""


@dataclass(frozen=True, slots=True)
class DeviceFact:
    """A device. ``kind`` and ``state`` are those of ``ports_devices``; ``window`` a code.

    ``used``: somebody needs it now (the window has a clerk, the kiosk's hall is open).
    """

    station: str
    name: str
    kind: str
    state: str
    since: datetime
    trouble: str = ""
    paper_left: int | None = None
    window: str = ""
    department: str = ""
    silent: bool = False
    used: bool = True


@dataclass(frozen=True, slots=True)
class CaseFact:
    """An open case that is overdue or near; ``owes_list``: what is missing was not told yet."""

    id: int
    number: str
    department: str
    due_on: date
    owes_list: bool = False
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class HelpFact:
    """A call for help; ``number`` of the window it comes from, empty for a kiosk."""

    id: int
    station: str
    asked_at: datetime
    number: str = ""
    coming: str = ""
    """Name of who goes there."""


@dataclass(frozen=True, slots=True)
class RatingFact:
    """A bad rating that waits for its call-back."""

    label: str
    department: str
    given_at: datetime
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class OfflineFact:
    """The end of a turn that a window recorded offline and could not hand in; ``wanted`` how."""

    turn_id: int
    number: str
    department: str
    label: str
    kind: str
    wanted: str
    at: datetime
    taken_by: str = ""


@dataclass(frozen=True, slots=True)
class EmergencyFact:
    """An emergency that covers screens, or a drill of one: a publication's number."""

    id: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class FloorFacts:
    """What the rules look at. ``taken`` is who takes care of what, names by ``Alarm.key``."""

    now: datetime
    rules: HallRules = field(default_factory=HallRules)
    open: bool = True
    emergencies: tuple[EmergencyFact, ...] = ()
    floaters: int = 0
    queues: tuple[QueueFact, ...] = ()
    windows: tuple[WindowFact, ...] = ()
    devices: tuple[DeviceFact, ...] = ()
    cases: tuple[CaseFact, ...] = ()
    help: tuple[HelpFact, ...] = ()
    ratings: tuple[RatingFact, ...] = ()
    offline: tuple[OfflineFact, ...] = ()
    boards: tuple[BoardFact, ...] = ()
    calls: tuple[CallFact, ...] = ()
    """Those that stand and that no board has shown."""
    backups: tuple[BackupFact, ...] = ()
    guessed_year: int = 0
    """A year that dates are counted in though the hall's calendar does not know it; 0: none."""
    taken: Mapping[str, str] = field(default_factory=dict)


_RECEIVERS: Final = MappingProxyType(
    {
        AlarmKind.EMERGENCY: Right.WATCH,
        AlarmKind.HELP: Right.USHER,
        AlarmKind.CALL_UNSEEN: Right.WATCH,
        AlarmKind.LONG_WAIT: Right.ASSIGN,
        AlarmKind.CASE_OVERDUE: Right.CASES,
        AlarmKind.CLERK_ABSENT: Right.ASSIGN,
        AlarmKind.WINDOW_LEFT: Right.ASSIGN,
        AlarmKind.LONG_SERVING: Right.ASSIGN,
        AlarmKind.OFFLINE: Right.WATCH,
        AlarmKind.BOARD_AWAY: Right.WATCH,
        AlarmKind.PRINTER: Right.WATCH,
        AlarmKind.KEYPAD: Right.WATCH,
        AlarmKind.DEVICE: Right.WATCH,
        AlarmKind.CASE_NEAR: Right.CASES,
        AlarmKind.LOW_RATING: Right.FOLLOW_UP,
        AlarmKind.RESTORED: Right.WATCH,
        AlarmKind.BACKUP: Right.WATCH,
        AlarmKind.CALENDAR: Right.BROADCAST,
    }
)
"""The right by which somebody hears of it; the calendar is the whole hall's, not a lead's."""
_KINDS: Final = tuple(AlarmKind)
_SEVERITIES: Final = tuple(Severity)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def alarms_of(facts: FloorFacts) -> tuple[Alarm, ...]:
    """Return every alarm, the heaviest first; of two alike the one that nobody looks after yet."""
    found = chain.from_iterable(rule(facts) for rule in _RULES)
    named = (replace(one, taken_by=one.taken_by or facts.taken.get(one.key, "")) for one in found)
    return tuple(sorted(named, key=_weight))


def alarms_for(member: Staff, alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """Return the alarms that a member of staff hears; a lead those of the own department."""
    return tuple(alarm for alarm in alarms if hears(member, alarm))


def hears(member: Staff, alarm: Alarm) -> bool:
    """Return whether a member of staff is a receiver of an alarm."""
    elsewhere = bool(alarm.department) and alarm.department != member.department
    if member.role is StaffRole.LEAD and elsewhere:
        return False
    return may(member, _RECEIVERS[alarm.kind], alarm.department)


def _weight(alarm: Alarm) -> tuple[int, bool, int, datetime, str]:
    return (
        _SEVERITIES.index(alarm.severity),
        bool(alarm.taken_by),
        _KINDS.index(alarm.kind),
        alarm.since or _NEVER,
        alarm.subject,
    )


# The rules, one for each thing that can be the matter


def _emergencies(facts: FloorFacts) -> Iterator[Alarm]:
    for one in facts.emergencies:
        yield Alarm(
            AlarmKind.EMERGENCY,
            Severity.NOW,
            Verb.SHOW_EMERGENCY,
            f"emergency:{one.id}",
            one.since,
        )


def _help(facts: FloorFacts) -> Iterator[Alarm]:
    for call in facts.help:
        told: dict[str, str | int] = {"station": call.station}
        if call.number:
            told["number"] = call.number
        yield Alarm(
            AlarmKind.HELP,
            Severity.NOW,
            Verb.TAKE,
            f"help:{call.id}",
            call.asked_at,
            facts=told,
            taken_by=call.coming,
        )


def _waits(facts: FloorFacts) -> Iterator[Alarm]:
    limit = timedelta(minutes=facts.rules.alarm_wait_minutes)
    for queue in facts.queues:
        waited = facts.now - queue.oldest_at
        alone = facts.open and not queue.windows and waited > NOBODY_SERVES
        if queue.waiting and (waited > limit or alone):
            yield Alarm(
                AlarmKind.LONG_WAIT,
                Severity.NOW,
                Verb.ASSIGN,
                f"queue:{queue.code}",
                queue.oldest_at,
                queue.department,
                {
                    "minutes": _minutes(waited),
                    "limit": facts.rules.alarm_wait_minutes,
                    "waiting": queue.waiting,
                    "windows": queue.windows,
                    "floaters": facts.floaters,
                },
            )


def _windows(facts: FloorFacts) -> Iterator[Alarm]:
    for window in facts.windows:
        found = _window(facts, window)
        if found is not None:
            kind, severity, since, told = found
            yield Alarm(
                kind,
                severity,
                Verb.SHOW_WINDOW,
                f"window:{window.code}",
                since,
                window.department,
                {"number": window.number, **told},
            )


_Found = tuple[AlarmKind, Severity, datetime | None, dict[str, str | int]]


def _window(facts: FloorFacts, window: WindowFact) -> _Found | None:
    rules, now = facts.rules, facts.now
    if window.absent:
        return AlarmKind.CLERK_ABSENT, Severity.NOW, None, {"name": window.absent}
    if window.gone_at is not None and now - window.gone_at > TERMINAL_GONE:
        gone: dict[str, str | int] = {"label": window.label, "gone": 1}
        gone["minutes"] = _minutes(now - window.gone_at)
        return AlarmKind.WINDOW_LEFT, Severity.SOON, window.gone_at, gone
    if window.called_at is not None and now - window.called_at > LEFT_CALLED:
        missed: dict[str, str | int] = {"label": window.label}
        missed["minutes"] = _minutes(now - window.called_at)
        return AlarmKind.WINDOW_LEFT, Severity.SOON, window.called_at, missed
    paused, since = window.paused_at, window.serving_since
    if paused is not None and now - paused > timedelta(minutes=rules.alarm_pause_minutes):
        minutes: dict[str, str | int] = {"minutes": _minutes(now - paused)}
        return AlarmKind.WINDOW_LEFT, Severity.SOON, paused, minutes
    if since is not None and now - since > timedelta(minutes=rules.long_serving_minutes):
        served: dict[str, str | int] = {"label": window.label, "minutes": _minutes(now - since)}
        if window.usual_minutes:
            served["usual"] = window.usual_minutes
        return AlarmKind.LONG_SERVING, Severity.SOON, since, served
    return None


def _devices(facts: FloorFacts) -> Iterator[Alarm]:
    silent: dict[str, list[DeviceFact]] = {}
    for device in facts.devices:
        if not device.used or not facts.open:
            continue
        if device.silent:  # of the whole station, in one alarm
            silent.setdefault(device.station, []).append(device)
        else:
            yield from _device(facts.now, device)
    for station, devices in silent.items():
        told: dict[str, str | int] = {"station": station, "trouble": "silent"}
        yield Alarm(
            AlarmKind.DEVICE,
            Severity.SOON,
            Verb.SHOW_DEVICE,
            f"station:{station}",
            max(device.since for device in devices),
            devices[0].department,
            told,
        )


def _device(now: datetime, device: DeviceFact) -> Iterator[Alarm]:
    trouble, severity = _trouble(device)
    if not trouble or (trouble != "paper_low" and now - device.since < FLICKER):
        return
    kinds = {"printer": AlarmKind.PRINTER, "keypad": AlarmKind.KEYPAD}
    told: dict[str, str | int] = {
        "station": device.station,
        "device": device.kind,
        "trouble": trouble,
        "minutes": _minutes(now - device.since),
    }
    if device.paper_left is not None:
        told["left"] = device.paper_left
    yield Alarm(
        kinds.get(device.kind, AlarmKind.DEVICE),
        severity,
        # Paper is put in by hand; what does not answer is looked at first.
        Verb.TAKE if device.kind == "printer" else Verb.SHOW_DEVICE,
        f"device:{device.station}/{device.name}",
        device.since,
        device.department,
        told,
    )


def _trouble(device: DeviceFact) -> tuple[str, Severity]:
    """Return what is wrong with a device, empty for nothing. A closed one was ended by its role."""
    if device.state == "closed":
        return "", Severity.KNOW
    if device.trouble and device.trouble != "paper_low":
        return device.trouble, Severity.SOON
    if device.state not in ("ready", "opening"):
        return "offline", Severity.SOON
    low = device.paper_left is not None and device.paper_left <= PAPER_LOW
    return ("paper_low", Severity.KNOW) if low or device.trouble else ("", Severity.KNOW)


def _cases(facts: FloorFacts) -> Iterator[Alarm]:
    """Yield one alarm for each department: fifty cases are one piece of work, not fifty."""
    groups: dict[tuple[str, str], list[CaseFact]] = {}
    for case in facts.cases:
        what, state = "lists" if case.owes_list else "cases", "overdue" if case.overdue else "near"
        groups.setdefault((f"{what}-{state}", case.department), []).append(case)
    for (state, department), cases in groups.items():
        late = state.endswith("overdue")
        first = min(cases, key=lambda case: (case.due_on, case.id))
        yield Alarm(
            AlarmKind.CASE_OVERDUE if late else AlarmKind.CASE_NEAR,
            Severity.NOW if late else Severity.KNOW,
            Verb.SHOW_CASE,
            f"{state}:{department}",
            None,
            department,
            {
                "count": len(cases),
                "case": first.id,
                "number": first.number,
                "due": first.due_on.isoformat(),
                "list": int(first.owes_list),
            },
        )


def _ratings(facts: FloorFacts) -> Iterator[Alarm]:
    """Yield one alarm for each department; no key names a rating, what is taken stays quiet."""
    groups: dict[str, list[RatingFact]] = {}
    for rating in facts.ratings:
        groups.setdefault(rating.department, []).append(rating)
    for department, ratings in groups.items():
        first = min(ratings, key=lambda rating: rating.given_at)
        late = sum(rating.overdue for rating in ratings)
        yield Alarm(
            AlarmKind.LOW_RATING,
            Severity.NOW if late else Severity.SOON,
            Verb.FOLLOW_UP,
            f"ratings:{department}",
            first.given_at,
            department,
            {"count": len(ratings), "label": first.label, "overdue": late},
        )


def _offline(facts: FloorFacts) -> Iterator[Alarm]:
    for one in facts.offline:
        yield Alarm(
            AlarmKind.OFFLINE,
            Severity.SOON,
            Verb.TAKE,
            f"offline:{one.turn_id}",
            one.at,
            one.department,
            {
                "number": one.number,
                "label": one.label,
                "kind": one.kind,
                "wanted": one.wanted,
            },
            taken_by=one.taken_by,
        )


def _backups(facts: FloorFacts) -> Iterator[Alarm]:
    return backups_wrong(facts.now, facts.backups)


def _calendar(facts: FloorFacts) -> Iterator[Alarm]:
    if facts.guessed_year:
        yield Alarm(
            AlarmKind.CALENDAR,
            Severity.KNOW,
            Verb.TAKE,
            f"calendar:{facts.guessed_year}",
            facts={"year": facts.guessed_year},
        )


def _minutes(span: timedelta) -> int:
    return max(0, span // timedelta(minutes=1))


_RULES: Final[tuple[Callable[[FloorFacts], Iterator[Alarm]], ...]] = (
    _emergencies,
    _help,
    unseen_calls,
    _waits,
    _windows,
    boards_away,
    _devices,
    _cases,
    _ratings,
    _offline,
    _backups,
    _calendar,
)
