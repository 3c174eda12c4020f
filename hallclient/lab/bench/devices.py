"""``bench devices``: decoders, the way of a frame to the screen, many ports, hung ones among them.

The links run in a process of their own (``devices_probe``); this one plays the devices at the
other end of real pseudo-terminals. Two figures of each kind are taken in one run and set against
each other: with hung ports and without, a frame's way and a bare queued signal's, idle and busy.
"""

import json
import os
import select
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from hallclient.devices.codec.formats import Frame
from hallclient.devices.profile import DeviceProfile, load_profile
from hallclient.lab.bench.figures import percentile, summary

FRAMES_PER_SECOND = 10
KEYS = 0x11
START_S = 30.0
CHUNK = 64
DECODED_BYTES = 400_000
WIRE_BYTES_PER_SECOND = 960


@dataclass(frozen=True, slots=True)
class Phase:
    """What one phase of a run saw. ``cpu`` is of one core; ``lost`` frames never came.

    ``late_ms`` is the UI loop's latest beat; of that, ``stall_ms`` is without the time in which
    the loop could have run and the system gave the processor to others.
    """

    cpu: float
    stall_ms: float
    late_ms: float
    frame_ms: list[float]
    signal_ms: list[float]
    lost: int


def measure(ports: int, hung: int, seconds: float) -> dict[str, float]:
    """Return the figures of one run with so many ports in all."""
    with Bench(ports, 0) as bench:
        idle = bench.idle(seconds)
        free = bench.busy(seconds)
    with Bench(ports - hung, hung) as bench:
        held = bench.busy(seconds)
    frame, signal = percentile(free.frame_ms, 0.5), percentile(idle.signal_ms, 0.5)
    return {
        **decoding("ff68-keypad"),
        "ports": ports,
        "hung": hung,
        "frames_per_second": FRAMES_PER_SECOND * ports,
        **summary("frame_to_ui", free.frame_ms),
        **summary("frame_to_ui_hung", held.frame_ms),
        **summary("bare_signal", idle.signal_ms),
        "frame_to_ui_ratio": round(frame / signal, 2),
        "hung_frame_ratio": round(percentile(held.frame_ms, 0.5) / frame, 2),
        "frames_lost": free.lost + held.lost,
        "cpu_idle_percent": round(idle.cpu * 100, 2),
        "cpu_busy_percent": round(free.cpu * 100, 2),
        "cpu_hung_percent": round(held.cpu * 100, 2),
        "stall_idle_ms": round(idle.stall_ms, 2),
        "stall_ms": round(free.stall_ms, 2),
        "stall_hung_ms": round(held.stall_ms, 2),
        "late_idle_ms": round(idle.late_ms, 2),
        "late_ms": round(free.late_ms, 2),
        "late_hung_ms": round(held.late_ms, 2),
        "stall_ratio": round(held.stall_ms / free.stall_ms, 2),
    }


def decoding(name: str) -> dict[str, float]:
    """Return a decoder's throughput with whole frames in small chunks, and with noise."""
    profile = load_profile(name)
    frame = _key(profile, b"\x02")
    frames = frame * (DECODED_BYTES // len(frame))
    noise = os.urandom(DECODED_BYTES // 4)
    seconds, found = _decode(profile, frames)
    noisy, _found = _decode(profile, noise)
    rate = len(frames) / seconds
    return {
        "decode_mb_per_s": round(rate / 1e6, 2),
        "decode_frames_per_s": round(found / seconds),
        "decode_noise_mb_per_s": round(len(noise) / noisy / 1e6, 2),
        "decode_lines_at_9600": round(rate / WIRE_BYTES_PER_SECOND),
    }


def _decode(profile: DeviceProfile, data: bytes) -> tuple[float, int]:
    decoder, found = profile.decoder(), 0
    began = time.perf_counter()
    for start in range(0, len(data), CHUNK):
        found += len(decoder.feed(data[start : start + CHUNK]))
    return time.perf_counter() - began, found


def _key(profile: DeviceProfile, data: bytes) -> bytes:
    """Return the frame of a pressed key with any data."""
    return profile.incoming.encode(Frame(profile.speaks_from(1), KEYS, data))


class Bench:
    """Devices at one end, a probe with links at the other; ``hung`` more ports take no bytes."""

    def __init__(self, ports: int, hung: int) -> None:
        self._profile = load_profile("ff68-keypad")
        self._pairs = [_pair() for _ in range(ports + hung)]
        self._masters = [master for master, _slave in self._pairs[:ports]]
        self._number = 0
        self._ended = threading.Event()
        names = [os.ttyname(slave) for _master, slave in self._pairs]
        self._probe = subprocess.Popen(  # noqa: S603 - our own program
            [
                *(sys.executable, "-m", "hallclient.lab.bench.devices_probe"),
                *(*names[:ports], "--hung", *names[ports:]),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        self._reader = threading.Thread(target=self._swallow, name="bench devices")

    def __enter__(self) -> "Bench":
        self._reader.start()
        deadline = time.monotonic() + START_S
        while not self._ask("ready"):
            if time.monotonic() > deadline:
                raise RuntimeError("the ports of the benchmark did not open")
            time.sleep(0.05)
        return self

    def __exit__(self, *_error: object) -> None:
        for pipe in (self._probe.stdin, self._probe.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._probe.wait(START_S)
        finally:
            self._probe.kill()
            self._probe.wait()
            self._ended.set()
            self._reader.join()
            for master, slave in self._pairs:
                os.close(master)
                os.close(slave)

    def idle(self, seconds: float) -> Phase:
        """Let nothing happen but bare signals, after which it is quiet."""
        self._ask("begin")
        self._ask("signals")
        time.sleep(1.0)
        signals = self._ask("end")["signal_ms"]
        with self._phase() as result:
            time.sleep(seconds)
        return _phase(result, {}, signals)

    def busy(self, seconds: float) -> Phase:
        """Send frames from every device, and commands to every device, hung ones too."""
        self._ask("busy")
        time.sleep(0.3)  # a hung port is full
        with self._phase() as result:
            sent = self._send_frames(seconds)
            time.sleep(0.2)
        self._ask("idle")
        return _phase(result, sent, [])

    @contextmanager
    def _phase(self) -> Iterator[dict[str, Any]]:
        result: dict[str, Any] = {}
        self._ask("begin")
        yield result
        result |= self._ask("end")

    def _send_frames(self, seconds: float) -> dict[str, float]:
        """Return when each frame, by its data, was handed to its line."""
        sent: dict[str, float] = {}
        pause = 1 / FRAMES_PER_SECOND / len(self._masters)
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            for master in self._masters:
                self._number += 1
                data = self._number.to_bytes(3, "big")
                sent[data.hex()] = time.monotonic()
                os.write(master, _key(self._profile, data))
                time.sleep(max(0.0, now + pause - time.monotonic()))
                now += pause
        return sent

    def _ask(self, word: str) -> Any:
        stdin, stdout = _pipes(self._probe)
        stdin.write(f"{word}\n")
        stdin.flush()
        answer = stdout.readline()
        if not answer:
            raise RuntimeError("the probe of the benchmark ended")
        return json.loads(answer)

    def _swallow(self) -> None:
        """Take what the links write, except at the hung ports."""
        while not self._ended.is_set():
            ready, _, _ = select.select(self._masters, [], [], 0.1)
            for master in ready:
                os.read(master, 4096)


def _pipes(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the probe has no pipes")
    return process.stdin, process.stdout


def _phase(result: dict[str, Any], sent: dict[str, float], signals: list[float]) -> Phase:
    came = dict(result["heard"])
    return Phase(
        cpu=result["cpu"],
        stall_ms=result["stall_ms"],
        late_ms=result["late_ms"],
        frame_ms=[(came[data] - at) * 1000 for data, at in sent.items() if data in came],
        signal_ms=signals,
        lost=len(sent.keys() - came.keys()),
    )


def _pair() -> tuple[int, int]:
    master, slave = os.openpty()
    tty.setraw(slave)
    return master, slave
