"""What widget tests share."""

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from hallclient.ui import fonts
from tests import leaks


@pytest.fixture(scope="module", autouse=True)
def narrowed() -> None:
    """What earlier files left is there to stay; timers are searched for after every test."""
    leaks.freeze()


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["hallclient-tests"]


@pytest.fixture(scope="session")
def app(qapp: QApplication) -> QApplication:
    """Return the application with the program's fonts loaded."""
    fonts.load_fonts()
    return qapp


def picture(widget: QWidget) -> QImage:
    """Return a widget as it is painted now."""
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
