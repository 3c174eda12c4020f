"""Users of the database server: those of each PC, and those by which a PC joins (PostgreSQL only).

A PC has a login for each kind of role that it runs, ``pc3.kiosk``, so that one PC can be taken
away. A code's login reads one row of ``joining.offer``, its own, and may say that it took it;
until then the PC's logins end with the code. The schema ``joining`` is not the hall's.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.storage.errors import translated
from hallclient.storage.rights import GROUPS, MEMBERS, TIMEOUT_S, group_of

JOINERS: Final = "hall_joiner"
"""Group of the logins of codes."""
_FOREVER: Final = "infinity"

_SCHEMA: Final = (
    "CREATE SCHEMA IF NOT EXISTS joining",
    """CREATE TABLE IF NOT EXISTS joining.offer (login text PRIMARY KEY, pc text NOT NULL,
    logins text[] NOT NULL, sealed bytea NOT NULL, until timestamptz NOT NULL)""",
    "ALTER TABLE joining.offer ENABLE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS own ON joining.offer",
    "CREATE POLICY own ON joining.offer FOR SELECT USING (login = session_user AND until > now())",
    """CREATE OR REPLACE FUNCTION joining.take() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    DECLARE one text; all_logins text[];
    BEGIN
      SELECT logins INTO all_logins FROM joining.offer
        WHERE login = session_user AND until > now();
      IF all_logins IS NULL THEN RETURN false; END IF;
      FOREACH one IN ARRAY all_logins LOOP
        EXECUTE 'ALTER ROLE ' || quote_ident(one) || ' VALID UNTIL ''infinity''';
      END LOOP;
      RETURN true;
    END $$""",
    """CREATE OR REPLACE FUNCTION joining.done() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      DELETE FROM joining.offer WHERE login = session_user;
      IF FOUND THEN EXECUTE 'ALTER ROLE ' || quote_ident(session_user) || ' NOLOGIN'; END IF;
    END $$""",
    "REVOKE ALL ON SCHEMA joining FROM PUBLIC",
    "REVOKE ALL ON ALL TABLES IN SCHEMA joining FROM PUBLIC",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA joining FROM PUBLIC",
    f"GRANT USAGE ON SCHEMA joining TO {JOINERS}",
    f"GRANT SELECT (login, sealed) ON joining.offer TO {JOINERS}",
    f"GRANT EXECUTE ON FUNCTION joining.take(), joining.done() TO {JOINERS}",
)


@dataclass(frozen=True, slots=True)
class JoinedPc:
    """A PC with logins at the server. ``until`` is None for one that has joined."""

    name: str
    kinds: tuple[str, ...]
    until: datetime | None
    connections: int


def prepare_joining(engine: Engine) -> None:
    """Make what codes need, in one transaction; as often as one likes."""
    with translated(), engine.begin() as connection:
        if not _known(connection, JOINERS):
            connection.exec_driver_sql(f"CREATE ROLE {JOINERS} NOLOGIN")
        for statement in _SCHEMA:
            connection.exec_driver_sql(statement)
        database = connection.execute(sa.text("SELECT quote_ident(current_database())")).scalar()
        connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {database} TO {JOINERS}")


def make_logins(
    connection: Connection, pc: str, passwords: Mapping[str, str], until: datetime | None = None
) -> dict[str, str]:
    """Make a PC's logins by kind, or give those there new passwords; return users by kind."""
    users = {kind: f"{pc}.{kind}" for kind in passwords}
    for kind, user in users.items():
        _make(connection, user, passwords[kind], until, (group_of(kind), MEMBERS))
        options = f"SET statement_timeout = '{TIMEOUT_S[kind]}s'"
        connection.exec_driver_sql(f"ALTER ROLE {_quoted(user)} {options}")
        note = json.dumps({"pc": pc, "kind": kind})
        connection.exec_driver_sql(f"COMMENT ON ROLE {_quoted(user)} IS '{note}'")
    return users


def make_offer(
    connection: Connection,
    login: str,
    password: str,
    offer: tuple[str, Sequence[str], bytes],
    until: datetime,
) -> None:
    """Make the login of a code and what it may read: a PC, its users, the sealed offer."""
    pc, users, sealed = offer
    # A PC has one code: its earlier one would take away, when it ends, what this one gives.
    connection.execute(sa.text("DELETE FROM joining.offer WHERE pc = :pc"), {"pc": pc})
    _make(connection, login, password, until, (JOINERS,), limit=2)
    connection.execute(
        sa.text("INSERT INTO joining.offer VALUES (:login, :pc, :logins, :sealed, :until)"),
        {"login": login, "pc": pc, "logins": list(users), "sealed": sealed, "until": until},
    )


def clear_codes(engine: Engine) -> int:
    """Take away codes that were used or are over, and the logins that nobody took up."""
    with translated(), engine.begin() as connection:
        over = connection.execute(
            sa.text("DELETE FROM joining.offer WHERE until <= now() RETURNING logins")
        )
        unused = [user for row in over for user in row.logins]
        members = connection.execute(
            sa.text(
                "SELECT r.rolname FROM pg_roles r JOIN pg_auth_members m ON m.member = r.oid"
                " WHERE m.roleid = to_regrole(:joiners) AND r.rolname NOT IN"
                " (SELECT login FROM joining.offer)"
            ),
            {"joiners": JOINERS},
        )
        logins = list(members.scalars())
        late = [user for user in unused if _ends(connection, user)]
        for user in (*logins, *late):
            connection.exec_driver_sql(f"DROP ROLE IF EXISTS {_quoted(user)}")
        return len(logins)


def joined_pcs(engine: Engine) -> list[JoinedPc]:
    """Return the PCs with logins, by name."""
    with translated(), engine.begin() as connection:
        rows = connection.execute(sa.text(_PCS), {"members": MEMBERS})
        found: dict[str, JoinedPc] = {}
        for user, until, connections in rows:
            name, _, kind = user.rpartition(".")
            if kind not in GROUPS:
                continue
            before = found.get(name, JoinedPc(name, (), until, 0))
            kinds = (*before.kinds, kind)
            found[name] = JoinedPc(name, kinds, until, before.connections + connections)
    return [found[name] for name in sorted(found)]


def known_users(engine: Engine) -> frozenset[str]:
    """Return the users of this hall's PCs."""
    with translated(), engine.begin() as connection:
        return frozenset(row[0] for row in connection.execute(sa.text(_PCS), {"members": MEMBERS}))


def drop_pc(engine: Engine, pc: str) -> int:
    """Take a PC's logins away and end its connections; return how many logins it had."""
    with translated(), engine.begin() as connection:
        users = [f"{pc}.{kind}" for kind in GROUPS if _known(connection, f"{pc}.{kind}")]
        for user in users:
            connection.exec_driver_sql(f"ALTER ROLE {_quoted(user)} NOLOGIN")
        connection.execute(sa.text("DELETE FROM joining.offer WHERE pc = :pc"), {"pc": pc})
    with translated(), engine.begin() as connection:  # nobody comes back between the two
        for user in users:
            connection.execute(sa.text(_END), {"user": user})
            connection.exec_driver_sql(f"DROP ROLE {_quoted(user)}")
    return len(users)


_PCS: Final = """
SELECT r.rolname, CASE WHEN isfinite(r.rolvaliduntil) THEN r.rolvaliduntil END,
  (SELECT count(*) FROM pg_stat_activity a WHERE a.usesysid = r.oid)
FROM pg_roles r JOIN pg_auth_members m ON m.member = r.oid
WHERE m.roleid = to_regrole(:members) AND r.rolcanlogin ORDER BY r.rolname
"""
_END: Final = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :user"


def _make(
    connection: Connection,
    user: str,
    password: str,
    until: datetime | None,
    groups: tuple[str, ...],
    limit: int = -1,
) -> None:
    """Make a user, or change it. The server never sees the password, nor can it log it."""
    # What a new user is not, only a superuser may say of one that is there.
    fresh = " NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
    word, without = ("ALTER", "") if _known(connection, user) else ("CREATE", fresh)
    verifier = _verifier(connection, user, password)
    ends = _FOREVER if until is None else until.isoformat()
    connection.exec_driver_sql(
        f"{word} ROLE {_quoted(user)} LOGIN{without}"
        f" CONNECTION LIMIT {limit} PASSWORD '{verifier}' VALID UNTIL '{ends}'"
    )
    connection.exec_driver_sql(f"GRANT {', '.join(groups)} TO {_quoted(user)}")


def _verifier(connection: Connection, user: str, password: str) -> str:
    raw: Any = connection.connection.driver_connection
    made: bytes = raw.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256")
    return made.decode()


def _known(connection: Connection, user: str) -> bool:
    query = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :user")
    return connection.execute(query, {"user": user}).scalar() is not None


def _ends(connection: Connection, user: str) -> bool:
    """Tell whether a user is there whose time is limited: nobody took it up."""
    query = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :user AND isfinite(rolvaliduntil)")
    return connection.execute(query, {"user": user}).scalar() is not None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
