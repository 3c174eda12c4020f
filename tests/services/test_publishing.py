"""What is published and what covers every screen, as those who may speak to the hall change it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from unittest.mock import patch

import pytest

from hallclient.domain.bulletin import Audience
from hallclient.domain.errors import Conflict, DomainError, NotAllowed, NotFound, Refused
from hallclient.domain.publication import EmergencyKind, PublicationKind, emergency_in
from hallclient.domain.text import LocalText
from hallclient.services import publishing
from hallclient.services.bar_news import bar_news
from hallclient.services.bulletins import Bulletins
from hallclient.services.drafts import Draft, draft_of
from hallclient.services.publishing import Publishing
from hallclient.storage.transaction import SqlTransaction
from tests.services.console import SUPERVISOR, with_console_staff
from tests.stores import HallUnderTest
from tests.unit.test_publication import png

STRIP = Draft(PublicationKind.STRIP, LocalText("今天 16:00 停止取号", en="No numbers after 16:00"))
PICTURE = Draft(PublicationKind.PICTURE, data=png(1200, 700), zones=("1B",))


@pytest.fixture
def publish(hall: HallUnderTest) -> Publishing:
    with_console_staff(hall)
    return Publishing(hall.store, SUPERVISOR)


@pytest.fixture
def woken() -> Iterator[list[str]]:
    """The scopes that changes wake."""
    scopes: list[str] = []
    wake = SqlTransaction.wake

    def listen(tx: SqlTransaction, *names: str) -> None:
        scopes.extend(names)
        wake(tx, *names)

    with patch.object(SqlTransaction, "wake", listen):
        yield scopes


def test_a_request_publishes_once(hall: HallUnderTest, publish: Publishing) -> None:
    first = publish.add(STRIP, "pressed once")
    assert publish.add(STRIP, "pressed once") == first
    with hall.store.look() as reader:
        kinds = [entry.kind for entry in reader.entries_after(0, 1000)]
    assert kinds.count("publication.saved") == 1
    assert publish.add(STRIP, "another form").id != first.id
    assert publish.add(STRIP).id != publish.add(STRIP).id, "without one nothing is told apart"
    publish.end(first.id)
    again = publish.add(STRIP, "pressed once")
    assert again.id == first.id
    assert again.ended_at is not None, "what was ended meanwhile is not begun anew"
    assert first.id not in [one.id for one in publish.published()]


def test_what_is_added_changed_reordered_and_ended(
    hall: HallUnderTest, publish: Publishing
) -> None:
    page = Draft(
        PublicationKind.PAGE,
        LocalText("  身份证原件\r\n户口本  "),
        LocalText("二手房过户要带"),
        valid_from=date(2026, 9, 29),
        valid_until=date(2026, 10, 9),
        weekdays=(5, 1, 5),
        begins=time(22),
        ends=time(6, 30),
        seconds=12,
    )
    strip, picture, shown = publish.add(STRIP), publish.add(PICTURE), publish.add(page)
    assert shown.text.zh_cn == "身份证原件\n户口本"
    assert (shown.weekdays, shown.seconds, shown.staff_id) == ((1, 5), 12, strip.staff_id)
    assert publish.published() == (strip, picture, shown)
    assert publish.media(picture.media) == PICTURE.data
    publish.reorder([shown.id])
    assert [one.id for one in publish.published()] == [shown.id, strip.id, picture.id]
    changed = publish.change(picture.id, replace(draft_of(picture), zones=("1A",), seconds=20))
    assert (changed.media, changed.zones, changed.position) == (picture.media, ("1A",), 3)
    other = publish.change(picture.id, replace(draft_of(changed), data=png(640, 480)))
    assert other.media != picture.media
    publish.end(strip.id)
    assert [one.id for one in hall.board.now().publications] == [shown.id, picture.id]
    with pytest.raises(NotFound):
        publish.end(strip.id)
    with pytest.raises(NotAllowed, match="cannot be changed"):
        publish.change(picture.id, STRIP)


def test_the_journal_has_ids_and_kinds_and_no_words(
    hall: HallUnderTest, publish: Publishing
) -> None:
    one = publish.add(STRIP)
    publish.emergency(EmergencyKind.OTHER, title=LocalText("三楼停电"), text=LocalText("到一楼"))
    publish.end(one.id)
    entries = [e for e in hall.journal() if e.kind.startswith("publication.")]
    assert [(e.kind, e.data["kind"]) for e in entries] == [
        ("publication.saved", "strip"),
        ("publication.saved", "emergency"),
        ("publication.ended", "strip"),
    ]
    assert entries[0].data == {"id": one.id, "kind": "strip"}
    assert entries[0].actor == f"staff:{SUPERVISOR}"


def test_who_may_not_speak_to_the_hall_publishes_nothing(
    hall: HallUnderTest, publish: Publishing
) -> None:
    one = publish.add(STRIP)
    fire = publish.emergency(EmergencyKind.FIRE)
    clerk = Publishing(hall.store, "1001")
    moves = (
        lambda: clerk.add(STRIP),
        lambda: clerk.change(one.id, STRIP),
        lambda: clerk.end(one.id),
        lambda: clerk.reorder([one.id]),
        lambda: clerk.emergency(EmergencyKind.FIRE),
        lambda: clerk.end_emergency(fire.id),
    )
    before = hall.journal()
    for move in moves:
        with pytest.raises(Refused) as said:
            move()
        assert said.value.key == "no_right"
    assert hall.journal() == before


def test_refused_drafts_leave_nothing(hall: HallUnderTest, publish: Publishing) -> None:
    before = hall.journal()
    bad = (
        replace(STRIP, text=LocalText("\u202e倒")),
        replace(STRIP, zones=("9Z",)),
        replace(PICTURE, data=b"GIF89a" + bytes(64)),
        replace(PICTURE, seconds=1),
    )
    for draft in bad:
        with pytest.raises(DomainError):
            publish.add(draft)
    assert (hall.journal(), publish.published()) == (before, ())
    with hall.store.look() as reader:
        assert not reader.media()
    with patch.object(publishing, "MOST", 1):
        publish.add(STRIP)
        with pytest.raises(NotAllowed, match="at a time"):
            publish.add(STRIP)


def test_an_emergency_wakes_boards_kiosks_bars_and_window_screens(
    hall: HallUnderTest, publish: Publishing, woken: list[str]
) -> None:
    publish.add(replace(STRIP, zones=("1A",)))
    assert {"floor", "zone:1A"} <= set(woken)
    assert not {"hall", "zone:1B"} & set(woken)
    woken.clear()
    fire = publish.emergency(EmergencyKind.FIRE, zones=("1B",))
    assert {"hall", "zone:1B", "window:1"} <= set(woken)
    assert not {"zone:1A", "window:2"} & set(woken)
    woken.clear()
    publish.end_emergency(fire.id)
    assert {"hall", "zone:1B", "window:1"} <= set(woken)


def test_an_emergency_stands_until_it_is_ended(hall: HallUnderTest, publish: Publishing) -> None:
    fire = publish.emergency(EmergencyKind.FIRE, text=LocalText("到南广场集合"))
    hall.clock.advance(days=3)
    with hall.another_store() as store:  # after any restart
        assert emergency_in(Publishing(store).published(), ("1A",)) == fire
    assert bar_news(hall.store, "2", "W2").emergency == fire
    assert publish.end_emergency() == 1
    assert bar_news(hall.store, "2", "W2").emergency is None
    (clear,) = Bulletins(hall.store).standing(Audience.PUBLIC)
    assert (clear.text.en, clear.text.zh_cn[:4]) == ("All clear. Service goes on.", "警报解除")
    assert clear.until - hall.clock.now <= timedelta(minutes=10)
    assert publish.end_emergency() == 0
    with pytest.raises(NotFound):
        publish.end_emergency(fire.id)


def test_nobody_reads_all_clear_while_an_emergency_stands(
    hall: HallUnderTest, publish: Publishing
) -> None:
    """It may begin again within the ten minutes; a bar that starts then says what stands."""
    said = Bulletins(hall.store, SUPERVISOR)
    other = said.post(LocalText("下午停水"), Audience.ALL, minutes=60)
    for drill in (True, False):
        publish.emergency(EmergencyKind.FIRE, drill=drill, zones=("1B",))
        publish.end_emergency()
        assert len(said.standing(Audience.STAFF)) == 2
        elsewhere = publish.emergency(EmergencyKind.EARTHQUAKE, zones=("1A",), drill=drill)
        assert len(said.standing(Audience.STAFF)) == 2, "it is clear there"
        publish.emergency(EmergencyKind.FIRE)
        assert said.standing(Audience.STAFF) == (other,)
        assert elsewhere not in publish.published()
        publish.end_emergency()
        publish.emergency(EmergencyKind.SHELTER, zones=("1A",))
        assert said.standing(Audience.STAFF) == (other,)
        publish.end_emergency()
        hall.clock.advance(minutes=11)


def test_a_new_emergency_makes_room_for_itself_only(publish: Publishing) -> None:
    shelter = publish.emergency(EmergencyKind.SHELTER)
    fire = publish.emergency(EmergencyKind.FIRE, zones=("1B",))
    assert [(one.id, one.zones) for one in publish.published()] == [
        (shelter.id, ("1A",)),
        (fire.id, ("1B",)),
    ]
    with pytest.raises(Conflict, match="no drill now"):
        publish.emergency(EmergencyKind.FIRE, drill=True)
    everywhere = publish.emergency(EmergencyKind.EVACUATE)
    assert publish.published() == (everywhere,)
    publish.end_emergency()
    drill = publish.emergency(EmergencyKind.FIRE, drill=True)
    assert publish.emergency(EmergencyKind.FIRE).id != drill.id
    assert [one.drill for one in publish.published()] == [False]


def test_only_own_words_have_an_own_title(publish: Publishing) -> None:
    with pytest.raises(NotAllowed, match="standard title"):
        publish.emergency(EmergencyKind.FIRE, title=LocalText("着火了"))
    with pytest.raises(NotAllowed, match="zh-CN"):
        publish.emergency(EmergencyKind.OTHER)
    with pytest.raises(NotAllowed, match="hide text"):
        publish.emergency(EmergencyKind.FIRE, text=LocalText("到\u200b南广场"))
