"""The rules of a hall file: the numbers a hall sets for itself."""

from collections.abc import Iterator
from dataclasses import replace

from hallclient.domain.message import MessageEvent
from hallclient.domain.rules import DayCount, HallRules, PriorityClass
from hallclient.domain.text import Language, LocalText
from hallclient.services.hallfile.cases import case_number
from hallclient.services.hallfile.public import of_the_public
from hallclient.services.hallfile.rows import Row
from hallclient.services.message_texts import FACTS, MAX_TEXT, said_with

MOST_REASONS = 9
"""A clerk chooses by one digit."""


def rules(row: Row) -> HallRules:
    """Read the numbers a hall sets for itself; what is not given keeps its usual value."""
    usual = HallRules()
    credit = tuple(
        (each, row.integer(f"credit_minutes.{each}", usual.credit(each), 0, 240))
        for each in PriorityClass
        if each is not PriorityClass.NORMAL
    )
    cap = row.integer("recall_cap", usual.recall_cap, 1, 9)
    after = row.integer("no_show_after", min(usual.no_show_after, cap), 1, 9)
    if after > cap:
        row.wrong("no_show_after", f"{after} calls are never reached; recall_cap is {cap}")
    own = HallRules(
        day_start=row.clock("day_start", usual.day_start),
        recall_cap=cap,
        no_show_after=after,
        requeue_behind=row.integer("requeue_behind", usual.requeue_behind, 0, 99),
        requeue_per_day=row.integer("requeue_per_day", usual.requeue_per_day, 0, 9),
        no_show_valid_minutes=row.integer(
            "no_show_valid_minutes", usual.no_show_valid_minutes, 0, 1440
        ),
        ceiling_minutes=row.integer("ceiling_minutes", usual.ceiling_minutes, 1, 600),
        credit_minutes=credit,
        rating_seconds=row.integer("rating_seconds", usual.rating_seconds, 5, 120),
        default_level=_default_level(row, usual),
        default_after_days=row.integer("default_after_days", usual.default_after_days, 1, 90),
        default_days=row.choice("default_days", DayCount, usual.default_days),
        long_serving_minutes=row.integer(
            "long_serving_minutes", usual.long_serving_minutes, 1, 480
        ),
        pause_reasons=_reasons(row, "pause_reasons", usual.pause_reasons),
        chosen_reasons=_reasons(row, "chosen_reasons", usual.chosen_reasons),
        sms_ahead=row.integer("sms_ahead", usual.sms_ahead, 0, 50),
        sms_quiet_from=row.clock("sms_quiet_from", usual.sms_quiet_from),
        sms_quiet_until=row.clock("sms_quiet_until", usual.sms_quiet_until),
        sms_texts=tuple(_message_texts(row)),
        closing_station=row.text("closing_station", 40),
        booking_credit_minutes=row.integer(
            "booking_credit_minutes", usual.booking_credit_minutes, 0, 240
        ),
        booking_early_minutes=row.integer(
            "booking_early_minutes", usual.booking_early_minutes, 0, 240
        ),
        booking_late_minutes=row.integer(
            "booking_late_minutes", usual.booking_late_minutes, 0, 240
        ),
        booking_days=row.integer("booking_days", usual.booking_days, 1, 60),
        elderly_age=row.integer("elderly_age", usual.elderly_age, 0, 120),
        one_ticket=row.flag("one_ticket", default=usual.one_ticket),
        tickets_at_once=row.integer("tickets_at_once", usual.tickets_at_once, 1, 20),
        services_at_once=row.integer("services_at_once", usual.services_at_once, 1, 5),
        closing_load_percent=row.integer(
            "closing_load_percent", usual.closing_load_percent, 0, 1000
        ),
        ledger=row.flag("ledger", default=usual.ledger),
        ledger_keep_days=row.integer("ledger_keep_days", usual.ledger_keep_days, 1, 3650),
        case_keep_days=row.integer("case_keep_days", usual.case_keep_days, 1, 36500),
    )
    return of_the_public(row, _of_the_floor(row, _of_the_kept(row, own)))


def _of_the_kept(row: Row, rules: HallRules) -> HallRules:
    """Read how long what may lead to somebody is kept."""
    return replace(
        rules,
        link_keep_days=row.integer("link_keep_days", rules.link_keep_days, 1, 3650),
        rating_keep_days=row.integer("rating_keep_days", rules.rating_keep_days, 100, 36500),
        number_keep_days=row.integer("number_keep_days", rules.number_keep_days, 1, 365),
        slip_keep_days=row.integer("slip_keep_days", rules.slip_keep_days, 1, 365),
    )


def _of_the_floor(row: Row, rules: HallRules) -> HallRules:
    """Read what clerks, supervisors and cases go by."""
    gap, back = rules.recall_gap_seconds, rules.take_back_seconds
    return replace(
        rules,
        recall_gap_seconds=row.integer("recall_gap_seconds", gap, 0, 120),
        take_back_seconds=row.integer("take_back_seconds", back, 0, 30),
        hold_reasons=_reasons(row, "hold_reasons", rules.hold_reasons),
        case_number=case_number(row, rules.case_number),
        near_due_days=row.integer("near_due_days", rules.near_due_days, 0, 30),
        wait_goal_minutes=row.integer("wait_goal_minutes", rules.wait_goal_minutes, 1, 600),
        alarm_wait_minutes=row.integer("alarm_wait_minutes", rules.alarm_wait_minutes, 1, 600),
        alarm_pause_minutes=row.integer("alarm_pause_minutes", rules.alarm_pause_minutes, 1, 600),
        alarm_absent_minutes=row.integer(
            "alarm_absent_minutes", rules.alarm_absent_minutes, 0, 600
        ),
        follow_up_days=row.integer("follow_up_days", rules.follow_up_days, 1, 60),
    )


def _message_texts(row: Row) -> Iterator[tuple[str, LocalText]]:
    """Read the hall's own wording of text messages; a placeholder that is unknown is told."""
    for event in MessageEvent:
        key = f"sms_text_{event}"
        text = row.local(key, MAX_TEXT)
        if not text.zh_cn:
            continue
        for language in Language:
            try:
                said_with(text.text(language), dict.fromkeys(FACTS, ""))
            except ValueError as error:
                row.wrong(key, str(error))
                break
        else:
            yield event.value, text


def _default_level(row: Row, usual: HallRules) -> int:
    """Read the level for those who did not answer: no hall may write a bad one by itself."""
    level = row.integer("default_level", usual.default_level, 0, 5)
    if level in (1, 2):
        row.wrong("default_level", f"{level} is a bad rating; 3, 4, 5, or 0 for none")
    return level


def _reasons(row: Row, key: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    given = row.words(key, 20)
    if row.has(key) and row.values[key] == []:
        row.wrong(key, "empty; give at least one reason, or leave it out for the usual ones")
    elif len(set(given)) < len(given):
        row.wrong(key, "a reason stands here twice; once is enough")
    elif len(given) > MOST_REASONS:
        count = len(given)
        row.wrong(key, f"{count} reasons; a clerk chooses by one digit, so at most {MOST_REASONS}")
    return given or usual
