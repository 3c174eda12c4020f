"""Write ``resources/sounds/chime.wav``: two soft falling notes, one second, 16 kHz mono.

Usage: python tools/make_chime.py
"""

import math
import struct
import wave
from pathlib import Path

RATE = 16_000
LENGTH_S = 1.1
NOTES = ((0.0, 659.26), (0.28, 523.25))  # start in s, Hz: e2, c2
ATTACK_S, DECAY_S, LEVEL = 0.008, 0.24, 0.42


def sample(t: float) -> float:
    """Return the sound at ``t`` seconds, -1 to 1: each note a sine with a faint octave."""
    total = 0.0
    for start, pitch in NOTES:
        since = t - start
        if since < 0:
            continue
        swell = min(1.0, since / ATTACK_S) * math.exp(-since / DECAY_S)
        phase = 2 * math.pi * pitch * since
        total += swell * (math.sin(phase) + 0.18 * math.sin(2 * phase))
    fade = min(1.0, (LENGTH_S - t) / 0.05)
    return LEVEL * total * fade


def main() -> None:
    """Write the file."""
    target = Path(__file__).parent.parent / "resources" / "sounds" / "chime.wav"
    frames = [round(32767 * sample(i / RATE)) for i in range(int(RATE * LENGTH_S))]
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(frames)}h", *frames))


if __name__ == "__main__":
    main()
