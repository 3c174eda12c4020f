"""What each slip costs on the wire, status queries and the wish for reports included.

Bytes are a citizen's time: 960 of them are a second at 9600 baud (devices.md §1).
"""

import pytest

from hallclient.devices.escpos import PAPER_58, PAPER_80, Paper, Sheet
from hallclient.devices.escpos_blocks import lay_out
from hallclient.devices.escpos_status import ASB_ON, QUERY
from hallclient.services.slip import (
    Align,
    CheckList,
    Pair,
    PaperSlip,
    QrCode,
    Rule,
    Slip,
    Space,
    Text,
    TextSize,
)
from tests.devices.stubs import FOLLOW_URL, SLIP, BoxGlyphs, make_slip

AROUND = 2 * len(QUERY) + len(ASB_ON)
MATERIALS = (
    "买卖双方身份证 原件",
    "不动产权证书 原件",
    "网签备案的买卖合同 原件 1 份",
    "契税完税证明 二楼税务区可办",
    "婚姻状况证明 夫妻共有须双方到场",
)
LISTED = make_slip(materials=MATERIALS, materials_title="所需材料  齐了打勾")
RECEIPT = PaperSlip(
    "受理回执",
    (
        Text("岷安区政务服务中心", align=Align.CENTRE),
        Text("1120-0007", TextSize.DOUBLE, Align.CENTRE, bold=True),
        Rule(),
        Pair("号码", "B107"),
        Pair("事项", "二手房过户"),
        Pair("窗口", "12 号窗口"),
        Pair("办件类型", "承诺件"),
        Pair("受理时间", "2026-11-20 14:52"),
        Pair("最晚办结", "2026-11-27"),
        Rule(),
        Text("仅作回执，不替代加盖专用印章的通知书", bold=True),
        Text("请留好这张回执，查进度用得到。"),
        QrCode("1120-0007"),
        Rule(),
        Text("打印于 2026-11-20 14:53"),
    ),
)
MISSING = PaperSlip(
    "一次性告知单",
    (Rule(), Pair("事项", "二手房过户"), Rule(), CheckList(MATERIALS), Space(3), Text("签字")),
)
NAMED = make_slip(service_name="二手房过㛃")
ZONED = make_slip(zone="一楼 㛃 区")
FOLLOWED = make_slip(service_name="二手房过户登记与预告登记", follow_url=FOLLOW_URL)


@pytest.mark.parametrize(
    ("slip", "paper", "budget"),
    [
        (SLIP, PAPER_80, 420),
        (SLIP, PAPER_58, 430),
        (FOLLOWED, PAPER_80, 450),
        (FOLLOWED, PAPER_58, 450),
        (LISTED, PAPER_80, 600),
        (LISTED, PAPER_58, 600),
        (RECEIPT, PAPER_80, 800),
        (RECEIPT, PAPER_58, 650),
        (MISSING, PAPER_80, 400),
        (NAMED, PAPER_80, 850),
        (NAMED, PAPER_58, 850),
        (ZONED, PAPER_80, 1350),
        (ZONED, PAPER_58, 1600),
    ],
)
def test_bytes_of_every_kind_of_slip(slip: Slip, paper: Paper, budget: int) -> None:
    size = len(lay_out(slip, Sheet(paper, BoxGlyphs()))) + AROUND
    assert 0.85 * budget < size <= budget


def test_a_ticket_without_rare_characters_costs_the_same_with_somebody_to_draw() -> None:
    assert lay_out(SLIP, Sheet(PAPER_80, BoxGlyphs())) == lay_out(SLIP, Sheet())


def test_a_qr_code_that_must_be_sent_as_a_picture() -> None:
    sheet = Sheet(native_qr=False)
    assert len(lay_out(SLIP, sheet)) + AROUND <= 1350
    assert len(lay_out(FOLLOWED, sheet)) + AROUND <= 1900
