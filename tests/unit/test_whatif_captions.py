"""Changes as they stand over the picture of a day: in its language, in the hall's words."""

from datetime import UTC, datetime

import pytest

from hallclient.domain.text import LocalText
from hallclient.lab.simulate.captions import caption
from hallclient.phrases import Phrases
from hallclient.services.whatif.reading import read_change
from hallclient.services.whatif.record import DayRecord, QueueRecord, Span, WindowRecord

NINE, FIVE = 9 * 3600.0, 17 * 3600.0
NAMES = {"H": LocalText("社保登记", en="Insurance"), "K": LocalText("医保")}
DAY = DayRecord(
    datetime(2026, 3, 9, 16, tzinfo=UTC),
    (),
    (WindowRecord("12", (Span(NINE, FIVE, (("H",),), FIVE),)),),
    tuple(QueueRecord(code, NINE, FIVE, NINE, FIVE, name=name) for code, name in NAMES.items()),
)


@pytest.mark.parametrize(
    ("language", "kind", "text", "says"),
    [
        ("zh-CN", "open", "H", "多开 1 个窗口：H 社保登记"),
        ("zh-CN", "open", "H*3@9:00-12:30", "多开 3 个窗口：H 社保登记，9:00–12:30"),
        ("zh-CN", "close", "12@10:00-24:00", "12 号窗口不开，10:00–24:00"),
        ("zh-CN", "move", "12=K/H", "12 号窗口改办 K 医保 → H 社保登记"),
        ("zh-CN", "ceiling", "20", "全厅：等满 20 分钟先叫"),
        ("zh-CN", "credit", "elderly=5", "老年人提前 5 分钟"),
        ("zh-CN", "hours", "K=8:30-18:00", "K 医保：8:30–18:00 开放"),
        ("zh-CN", "arrivals", "H=1.5", "H 社保登记：来人 1.5 倍"),
        ("zh-Hant", "close", "12", "12 號窗口不開"),
        ("en", "open", "H", "1 more window: H Insurance"),
        ("en", "open", "H*2", "2 more windows: H Insurance"),
        ("en", "arrivals", "1.5", "whole hall: 1.5 times the citizens"),
    ],
)
def test_a_change_is_said_in_the_language(language: str, kind: str, text: str, says: str) -> None:
    assert caption(read_change(kind, text, DAY), DAY, Phrases(language)) == says


def test_changes_keep_their_order() -> None:
    changes = [*read_change("close", "12", DAY), *read_change("ceiling", "20", DAY)]
    assert caption(changes, DAY, Phrases("en")) == (
        "window 12 shut; whole hall: called first after 20 min"
    )
    assert caption((), DAY, Phrases("zh-CN")) == "没有变化"


def test_queues_of_one_rank_are_listed() -> None:
    changes = read_change("open", "H,K", DAY)
    assert caption(changes, DAY, Phrases("zh-CN")) == "多开 1 个窗口：H 社保登记、K 医保"
