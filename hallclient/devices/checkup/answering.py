"""Devices that answer a question: printers, modems, card readers, strips."""

import time
from collections.abc import Callable

from hallclient.devices.checkup.bench import Bench, Ear, shown
from hallclient.devices.escpos_status import (
    Answer,
    PaperState,
    PrinterError,
    PrinterStatus,
    StatusParser,
    status_from_answers,
)
from hallclient.devices.transport import Port

BAUDS = (9600, 19200, 38400, 57600, 115200, 4800)
ANSWER_SECONDS = 0.5
ALL_FOUR = b"".join(b"\x10\x04" + bytes((n,)) for n in (1, 2, 3, 4))
AT_SECONDS = 1.0

Question = Callable[[Port, Bench], bytes]


def printer(bench: Bench) -> bool:
    """Ask a ticket printer for its state."""
    if bench.url.startswith("file:"):
        bench.open().close()
        bench.say("A folder: slips are written there, nothing answers.")
        return True
    answer = _asked(bench, _printer_question)
    if answer is None:
        bench.say("Is it switched on? Is it an ESC/POS printer, and the cable crossed as it wants?")
        return False
    status = status_from_answers(answer[0], answer[1], answer[3], answer[2])
    for line in printer_words(status):
        bench.say(line)
    return status.can_print


def printer_words(status: PrinterStatus) -> list[str]:
    """Return what a printer's state means to whoever stands before it."""
    words = ["The printer answers."]
    words.append(
        {
            PaperState.OK: "There is paper.",
            PaperState.NEAR_END: "The roll is near its end: have a new one ready.",
            PaperState.OUT: "There is no paper: put a roll in.",
        }[status.paper]
    )
    if status.cover_open:
        words.append("The cover is open: close it.")
    if status.error is PrinterError.UNRECOVERABLE:
        words.append("It reports an error that switching off and on may mend.")
    elif status.error is PrinterError.RECOVERABLE:
        words.append("It reports a jam or a blocked cutter: look at the paper path.")
    if not status.online:
        words.append("It is off line.")
    words.append("It would print." if status.can_print else "It would not print now.")
    return words


def modem(bench: Bench) -> bool:
    """Ask a modem whether it is one, and how well it hears the network."""
    answer = _asked(bench, _modem_question)
    if answer is None:
        bench.say("Is the right port chosen? Modems often have three, and one of them talks.")
        return False
    bench.say("The modem answers.")
    with bench.open() as port:
        ear = Ear(port, bench.profile)
        pin = _said(port, ear, b"AT+CPIN?\r")
        signal = _said(port, ear, b"AT+CSQ\r")
    ready = b"READY" in pin
    bench.say("The SIM card is ready." if ready else "The SIM card is missing, or wants its PIN.")
    _, _, level = signal.partition(b"+CSQ:")
    strength = level.split(b",")[0].strip()
    if strength.isdigit():
        bars = "none" if int(strength) in (0, 99) else f"{int(strength)} of 31"
        bench.say(f"Signal: {bars}.")
    return ready


def card_reader(bench: Bench) -> bool:
    """Ask an ID-card reader for its state."""
    answer = _asked(bench, _reader_question)
    if answer is None:
        bench.say("Is it a serial (SAM) reader? Many are USB devices with a driver of their own.")
        return False
    bench.say("The card reader answers.")
    return True


def strip(bench: Bench) -> bool:
    """Show a line on a strip; whoever stands before it says the rest."""
    with bench.open() as port:
        ear = Ear(port, bench.profile)
        if "init" in bench.profile.commands:
            port.write(bench.command("init"))
            list(ear.frames(ANSWER_SECONDS))
        port.write(bench.command("show", text="测试 A012", colour="red"))
        own = bench.profile.speaks_from(bench.address)
        answered = any(
            frame.addr == own and bench.profile.is_ack(frame, "show")
            for frame in ear.frames(ANSWER_SECONDS)
        )
    bench.say("A line was sent: the strip should show 测试 A012.")
    if answered:
        bench.say("The strip acknowledged it.")
    elif bench.profile.awaits_ack("show"):
        bench.say(f"It did not acknowledge. Is {bench.address} its address? Are A and B swapped?")
    return answered or not bench.profile.awaits_ack("show")


def _asked(bench: Bench, question: Question) -> bytes | None:
    """Ask at the profile's speed, then at the others; say what was heard."""
    with bench.open() as port:
        answer = question(port, bench)
        rest = port.read(0.0)
    if answer:
        return answer
    if rest:
        bench.say(f"Something answers, but not as this profile says: {shown(rest)}")
    else:
        bench.say("Nobody answers.")
    if not bench.url.startswith("socket:"):
        _try_speeds(bench, question)
    return None


def _try_speeds(bench: Bench, question: Question) -> None:
    for baud in BAUDS:
        if baud == bench.profile.port.baud:
            continue
        with bench.open(baud) as port:
            if question(port, bench):
                bench.say(f"At {baud} baud it answers: set the device or the settings to that.")
                return
    bench.say("At no other speed either.")


def _printer_question(port: Port, bench: Bench) -> bytes:
    port.read(0.0)  # reports from before
    port.write(ALL_FOUR)
    ear = Ear(port, bench.profile)
    heard = ear.bytes(4, ANSWER_SECONDS)
    answers = [e.value for e in StatusParser().feed(heard) if isinstance(e, Answer)]
    return bytes(answers[:4]) if len(answers) >= 4 else b""


def _modem_question(port: Port, bench: Bench) -> bytes:
    ear = Ear(port, bench.profile)
    said = _said(port, ear, b"\x1bAT\r")
    return said if b"OK" in said else b""


def _reader_question(port: Port, bench: Bench) -> bytes:
    ear = Ear(port, bench.profile)
    port.write(bench.command("status"))
    return b"".join(frame.data or b"\x00" for frame in ear.frames(ANSWER_SECONDS))


def _said(port: Port, ear: Ear, command: bytes) -> bytes:
    port.write(command)
    said, deadline = b"", time.monotonic() + AT_SECONDS
    while not any(end in said for end in (b"OK\r", b"ERROR")):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        said += ear.bytes(1, left)
    return said
