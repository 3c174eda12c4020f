"""``hallclient city init|publish|subscribe|unsubscribe``."""

import argparse

from hallclient.commands.running import CommandError
from hallclient.storage.city_database import init_city
from hallclient.storage.city_links import subscribe as subscribe_to
from hallclient.storage.city_links import unsubscribe as end_link
from hallclient.storage.city_publishing import PUBLICATION
from hallclient.storage.city_publishing import publish as publish_hall
from hallclient.storage.engine import open_engine


def init(args: argparse.Namespace) -> int:
    """Make a city's database."""
    engine = open_engine(args.db, role="city")
    try:
        init_city(engine)
    finally:
        engine.dispose()
    print("This is a city's database of this version.")
    return 0


def publish(args: argparse.Namespace) -> int:
    """Publish a hall's public tables."""
    engine = open_engine(args.db, role="city", must_exist=True)
    try:
        done = publish_hall(engine, args.login, args.keep, renew=args.new_password)
    finally:
        engine.dispose()
    print(f"Published as {PUBLICATION}; for a city that is away up to {done.keeps} are kept.")
    if done.new_login:
        print("For the city, shown only once (the host as the city reaches it):")
        print(f"  hallclient city subscribe NAME '{done.url}'")
    else:
        print(f"The login {args.login} was there; --new-password gives it another password.")
    print(
        "pg_hba.conf of this server needs a line that lets the city in, for example:\n"
        f"  hostssl all {args.login} CITY-ADDRESS/32 scram-sha-256"
    )
    return 0


def subscribe(args: argparse.Namespace) -> int:
    """Link a hall's server."""
    if not args.url:
        raise CommandError("Say the URL that hallclient city publish has printed.")
    engine = open_engine(args.db, role="city", must_exist=True)
    try:
        halls, lost, done = subscribe_to(engine, args.name, args.url, again=args.again)
    finally:
        engine.dispose()
    if lost:
        print(f"THE HALL HAS LOST {lost} JOURNAL ENTRIES that had come here: kept in city_lost.")
    state = "copied" if done else "being copied (hallclient city status)"
    print(f"{args.name}: {', '.join(halls)} {state}.")
    return 0


def unsubscribe(args: argparse.Namespace) -> int:
    """End a link."""
    engine = open_engine(args.db, role="city", must_exist=True)
    try:
        end_link(engine, args.name, args.url)
    finally:
        engine.dispose()
    print(f"{args.name}: ended.")
    if not args.url:
        print("The hall's server keeps its slot until it is dropped there; name its URL to do it.")
    return 0
