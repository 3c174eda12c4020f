"""Renders the voice guidance of the kiosk: every fixed text of the catalogues, names, numbers.

    PYTHONPATH=. python tools/render_voice.py --model model.onnx --voices VOICES --vocabulary V.json
        [--hall demo --hall village] [--language zh] [--all] [--list]

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
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from hallclient import assets
from hallclient.domain.hall import HallPlan, LocalText
from hallclient.phrases import catalogue
from hallclient.services.hallfile import load_hall
from hallclient.ui.voice_text import EN, ZH, in_signs, phrase, tokens

RATE = 16_000
"""Of what is kept; the model speaks at 24 kHz."""
SPOKEN_RATE = 24_000
PACK = 100
QUALITY = 0.9
"""libsndfile's compression level: 27 kbit/s, no difference heard at a kiosk."""
SPEED = {ZH: 0.95, EN: 0.95}
VOICE = {ZH: "zf_xiaoxiao", EN: "af_heart"}
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
_LONG = {
    "min": "minutes", "Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday",
    "Thu": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
_WORDS = {"id": "ˌI dˈi", "am": "ˌA ˈɛm", "pm": "pˌi ˈɛm", "qr": "kjˌu ˈɑɹ", "vat": "vˌi ˌA tˈi",
          "a": "ɐ", "the": "ðə", "to": "tə", "sms": "ˌɛs ˌɛm ˈɛs", "m": "mˈiTəɹz",
          "e": "ˈi", "g": "ʤˈi"}  # fmt: skip


class UnknownSoundError(ValueError):
    """A text has a sign or a sound that the model does not know."""


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


# How it sounds

_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*")
_TWO = re.compile(r"(?<!\d)2(?=人|分钟|点|项|个|位|样|页|秒|件|步)")
_CODE = re.compile(r"(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*\d)[A-Z0-9]{3,}|\d{4,}")
_ORDINAL_TWO = re.compile(r"(?<=第)2")


def written_out_zh(text: str) -> str:
    """Return a Chinese text with its figures in signs."""
    text = re.sub(r"\s*[·-]\s*", "，", text.replace("–", "到"))
    text = _CODE.sub(lambda m: _spelled_zh(m[0]), text)
    text = re.sub(r"(\d+):00", r"\1点", text)
    text = re.sub(r"(\d+):(\d+)", r"\1点\2分", text)
    text = _ORDINAL_TWO.sub("二", text)
    text = re.sub(r"(?<!\d)0(\d)(?=分)", lambda m: "零" + in_signs(m[1]), text)
    text = _TWO.sub("两", text)
    return re.sub(r"\d+", lambda m: count_zh(int(m[0])), text)


def _spelled_zh(code: str) -> str:
    return " ".join(in_signs(sign) if sign.isdigit() else sign for sign in code)


def count_zh(count: int) -> str:
    """Return a count below 1000 in Chinese signs: 12 is 十二."""
    if count < 10:
        return in_signs(str(count))
    if count < 100:
        tens, ones = divmod(count, 10)
        first = "" if tens == 1 else in_signs(str(tens))
        return f"{first}十{in_signs(str(ones)) if ones else ''}"
    hundreds, rest = divmod(count, 100)
    head = in_signs(str(hundreds)) + "百"
    if rest == 0:
        return head
    between = "零" if rest < 10 else "一" if rest < 20 else ""
    return head + between + count_zh(rest)


@cache
def _chinese() -> Callable[[str], Any]:
    from misaki import zh

    return zh.ZHG2P()


@cache
def _english() -> tuple[dict[str, Any], Callable[[Any], Any]]:
    import misaki
    from misaki.espeak import EspeakFallback

    data = Path(misaki.__file__).parent / "data"
    lexicon = {
        word: sound
        for name in ("us_silver.json", "us_gold.json")
        for word, sound in json.loads((data / name).read_text(encoding="utf-8")).items()
    }
    return lexicon, EspeakFallback(british=False)


@dataclass
class _Word:
    text: str


def english_word(word: str) -> str:
    """Return one word's sounds: from the lexicon, else by rule."""
    lexicon, by_rule = _english()
    word = word.replace("’", "'")
    word = _LONG.get(word, word)
    if word.casefold() in _WORDS and (len(word) > 1 or word in "ame"):
        return _WORDS[word.casefold()]
    if len(word) == 1 and word.isupper():
        return str(by_rule(_Word(word))[0]) if word not in lexicon else str(lexicon[word])
    for form in (word, word.casefold()):
        sound = lexicon.get(form)
        if isinstance(sound, dict):
            sound = sound.get("DEFAULT")
        if sound:
            return str(sound)
    return str(by_rule(_Word(word))[0])


def sounds(text: str, language: str) -> str:
    """Return the model's symbols for a text."""
    if language == EN:
        return english(text)
    text = written_out_zh(text.replace("\n", "，"))
    parts = []
    for index, piece in enumerate(re.split(f"({_LATIN.pattern})", text)):
        if index % 2:
            parts.append(english(piece))
        elif piece.strip():
            parts.append(_chinese()(piece)[0])
    return " ".join(parts)


_CLOCK = re.compile(r"\d+:\d\d")


def english(text: str) -> str:
    """Return an English text's symbols; figures become words."""
    from num2words import num2words

    text = _CLOCK.sub(lambda m: " ".join(token.text for token in tokens(m[0], EN)), text)
    text = text.replace("–", " to ").replace("\n", ", ")
    text = re.sub(r"\d+", lambda m: num2words(int(m[0])), text)
    text = text.replace("-", " ").replace("/", ", ").replace("·", ", ")
    parts = re.split(f"({_LATIN.pattern})", text)
    return "".join(english_word(p) if i % 2 else p for i, p in enumerate(parts)).strip()


class Speaker:
    """The model with one voice."""

    def __init__(self, model: Path, voice: Path, vocabulary: Path, threads: int) -> None:
        import numpy as np
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = ort.InferenceSession(str(model), options)
        self._voice = np.fromfile(voice, dtype=np.float32).reshape(-1, 1, 256)
        read = json.loads(vocabulary.read_text(encoding="utf-8"))
        self._vocabulary: dict[str, int] = read.get("vocab", read)
        self._np = np

    def say(self, symbols: str, speed: float) -> Any:
        """Return the samples, -1 to 1, without silence around them.

        Raises ``UnknownSoundError`` for a symbol that the model has not learned.
        """
        np = self._np
        strange = sorted(set(symbols) - set(self._vocabulary))
        if strange or not symbols:
            raise UnknownSoundError(f"unknown symbols {''.join(strange)!r} in {symbols!r}")
        ids = [self._vocabulary[symbol] for symbol in symbols]
        inputs = {
            "tokens": np.array([[0, *ids, 0]], dtype=np.int64),
            "style": self._voice[len(ids)],
            "speed": np.array([speed], dtype=np.float32),
        }
        return self._tidy(np.asarray(self._session.run(None, inputs)[0]).reshape(-1))

    def _tidy(self, samples: Any) -> Any:
        np = self._np
        level = np.convolve(np.abs(samples), np.ones(240) / 240, mode="same")
        loud = np.flatnonzero(level > max(0.004, level.max() * 0.02))
        if not len(loud):
            raise UnknownSoundError("nothing is heard")
        first, last = max(0, loud[0] - 360), min(len(samples), loud[-1] + 960)
        cut = samples[first:last].copy()
        active = cut[np.abs(cut) > 0.02]
        rms = float(np.sqrt(np.mean(active**2))) if len(active) else 0.1
        cut *= min(0.16 / max(rms, 0.01), 0.92 / max(float(np.abs(cut).max()), 0.01))
        ramp = np.linspace(0, 1, 120, dtype=cut.dtype)
        cut[:120] *= ramp
        cut[-120:] *= ramp[::-1]
        return self._slower(cut)

    def _slower(self, samples: Any) -> Any:
        """Return the samples at the rate that is kept, without what lies above its reach."""
        np = self._np
        count = len(samples) * RATE // SPOKEN_RATE
        spectrum = np.fft.rfft(samples)[: count // 2 + 1]
        kept = np.fft.irfft(spectrum, count) * (count / len(samples))
        return kept.astype(np.float32)


# What is kept


class Bank:
    """A language's folder: packs and their index."""

    def __init__(self, folder: Path, *, anew: bool) -> None:
        self._folder, self._index = folder, folder / "index.json"
        folder.mkdir(parents=True, exist_ok=True)
        self.clips: dict[str, list[object]] = {}
        if anew:
            for old in folder.glob("*.ogg"):
                old.unlink()
        elif self._index.is_file():
            self.clips = json.loads(self._index.read_text(encoding="utf-8"))["clips"]

    def keep(self, said: list[tuple[str, Any]]) -> None:
        """Write another pack."""
        import numpy as np
        import soundfile as sf

        numbers = [int(file.stem) for file in self._folder.glob("*.ogg")]
        name = f"{max(numbers, default=0) + 1:02}.ogg"
        gap = np.zeros(RATE // 50, dtype=np.float32)
        parts, start = [gap], len(gap)
        for text, samples in said:
            self.clips[text] = [name, start, len(samples)]
            parts += [samples, gap]
            start += len(samples) + len(gap)
        with sf.SoundFile(
            self._folder / name, "w", RATE, 1,
            format="OGG", subtype="VORBIS", compression_level=QUALITY,
        ) as pack:  # fmt: skip
            for part in parts:  # all at once is more than the encoder's stack holds
                pack.write(part)

    def write(self, aliases: Mapping[str, str]) -> None:
        """Write the index, a clip a line."""
        kept = {text: key for text, key in sorted(aliases.items()) if key in self.clips}
        clips = ",\n".join(_line(text, place) for text, place in sorted(self.clips.items()))
        same = ",\n".join(_line(text, key) for text, key in kept.items())
        text = f'{{"rate": {RATE},\n"clips": {{\n{clips}\n}},\n"aliases": {{\n{same}\n}}}}\n'
        self._index.write_text(text, encoding="utf-8")


def _line(key: str, value: object) -> str:
    return f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"


def render(options: argparse.Namespace, language: str, halls: list[HallPlan]) -> int:
    """Bring one language up to date; return how many texts were refused."""
    wants = wanted(language, halls)
    bank = Bank(options.out / language, anew=options.all)
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
    options: argparse.Namespace, language: str, bank: Bank, missing: list[str]
) -> int:
    if not missing:
        return 0
    voice = options.voices / f"{VOICE[language]}.bin"
    speaker = Speaker(options.model, voice, options.vocabulary, options.threads)
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
    parser.add_argument("--list", action="store_true", help="only list what has no clip")
    options = parser.parse_args()
    halls = [load_hall(name).plan for name in options.hall or ("demo", "village")]
    return 1 if sum(render(options, one, halls) for one in options.language or (ZH, EN)) else 0


if __name__ == "__main__":
    sys.exit(main())
