"""Renders the voice guidance of the kiosk: every fixed text of the catalogues, names, numbers.

    PYTHONPATH=. python tools/render_voice.py --model model.onnx --voices VOICES --vocabulary V.json
        [--hall demo --hall village] [--language zh] [--all] [--list] [--calls]

Only texts without a clip are rendered: run it again whenever words have changed. Nothing of this is
needed to run the product. Packages: onnxruntime, misaki[zh,en] (for English with espeakng-loader
and phonemizer-fork), numpy, soundfile, pypinyin, chinesecalendar. The model is Kokoro-82M v1.0 in
ONNX (Apache-2.0), the voices are zf_xiaoxiao.bin and af_heart.bin of the same release (VOICES is
their folder), the vocabulary is the table ``vocab`` of the model's config.json.

It writes ``resources/voice/{zh,en}/``: packs of up to 100 clips in Ogg Vorbis (16 kHz, mono) and
``index.json`` with text → [pack, first frame, frames], and for Traditional Chinese the texts that
say the same (``aliases``). A text with a sound that the model does not know is refused by name.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from string import ascii_uppercase

from hallclient import assets
from hallclient.domain.hall import HallPlan
from hallclient.domain.text import LocalText
from hallclient.lab.voice.model import SPEED, VOICE, Model
from hallclient.lab.voice.packs import PACK, Packs
from hallclient.lab.voice.render import Kit, render_shipped
from hallclient.lab.voice.sounds import UnknownSoundError, sounds
from hallclient.phrases import catalogue
from hallclient.services.hallfile import load_hall
from hallclient.ui.voice_text import EN, ZH, in_signs, phrase

CODES = {ZH: "zh-CN", EN: "en"}
_SPOKEN_TABLES = re.compile(r"(common|language|kiosk)\.")
_UNSAID = re.compile(r"kiosk\.(usher|technician)\.")
"""Staff's own pages; everything that citizens can read can be read to them (domain.md §8)."""
_PLACE = re.compile(r"\{[^}]*\}")
_EDGE = " \n\t，。、；：！？“”（）()·｜|/,.;:!?-–…" + '"'
_NAMES = {"name", "easy", "floor", "place", "hint"}

EXPANDED: dict[str, tuple[tuple[str, Iterable[int]], ...]] = {
    ZH: (
        ("按{n}", range(10)),
        ("前面{n}人", range(1, 31)),
        ("{n}分钟", (*range(1, 31), *range(35, 121, 5))),
        ("{n}号窗口", range(1, 41)),
        ("{n}号机", range(1, 10)),
        ("{n}点", range(25)),
        ("{n:02}分", range(5, 60, 5)),
        ("{n}项", range(1, 10)),
        ("第{n}页", range(1, 11)),
        ("共{n}页", range(1, 11)),
        ("第{n}项", range(1, 11)),
        ("余{n}", range(1, 21)),
        ("共{n}项", range(1, 11)),
        ("材料{n}样", range(1, 13)),
    ),
    EN: (
        ("press {n}", range(10)),
        ("{n} people ahead", range(2, 21)),
        ("{n} ahead of you", range(1, 21)),
        ("Window {n}", range(1, 31)),
        ("kiosk {n}", range(1, 10)),
        ("{n} documents", range(2, 9)),
        ("{n} AM", range(1, 13)),
        ("{n} PM", range(1, 13)),
    ),
}
"""Short texts with a number in them, rendered whole: a number put between sounds put between."""
_TRADITIONAL = str.maketrans("钟号点页项样余", "鐘號點頁項樣餘")
FIXED = {
    ZH: (
        *(str(n) for n in range(101)),
        *(f"{in_signs(str(n))}{unit}" for n in range(1, 10) for unit in "百千"),
        *(in_signs(f"{n:02}") for n in range(100)),
        "一十",
        *(f"一十{in_signs(str(n))}" for n in range(1, 10)),
        *("到", "点", "分", "秒", "人", "月", "日", "区", "English", "繁體"),
        *ascii_uppercase,
    ),
    EN: (
        *(str(n) for n in range(101)),
        *("hundred", "thousand", "oh", "to", "AM", "PM", "and", "minutes"),
        *ascii_uppercase,
        *("中文", "繁體"),
    ),
}
SAID = {
    ZH: {"English": "英文", "繁體": "繁体字"},
    EN: {"中文": "Chinese", "繁體": "Traditional Chinese"},
}
"""What is said for a text that is written short, or in another language."""
# What is to be said


@dataclass
class Wanted:
    """The texts of one language, each once; and what else is written for the same."""

    language: str
    texts: dict[tuple[str, ...], str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def add(self, text: str, written: str = "") -> None:
        """Want a text; ``written`` says the same in Traditional Chinese."""
        text, written = text.strip(_EDGE), written.strip(_EDGE)
        key = phrase(text, self.language)
        if not key:
            return
        known = self.texts.setdefault(key, text)
        if written and phrase(written, self.language) not in ((), key):
            self.aliases[written] = known


def wanted(language: str, halls: Iterable[HallPlan]) -> Wanted:
    """Return everything that a language's voice shall say."""
    found = Wanted(language)
    for text in FIXED[language]:
        found.add(text)
    for form, numbers in EXPANDED[language]:
        for n in numbers:
            found.add(form.format(n=n), form.translate(_TRADITIONAL).format(n=n))
    _add_catalogue(found)
    for plan in halls:
        for name in _names(plan):
            if language == EN:
                found.add(name.text("en"))
            else:
                found.add(name.text("zh-CN"), name.text("zh-Hant"))
    return found


def _add_catalogue(found: Wanted) -> None:
    own = catalogue(CODES[found.language])
    hant: Mapping[str, str] = catalogue("zh-Hant") if found.language == ZH else {}
    for key, message in own.items():
        if not _SPOKEN_TABLES.match(key) or _UNSAID.match(key):
            continue
        parts, others = _PLACE.split(message), _PLACE.split(hant.get(key, ""))
        same = _PLACE.findall(message) == _PLACE.findall(hant.get(key, ""))
        for index, part in enumerate(parts):
            found.add(part, others[index] if same else "")


def _names(plan: HallPlan) -> Iterator[LocalText]:
    yield plan.name
    yield plan.desk
    things = (plan.zones, plan.departments, plan.topics, plan.queues, plan.services, plan.windows)
    for group in things:
        for thing in group:
            for one in fields(thing):
                value = getattr(thing, one.name)
                if one.name in _NAMES and isinstance(value, LocalText):
                    yield value
    for paper in (paper for service in plan.services for paper in service.materials):
        yield from (paper.name, paper.form)


def render(options: argparse.Namespace, language: str, halls: list[HallPlan]) -> int:
    """Bring one language up to date; return how many texts were refused."""
    wants = wanted(language, halls)
    bank = Packs(options.out / language, anew=options.all)
    have = {phrase(text, language) for text in bank.clips}
    missing = [text for key, text in wants.texts.items() if key not in have]
    canonical = {phrase(text, language): text for text in bank.clips}
    print(f"{language}: {len(wants.texts)} texts, {len(missing)} to render", flush=True)
    if options.list:
        print("\n".join(missing))
        return 0
    refused = _render_missing(options, language, bank, missing)
    aliases = {w: canonical.get(phrase(t, language), t) for w, t in wants.aliases.items()}
    bank.write(aliases)
    return refused


def _render_missing(
    options: argparse.Namespace, language: str, bank: Packs, missing: list[str]
) -> int:
    if not missing:
        return 0
    voice = options.voices / f"{VOICE[language]}.bin"
    speaker = Model(options.model, voice, options.vocabulary, options.threads)
    refused, said = 0, []
    for number, text in enumerate(missing, start=1):
        try:
            symbols = sounds(SAID[language].get(text, text), language)
            said.append((text, speaker.say(symbols, SPEED[language])))
        except UnknownSoundError as error:
            refused += 1
            print(f"refused: {text!r}: {error}", file=sys.stderr)
        if said and (len(said) == PACK or number == len(missing)):
            bank.keep(said)
            bank.write({})
            said = []
            print(f"{language}: {number} of {len(missing)}", flush=True)
    if said:
        bank.keep(said)
    return refused


def main() -> int:
    """Render what is missing."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--voices", type=Path, required=True)
    parser.add_argument("--vocabulary", type=Path, required=True)
    parser.add_argument("--hall", action="append", help="a hall file or built-in hall, repeatable")
    parser.add_argument("--language", action="append", choices=(ZH, EN))
    parser.add_argument("--out", type=Path, default=assets.path("voice"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--all", action="store_true", help="begin anew")
    parser.add_argument("--calls", action="store_true", help="the calls of boards, not the kiosk")
    parser.add_argument("--list", action="store_true", help="only list what has no clip")
    options = parser.parse_args()
    if options.calls:
        kit = Kit(options.model, options.voices, options.vocabulary)
        out = options.out / "calls"
        return sum(render_shipped(one, kit, out, print) for one in options.language or (ZH, EN))
    halls = [load_hall(name).plan for name in options.hall or ("demo", "village")]
    return 1 if sum(render(options, one, halls) for one in options.language or (ZH, EN)) else 0


if __name__ == "__main__":
    sys.exit(main())
