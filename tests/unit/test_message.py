"""When a citizen is told what by a text message, and to which number."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient import assets
from hallclient.domain.errors import Refused
from hallclient.domain.message import (
    MessageEvent,
    events_of,
    is_true,
    quiet,
    speaking_again,
    useful_minutes,
)
from hallclient.domain.rules import HallRules
from hallclient.domain.telephone import masked, normalised
from hallclient.domain.ticket import TicketStatus
from hallclient.services.hallfile import HallFileError, load_hall

RULES = HallRules()
TIMES = st.times()
EARLIEST = datetime(2020, 1, 1)  # noqa: DTZ001  hypothesis wants naive ends
LATEST = datetime(2030, 1, 1)  # noqa: DTZ001  the same


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13902433649", "+8613902433649"),
        ("139 0243 3649", "+8613902433649"),
        ("139-0243-3649", "+8613902433649"),
        ("１３９０２４３３６４９", "+8613902433649"),
        ("+86 139 0243 3649", "+8613902433649"),
        ("008613902433649", "+8613902433649"),
        ("+852 6123 4567", "+85261234567"),
        ("00 1 (415) 555-2671", "+14155552671"),
    ],
)
def test_numbers_as_people_write_them(typed: str, number: str) -> None:
    assert normalised(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1390243364",
        "12902433649",
        "139024336491",
        "028-8888888",
        "+86 28 8888 8888",
        "139O2433649",
        "+0123456789",
        "٣٩٠٢٤٣٣٦٤٩١",
    ],
)
def test_what_is_no_mobile_number_is_refused_without_naming_it(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        normalised(typed)
    assert not typed or typed not in str(caught.value)


def test_a_masked_number_hides_its_middle() -> None:
    assert masked("+8613902433649") == "+86139****3649"


@given(st.sampled_from(TicketStatus), st.integers(0, 99))
def test_only_what_is_true_is_told(status: TicketStatus, ahead: int) -> None:
    for event in events_of(status, ahead, RULES):
        assert is_true(event, status)
        assert useful_minutes(event, RULES) > 0


def test_soon_is_told_from_the_halls_number_on() -> None:
    assert events_of(TicketStatus.WAITING, RULES.sms_ahead, RULES) == (MessageEvent.SOON,)
    assert events_of(TicketStatus.WAITING, RULES.sms_ahead + 1, RULES) == ()
    assert events_of(TicketStatus.ENDED, 0, RULES) == ()


@given(TIMES, TIMES, st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC)))
def test_after_the_quiet_hours_messages_go_out_again(
    begins: time, ends: time, at: datetime
) -> None:
    rules = replace(RULES, sms_quiet_from=begins, sms_quiet_until=ends)
    again = speaking_again(at, rules)
    assert at <= again < at + timedelta(days=1)
    assert not quiet(again.time(), rules)
    assert (again == at) == (not quiet(at.time(), rules))


def test_quiet_hours_over_midnight() -> None:
    assert quiet(time(23), RULES)
    assert quiet(time(7, 29), RULES)
    assert not quiet(time(7, 30), RULES)
    assert not quiet(time(20, 59), RULES)


def test_the_wording_of_the_documentation_is_understood(tmp_path: Path) -> None:
    text = Path("docs/sms.md").read_text("utf-8")
    example = text.rpartition("```toml\n")[2].partition("```")[0].partition("[rules]\n")[2]
    demo = assets.path("halls", "demo.toml").read_text("utf-8")
    file = tmp_path / "hall.toml"
    file.write_text(demo.replace("[rules]\n", f"[rules]\n{example}"), "utf-8")
    rules = load_hall(str(file)).plan.rules
    assert rules.sms_ahead == 5
    assert dict(rules.sms_texts)[MessageEvent.SOON].en == "{label}: {n} ahead, please come back."


def test_a_wording_that_names_what_is_not_there_is_told(tmp_path: Path) -> None:
    demo = assets.path("halls", "demo.toml").read_text("utf-8")
    file = tmp_path / "hall.toml"
    file.write_text(demo.replace("[rules]\n", '[rules]\nsms_text_soon = "{name} 请"\n'), "utf-8")
    with pytest.raises(HallFileError, match="name"):
        load_hall(str(file))
