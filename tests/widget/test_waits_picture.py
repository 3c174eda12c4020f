"""The picture of waits over the day."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.supervisor.widgets.waits_picture import WaitsPicture


def test_a_single_half_hour_is_painted_too(app: QApplication, qtbot: QtBot) -> None:
    """Half an hour after opening there is no second one yet."""
    shown = []
    for line in (((9.75, 17.5),), ()):
        picture = WaitsPicture()
        qtbot.addWidget(picture)
        picture.resize(880, 236)
        picture.set_lines("全厅", ("现在", "改动后"), ((9.75, 20.0),), line)
        ink = picture.look.colour("primary").rgb()
        image = picture.grab().toImage()
        width, height = image.width(), image.height()
        inner = [(x, y) for x in range(60, width - 30) for y in range(60, height - 34)]
        shown.append(sum(image.pixel(x, y) == ink for x, y in inner))
    assert shown[0] > 300
    assert shown[1] == 0
