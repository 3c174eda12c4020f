"""A folder of clips: packs in Ogg Vorbis and their index. Needs soundfile and numpy to write."""

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hallclient.ui.voice_bank import RATE

PACK = 100
QUALITY = 0.9
"""libsndfile's compression level: 27 kbit/s, no difference heard at a kiosk."""


class Packs:
    """A language's folder, to be added to."""

    def __init__(self, folder: Path, *, anew: bool = False, quality: float = QUALITY) -> None:
        """Read what is there; ``anew`` deletes it."""
        self._quality = quality
        self._folder, self._index = folder, folder / "index.json"
        folder.mkdir(parents=True, exist_ok=True)
        self.clips: dict[str, list[object]] = {}
        if anew:
            for old in folder.glob("*.ogg"):
                old.unlink()
        elif self._index.is_file():
            self.clips = json.loads(self._index.read_text(encoding="utf-8"))["clips"]

    def keep(self, said: Sequence[tuple[str, Any]]) -> None:
        """Write another pack."""
        np, sf = import_module("numpy"), import_module("soundfile")
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
            format="OGG", subtype="VORBIS", compression_level=self._quality,
        ) as pack:  # fmt: skip
            for part in parts:  # all at once is more than the encoder's stack holds
                pack.write(part)

    def write(self, aliases: Mapping[str, str] = MappingProxyType({})) -> None:
        """Write the index, a clip a line."""
        kept = {text: key for text, key in sorted(aliases.items()) if key in self.clips}
        clips = ",\n".join(_line(text, place) for text, place in sorted(self.clips.items()))
        same = ",\n".join(_line(text, key) for text, key in kept.items())
        text = f'{{"rate": {RATE},\n"clips": {{\n{clips}\n}},\n"aliases": {{\n{same}\n}}}}\n'
        self._index.write_text(text, encoding="utf-8")


def _line(key: str, value: object) -> str:
    return f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
