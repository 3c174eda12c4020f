"""The fonts that are asked for are the fonts that draw."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontInfo, QImage, QPainter, QRawFont, QTextLayout
from PySide6.QtWidgets import QApplication

from hallclient.phrases import catalogue, languages
from hallclient.ui import fonts


def ink(text: str, font: QFont) -> int:
    image = QImage(700, 160, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    painter.setFont(font)
    painter.drawText(QPointF(20, 120), text)
    painter.end()
    return sum(255 - value for value in bytes(image.constBits())) // 255


def families(text: str, font: QFont) -> set[str]:
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return {run.rawFont().familyName() for run in layout.glyphRuns()}


def missing(text: str, font: QFont) -> bool:
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return any(index == 0 for run in layout.glyphRuns() for index in run.glyphIndexes())


@pytest.mark.parametrize("text", ["B107 12", "二手房过户"])
def test_ink_grows_with_weight(app: QApplication, text: str) -> None:
    drawn = [ink(text, fonts.font(96, weight)) for weight in (400, 500, 600, 700)]
    assert drawn == sorted(drawn)
    # Thin to Bold would be threefold; a weight that is ignored leaves them equal.
    assert drawn[-1] > 1.3 * drawn[0]
    assert len(set(drawn)) == 4


def test_regular_is_not_thin(app: QApplication) -> None:
    assert ink("二手房过户", fonts.font(96, 400)) > 1.8 * ink("二手房过户", fonts.font(96, 100))


def test_latin_and_digits_are_plex_and_chinese_is_noto(app: QApplication) -> None:
    assert QFontInfo(fonts.font(40)).family() == "IBM Plex Sans"
    assert families("A107", fonts.font(40)) == {"IBM Plex Sans"}
    assert families("过户", fonts.font(40, 500, "zh-CN")) == {"Noto Sans CJK SC"}
    assert families("過戶", fonts.font(40, 500, "zh-Hant")) == {"Noto Sans CJK TC"}
    assert families("过户", fonts.font(40, 500, "en")) == {"Noto Sans CJK SC"}


@pytest.mark.parametrize("code", [language.code for language in languages()])
def test_no_sign_of_any_catalogue_is_missing(app: QApplication, code: str) -> None:
    signs = "".join(sorted(set("".join(catalogue(code).values())) - {"\n"}))
    assert len(signs) > 60
    assert not missing(signs, fonts.font(32, 500, code))
    assert families(signs, fonts.font(32, 500, code)) <= {
        "IBM Plex Sans",
        "Noto Sans CJK SC",
        "Noto Sans CJK TC",
    }


def test_figures_are_tabular(app: QApplication) -> None:
    measure = fonts.metrics(100, fonts.FIGURE)
    assert len({measure.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_loading_is_done_once_and_fonts_are_shared(app: QApplication) -> None:
    assert fonts.load_fonts() is fonts.load_fonts()
    assert fonts.font(33, 500) is fonts.font(33, 500)
    assert QRawFont.fromFont(fonts.font(33, 500)).isValid()


def test_a_missing_font_is_a_line_in_the_log_and_not_the_end(
    app: QApplication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gone = {
        "No Such Sans": ("manimgx_fonts_cjk", "gone.ttf"),
        "Nor This": ("no_such_package_at_all", "gone.ttf"),
    }
    monkeypatch.setattr(fonts, "_FILES", gone)
    assert fonts.load_fonts.__wrapped__() == ()
    said = [record.getMessage() for record in caplog.records]
    assert [name in line for name, line in zip(gone, said, strict=True)] == [True, True]
