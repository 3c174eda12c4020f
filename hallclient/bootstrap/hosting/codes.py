"""``hallclient hall code``: a code by which one PC joins, and what the server keeps for it."""

import base64
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hallclient.bootstrap.credentials import GROUPS, OWNER, read_credentials, url_as
from hallclient.bootstrap.hosting import HostingError
from hallclient.bootstrap.hosting.certificate import fetch_certificate, fingerprint
from hallclient.bootstrap.hosting.cluster import addresses
from hallclient.bootstrap.hosting.place import PcFiles, server_of
from hallclient.services.join_code import JoinCode, JoinCodeError, new_code

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from hallclient.storage.logins import JoinedPc

HOURS_MAX = 7 * 24
_PC = re.compile(r"[0-9A-Za-z_-]{1,40}")
_KEYLESS = {"display"}
"""Kinds that seal and hash nothing: a PC with boards only gets no key."""


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code with what it gives."""

    code: JoinCode
    pc: str
    kinds: tuple[str, ...]
    until: datetime


def make_code(
    files: PcFiles, kinds: Sequence[str], hours: float, pc: str = "", hosts: Sequence[str] = ()
) -> MadeCode:
    """Make a code for a PC with these kinds of roles, good for so many hours.

    ``pc`` is its name, empty for the next free one; ``hosts`` are the addresses by which it finds
    the server, by default those that this PC has in its network.
    """
    unknown = [kind for kind in kinds if kind not in GROUPS]
    if unknown or not kinds:
        raise HostingError(f"--for takes some of {', '.join(GROUPS)}.")
    if not 0 < hours <= HOURS_MAX:
        raise HostingError(f"A code is good for up to {HOURS_MAX} hours.")
    if pc and not _PC.fullmatch(pc):
        raise HostingError("A PC's name has up to 40 letters, digits, - and _.")
    url, owner_url = owner_of(files)
    own, port, database = server_of(url)
    where = tuple(hosts) or _reachable(own)
    try:
        mark = fingerprint(fetch_certificate(own[0], port))
        code = new_code(where, port, database, mark)
    except OSError as error:
        raise HostingError(f"The server at {own[0]}:{port} does not answer.") from error
    except JoinCodeError as error:
        raise HostingError(str(error)) from error
    engine = _engine(owner_url)
    try:
        return _offer(engine, files, MadeCode(code, pc, tuple(kinds), _until(engine, hours)))
    finally:
        engine.dispose()


def pcs(files: PcFiles) -> "list[JoinedPc]":
    """Return the PCs with logins at this hall's server."""
    from hallclient.storage.logins import clear_codes, joined_pcs  # noqa: PLC0415 - as below

    engine = _engine(owner_of(files)[1])
    try:
        clear_codes(engine)
        return joined_pcs(engine)
    finally:
        engine.dispose()


def take_away(files: PcFiles, pc: str) -> int:
    """Take a PC's logins away; return how many it had."""
    from hallclient.storage.logins import drop_pc  # noqa: PLC0415 - as below

    engine = _engine(owner_of(files)[1])
    try:
        return drop_pc(engine, pc)
    finally:
        engine.dispose()


def owner_of(files: PcFiles) -> tuple[str, str]:
    """Return the database's URL, and the same with the owner's login in it."""
    url, logins = files.read().database, read_credentials(files.credentials)
    if OWNER not in logins or not url:
        raise HostingError(
            "This is done on the PC that hosts the hall: it has the owner's login "
            "(hallclient hall host)."
        )
    return url, url_as(url, logins[OWNER])


def _engine(url: str) -> "Engine":
    from hallclient.storage.engine import open_engine, probe  # noqa: PLC0415 - slow to import

    engine = open_engine(url, role="hall code")
    try:
        probe(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _until(engine: "Engine", hours: float) -> datetime:
    """Return when a code ends, by the server's clock: it is the server that refuses it then."""
    from hallclient.storage.engine import database_clock  # noqa: PLC0415 - as above

    with engine.begin() as connection:
        return database_clock(connection) + timedelta(hours=hours)


def _offer(engine: "Engine", files: PcFiles, made: MadeCode) -> MadeCode:
    from hallclient.storage.logins import (  # noqa: PLC0415 - as above
        clear_codes,
        joined_pcs,
        make_logins,
        make_offer,
    )

    clear_codes(engine)
    known = {one.name: one for one in joined_pcs(engine)}
    if made.pc in known and known[made.pc].until is None:
        raise HostingError(
            f"{made.pc} has joined already: hallclient hall leave {made.pc} takes it away first."
        )
    pc = made.pc or next(name for at in range(1, 10_000) if (name := f"pc{at}") not in known)
    passwords = {kind: secrets.token_urlsafe(24) for kind in made.kinds}
    offer = {"pc": pc, "hall": files.read().hall}
    if not _KEYLESS.issuperset(made.kinds):
        offer["key"] = base64.b64encode(base64.b64decode(files.key.read_bytes())).decode()
    with engine.begin() as connection:
        users = make_logins(connection, pc, passwords, made.until)
        logins = {kind: {"user": users[kind], "password": passwords[kind]} for kind in passwords}
        sealed = made.code.seal(json.dumps({**offer, "logins": logins}))
        named = (pc, list(users.values()), sealed)
        make_offer(connection, made.code.login, made.code.password, named, made.until)
    return MadeCode(made.code, pc, made.kinds, made.until)


def _reachable(hosts: Sequence[str]) -> tuple[str, ...]:
    """Return addresses for others: this PC's own where the server is here."""
    local = {"127.0.0.1", "::1", "localhost"}
    if not local.issuperset(hosts):
        return tuple(hosts)
    found = tuple(addresses())
    if not found:
        raise HostingError("This PC is in no network: name its address with --address.")
    return found[:1]
