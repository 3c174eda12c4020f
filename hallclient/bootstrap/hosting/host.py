"""``hallclient hall host``: the first PC of a hall, or its server, becomes ready for the others.

Every step looks first whether it was done; a second run changes nothing.
"""

import os
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.bootstrap.credentials import (
    GROUPS,
    OWNER,
    Login,
    credentials_text,
    names_user,
    read_credentials,
    url_as,
)
from hallclient.bootstrap.halls import load_hall_into
from hallclient.bootstrap.hosting import HostingError
from hallclient.bootstrap.hosting.certificate import as_pem, fetch_certificate
from hallclient.bootstrap.hosting.cluster import OWNER as OWNER_USER
from hallclient.bootstrap.hosting.cluster import Cluster, addresses
from hallclient.bootstrap.hosting.files import OPEN, Files, settings_with
from hallclient.bootstrap.hosting.place import PcFiles, server_of, server_url
from hallclient.services.sealing import load_key, make_key

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from hallclient.domain.halldiff import Change
    from hallclient.services.hallfile import LoadedHall


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
    return station or socket.gethostname().partition(".")[0]


def host_here(cluster: Cluster, files: PcFiles, loaded: "LoadedHall") -> Hosted:
    """Make and start the server of this PC where it is not yet, then everything in it."""
    done = []
    names = dict.fromkeys((*cluster.names, socket.gethostname(), *addresses()))
    cluster = replace(cluster, names=tuple(names))
    logins = dict(read_credentials(files.credentials))
    if not cluster.made:
        password = cluster.make()
        done.append(f"made the server in {cluster.folder}")
        # At once: without it nobody gets into what was just made.
        logins = {OWNER: Login(OWNER_USER, password)}
        _place(files, logins, cluster.certificate.read_bytes())
    elif OWNER not in logins:
        raise HostingError(
            f"There is a server in {cluster.folder}, but {files.credentials} has no login of its "
            "owner: use the settings it was made with (--settings)."
        )
    elif cluster.configure():
        done.append("wrote the server's settings: stop and start it, so that all of them count")
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
    _place(files, {**read_credentials(files.credentials), OWNER: owner}, certificate)
    return _furnish(url, certificate, files, loaded, [])


def _asked_password() -> str:
    """Return what PGPASSWORD says, or what is typed: a command line is seen by all."""
    import getpass  # noqa: PLC0415 - only here

    return os.environ.get("PGPASSWORD") or getpass.getpass("Password of the owner's login: ")


def _furnish(
    url: str, certificate: bytes, files: PcFiles, loaded: "LoadedHall", done: list[str]
) -> Hosted:
    """Tables, rights, the hall file, the key, this PC's own logins and settings."""
    from hallclient.storage.engine import open_engine, probe  # noqa: PLC0415 - slow to import

    logins = dict(read_credentials(files.credentials))
    _place(files, logins, certificate)
    owner = url_as(url, logins[OWNER])
    changes = load_hall_into(owner, loaded)
    engine = open_engine(owner, role="hall host")
    try:
        probe(engine)
        _grant(engine)
        missing = [kind for kind in GROUPS if kind not in logins]
        if missing:
            own = pc_name(files.read().station)
            logins |= new_logins(engine, own, missing)
            done.append(f"gave this PC, {own}, logins of its own")
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
