"""``hallclient city hand-out|hand-in``: a station's journal on a stick."""

import argparse

from hallclient.bootstrap.halls import open_hall
from hallclient.services.city_file import write_receipt
from hallclient.storage.city_database import check_city
from hallclient.storage.city_files import hand_in as take_in
from hallclient.storage.city_files import hand_out as write_out
from hallclient.storage.engine import open_engine


def hand_out(args: argparse.Namespace) -> int:
    """Write a file for the city."""
    hall = open_hall(args.db, args.hall, "city")
    try:
        to, count = write_out(hall.engine, hall.hall_id, args.file, args.receipt, all_=args.all)
    finally:
        hall.close()
    print(f"{args.file}: hall {to.hall_id}, {count} entries up to {to.through}.")
    print(f"  head {to.head}")
    return 0


def hand_in(args: argparse.Namespace) -> int:
    """Take a file in."""
    engine = open_engine(args.db, role="city", must_exist=True)
    try:
        check_city(engine)
        got, count = take_in(engine, args.file, again=args.again)
    finally:
        engine.dispose()
    if args.receipt is not None:
        write_receipt(args.receipt, got)
    what = f"{count} entries taken in" if count else "nothing new"
    print(f"hall {got.hall_id}: {what}, everything up to {got.through} is here.")
    print(f"  head {got.head}")
    return 0
