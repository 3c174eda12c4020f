"""What a command asks for that somebody signs in to: who, on which PC, at which hall."""

import argparse
from pathlib import Path


def add_sign_in(action: argparse.ArgumentParser) -> None:
    """Add the staff number and where the hall is; the PIN is read from the standard input."""
    action.add_argument("--staff", required=True, metavar="N", help="your staff number")
    action.add_argument("--settings", type=Path, metavar="FILE", help="settings of this PC")
    action.add_argument("--db", default="", metavar="URL", help="database of the hall")
    action.add_argument("--hall", default="", metavar="ID", help="hall, where several are")
