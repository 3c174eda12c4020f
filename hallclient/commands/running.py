"""Run a command so that every expected trouble is one clear sentence and an exit code."""

import argparse
import os
import sys
from collections.abc import Callable

from hallclient.config import ConfigError
from hallclient.devices.profile_error import ProfileError
from hallclient.devices.transport import DeviceError
from hallclient.domain.errors import DomainError
from hallclient.services.hallfile import HallFileError
from hallclient.services.store_error import StoreError

TROUBLE = 3
USAGE = 2


class CommandError(Exception):
    """A command cannot do what it was asked; the text is for the terminal."""


def run_calmly(run: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """Run a command and return its exit code; expected errors become a sentence on stderr."""
    if sys.stdin is None:  # Started with its input closed: there is nothing to read.
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - ends with us
    try:
        return run(args)
    except (ConfigError, HallFileError, CommandError) as error:
        print(f"hallclient: {error}", file=sys.stderr)
        return USAGE
    except ProfileError as error:
        print(f"hallclient: {_sentence(error)}", file=sys.stderr)
        return USAGE
    except (StoreError, DeviceError, DomainError) as error:
        print(f"hallclient: {_sentence(error)}", file=sys.stderr)
        return TROUBLE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (``hallclient … | head``): nothing is wrong.
        sys.stderr.close()
        return 0


def _sentence(error: Exception) -> str:
    # Roles try again by themselves, a command does not.
    text = str(error).replace("; trying again", "")
    if "://" not in text.partition(" ")[0]:
        text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."
