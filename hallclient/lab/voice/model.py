"""The model that speaks: Kokoro-82M v1.0 in ONNX. Needs onnxruntime and numpy."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from hallclient.lab.voice.sounds import UnknownSoundError
from hallclient.ui.voice_bank import RATE
from hallclient.ui.voice_text import EN, ZH

SPOKEN_RATE = 24_000
"""The model's; what is kept has 16 kHz."""
SPEED = {ZH: 0.95, EN: 0.95}
LOUDEST, BURST = 0.92, 240
"""No sample is louder; a burst is held down for 10 ms before and behind it."""
VOICE = {ZH: "zf_xiaoxiao", EN: "af_heart"}


class Model:
    """The model with one voice."""

    def __init__(self, model: Path, voice: Path, vocabulary: Path, threads: int) -> None:
        np, ort = import_module("numpy"), import_module("onnxruntime")

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
        cut = self._held(cut * (0.16 / max(rms, 0.01)))
        ramp = np.linspace(0, 1, 120, dtype=cut.dtype)
        cut[:120] *= ramp
        cut[-120:] *= ramp[::-1]
        return self._slower(cut)

    def _held(self, samples: Any) -> Any:
        """Return samples with bursts held down: the F of one clip made all of it 3 dB softer."""
        np = self._np
        near = np.lib.stride_tricks.sliding_window_view(
            np.pad(np.abs(samples), BURST), 2 * BURST + 1
        )
        gain = np.pad(
            np.minimum(1, LOUDEST / np.maximum(near.max(-1), LOUDEST)), BURST // 2, "edge"
        )
        smooth = np.convolve(gain, np.ones(BURST + 1) / (BURST + 1), mode="valid")
        return (samples * smooth[: len(samples)]).astype(samples.dtype)

    def _slower(self, samples: Any) -> Any:
        """Return the samples at the rate that is kept, without what lies above its reach."""
        np = self._np
        count = len(samples) * RATE // SPOKEN_RATE
        spectrum = np.fft.rfft(samples)[: count // 2 + 1]
        kept = np.fft.irfft(spectrum, count) * (count / len(samples))
        return kept.astype(np.float32)
