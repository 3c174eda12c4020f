"""How a text sounds: the model's symbols for Chinese and English. Needs misaki and num2words."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from hallclient.ui.voice_text import EN, in_signs, tokens

_LONG = {
    "min": "minutes", "Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday",
    "Thu": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
_WORDS = {"id": "ˌI dˈi", "am": "ˌA ˈɛm", "pm": "pˌi ˈɛm", "qr": "kjˌu ˈɑɹ", "vat": "vˌi ˌA tˈi",
          "a": "ɐ", "the": "ðə", "to": "tə", "sms": "ˌɛs ˌɛm ˈɛs", "m": "mˈiTəɹz",
          "e": "ˈi", "g": "ʤˈi"}  # fmt: skip


class UnknownSoundError(ValueError):
    """A text has a sign or a sound that the model does not know."""


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
    return import_module("misaki.zh").ZHG2P()  # type: ignore[no-any-return]


@cache
def _english() -> tuple[dict[str, Any], Callable[[Any], Any]]:
    data = Path(str(import_module("misaki").__file__)).parent / "data"
    by_rule = import_module("misaki.espeak").EspeakFallback(british=False)
    lexicon = {
        word: sound
        for name in ("us_silver.json", "us_gold.json")
        for word, sound in json.loads((data / name).read_text(encoding="utf-8")).items()
    }
    return lexicon, by_rule


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
    num2words = import_module("num2words").num2words
    text = _CLOCK.sub(lambda m: " ".join(token.text for token in tokens(m[0], EN)), text)
    text = text.replace("–", " to ").replace("\n", ", ")
    text = re.sub(r"\d+", lambda m: num2words(int(m[0])), text)
    text = text.replace("-", " ").replace("/", ", ").replace("·", ", ")
    parts = re.split(f"({_LATIN.pattern})", text)
    return "".join(english_word(p) if i % 2 else p for i, p in enumerate(parts)).strip()
