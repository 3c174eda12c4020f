"""A guide says what the hall file knows, fits a code that a phone reads, and fits the paper."""

from dataclasses import replace
from functools import cache

import pytest

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service
from hallclient.domain.text import LocalText
from hallclient.phrases import Phrases, languages
from hallclient.services.guide_words import (
    MAX_QR_BYTES,
    GuideWords,
    guide_slip,
    guide_words,
    qr_of,
    steps_of,
)
from hallclient.services.hallfile import load_hall
from hallclient.services.slip import CheckList, Pair, QrCode, Text

CODES = [language.code for language in languages()]


@cache
def hall(name: str) -> HallPlan:
    return load_hall(name).plan


def guide(code: str, language: str = "zh-CN", **more: object) -> GuideWords:
    plan = hall("demo")
    service = replace(plan.service(code), **more)  # type: ignore[arg-type]
    return guide_words(Phrases(language), plan, service, "周一至周五 9:00–17:00")


def test_a_guide_says_what_is_known() -> None:
    found = guide("BDC01")
    assert found.kind == "承诺 5 个工作日，法定 30 个"
    assert (found.fee, found.place) == ("住宅 80 元一件，其他 550 元", "一楼 B 区 8–15 号窗口")
    assert found.materials[2] == "网签备案的买卖合同 原件 1 份"
    assert found.steps == (
        "先网签、缴税，再来登记",
        "窗口核对材料，双方签字",
        "缴登记费",
        "5 个工作日后领新证，也可邮寄",
    )
    assert guide("BDC01", legal_days=0).kind == "承诺件，5 个工作日办结"
    assert guide("ZHC07").kind == "咨询，当场答复"
    assert guide("CRJ04").kind == "取件，当场领取"


def test_steps_are_what_stands_between_semicolons() -> None:
    service = replace(hall("demo").services[0], guide=LocalText("一；；二; 三 ；", "", "one; two"))
    assert steps_of(service, "zh-CN") == ("一", "二", "三")
    assert steps_of(service, "en") == ("one", "two")
    assert steps_of(replace(service, guide=LocalText("")), "en") == ()


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("name", ["demo", "village", "xindu"])
def test_the_text_of_every_guide_fits_the_code(name: str, language: str) -> None:
    plan, say = hall(name), Phrases(language)
    for service in plan.listed:
        found = guide_words(say, plan, service, "Mon to Fri 9:00–12:00, 13:00–17:00")
        text = qr_of(say, found)
        assert 0 < len(text.encode()) <= MAX_QR_BYTES
        assert text.split("\n")[0] == found.name


def test_a_guide_too_long_for_the_code_says_that_there_is_more() -> None:
    say = Phrases("zh-CN")
    long = replace(guide("BDC01"), steps=("很长的一步" * 20, "最后一步"))
    text = qr_of(say, long)
    assert text.endswith(say("kiosk.guide.qr_more"))
    assert "最后一步" not in text
    assert "很长的一步" not in text, "half a step is none"


def test_a_page_on_the_web_is_the_code() -> None:
    url = "https://zwfw.example.cn/guide/BDC01"
    assert qr_of(Phrases("zh-CN"), guide("BDC01", guide_url=url)) == url


def test_the_slip_has_the_whole_guide() -> None:
    say, plan = Phrases("zh-CN"), hall("demo")
    url = "https://zwfw.example.cn/guide/BDC01"
    slip = guide_slip(say, plan, guide("BDC01", guide_url=url), "2026-11-18 14:36")
    assert slip.title == "二手房过户"
    assert Pair("收费", "住宅 80 元一件，其他 550 元") in slip.blocks
    assert CheckList(guide("BDC01").materials) in slip.blocks
    assert QrCode(url) in slip.blocks
    words = [block.text for block in slip.blocks if isinstance(block, Text)]
    assert "4. 5 个工作日后领新证，也可邮寄" in words
    assert "打印时间 2026-11-18 14:36" in words
    assert any("028-0000-0000" in text for text in words)


def bare() -> Service:
    nothing = LocalText("")
    return replace(hall("demo").service("QYK03"), materials=(), fee=nothing, guide=nothing)


def test_a_slip_of_a_service_of_which_little_is_known() -> None:
    say, plan = Phrases("en"), hall("demo")
    slip = guide_slip(say, plan, guide_words(say, plan, bare(), ""), "2026-11-18 14:36")
    assert not [block for block in slip.blocks if isinstance(block, CheckList | QrCode)]
    assert [block.left for block in slip.blocks if isinstance(block, Pair)] == ["How long", "Where"]
