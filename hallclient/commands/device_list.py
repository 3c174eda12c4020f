"""``hallclient device list``: the ports of this PC, and every device the hall knows of."""

import argparse
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from hallclient.bootstrap.halls import open_hall
from hallclient.config import load_settings
from hallclient.devices.profile import load_profile
from hallclient.devices.profile_error import ProfileError
from hallclient.devices.transport import ports_here
from hallclient.services.stations import DeviceRecord
from hallclient.services.store_error import StoreError

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    settings = load_settings(args.settings)
    ports = [{"port": port, "what": what} for port, what in ports_here()]
    now, devices, trouble = _devices(
        args.db or settings.database, args.hall or settings.hall, settings.credentials
    )
    if args.json:
        listed = [_plain(record) for record in devices]
        print(json.dumps({"ports": ports, "devices": listed, "trouble": trouble}, indent=2))
        return 0
    print("Ports of this PC:" if ports else "This PC has no serial ports.")
    for port in ports:
        print(f"  {port['port']:24} {port['what']}")
    if trouble:
        print(f"The hall's devices are not known: {trouble}")
        return 0
    print("Devices of the hall:" if devices else "The hall has reported no devices yet.")
    for record in devices:
        print(f"  {_line(record, now)}")
    return 0


def _devices(
    database: str, hall_id: str, credentials: str
) -> tuple[datetime | None, Sequence[DeviceRecord], str]:
    try:
        hall = open_hall(database, hall_id, "device list", credentials=credentials)
    except StoreError as error:
        return None, (), str(error)
    try:
        with hall.store.look() as reader:
            return reader.now, reader.devices(), ""
    finally:
        hall.close()


def _line(record: DeviceRecord, now: datetime | None) -> str:
    report = record.report
    parts = [f"{record.station:14} {report.name:14} {report.state:8}"]
    if now is not None:
        parts.append(f"for {_span(now - record.since)}")
        if record.silent(now):
            parts.append(f"not heard of for {_span(now - record.seen_at)}")
    parts += [f"window {report.window}"] if report.window else []
    parts += [report.trouble.replace("_", " ")] if report.trouble else []
    parts += [f"about {report.paper_left} tickets left"] if report.paper_left is not None else []
    if report.levels is not None:
        parts.append(f"{report.levels} of 5 levels" if report.levels else "asks for no ratings")
    parts += [f"{report.profile} ({_evidence(report.profile)})"] if report.profile else []
    parts += [report.port] if report.port else []
    return ", ".join(parts)


@cache
def _evidence(profile: str) -> str:
    """Return what a profile rests on; another PC may have profiles of its own."""
    try:
        return f"evidence: {load_profile(profile).evidence}"
    except ProfileError:
        return "not among this PC's profiles"


def _span(length: timedelta) -> str:
    if length < _MINUTE:
        return f"{max(0, int(length.total_seconds()))} s"
    if length < _HOUR:
        return f"{length // _MINUTE} min"
    return f"{length // _HOUR} h" if length < _DAY * 2 else f"{length // _DAY} days"


def _plain(record: DeviceRecord) -> dict[str, Any]:
    report = record.report
    return {
        "station": record.station,
        "name": report.name,
        "kind": report.kind,
        "state": report.state,
        "since": record.since.isoformat(),
        "seen_at": record.seen_at.isoformat(),
        "window": report.window,
        "trouble": report.trouble,
        "paper_left": report.paper_left,
        "levels": report.levels,
        "profile": report.profile,
        "port": report.port,
    }
