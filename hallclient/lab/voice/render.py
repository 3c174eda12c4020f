"""Renders what a hall needs beyond the shipped clips: its own windows, letters and places.

The packages and the model are nothing that a hall needs every day; without them it says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hallclient import assets
from hallclient.domain.hall import HallPlan
from hallclient.lab.voice.call_texts import call_texts, hall_texts
from hallclient.lab.voice.model import SPEED, VOICE, Model
from hallclient.lab.voice.packs import PACK, Packs
from hallclient.lab.voice.sounds import UnknownSoundError, sounds
from hallclient.ui.call_voice import CallBank
from hallclient.ui.voice_text import ZH

PACKAGES = ("onnxruntime", "numpy", "soundfile", "misaki", "num2words")
CALLS = assets.path("voice", "calls")
QUALITY = 1.0
"""Of calls: 24 kbit/s; the recogniser understands them as well as those at 27 (docs/voice.md)."""

SLOWER = 0.88


class RenderError(Exception):
    """Nothing can be rendered; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Kit:
    """The model's files: Kokoro-82M v1.0 in ONNX, the folder of its voices, its vocabulary."""

    model: Path
    voices: Path
    vocabulary: Path

    @classmethod
    def beside(cls, model: Path, voices: Path | None, vocabulary: Path | None) -> "Kit":
        """Return a kit whose other files lie beside the model, unless they are named."""
        folder = model.parent
        return cls(model, voices or folder / "voices", vocabulary or folder / "config.json")

    def check(self, languages: Iterable[str]) -> None:
        """Raise ``RenderError`` for a package or a file that is not there."""
        missing = [name for name in PACKAGES if find_spec(name) is None]
        if missing:
            raise RenderError(f"Rendering needs these packages: {', '.join(missing)}.")
        files = [self.model, self.vocabulary]
        for language in languages:
            if language not in VOICE:
                raise RenderError(f"No voice speaks {language}; there are {', '.join(VOICE)}.")
            files.append(self.voices / f"{VOICE[language]}.bin")
        for file in files:
            if not file.is_file():
                raise RenderError(f"{file} is not there; docs/voice.md says where it comes from.")


def missing_texts(plan: HallPlan, language: str, own: Path) -> dict[str, str]:
    """Return what a hall says in a language without a clip: text by key. Raises ``BankError``."""
    have = CallBank([own / language, CALLS / language]).keys
    return hall_texts(plan, language, have)


def manner(key: str, text: str, language: str) -> tuple[str, float]:
    """Return how a text is said: the model's symbols and its speed.

    二 at the head of digits, and in the last pair of four, comes out as 日 (日日日 for 222, found
    by the recogniser); with an open vowel before it, and slower, it is 二. 六五 runs together
    (教务约务 for 9565) unless its sounds stand apart.
    """
    symbols = sounds(text, language)
    part, _, digits = key.partition("/")
    if language == ZH and part in {"number", "first", "last"}:
        symbols = symbols.replace("ou↘u↓", "ou↘ u↓")
    place = digits.find("2", 0, 2 if part == "last" else 1)
    if language == ZH and part in {"number", "first", "last"} and place >= 0:
        return symbols.replace("ɚ", "ɑɚ"), SLOWER
    return symbols, SPEED[language]


def render(
    texts: dict[str, str], language: str, kit: Kit, out: Path, tell: Callable[[str], None]
) -> int:
    """Render texts into a language's folder; return how many were refused."""
    kit.check([language])
    voice = kit.voices / f"{VOICE[language]}.bin"
    model = Model(kit.model, voice, kit.vocabulary, threads=1)
    packs, said, refused = Packs(out / language, quality=QUALITY), [], 0
    for key, text in texts.items():
        try:
            said.append((key, model.say(*manner(key, text, language))))
        except UnknownSoundError as error:
            refused += 1
            tell(f"{key} cannot be said: {error}")
        if len(said) == PACK:
            packs.keep(said)
            said = []
    if said:
        packs.keep(said)
    packs.write()
    return refused


def render_shipped(language: str, kit: Kit, out: Path, tell: Callable[[str], None]) -> int:
    """Render every shipped call that is not in a folder yet: hours on one processor."""
    have = CallBank([out / language]).keys
    texts = {key: text for key, text in call_texts(language) if key not in have}
    tell(f"{language}: {len(texts)} to render")
    return render(texts, language, kit, out, tell) if texts else 0
