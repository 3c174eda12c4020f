"""``hallclient hall host``: the first PC of a hall, or its server, becomes ready for the others.

Every step looks first whether it was done; a second run changes nothing.
"""

import ipaddress
import os
import re
import secrets
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.bootstrap.credentials import (
    GROUPS,
    OWNER,
    Login,
    credentials_text,
    is_server,
    names_user,
    read_credentials,
    url_as,
)
from hallclient.bootstrap.halls import load_hall_into
from hallclient.bootstrap.hosting import HostingError
from hallclient.bootstrap.hosting.certificate import (
    as_der,
    as_pem,
    fetch_certificate,
    fingerprint,
)
from hallclient.bootstrap.hosting.cluster import OWNER as OWNER_USER
from hallclient.bootstrap.hosting.cluster import Cluster, addresses
from hallclient.bootstrap.hosting.files import OPEN, Files, settings_with
from hallclient.bootstrap.hosting.kept import free_port, kept_doors, kept_port
from hallclient.bootstrap.hosting.place import PcFiles, server_of, server_url
from hallclient.services.sealing import load_key, make_key

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from hallclient.domain.halldiff import Change
    from hallclient.services.hallfile import LoadedHall
    from hallclient.storage.logins import JoinedPc


_NAMED = ("samenet", "samehost")
"""Networks that pg_hba.conf knows by name."""


@dataclass(frozen=True, slots=True)
class Hosted:
    """What a run did. ``key_made`` is the file of a new key."""

    done: tuple[str, ...]
    changes: "tuple[Change, ...]"
    key_made: Path | None


def default_folder() -> Path:
    """Return where the server's folder is by default."""
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/hallclient/server")
    from platformdirs import user_data_path  # noqa: PLC0415 - only here

    return user_data_path("hallclient") / "server"


def pc_name(station: str) -> str:
    """Return the name of this PC as logins may have it."""
    named = station or socket.gethostname().partition(".")[0]
    return re.sub(r"[^0-9A-Za-z_-]+", "-", named)[:40].strip("-") or "host"


def kept(cluster: Cluster, *, port: int, database: str, networks: Sequence[str]) -> Cluster:
    """Return a server as it was made; what is named (not 0, not empty) is so from now on."""
    for network in networks:
        try:
            network in _NAMED or ipaddress.ip_network(network)
        except ValueError:
            raise HostingError(f"{network} is no network: write 10.1.0.0/16.") from None
    there, doors = kept_doors(cluster.doors)
    return replace(
        cluster,
        port=port or kept_port(cluster.settings) or free_port(),
        database=database or there or cluster.database,
        networks=tuple(networks) or doors or cluster.networks,
    )


def host_here(cluster: Cluster, files: PcFiles, loaded: "LoadedHall") -> Hosted:
    """Make and start the server of this PC where it is not yet, then everything in it."""
    done = []
    names = dict.fromkeys((*cluster.names, socket.gethostname(), *addresses()))
    cluster = replace(cluster, names=tuple(names))
    logins = dict(read_credentials(files.credentials))
    if not cluster.made:
        if OWNER in logins:
            # Its password stands nowhere else: a second server would take it away from the first.
            raise HostingError(
                f"{files.credentials} has the owner's login of a server that is not in "
                f"{cluster.folder}: name its folder with --folder, or its URL with --server. Only "
                "where that server is gone for good: move this file away."
            )
        password = cluster.make()
        done.append(f"made the server in {cluster.folder}")
        # At once: without it nobody gets into what was just made.
        logins = {OWNER: Login(OWNER_USER, password)}
        _place(files, logins, cluster.certificate.read_bytes())
    elif OWNER not in logins and cluster.first_password():
        logins = {OWNER: Login(OWNER_USER, cluster.first_password())}
        _place(files, logins, cluster.certificate.read_bytes())
    elif OWNER not in logins:
        raise HostingError(
            f"There is a server in {cluster.folder}, but {files.credentials} has no login of its "
            "owner: use the settings it was made with (--settings)."
        )
    elif cluster.port != kept_port(cluster.settings) and cluster.runs():
        raise HostingError(
            f"The server runs on port {kept_port(cluster.settings)}: hallclient hall host --stop "
            "first. Every PC that has joined needs a new code then."
        )
    elif cluster.configure():
        cluster.reload()
        done.append("wrote the server's settings: stop and start it, so that all of them count")
    cluster.forget_password()
    if cluster.start():
        done.append(f"started the server on port {cluster.port}")
    first, url = (
        server_url(("127.0.0.1",), cluster.port, name, files.certificate)
        for name in ("postgres", cluster.database)
    )
    _make_database(url_as(first, logins[OWNER]), cluster.database)
    return _furnish(url, cluster.certificate.read_bytes(), files, loaded, done)


def host_at(server: str, files: PcFiles, loaded: "LoadedHall") -> Hosted:
    """Use a server that is there. ``server`` is the URL of an owner's login with its database."""
    from sqlalchemy import make_url  # noqa: PLC0415 - only here

    if not names_user(server):
        raise HostingError("--server names the owner: postgresql://owner@host/hall.")
    hosts, port, database = server_of(server)
    given = make_url(server)
    password = given.password or _asked_password()
    owner = Login(str(given.username), str(password))
    try:
        certificate = as_pem(fetch_certificate(hosts[0], port))
    except OSError as error:
        raise HostingError(f"Nobody answers at {hosts[0]}:{port}.") from error
    url = server_url(hosts, port, database or "hall", files.certificate)
    logins, before = dict(read_credentials(files.credentials)), files.read().database
    if OWNER in logins and is_server(before) and server_of(before) != server_of(url):
        raise HostingError(
            f"This PC hosts a hall on another server already ({files.settings}), and "
            f"{files.credentials} alone has its owner's login: move both away first."
        )
    pinned = files.certificate.exists() and files.certificate.read_bytes()
    if OWNER in logins and pinned and pinned != certificate:
        raise HostingError(
            f"The server shows another certificate than before. If that is meant, remove "
            f"{files.certificate}; the other PCs need new codes then. No password was sent to it."
        )
    _place(files, {**logins, OWNER: owner}, certificate)
    mark = fingerprint(as_der(certificate)).hex()
    done = [] if pinned else [f"trusted the server's certificate from now on, SHA-256 {mark}"]
    return _furnish(url, certificate, files, loaded, done)


def _asked_password() -> str:
    """Return what PGPASSWORD says, or what is typed: a command line is seen by all."""
    import getpass  # noqa: PLC0415 - only here

    return os.environ.get("PGPASSWORD") or getpass.getpass("Password of the owner's login: ")


def _furnish(
    url: str, certificate: bytes, files: PcFiles, loaded: "LoadedHall", done: list[str]
) -> Hosted:
    """Tables, rights, the hall file, the key, this PC's own logins and settings."""
    from hallclient.storage.engine import open_engine, probe  # noqa: PLC0415 - slow to import
    from hallclient.storage.logins import known_users  # noqa: PLC0415 - as above

    logins = dict(read_credentials(files.credentials))
    _place(files, logins, certificate)
    owner = url_as(url, logins[OWNER])
    changes = load_hall_into(owner, loaded)
    engine = open_engine(owner, role="hall host")
    try:
        probe(engine)
        _grant(engine)
        there = known_users(engine)
        missing = [kind for kind in GROUPS if kind not in logins or logins[kind].user not in there]
        if missing:
            own = pc_name(files.read().station)
            logins |= new_logins(engine, own, missing)
            done.append(f"gave this PC, {own}, logins of its own")
        if not files.key.exists() and any(one.until is None for one in others_of(engine, logins)):
            raise HostingError(
                f"The hall's key {files.key} is gone, and other PCs have joined with it: copy the "
                "file hall.key from one of them to this place (chmod 600), or type what is in the "
                "safe (hallclient hall key --from-paper), then do this again."
            )
    finally:
        engine.dispose()
    text = {"database": url, "hall": loaded.plan.hall_id}
    if _place(files, logins, certificate, text):
        done.append(f"wrote {files.settings} and {files.credentials}")
    # Last: it is shown once, and nothing may go wrong between its making and that.
    key_made = None if files.key.exists() else files.key
    if key_made is not None:
        make_key(files.key)
    load_key(files.key)
    return Hosted(tuple(done), changes, key_made)


def others_of(engine: "Engine", logins: dict[str, Login]) -> "list[JoinedPc]":
    """Return the PCs at this hall's server but this one."""
    from hallclient.storage.logins import joined_pcs  # noqa: PLC0415 - as above

    own = {login.user.rpartition(".")[0] for login in logins.values()}
    return [pc for pc in joined_pcs(engine) if pc.name not in own]


def new_logins(engine: "Engine", pc: str, kinds: Iterable[str]) -> dict[str, Login]:
    """Make logins of a PC that stay."""
    from hallclient.storage.logins import make_logins  # noqa: PLC0415 - as above

    passwords = {kind: secrets.token_urlsafe(24) for kind in kinds}
    with engine.begin() as connection:
        users = make_logins(connection, pc, passwords)
    return {kind: Login(users[kind], passwords[kind]) for kind in passwords}


def _grant(engine: "Engine") -> None:
    from hallclient.storage.logins import prepare_joining  # noqa: PLC0415 - as above
    from hallclient.storage.rights import apply_rights  # noqa: PLC0415 - as above

    apply_rights(engine)
    prepare_joining(engine)


def _make_database(url: str, name: str) -> None:
    """Make the hall's database where there is none."""
    import sqlalchemy as sa  # noqa: PLC0415 - as above

    from hallclient.storage.engine import open_engine  # noqa: PLC0415 - as above
    from hallclient.storage.errors import translated  # noqa: PLC0415 - as above

    engine = open_engine(url, role="hall host")
    try:
        with (
            translated(),
            engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection,
        ):
            known = sa.text("SELECT 1 FROM pg_database WHERE datname = :name")
            if connection.execute(known, {"name": name}).scalar() is None:
                connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
    finally:
        engine.dispose()


def _place(
    files: PcFiles,
    logins: dict[str, Login],
    certificate: bytes = b"",
    values: dict[str, str] | None = None,
) -> bool:
    """Write what changed of this PC's files; False when nothing did."""
    fresh = Files()
    fresh.add(files.credentials, credentials_text(logins).encode())
    if certificate:
        fresh.add(files.certificate, certificate, OPEN)
    if values:
        fresh.add(files.settings, settings_with(files.settings, values), OPEN)
    return bool(fresh.place())
