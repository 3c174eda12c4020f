"""The captions over told and waited stand apart, in every language."""

import pytest
from PySide6.QtWidgets import QApplication

from hallclient.config import LANGUAGES
from hallclient.phrases import Phrases
from hallclient.supervisor.waits import COLUMNS
from hallclient.supervisor.widgets.wait_table import COLUMN, GAP
from hallclient.ui.look import Look
from hallclient.ui.paint import fit_text


@pytest.mark.parametrize("language", LANGUAGES)
def test_captions_stand_apart(app: QApplication, language: str) -> None:
    look, say = Look(language=language), Phrases(language)
    assert GAP >= 16
    for one in COLUMNS:
        fitted = fit_text(look, say(f"supervisor.waits.{one}"), (14, 13, 12), COLUMN - GAP, lines=2)
        assert not fitted.elided, fitted
        assert not fitted.torn, fitted
        assert fitted.px >= 13, fitted
