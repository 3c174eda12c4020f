"""The ticket on the wire: what stands there, how large, how many bytes."""

import pytest
import qrcode
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.escpos import PAPER_58, PAPER_80, Paper, number_scale
from hallclient.devices.escpos_status import ASB_ON, QUERY
from hallclient.devices.escpos_text import columns_of, printable, wrap
from hallclient.devices.escpos_ticket import LONG_BUDGET, SHORT_BUDGET, encode_ticket
from hallclient.devices.paper import Align, PrintedTicket
from hallclient.devices.paper_reader import PaperReader
from hallclient.services.slip import CROCKFORD, MAX_QR_PAYLOAD, TicketSlip
from tests.devices.stubs import FOLLOW_URL, SLIP, make_slip

PAPERS = (PAPER_80, PAPER_58)
han = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
anything = st.characters(exclude_categories=["Cs"])
papers = st.sampled_from(PAPERS)
tokens = st.text(sorted(CROCKFORD), min_size=16, max_size=16)
urls = st.none() | st.text("abcdefghijklmnopqrstuvwxyz0123456789:/.?=", min_size=1, max_size=44)


def printed(slip: TicketSlip, paper: Paper = PAPER_80) -> PrintedTicket:
    (ticket,) = PaperReader(paper).feed(encode_ticket(slip, paper))
    assert not ticket.unknown
    return ticket


def joined(ticket: PrintedTicket) -> str:
    """All words without the line breaks and the spaces a break swallows."""
    return ticket.text.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("paper", PAPERS)
def test_everything_a_citizen_needs_is_on_the_paper(paper: Paper) -> None:
    ticket = printed(SLIP, paper)
    words = joined(ticket)
    for text in (
        SLIP.hall_name,
        SLIP.service_name,
        SLIP.label,
        SLIP.zone,
        SLIP.windows,
        SLIP.ahead_caption + SLIP.ahead_text,
        "预计等候" + "10–30 分钟",
        SLIP.qr_title,
        *SLIP.qr_lines,
        SLIP.missed_title,
        SLIP.missed_text,
        SLIP.issued_at_text,
        SLIP.code,
        SLIP.valid_text,
    ):
        assert text.replace(" ", "") in words
    assert ticket.number == "B107"
    assert len(ticket.raw) <= SHORT_BUDGET


def test_ticket_starts_by_leaving_nothing_to_the_printers_defaults() -> None:
    data = encode_ticket(SLIP)
    assert data.startswith(bytes.fromhex("1B40 1C26"))
    assert data.endswith(bytes.fromhex("1D5642 03"))
    assert bytes.fromhex("1D2177") + b"B107\n" in data
    assert bytes.fromhex("1D4201") in data
    assert b"\x1c!" not in data
    assert b"\x1cW" not in data


def test_qr_commands_are_those_of_the_manual() -> None:
    data = encode_ticket(SLIP)
    commands = bytes.fromhex(
        "1D286B0400 31413200 1D286B0300 314308 1D286B0300 314531 1D286B1300 315030"
    )
    assert commands + SLIP.token.encode() + bytes.fromhex("1D286B0300 315130") in data


@pytest.mark.parametrize(("url", "module"), [(None, 8), (FOLLOW_URL, 6)])
def test_qr_holds_the_token_or_the_follow_url(url: str | None, module: int) -> None:
    mark = printed(make_slip(follow_url=url)).qr
    assert mark is not None
    assert mark.payload == (url or "") + SLIP.token
    assert (mark.model, mark.module, mark.level) == (2, module, "M")
    assert mark.align is Align.CENTRE


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("url", [None, FOLLOW_URL, "x" * (MAX_QR_PAYLOAD - 16)])
def test_qr_code_fits_on_the_paper(url: str | None, paper: Paper) -> None:
    mark = printed(make_slip(follow_url=url), paper).qr
    assert mark is not None
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=3)
    code.add_data(mark.payload)
    assert len(code.get_matrix()) * mark.module <= paper.dots


@pytest.mark.parametrize(
    ("label", "paper", "scale"),
    [
        ("B107", PAPER_80, 8),
        ("AB107", PAPER_80, 8),
        ("AB1070", PAPER_80, 8),
        ("AB10701", PAPER_80, 6),
        ("B107", PAPER_58, 8),
        ("AB107", PAPER_58, 6),
        ("AB1070", PAPER_58, 5),
    ],
)
def test_number_is_as_large_as_the_paper_allows(label: str, paper: Paper, scale: int) -> None:
    assert number_scale(label, paper) == scale
    ticket = printed(make_slip(label=label), paper)
    line = next(line for line in ticket.lines if line.text == label)
    assert line.height == scale * 24
    assert line.dots <= paper.dots


@pytest.mark.parametrize("paper", PAPERS)
def test_zone_bar_is_black_over_the_whole_width(paper: Paper) -> None:
    bars = [line for line in printed(SLIP, paper).lines if line.runs[0].style.reverse]
    assert [bar.dots for bar in bars] == [paper.dots]
    assert bars[0].text.strip() == "一楼 B 区 8–15 号窗口"
    others = [line for line in printed(SLIP, paper).lines if line not in bars]
    assert not any(run.style.reverse for line in others for run in line.runs)


def test_without_an_estimate_only_people_ahead_stand_there() -> None:
    ticket = printed(make_slip(wait_caption=None, wait_text=None))
    assert "前面 6 人" in ticket.text
    assert "None" not in ticket.text
    assert "预计" not in ticket.text


def test_a_copy_says_so_first() -> None:
    assert printed(make_slip(reprint_mark="补打")).lines[0].text == "补打"
    assert "补打" not in printed(SLIP).text


def test_who_goes_ahead_has_it_on_paper() -> None:
    assert printed(make_slip(class_mark="优先")).lines[0].text == "优先"
    both = printed(make_slip(class_mark="优先", reprint_mark="补打"))
    assert both.lines[0].text.split() == ["补打", "优先"]


def test_materials_come_with_boxes_for_a_pen_and_cost_nothing_else() -> None:
    materials = tuple(f"材料{number}" for number in range(30))
    listed = make_slip(materials=materials, materials_title="要带的材料")
    ticket = printed(listed)
    lines = [line.text for line in ticket.lines]
    start = lines.index("要带的材料")
    assert lines[start + 1 : start + 31] == [f"□ {name}" for name in materials]
    rest = lines[:start] + lines[start + 31 :]
    assert rest == [line.text for line in printed(SLIP).lines]


@given(
    name=st.text(han, min_size=1, max_size=25),
    url=urls,
    token=tokens,
    mark=st.sampled_from((None, "补打")),
    label=st.from_regex(r"[A-Z]{1,2}[0-9]{3,4}", fullmatch=True),
    paper=papers,
)
def test_bytes_on_the_wire(
    name: str, url: str | None, token: str, mark: str | None, label: str, paper: Paper
) -> None:
    slip = make_slip(service_name=name, follow_url=url, token=token, reprint_mark=mark, label=label)
    ticket = printed(slip, paper)
    assert len(ticket.raw) <= (450 if len(name) <= 12 else 520) - 2 * len(QUERY) - len(ASB_ON)
    words = joined(ticket)
    for text in (name, label, slip.zone, slip.windows, slip.ahead_text, slip.missed_text):
        assert text.replace(" ", "") in words
    assert slip.issued_at_text.replace(" ", "") in words
    assert slip.code in words
    assert ticket.qr is not None
    assert ticket.qr.payload == (url or "") + token


def test_long_words_cost_the_least_helpful_lines_first() -> None:
    english = make_slip(
        hall_name="Minan District Government Service Center",
        service_name="Used home",
        zone="Floor 1, Zone B",
        windows="Windows 8-15",
        ahead_caption="Ahead of you",
        wait_caption="About",
        wait_text="10-30 min",
        qr_title="Watch the screens, listen for your number",
        qr_lines=("Scan at a kiosk or window", "to check or rejoin"),
        missed_title="Missed your call?",
        missed_text="Your number is kept 30 min. Touch Missed turn at a kiosk: 3 go first.",
        valid_text="Valid today only",
        phone_text="Help 028-0000-0000",
        follow_url=FOLLOW_URL,
    )
    ticket = printed(english)
    assert len(ticket.raw) <= SHORT_BUDGET
    assert "028-0000" not in ticket.text
    assert "Missed turn at a kiosk" in ticket.text.replace("\n", " ")
    assert english.code in ticket.text


@pytest.mark.parametrize("paper", PAPERS)
def test_words_too_long_for_the_budget_go_over_it(paper: Paper) -> None:
    """As long as a hall file may make them: what has to stay takes the bytes it needs."""
    url = "https://" + "u" * (MAX_QR_PAYLOAD - 16 - 8)
    longest = make_slip(service_name="办" * 32, zone="区" * 28, follow_url=url)
    ticket = printed(longest, paper)
    assert len(ticket.raw) > LONG_BUDGET
    for text in (longest.service_name, longest.zone, longest.missed_text, longest.code):
        assert text.replace(" ", "") in joined(ticket)
    assert longest.hall_name not in ticket.text


@given(text=st.text(anything, max_size=40))
def test_no_text_becomes_a_command(text: str) -> None:
    shown = printable(text)
    data = shown.encode("gb18030")
    assert columns_of(shown) == sum(1 if character.isascii() else 2 for character in shown)
    assert not any(value < 0x20 or value == 0x7F for value in _singles(data))
    ticket = printed(make_slip(service_name=text, zone=text, missed_text=text, phone_text=text))
    assert ticket.number == "B107"
    assert not any(bytes((0x10, 0x04, n)) in ticket.raw for n in range(1, 5))


def _singles(data: bytes) -> list[int]:
    """The bytes a printer in kanji mode takes one by one."""
    singles = []
    rest = iter(data)
    for value in rest:
        if 0x81 <= value <= 0xFE:
            assert next(rest) >= 0x40  # two-byte GB18030, never the four-byte part
        else:
            singles.append(value)
    return singles


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("¥30", "￥30"),
        ("王㛃𠮷", "王〓〓"),
        ("a\x10\x04\x01b\x1b@", "ab@"),
        ("一\n二\t三", "一 二 三"),
        ("ཀ", "〓"),
        ("\ue5e5", "〓"),
        ("。，：①Ａ“”–￥□", "。，：①Ａ“”–￥□"),
    ],
)
def test_characters_the_printer_lacks(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(text=st.text(han | st.sampled_from(" ab1，。”"), max_size=80), columns=st.integers(4, 48))
def test_wrapping_loses_nothing_but_spaces(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(0 < columns_of(line) <= columns for line in lines)


def test_wrapping_keeps_words_and_punctuation_in_place() -> None:
    assert wrap("Touch Missed turn", 10) == ["Touch", "Missed", "turn"]
    assert wrap("一二三四，五", 8) == ["一二三", "四，五"]
    assert wrap("abcdefgh", 4) == ["abcd", "efgh"]


def test_a_long_service_name_leaves_no_lost_last_character() -> None:
    lines = [line.text for line in printed(make_slip(service_name="二手房过户" * 5)).lines]
    assert lines[1:3] == ["二手房过户二手房过户二手房", "过户二手房过户二手房过户"]


@pytest.mark.parametrize(
    "changes",
    [
        {"token": "7F3K"},
        {"token": "IIIIIIIIIIIIIIII"},
        {"follow_url": "http://厅/"},
        {"follow_url": "http://a\x10\x04\x01"},
        {"follow_url": "a b"},
        {"follow_url": "x" * 105},
    ],
)
def test_slip_refuses_what_cannot_stand_in_its_qr_code(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"token|URL"):
        make_slip(**changes)
