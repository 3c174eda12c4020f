"""``hallclient display --list`` and ``--forget``: the call boards that the hall knows."""

import argparse
import json
from datetime import datetime
from typing import Any

from hallclient.bootstrap.halls import open_hall
from hallclient.commands.running import CommandError
from hallclient.config import load_settings
from hallclient.services.announcing import forget_board
from hallclient.services.boards import FloorBoard, floor_boards


def list_boards(args: argparse.Namespace) -> int:
    """Print the boards: what they show, whether they speak, when they were heard."""
    settings = load_settings(args.settings)
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "boards",
        credentials=settings.credentials,
    )
    try:
        with hall.store.look() as reader:
            now, boards = reader.now, floor_boards(reader)
    finally:
        hall.close()
    if args.json:
        print(json.dumps([_plain(board) for board in boards], indent=2))
        return 0
    print("Boards of the hall:" if boards else "No board has reported to this hall yet.")
    for board in boards:
        print(f"  {_line(board, now)}")
    return 0


def forget(args: argparse.Namespace) -> int:
    """Drop a board that is there no more; one that still runs comes back by itself."""
    settings = load_settings(args.settings)
    hall = open_hall(
        args.db or settings.database,
        args.hall or settings.hall,
        "boards",
        credentials=settings.credentials,
    )
    try:
        if not forget_board(hall.store, f"pc:{settings.station_name}", args.forget):
            raise CommandError(f"The hall knows no board {args.forget}.")
    finally:
        hall.close()
    print(f"Board {args.forget} is forgotten.")
    return 0


def _line(board: FloorBoard, now: datetime) -> str:
    record = board.record
    zones = " ".join(record.zones) if record.zones else "the whole hall"
    parts = [f"{record.name:14} shows {zones}"]
    if board.leads:
        parts.append(f"speaks {' '.join(sorted(board.leads))}")
    elif record.speaks:
        parts.append("can speak")
    seconds = max(0, int((now - record.seen_at).total_seconds()))
    if record.ended_at is not None:
        parts.append(f"closed {seconds} s ago")
    elif board.away:
        parts.append(f"not heard of for {seconds} s")
    else:
        parts.append("here")
    return ", ".join(parts)


def _plain(board: FloorBoard) -> dict[str, Any]:
    record = board.record
    return {
        "name": record.name,
        "zones": list(record.zones),
        "speaks": list(record.speaks),
        "leads": sorted(board.leads),
        "away": board.away,
        "since": record.since.isoformat(),
        "seen_at": record.seen_at.isoformat(),
        "ended_at": None if record.ended_at is None else record.ended_at.isoformat(),
    }
