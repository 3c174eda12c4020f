"""Slips that the hall hands out, on both databases."""

from dataclasses import replace
from datetime import date

import pytest

from hallclient.domain.case import Basis, Handover
from hallclient.domain.ending import Ending
from hallclient.domain.errors import DomainError, NotAllowed, NotFound
from hallclient.domain.parts import Material
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Delivery
from hallclient.domain.turn import Outcome
from hallclient.phrases import Phrases, languages
from hallclient.services.days import close_day
from hallclient.services.hall_slips import HallSlips, MadeSlip
from hallclient.services.handing_out import HandedOut, HandingOut
from hallclient.services.jobs import PrintJobState, SlipKind
from hallclient.services.print_jobs import PrintJobs, StationJobs
from hallclient.services.receipts import MAX_MISSING, hash_lines, missing_list
from hallclient.services.slip import Block, CheckList, Pair, PaperSlip, QrCode, Text, TicketSlip
from hallclient.services.slip_json import slip_as_json, slip_from_json
from hallclient.services.store_error import StoreError
from tests.stores import OPENING, HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

PAPERS = (
    Material(LocalText("身份证", "身份證", "Identity card"), LocalText("原件", "原件", "original")),
    Material(LocalText("买卖合同")),
)


def slips(hall: HallUnderTest) -> HallSlips:
    return HallSlips(hall.store, Phrases)


def finished(
    hall: HallUnderTest, outcome: Ending | Outcome = Outcome.PROMISED, language: str = "zh-CN"
) -> str:
    """Serve a ticket for the promised service at window 1; return its label."""
    with hall.store.look() as reader:
        staffed = reader.open_shift(reader.plan.window("1").id) is not None
    if not staffed:
        hall.sign_in("1")
    label = hall.issue("BDC001", language=language, station="K1").ticket.label
    calling = hall.calling("1")
    calling.call_next()
    calling.start()
    calling.finish(outcome)
    return label


def with_papers(hall: HallUnderTest) -> None:
    services = hall.store.plan().services
    hall.change_plan(services=(services[0], replace(services[1], materials=PAPERS)))


def paper(made: MadeSlip) -> PaperSlip:
    assert isinstance(made.slip, PaperSlip)
    assert slip_from_json(slip_as_json(made.slip)) == made.slip
    return made.slip


def pairs(slip: PaperSlip) -> dict[str, str]:
    return {block.left: block.right for block in slip.blocks if isinstance(block, Pair)}


def texts(slip: PaperSlip) -> list[str]:
    return [block.text for block in slip.blocks if isinstance(block, Text)]


def only(slip: PaperSlip, kind: type[Block]) -> Block:
    (found,) = (block for block in slip.blocks if isinstance(block, kind))
    return found


def test_the_receipt_of_a_promise(hall: HallUnderTest) -> None:
    label = finished(hall)
    made = slips(hall).receipt("2026092900001")
    slip = paper(made)
    assert (made.kind, made.station) == (SlipKind.RECEIPT, "K1")
    (case_id,) = hall.rows("SELECT id FROM case_record")[0]
    assert made.subject == f"case:{case_id}"
    assert slip.title == "受理回执"
    assert pairs(slip) == {
        "事项": "二手房过户",
        "部门": "不动产",
        "号码": label,
        "窗口": "1",
        "办件类型": "承诺件",
        "受理时间": "2026-09-29 09:00",
        "承诺时限": "5 个工作日",
        "最迟办结": "2026-10-06 周二",
        "取件方式": "窗口领取",
    }
    assert "仅作回执，不替代加盖专用印章的通知书" in texts(slip)
    assert "2026092900001" in texts(slip)
    assert only(slip, QrCode) == QrCode("2026092900001")
    assert slips(hall).receipt(f" {label.lower()} ").slip == slip


def test_a_receipt_in_the_citizens_language(hall: HallUnderTest) -> None:
    label = finished(hall, Outcome.INSTANT, "en")
    slip = paper(slips(hall).receipt(label))
    assert slip.title == "Receipt, finished"
    assert pairs(slip)["Service"] == "Home transfer"
    assert pairs(slip)["Kind of case"] == "Done on the spot"
    assert "Due by" not in pairs(slip)


def test_no_receipt_for_what_was_not_accepted(hall: HallUnderTest) -> None:
    label = finished(hall, Outcome.SUPPLEMENT)
    with pytest.raises(NotAllowed, match="supplement"):
        slips(hall).receipt(label)


def test_a_refusal_has_its_reason_and_says_what_can_be_done(hall: HallUnderTest) -> None:
    label = finished(hall, Ending(Outcome.REFUSED, refused="not_here"))
    slip = paper(slips(hall).receipt(label))
    assert slip.title == "不予受理告知单"
    assert pairs(slip)["告知时间"] == "2026-09-29 09:00"
    said = texts(slip)
    assert "不属于本机关职权范围" in said
    assert "仅作回执，不替代加盖专用印章的通知书" in said
    assert any("行政复议" in text and "行政诉讼" in text for text in said)
    other = finished(hall, Ending(Outcome.REFUSED, refused="other"), "en")
    assert "Other" in texts(paper(slips(hall).receipt(other)))
    untold = finished(hall, Outcome.REFUSED)
    assert any(set(text) == {"＿"} for text in texts(paper(slips(hall).receipt(untold))))


def test_a_receipt_says_how_and_with_whom_it_was_accepted(hall: HallUnderTest) -> None:
    first, second = hall.store.plan().services
    joint = replace(
        second, partners=("ZH",), authority=LocalText("省自然资源厅", en="Province"),
        promised_days=0, promised_hours=4,
    )  # fmt: skip
    hall.change_plan(services=(first, joint))
    ending = Ending(
        Outcome.JOINT, basis=Basis.LENIENT, handover=Handover.MAIL, number="成新〔2026〕7号"
    )
    slip = paper(slips(hall).receipt(finished(hall, ending)))
    facts = pairs(slip)
    assert facts["受理方式"] == "容缺受理"
    assert (facts["牵头部门"], facts["联办部门"]) == ("不动产", "综合窗口")
    assert (facts["决定机关"], facts["取件方式"]) == ("省自然资源厅", "邮寄")
    # Accepted at nine; a hall without hours works from 9 to 12 and from 13 to 18.
    assert (facts["承诺时限"], facts["最迟办结"]) == ("4 个工作小时", "2026-09-29 14:00")
    assert any("补交" in text for text in texts(slip))
    assert not any(isinstance(block, QrCode) for block in slip.blocks)
    agreed = Ending(Outcome.ESCALATED, due_on=date(2026, 10, 9), due_reason="agreed")
    other = paper(slips(hall).receipt(finished(hall, agreed, "en")))
    assert pairs(other)["Decided by"] == "Province"
    assert pairs(other)["Due by"] == "2026-10-09 18:00"
    assert not any("hours" in text for text in pairs(other).values())


def test_the_list_of_a_case_is_printed_again_with_the_day_it_was_told(hall: HallUnderTest) -> None:
    with_papers(hall)
    label = finished(hall, Ending(Outcome.SUPPLEMENT, ("买卖合同",)))
    hall.clock.advance(minutes=30)
    again = paper(slips(hall).receipt(label))
    assert only(again, CheckList) == CheckList(("买卖合同",))
    assert pairs(again)["告知时间"] == "2026-09-29 09:00"


def test_no_receipt_without_a_case(hall: HallUnderTest) -> None:
    for wanted in ("A999", "2026092999999", ""):
        with pytest.raises(NotFound):
            slips(hall).receipt(wanted)
    label = finished(hall, Outcome.CONSULT)
    with pytest.raises(NotFound, match="no case"):
        slips(hall).receipt(label)
    waiting = hall.issue().ticket.label
    with pytest.raises(NotAllowed, match="not called"):
        slips(hall).receipt(waiting)


def test_what_is_missing_is_told_once_dated_with_a_box_each(hall: HallUnderTest) -> None:
    with_papers(hall)
    label = finished(hall, Outcome.SUPPLEMENT)
    hall.clock.advance(minutes=7)
    slip = paper(slips(hall).missing(label, (2, 1, 2)))
    assert slip.title == "一次性告知单"
    assert only(slip, CheckList) == CheckList(("买卖合同", "身份证 原件"))
    assert pairs(slip)["告知时间"] == "2026-09-29 09:00", "when it was told, not printed"
    assert "打印时间 2026-09-29 09:07" in texts(slip)
    assert "还需要补正下列材料，共 2 项：" in texts(slip)
    english = finished(hall, Outcome.SUPPLEMENT, "en")
    assert only(paper(slips(hall).missing(english, (1,))), CheckList) == CheckList(
        ("Identity card original",)
    )


def test_only_what_the_guide_asks_for_can_be_missing(hall: HallUnderTest) -> None:
    label = finished(hall, Outcome.SUPPLEMENT)
    with pytest.raises(NotFound, match="no materials"):
        slips(hall).missing(label, (1,))
    with_papers(hall)
    for wrong in ((0,), (3,), (1, -1)):
        with pytest.raises(NotFound, match="materials 1 to 2"):
            slips(hall).missing(label, wrong)
    with pytest.raises(NotAllowed):
        slips(hall).missing(label, ())


def test_names_that_no_list_can_hold(hall: HallUnderTest) -> None:
    label = finished(hall, Outcome.SUPPLEMENT)
    with hall.store.look() as reader:
        ticket = reader.ticket_by_label(label)
        assert ticket is not None
        turn = reader.turn_of_ticket(ticket.id)
        assert turn is not None
        plan = reader.plan
    for names in ((), (" ",), ("x" * 201,), ("a",) * (MAX_MISSING + 1)):
        with pytest.raises(NotAllowed):
            missing_list(plan, ticket, turn, names, Phrases(), OPENING)
    slip = missing_list(plan, ticket, turn, ("  two\n words ",), Phrases(), OPENING)
    assert only(slip, CheckList) == CheckList(("two words",))


def test_the_closing_slip_has_the_journals_head(hall: HallUnderTest) -> None:
    finished(hall)
    hall.issue()
    with pytest.raises(NotFound):
        slips(hall).closing(None, "zh-CN")
    with pytest.raises(NotAllowed, match="not closed"):
        slips(hall).closing(date(2026, 9, 29), "zh-CN")
    hall.clock.advance(hours=9)
    close_day(hall.store, "chore")
    head = hall.one("SELECT head FROM business_day")
    made = slips(hall).closing(None, "zh-CN")
    slip = paper(made)
    assert (made.kind, made.subject) == (SlipKind.CLOSING, "day:2026-09-29")
    counts = pairs(slip)
    assert (counts["取号"], counts["已办理"], counts["弃号"]) == ("2", "1", "1")
    assert (counts["过号"], counts["未了结"], counts["办件"]) == ("0", "0", "1")
    assert "".join("".join(line.split()) for line in hash_lines(head)) == head
    assert set(hash_lines(head)) <= set(texts(slip))
    # The next day goes on; the slip of the last one stays what it was.
    hall.clock.advance(days=1)
    hall.issue()
    again = paper(slips(hall).closing(date(2026, 9, 29), "zh-CN"))
    assert pairs(again) == counts
    with pytest.raises(NotFound):
        slips(hall).closing(date(2025, 1, 1), "zh-CN")


@pytest.mark.parametrize("language", [language.code for language in languages()])
def test_every_slip_in_every_language(hall: HallUnderTest, language: str) -> None:
    with_papers(hall)
    receipt = slips(hall).receipt(finished(hall, language=language))
    missing = slips(hall).missing(finished(hall, Outcome.SUPPLEMENT, language), (1, 2))
    close_day(hall.store, "chore")
    for made in (receipt, missing, slips(hall).closing(None, language)):
        slip = paper(made)
        assert slip.title
        assert all(pair.strip() for pair in pairs(slip).values())


def test_a_ticket_once_more_carries_the_mark(hall: HallUnderTest) -> None:
    issued = hall.issue("BDC001", language="en", station="K2")
    hall.issuing.delivered(issued.ticket.id, Delivery.PAPER)
    made = slips(hall).reprint(issued.ticket.token)
    assert isinstance(made.slip, TicketSlip)
    assert (made.slip.label, made.slip.reprint_mark) == ("B001", "Reprint")
    assert (made.kind, made.subject) == (SlipKind.TICKET, f"ticket:{issued.ticket.id}")
    assert made.station == "K2"
    hall.sign_in("1")
    hall.calling("1").call_next()
    with pytest.raises(DomainError, match="not waiting"):
        slips(hall).reprint("b001")


def test_nobody_has_these_in_hand(hall: HallUnderTest) -> None:
    first = hall.issue(station="K1").ticket
    second = hall.issue(station="K1").ticket
    hall.issue(station="K2")
    hall.issuing.delivered(second.id, Delivery.SCREEN)
    assert [one.ticket.id for one in hall.issuing.undelivered("K1").tickets] == [first.id]
    hall.sign_in("2")
    hall.calling().call_next()
    assert hall.issuing.undelivered("K1").tickets == ()


def test_a_job_through_the_database(hall: HallUnderTest) -> None:
    made = slips(hall).reprint(hall.issue(station="K1").ticket.label)
    jobs = PrintJobs(hall.store, "usher:desk")
    job = jobs.ask("K1", made.slip, made.kind, made.subject)
    with hall.another_store() as store:
        station = StationJobs(store, "K1")
        assert station.waiting()
        taken = station.take()
        assert taken is not None
        assert slip_from_json(taken.slip) == made.slip
        assert station.take() is None
        station.end(taken, PrintJobState.WAITING, "paper_out")
        assert jobs.state(job.id).trouble == "paper_out"
        taken = station.take()
        assert taken is not None
        station.end(taken, PrintJobState.PRINTED)
        station.end(taken, PrintJobState.UNKNOWN)
    ended = jobs.state(job.id)
    assert (ended.state, ended.trouble) == (PrintJobState.PRINTED, "")
    assert ended.finished_at is not None
    assert hall.kinds()[-3:] == ["slip.asked", "slip.ended", "ticket.delivered"]


def test_a_window_with_a_printer_hands_out_what_the_end_calls_for(hall: HallUnderTest) -> None:
    with_papers(hall)
    hall.sign_in("1")
    told: list[HandedOut] = []
    window = HandingOut(hall.store, "1", "window 1", told.append)

    def serve(outcome: Outcome, *missing: str) -> list[PaperSlip]:
        hall.issue("BDC001", language="en")
        window.call_next()
        window.start()
        window.finish(outcome, missing)
        station = StationJobs(hall.store, "window 1")
        found = []
        while (job := station.take()) is not None:
            slip = slip_from_json(job.slip)
            assert isinstance(slip, PaperSlip)
            found.append(slip)
            station.end(job, PrintJobState.PRINTED)
        return found

    (receipt,) = serve(Outcome.PROMISED)
    assert receipt.title == "Receipt"
    (listed,) = serve(Outcome.SUPPLEMENT, "买卖合同")
    assert only(listed, CheckList) == CheckList(("买卖合同",)), "the hall has no English name"
    assert serve(Outcome.SUPPLEMENT) == []
    assert serve(Outcome.CONSULT) == []
    (note,) = serve(Outcome.REFUSED)
    assert note.title == "Note of non-acceptance"
    kinds = [(one.kind, one.label, one.job is None) for one in told]
    assert kinds == [
        (SlipKind.RECEIPT, "B001", False),
        (SlipKind.MISSING, "B002", False),
        (SlipKind.RECEIPT, "B005", False),
    ]
    with pytest.raises(NotFound):
        slips(hall).of_turn(0)


def test_a_slip_that_cannot_be_asked_for_ends_no_turn(
    hall: HallUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    hall.sign_in("1")
    hall.issue("BDC001")
    told: list[HandedOut] = []
    window = HandingOut(hall.store, "1", "", told.append)
    window.call_next()
    window.start()
    state = window.finish(Outcome.INSTANT)
    assert state.turn is not None
    assert state.turn.result is Outcome.INSTANT
    assert "could not be asked for" in caplog.text
    assert told == [HandedOut(SlipKind.RECEIPT, "B001", None)]


def test_nothing_is_promised_where_no_slip_belongs(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away behind a turn that hands out nothing: no receipt was lost."""
    hall.sign_in("1")
    hall.issue("BDC001")
    told: list[HandedOut] = []
    window = HandingOut(hall.store, "1", "window 1", told.append)
    window.call_next()
    window.start()

    def away(*_: object) -> None:
        raise StoreError("the database is away")

    monkeypatch.setattr(HallSlips, "of_turn", away)
    window.finish(Outcome.CONSULT)
    assert told == []


def test_a_slip_that_cannot_be_made_ends_no_turn(
    hall: HallUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The turn is over by then: whatever goes wrong with its paper must not look like a no."""
    hall.sign_in("1")
    hall.issue("BDC001")
    told: list[HandedOut] = []
    window = HandingOut(hall.store, "1", "window 1", told.append)
    window.call_next()
    window.start()

    def broken(*_: object) -> None:
        raise ValueError("an empty QR code says nothing")

    monkeypatch.setattr(HallSlips, "of_turn", broken)
    state = window.finish(Outcome.PROMISED)
    assert state.turn is not None
    assert state.turn.result is Outcome.PROMISED
    assert told == [HandedOut(SlipKind.RECEIPT, "B001", None)]
