"""Scores the clips of calls by the recogniser and lists what to render anew. Hours; may be stopped.

    HALLCLIENT_ORACLE=PYTHON python tools/score_calls.py LANGUAGE SCORES.jsonl [--only REGEX]

Every clip of a number, of a pair of digits (also with 幺) and of a window is heard in a call whose
other parts are always the same. A line is written for each as it is done; what SCORES has already
is not heard again. At the end, and with ``--only '^$'`` at once, the keys that were not understood
are printed. ``HALLCLIENT_ORACLE`` as for tests/oracle (docs/voice.md).
"""

import argparse
import json
import os
import re
import sys
import tempfile
from pathlib import Path

from hallclient.domain.spoken_call import YAO
from hallclient.lab.voice.render import CALLS
from hallclient.ui.call_voice import CallBank, write_wav
from tests.oracle.test_spoken_calls import Recogniser

LETTER, NUMBER, FIRST, LAST, WINDOW = "A", "385", "38", "54", "16"


def said(key: str) -> tuple[str, str]:
    """Return the digits and the window of the call in which a clip is heard."""
    part, _, what = key.removesuffix(YAO).partition("/")
    numbers = {"number": what, "first": what + LAST, "last": FIRST + what}
    return numbers.get(part, NUMBER), what if part == "window" else WINDOW


def parts(key: str) -> tuple[tuple[str, ...], ...]:
    """Return the clips of that call."""
    number = {
        "number": (key,),
        "first": (key, f"last/{LAST}"),
        "last": (f"first/{FIRST}", key),
    }.get(key.partition("/")[0], (f"number/{NUMBER}",))
    window = key if key.startswith("window/") else f"window/{WINDOW}"
    return (f"prefix/{LETTER}",), number, (window,)


def main() -> int:
    """Score and list; exit code 1 where a clip was not understood."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("language")
    words.add_argument("scores", type=Path)
    words.add_argument("--only", type=re.compile, default=re.compile(""))
    options = words.parse_args()
    scores = _read(options.scores)
    bank = CallBank([CALLS / options.language])
    wanted = [key for key in sorted(bank.keys) if re.match(r"(number|first|last|window)/\d+", key)]
    todo = [key for key in wanted if key not in scores and options.only.search(key)]
    if todo:
        _score(todo, bank, options.language, options.scores)
    scores = _read(options.scores)
    wrong = [key for key, heard in sorted(scores.items()) if heard != said(key)]
    print(f"{len(scores)} of {len(wanted)} heard, {len(wrong)} not understood")
    print("\n".join(f"{key}\t{' '.join(scores[key])}" for key in wrong))
    return 1 if wrong else 0


def _read(file: Path) -> dict[str, tuple[str, str]]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {one["key"]: tuple(one["heard"]) for one in map(json.loads, lines)}


def _score(keys: list[str], bank: CallBank, language: str, out: Path) -> None:
    ear = Recogniser(os.environ["HALLCLIENT_ORACLE"], language)
    try:
        with tempfile.TemporaryDirectory() as folder, out.open("a", encoding="utf-8") as lines:
            file = Path(folder) / "call.wav"
            for key in keys:
                write_wav(file, bank.join(parts(key)))
                heard, text = ear.understood(file)
                line = {"key": key, "heard": heard, "text": text}
                print(json.dumps(line, ensure_ascii=False), file=lines, flush=True)
    finally:
        ear.close()


if __name__ == "__main__":
    sys.exit(main())
