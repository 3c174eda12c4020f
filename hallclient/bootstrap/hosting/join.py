"""``hallclient hall join``: this PC gets its place in a hall, wholly or not at all.

The server's certificate is fetched and held against the code before a word is said; the offer is
read and opened; the files are written beside their places; then the server is told, this PC's
logins are tried, and the files go into their places. Until the end the code can be used again.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hallclient.bootstrap.credentials import (
    GROUPS,
    Login,
    credentials_text,
    read_credentials,
    url_as,
)
from hallclient.bootstrap.hosting import HostingError
from hallclient.bootstrap.hosting.certificate import (
    as_pem,
    fetch_certificate,
    fingerprint,
    fits,
    wrong_clock,
)
from hallclient.bootstrap.hosting.files import OPEN, PRIVATE, Files, settings_with
from hallclient.bootstrap.hosting.place import PcFiles, server_url
from hallclient.services.join_code import JoinCode, JoinCodeError, read_code
from hallclient.services.sealing import HallKey, KeyTrouble

if TYPE_CHECKING:
    import psycopg

CLOCK_S = 5.0
"""A PC whose clock is further off says so: its screens show the hall's hours."""
_WAIT_S = 10


@dataclass(frozen=True, slots=True)
class Offer:
    """What a code gives. ``key`` is the hall's, empty for a PC with boards only."""

    pc: str
    hall: str
    logins: Mapping[str, Login]
    key: bytes


@dataclass(frozen=True, slots=True)
class Joined:
    """What this PC is now. ``clock_off_s``: how far its clock is ahead of the server's."""

    pc: str
    hall: str
    kinds: tuple[str, ...]
    clock_off_s: float
    has_key: bool


def join(text: str, files: PcFiles, *, again: bool = False) -> Joined:
    """Join by a code. Raises ``HostingError`` with one sentence; nothing is written then."""
    import psycopg  # noqa: PLC0415 - an extra

    try:
        code = read_code(text)
    except JoinCodeError as error:
        raise HostingError(str(error)) from error
    _check_free(files, again=again)
    der = _certificate(code)
    trouble = wrong_clock(der, datetime.now(UTC))
    if trouble:
        raise HostingError(trouble)
    fresh = Files()
    try:
        fresh.add(files.certificate, as_pem(der), OPEN)
        pinned = next((one for one, file in fresh.waiting() if file == files.certificate), None)
        root = pinned or files.certificate
        by_name = all(fits(der, host) for host in code.hosts)
        there = server_url(code.hosts, code.port, code.database, root, by_name=by_name)
        with _connected(there, code) as connection:
            offer = _read_offer(connection, code)
            url = server_url(
                code.hosts, code.port, code.database, files.certificate, by_name=by_name
            )
            _stage(fresh, files, offer, url)
            off = _clock_off(connection)
            if not connection.execute("SELECT joining.take()").fetchone()[0]:  # type: ignore[index]
                raise HostingError(_OVER)
            _try(there, offer)
            fresh.place()
            connection.execute("SELECT joining.done()")
    except psycopg.Error as error:
        raise HostingError(_refusal(error) or _AWAY) from error
    finally:
        fresh.forget()
    return Joined(offer.pc, offer.hall, tuple(offer.logins), off, bool(offer.key))


_OVER = "This code is over or was used: make a new one with hallclient hall code on the host."
_SHUT = (
    "The host does not let this PC in: the code is over (hallclient hall code makes a new one), or "
    "this PC is in a network that hallclient hall host --network does not name."
)
_AWAY = "The server went away while this PC joined: join once more with the same code."


def _check_free(files: PcFiles, *, again: bool) -> None:
    settings = files.read()
    if settings.database and not again:
        raise HostingError(
            f"This PC has a hall already ({files.settings}): --again gives it the place of this "
            "code instead."
        )


def _certificate(code: JoinCode) -> bytes:
    """Return the server's certificate when it is the one of the code."""
    answered = False
    for host in code.hosts:
        try:
            der = fetch_certificate(host, code.port)
        except OSError:
            continue
        answered = True
        if code.knows(fingerprint(der)):
            return der
    where = f"{', '.join(code.hosts)} (port {code.port})"
    if not answered:
        raise HostingError(
            f"Nobody answers at {where}: look at the cable, the network and the host's firewall."
        )
    raise HostingError(
        f"What answers at {where} is not the server that made this code: another server has its "
        "address, or somebody is in between. Nothing was sent to it."
    )


def _connected(url: str, code: JoinCode) -> "psycopg.Connection[Any]":
    import psycopg  # noqa: PLC0415 - an extra

    login = Login(code.login, code.password)
    return psycopg.connect(
        url_as(url, login), autocommit=True, connect_timeout=_WAIT_S, application_name="hall join"
    )


def _read_offer(connection: "psycopg.Connection[Any]", code: JoinCode) -> Offer:
    row = connection.execute("SELECT sealed FROM joining.offer").fetchone()
    if row is None:
        raise HostingError(_OVER)
    try:
        table = json.loads(code.unseal(bytes(row[0])))
        logins = {
            kind: Login(one["user"], one["password"])
            for kind, one in table["logins"].items()
            if kind in GROUPS
        }
        key = base64.b64decode(table.get("key", ""), validate=True)
        if key:
            HallKey(key)
        return Offer(str(table["pc"]), str(table["hall"]), logins, key)
    except (KeyTrouble, ValueError, KeyError, TypeError, binascii.Error):
        raise HostingError("What the server keeps for this code cannot be read.") from None


def _stage(fresh: Files, files: PcFiles, offer: Offer, url: str) -> None:
    if offer.key:
        content = base64.b64encode(offer.key) + b"\n"
        if files.key.exists() and files.key.read_bytes() != content:
            raise HostingError(
                f"{files.key} holds the key of another hall: move it away before this PC joins."
            )
        fresh.add(files.key, content, PRIVATE)
    known = {
        kind: login for kind, login in read_credentials(files.credentials).items() if kind in GROUPS
    }
    fresh.add(files.credentials, credentials_text({**known, **offer.logins}).encode(), PRIVATE)
    values = {"database": url, "hall": offer.hall}
    fresh.add(files.settings, settings_with(files.settings, values), OPEN)


def _clock_off(connection: "psycopg.Connection[Any]") -> float:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    there: datetime = row[0] if row else datetime.now(UTC)
    return (datetime.now(UTC) - there).total_seconds()


def _try(url: str, offer: Offer) -> None:
    import psycopg  # noqa: PLC0415 - an extra

    for login in offer.logins.values():
        with psycopg.connect(url_as(url, login), connect_timeout=_WAIT_S) as connection:
            connection.execute("SELECT hall_id FROM hall")


def _refusal(error: Exception) -> str:
    """Return what to say where the server said no; empty where it said nothing."""
    import re  # noqa: PLC0415 - rare

    if "pg_hba.conf" in str(error):  # so in every language, and of a login that is gone
        return _SHUT
    state = str(getattr(error, "sqlstate", "") or "")
    refused = re.search(r"authentication failed|not permitted to log in|认证失败", str(error))
    return _OVER if refused or state.startswith("28") else ""
