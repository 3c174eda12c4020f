"""The numbers and choices that a hall sets for itself: the rules of its hall file."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from hallclient.domain.text import LocalText


class PriorityClass(StrEnum):
    """Who may go ahead by a bounded credit (domain.md §2, priority lane)."""

    NORMAL = "normal"
    ELDERLY = "elderly"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    SOLDIER = "soldier"
    PROJECT = "project"


class DayCount(StrEnum):
    """How a number of days is counted: 自然日 or 工作日."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class HallRules:
    """The numbers a hall sets for itself. Minutes, seconds and counts are plain integers."""

    day_start: time = time(4, 0)
    recall_cap: int = 3
    """Calls of one turn in all, the first included."""
    no_show_after: int = 3
    """Calls before a no-show may be recorded."""
    requeue_behind: int = 3
    requeue_per_day: int = 2
    no_show_valid_minutes: int = 30
    ceiling_minutes: int = 30
    """Waiting beyond this goes before rank (architecture.md §4); a queue may set its own."""
    credit_minutes: tuple[tuple[PriorityClass, int], ...] = (
        (PriorityClass.ELDERLY, 10),
        (PriorityClass.DISABLED, 10),
        (PriorityClass.PREGNANT, 10),
        (PriorityClass.SOLDIER, 10),
        (PriorityClass.PROJECT, 10),
    )
    recall_gap_seconds: int = 5
    """From one call of a turn to the next; 0 sets none."""
    take_back_seconds: int = 5
    """Within these a mis-click is taken back; 0 never."""
    rating_seconds: int = 20
    default_level: int = 0
    """The level written when nobody rated in time, by site policy (domain.md §5); 0 writes none."""
    default_after_days: int = 7
    """Days after the service in which the citizen may still rate."""
    default_days: DayCount = DayCount.CALENDAR
    long_serving_minutes: int = 30
    pause_reasons: tuple[str, ...] = ("meal", "meeting", "device", "files", "away")
    pause_minutes: tuple[tuple[str, int], ...] = (
        ("meal", 60),
        ("meeting", 30),
        ("device", 15),
        ("files", 5),
        ("away", 5),
    )
    """How long a pause usually takes, by reason: the window's screen tells the public."""
    hold_reasons: tuple[str, ...] = ("form", "copy", "payment", "other_department", "other")
    """What a held ticket may wait for."""
    chosen_reasons: tuple[str, ...] = ("asked_back", "assist", "system_down", "other")
    """Why a number may be called out of order; the last one is the least special."""
    case_number: str = "{date}{n:05}"
    """Numbers of cases: ``{date}`` is YYYYMMDD, ``{n:4}`` counts the day's, see docs/cases.md."""
    near_due_days: int = 1
    """Working days before its due day from which a case is near."""
    wait_goal_minutes: int = 20
    """Nine of ten are to be called within these; advice aims at it."""
    alarm_wait_minutes: int = 30
    """The longest wait of a queue that raises no alarm."""
    alarm_pause_minutes: int = 30
    alarm_absent_minutes: int = 10
    """After the opening, until a window's usual clerk counts as absent; 0 never."""
    follow_up_days: int = 5
    """Working days within which a bad rating is followed up."""
    rating_stars: bool = False
    """Whether a window's screen shows stars beside the photo, from ten active ratings on."""
    hotline: str = "12345"
    """Where one may complain besides; empty shows none."""
    voice_languages: tuple[str, ...] = ("zh",)
    """Folders of ``resources/voice/calls`` in which a call is spoken, one after the other."""
    voice_yao: bool = False
    """幺 for 1 in spoken numbers."""
    voice_chime: bool = True
    voice_volumes: tuple[tuple[time, int], ...] = ()
    """From a time of day on so loud, 0 to 100; before the first time the last one holds, as
    yesterday evening. Empty is 80 all day."""
    unseen_seconds: int = 3
    """A call that no board has shown within these is told to window and supervisor; 0 never."""
    sms_ahead: int = 3
    """Text messages: "soon" is told when so many are ahead."""
    sms_quiet_from: time = time(21, 0)
    sms_quiet_until: time = time(7, 30)
    sms_texts: tuple[tuple[str, LocalText], ...] = ()
    """The hall's own wording by event (``domain.message.MessageEvent``)."""
    closing_station: str = ""
    """The station whose printer prints the slip of a closed day; empty prints none."""
    booking_credit_minutes: int = 30
    """How far an appointment goes ahead of its slot in the order (architecture.md §4)."""
    booking_early_minutes: int = 10
    """An appointment is called that long before its slot, or earlier when nobody else waits."""
    booking_late_minutes: int = 15
    """Who comes later than this after the slot waits like a walk-in."""
    booking_days: int = 7
    """Working days ahead, today among them, that kiosk and usher offer for booking."""
    elderly_age: int = 60
    """Years from which a card opens the priority lane of the elderly; 0 never does."""
    one_ticket: bool = True
    """Whether a person known by a card may hold one open ticket a queue only."""
    tickets_at_once: int = 5
    """Tickets that one person may take in one go for several principals (代办); 1 is no more."""
    services_at_once: int = 5
    """Services that one ticket may carry through several queues (联办); 1 is no more."""
    closing_load_percent: int = 150
    """No more tickets when the waiting work fills this much of the time left; 0 never stops."""
    ledger: bool = False
    """Whether the window's main page is the ledger of errands (代办台账) of a village station."""
    ledger_keep_days: int = 180
    """Days after an errand is over in which its principal's name and telephone are kept."""
    case_keep_days: int = 730
    """Days after a case is finished in which the key of its person and the notes are kept."""
    link_keep_days: int = 180
    """Days in which a ticket's QR code and the request that made it lead to its row."""
    rating_keep_days: int = 1095
    """Days in which single ratings are kept, with what was said about them; then only counts."""
    number_keep_days: int = 90
    """Days in which a telephone left with a rating is kept at the most: who was not called back by
    then is not called any more."""
    slip_keep_days: int = 30
    """Days in which what was printed can be printed again."""

    def credit(self, priority: PriorityClass) -> int:
        """Return the minutes by which a priority class goes ahead."""
        return dict(self.credit_minutes).get(priority, 0)
