"""What stands around the demo's kiosk: scanner, card reader, and a folder with appointments."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hallclient.devices.emulators.card_reader import NOBODY, EmulatedCardReader
from hallclient.devices.emulators.scanner import EmulatedScanner
from hallclient.devices.id_card import IdCard
from hallclient.devices.profile import load_profile
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service
from hallclient.services.hours import local_time, queue_open
from hallclient.services.sealing import make_key
from hallclient.services.shifts import hash_pin

SCANNER, READER = "serial-scanner", "sam-card-reader"
PIN = "2468"
"""The technician's, behind five touches on the hall's name or Ctrl+Alt+T."""
ELDER = replace(NOBODY, name="测试乙", number="999999195003070014", born=date(1950, 3, 7))
"""A card of nobody who is old enough to go ahead."""
ARRIVALS = (5, 2, 25, -40, 90)
"""Minutes from now for which appointments are made; who has the first one comes with a card."""
APPOINTMENTS, KEY, SETTINGS = "appointments", "hall.key", "demo.toml"


@dataclass(frozen=True, slots=True)
class Invited:
    """An appointment as the other system made it; ``card`` is None for who comes with its code."""

    number: str
    service: str
    at: datetime
    card: IdCard | None = None


@dataclass(frozen=True, slots=True)
class Lobby:
    """The kiosk's devices, and who is expected today."""

    scanner: EmulatedScanner
    reader: EmulatedCardReader
    folder: Path
    invited: tuple[Invited, ...]

    @property
    def expected(self) -> bool:
        """Whether the agent has taken the appointments in."""
        return any(self.folder.glob("*/*.txt"))


def open_lobby(
    stack: ExitStack, plan: HallPlan, services: Sequence[Service], now: datetime, out: Path
) -> Lobby:
    """Plug the devices in and let today's appointments arrive. ``now`` is the play's time."""
    lobby = Lobby(
        scanner=stack.enter_context(EmulatedScanner(load_profile(SCANNER))),
        reader=stack.enter_context(EmulatedCardReader(load_profile(READER))),
        folder=out / APPOINTMENTS,
        invited=invitations(plan, services, now),
    )
    lobby.folder.mkdir(parents=True, exist_ok=True)
    if lobby.invited:
        _write_file(lobby, plan)
    return lobby


def invitations(plan: HallPlan, services: Sequence[Service], now: datetime) -> tuple[Invited, ...]:
    """Return appointments around now for what can be booked and is open then."""
    found: list[Invited] = []
    bookable = [service for service in services if plan.queue_of[service.queue].slice_booked]
    for nth, minutes in enumerate(ARRIVALS if bookable else ()):
        at = now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)
        service = bookable[nth % len(bookable)]
        if queue_open(plan, service.queue, at).open:
            number = f"YY{local_time(plan, at):%Y%m%d}-{nth + 1:04}"
            found.append(Invited(number, service.code, at, None if found else NOBODY))
    return tuple(found)


def write_settings(out: Path, database: str, hall_id: str, lobby: Lobby, more: str) -> Path:
    """Write the settings of the play's PC, with the hall's key beside them; return the file.

    ``more`` is what other parts of the play add.
    """
    key = out.resolve() / KEY
    if not key.exists():
        make_key(key)
    text = (
        f'database = {_toml(database)}\nhall = {_toml(hall_id)}\nstation = "demo"\n'
        f"key_file = {_toml(key)}\n\n"
        f"[kiosk]\nscanner = {_toml(lobby.scanner.path)}\nreader = {_toml(lobby.reader.path)}\n"
        f"pin_hash = {_toml(hash_pin(PIN))}\n\n"
        f"[appointments]\nfolder = {_toml(lobby.folder.resolve())}\n"
    )
    file = out / SETTINGS
    file.write_text(f"{text}\n{more}", "utf-8")
    return file


def _write_file(lobby: Lobby, plan: HallPlan) -> None:
    """Write the file of the other system, whole at once."""
    lines = ["number,service,date,time,status,id_number"]
    for one in lobby.invited:
        local = local_time(plan, one.at.astimezone(UTC))
        person = one.card.number if one.card else ""
        lines.append(f"{one.number},{one.service},{local:%Y-%m-%d,%H:%M},booked,{person}")
    part = lobby.folder / "today.part"
    part.write_text("\n".join(lines) + "\n", "utf-8")
    part.replace(lobby.folder / "today.csv")


def _toml(text: object) -> str:
    return json.dumps(str(text), ensure_ascii=False)
