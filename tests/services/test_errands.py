"""The ledger's services, on both databases."""

import csv
import io
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hallclient.domain.errand import ALLOWED, Due, Errand, ErrandMove, ErrandState
from hallclient.domain.errors import DomainError, NotAllowed, NotFound
from hallclient.domain.parts import Material
from hallclient.domain.text import LocalText
from hallclient.phrases import Phrases, languages
from hallclient.services.chores.retention import RetentionChore
from hallclient.services.errand_csv import ledger_csv
from hallclient.services.errand_slips import ErrandSlips
from hallclient.services.errands import Errands, NewErrand
from hallclient.services.sealing import HallKey
from hallclient.services.slip import Pair, PaperSlip, Text
from hallclient.services.slip_json import slip_as_json, slip_from_json
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

KEY = HallKey(b"k" * 32)
OTHER_KEY = HallKey(b"o" * 32)
WHO, PHONE, OFFICE = "王小芳", "13912345678", "镇便民服务中心"
NEW = NewErrand("BDC001", WHO, PHONE, papers=("身份证", "自备材料"))


def ledger_of(hall: HallUnderTest, key: HallKey | None = KEY) -> Errands:
    hall.sign_in("2")
    return Errands(hall.store, "2", key)


def refused(op: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as caught:
        op()
    assert WHO not in str(caught.value)
    assert PHONE not in str(caught.value)
    return caught.value.key


def test_from_the_door_to_the_signature(hall: HallUnderTest) -> None:
    desk = ledger_of(hall)
    label = hall.issue("BDC001").ticket.label
    one = desk.receive(replace(NEW, ticket=label.lower()))
    assert (one.number, one.mask, one.due_on) == ("D260929-001", "王*芳", date(2026, 10, 6))
    assert one.ticket_id is not None
    assert desk.receive(NEW).number == "D260929-002"
    assert [e.state for e in desk.carry([one.number], OFFICE)] == [ErrandState.CARRIED]
    assert desk.bring_back(one.number, "已办好").result == "已办好"
    assert desk.sign(one.number.lower()).state is ErrandState.SIGNED
    assert desk.cancel("D260929-002", "不办了").state is ErrandState.CANCELLED
    kinds = [kind for kind in hall.kinds() if kind.startswith("errand")]
    assert kinds == ["errand.received", "errand.received", "errand.carried", "errand.returned",
                     "errand.signed", "errand.cancelled"]  # fmt: skip
    written = repr(hall.journal())
    assert not any(word in written for word in (WHO, "王*芳", PHONE, OFFICE, "已办好", "身份证"))
    mine = next(e for e in hall.journal() if e.kind == "errand.received")
    assert dict(mine.data) == {"number": one.number, "staff": "1002", "service": "BDC001"}


def test_a_request_that_is_asked_again_is_one_line(hall: HallUnderTest) -> None:
    desk = ledger_of(hall)
    asked = replace(NEW, request_id="form 1")
    one = desk.receive(asked)
    desk.carry([one.number], OFFICE)
    again = desk.receive(asked)
    assert (again.id, again.number, again.state) == (one.id, one.number, ErrandState.CARRIED)
    other = desk.receive(replace(NEW, request_id="form 2"))
    assert other.number == "D260929-002"
    assert hall.one("SELECT count(*) FROM errand") == 2
    assert hall.kinds().count("errand.received") == 2


def test_nothing_without_somebody_at_the_window(hall: HallUnderTest) -> None:
    desk = Errands(hall.store, "2", KEY)
    assert refused(lambda: desk.receive(NEW)) == "not_signed_in"
    number = ledger_of(hall).receive(NEW).number
    hall.shifts().sign_out()
    for move in (
        lambda: desk.carry([number], OFFICE),
        lambda: desk.bring_back(number, "x"),
        lambda: desk.sign(number),
        lambda: desk.cancel(number, "x"),
        lambda: desk.principal(number),
    ):
        assert refused(move) == "not_signed_in"
    seen = desk.ledger()
    assert (seen.staff, seen.rows, seen.offices) == (None, (), ())


def test_what_is_not_received(hall: HallUnderTest) -> None:
    desk = ledger_of(hall)
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"name": " "}, "bad_name"),
        ({"name": "字" * 61}, "bad_name"),
        ({"phone": "call me"}, "bad_phone"),
        ({"papers": ("",)}, "bad_paper"),
        ({"papers": tuple(map(str, range(31)))}, "too_many_papers"),
        ({"days": 366}, "bad_days"),
        ({"days": -1}, "bad_days"),
        ({"service": "NONE"}, "unknown_part"),
        ({"ticket": "Z999"}, "unknown_ticket"),
    )
    for changes, key in wrong:
        new = replace(NEW, **changes)
        assert refused(lambda: desk.receive(new)) == key, changes  # noqa: B023 - at once
    with pytest.raises(DomainError, match="the name is a line of 1 to 60 characters"):
        desk.receive(replace(NEW, name=" "))
    assert hall.one("SELECT count(*) FROM errand") == 0


def test_a_trip_is_all_or_nothing(hall: HallUnderTest) -> None:
    desk = ledger_of(hall)
    numbers = [desk.receive(NEW).number for _ in range(3)]
    desk.cancel(numbers[2], "不办了")
    assert refused(lambda: desk.carry(numbers, OFFICE)) == "errand_moved"
    assert refused(lambda: desk.carry([numbers[0], "D1"], OFFICE)) == "unknown_errand"
    assert refused(lambda: desk.carry([], OFFICE)) == "trip_size"
    assert refused(lambda: desk.carry([f"D{n}" for n in range(51)], OFFICE)) == "trip_size"
    assert refused(lambda: desk.carry(numbers[:1], " ")) == "bad_office"
    assert {row.errand.state for row in desk.rows(*ErrandState)} == {
        ErrandState.RECEIVED,
        ErrandState.CANCELLED,
    }
    assert len(desk.carry([*numbers[:2], numbers[0]], OFFICE)) == 2
    assert desk.ledger().offices == (OFFICE,)


def test_two_who_carry_at_once_carry_once(hall: HallUnderTest) -> None:
    number = ledger_of(hall).receive(NEW).number
    start = threading.Barrier(2)
    told: list[str] = []

    def carry() -> None:
        with hall.another_store() as store:
            start.wait(20)
            try:
                told.append(Errands(store, "2", KEY).carry([number], OFFICE)[0].state.value)
            except NotAllowed as error:
                told.append(error.key)

    threads = [threading.Thread(target=carry) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(told) == ["carried", "errand_moved"]


def test_names_are_sealed_and_shown_to_who_asks(hall: HallUnderTest) -> None:
    desk = ledger_of(hall)
    one = desk.receive(NEW)
    stored = bytes(hall.one("SELECT sealed FROM errand"))
    assert WHO.encode() not in stored
    assert PHONE.encode() not in stored
    whose = desk.principal(one.number)
    assert (whose.name, whose.phone) == (WHO, PHONE)
    assert WHO not in repr(whose)
    assert WHO not in repr(NEW)
    assert PHONE not in repr(NEW)
    assert hall.kinds()[-1] == "errand.shown"
    assert refused(lambda: Errands(hall.store, "2", OTHER_KEY).principal(one.number)) == "other_key"
    assert refused(lambda: Errands(hall.store, "2").principal(one.number)) == "no_key"
    # A seal moved to another line does not open.
    two = desk.receive(NEW)
    hall.execute(
        "UPDATE errand SET sealed = (SELECT sealed FROM errand WHERE id = :one) WHERE id = :two",
        one=one.id, two=two.id,
    )  # fmt: skip
    assert refused(lambda: desk.principal(two.number)) == "other_key"
    assert desk.ledger("王小").found == frozenset({one.id})


def test_without_a_key_only_the_mask_is_kept(hall: HallUnderTest) -> None:
    desk = ledger_of(hall, None)
    one = desk.receive(NEW)
    assert (one.mask, one.sealed) == ("王*芳", b"")
    assert not desk.ledger().seals
    with_key = Errands(hall.store, "2", KEY)
    assert refused(lambda: with_key.principal(one.number)) == "no_name"


def test_names_go_after_the_rules_days_and_not_before(hall: HallUnderTest) -> None:
    hall.change_rules(ledger_keep_days=30)
    desk = ledger_of(hall)
    kept, gone, off = (desk.receive(NEW) for _ in range(3))
    desk.carry([kept.number, gone.number], OFFICE)
    desk.bring_back(gone.number, "已办好")
    desk.sign(gone.number)
    desk.cancel(off.number, "不办了")

    def sealed() -> set[str]:
        return {r.number for r in hall.rows("SELECT number, sealed FROM errand") if bytes(r.sealed)}

    hall.clock.advance(days=30, seconds=-1)
    assert "errands" not in RetentionChore().step(hall.store)
    assert sealed() == {kept.number, gone.number, off.number}
    hall.clock.advance(seconds=2)
    assert "errands' names 2" in RetentionChore().step(hall.store)
    assert sealed() == {kept.number}
    assert RetentionChore().step(hall.store) == ""
    assert hall.one("SELECT count(*) FROM errand") == 3


def test_the_page_has_the_most_urgent_first_and_what_is_over_last(hall: HallUnderTest) -> None:
    desk = ledger_of(hall)
    days = {0: 9, 3: 3, 1: 1, 9: 5}
    made = {n: desk.receive(replace(NEW, days=n)).number for n in days}
    over = desk.receive(NEW).number
    desk.cancel(over, "不办了")
    rows = desk.ledger().rows
    assert [row.errand.number for row in rows] == [made[1], made[3], made[9], made[0], over]
    hall.clock.advance(days=2)
    hall.sign_in("2")
    assert [row.due for row in desk.ledger().rows][:1] == [Due.LATE]
    hall.clock.advance(days=100)
    hall.sign_in("2")
    assert over not in [row.errand.number for row in desk.ledger().rows]
    assert len(desk.ledger("-005").rows) == 5


def test_what_a_search_finds(hall: HallUnderTest) -> None:
    desk = ledger_of(hall)
    one = desk.receive(NEW)
    found = ("D260929001", "-001", "过户", "esfgh", "home tr", "王小芳", "小芳", "5678")
    for text in found:
        assert desk.ledger(text).found == frozenset({one.id}), text
        assert len(desk.rows(search=text)) == 1, text
    for text in ("678", "李", "%", "\x00"):
        assert desk.ledger(text).found == frozenset(), text
    assert desk.ledger(" ").found is None


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(ErrandMove)), max_size=15))
def test_the_database_follows_the_table(hall: HallUnderTest, moves: list[Any]) -> None:
    desk = ledger_of(hall)
    made = [desk.receive(NEW) for _ in range(3)]
    model = [ErrandState.RECEIVED] * 3
    ops: dict[ErrandMove, Callable[[Errand], Any]] = {
        ErrandMove.CARRY: lambda e: desk.carry([e.number], OFFICE),
        ErrandMove.RETURN: lambda e: desk.bring_back(e.number, "已办好"),
        ErrandMove.SIGN: lambda e: desk.sign(e.number),
        ErrandMove.CANCEL: lambda e: desk.cancel(e.number, "不办了"),
    }
    for which, move in moves:
        hall.clock.advance(seconds=1)
        target = ALLOWED.get((model[which], move))
        if target is None:
            assert refused(lambda: ops[move](made[which])) == "errand_moved"  # noqa: B023 - at once
        else:
            ops[move](made[which])
            model[which] = target
    with hall.store.look() as reader:
        stored = [reader.errand(one.id) for one in made]
    assert [one.state for one in stored if one] == model


def test_what_the_hall_file_dropped_stays_in_the_ledger(hall: HallUnderTest) -> None:
    desk = ledger_of(hall)
    desk.receive(NEW)
    plan = hall.store.plan()
    hall.change_plan(services=tuple(s for s in plan.services if s.code != "BDC001"))
    (row,) = desk.ledger().rows
    assert row.service.code == "BDC001"
    assert refused(lambda: desk.receive(NEW)) == "unknown_part"
    with pytest.raises(NotFound):
        ErrandSlips(hall.store).receipt("D1", Phrases())
    assert ErrandSlips(hall.store).receipt(row.errand.number, Phrases()).subject


def texts_of(slip: PaperSlip) -> str:
    parts = [b.text if isinstance(b, Text) else f"{b.left} {b.right}" for b in slip.blocks
             if isinstance(b, Text | Pair)]  # fmt: skip
    return "\n".join([slip.title, *parts])


@pytest.mark.parametrize("language", [language.code for language in languages()])
def test_slips_hold_the_mask_and_the_papers(hall: HallUnderTest, language: str) -> None:
    materials = (Material(LocalText("身份证", "身份證", "ID card")),)
    plan = hall.store.plan()
    hall.change_plan(services=tuple(replace(s, materials=materials) for s in plan.services))
    desk, say = ledger_of(hall), Phrases(language)
    slips = ErrandSlips(hall.store)
    numbers = [desk.receive(NEW).number for _ in range(14)]
    made = [slips.receipt(numbers[0], say)]
    desk.carry(numbers, OFFICE)
    made += [slips.trip(numbers, say), slips.receipt(numbers[0], say)]
    desk.bring_back(numbers[0], "已办好")
    desk.sign(numbers[0])
    made += [slips.receipt(numbers[0], say), *slips.pages(desk.ledger().rows, say)]
    assert len(made) == 6
    paper = {"zh-CN": "身份证", "zh-Hant": "身份證", "en": "ID card"}[language]
    for one in made:
        assert isinstance(one.slip, PaperSlip)
        assert slip_from_json(slip_as_json(one.slip)) == one.slip
        words = texts_of(one.slip)
        assert WHO not in words
        assert PHONE not in words
        assert "王*芳" in words
    receipt = texts_of(made[0].slip)  # type: ignore[arg-type] # checked above
    assert paper in receipt
    assert say("slip.errand.not_a_notice") in receipt
    assert numbers[0] in receipt
    trip = texts_of(made[1].slip)  # type: ignore[arg-type] # checked above
    assert all(number in trip for number in numbers)
    assert OFFICE in trip


def test_the_table_for_a_spreadsheet(hall: HallUnderTest) -> None:
    desk = ledger_of(hall)
    first = desk.receive(NewErrand("BDC001", "=HYPERLINK(1)", "+8613912345678", ("@x", 'a"b,c')))
    desk.receive(NEW)
    rows, plan, say = desk.rows(), hall.store.plan(), Phrases()
    text = ledger_csv(plan, rows, say, desk.names(rows))
    assert text.startswith("\ufeff编号,")
    table = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert [len(line) for line in table] == [15] * 3
    assert table[1][0] == "D260929-002"
    assert table[1][-2:] == [WHO, PHONE]
    assert table[2][-2:] == ["'=HYPERLINK(1)", "'+8613912345678"]
    assert table[2][4] == "'@x；a\"b,c"
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in table for cell in line)
    plain = ledger_csv(plan, rows, say)
    assert WHO not in plain
    assert first.number in plain
    assert desk.names(rows).keys() == {row.errand.id for row in rows}
