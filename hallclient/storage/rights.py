"""What each kind of PC may do with each table, on PostgreSQL (adr/0020).

Theory of operation. Every role process logs in as a user of its own, a member of one of the group
roles here; a user owns nothing and has only its group's rights. ``RIGHTS`` is the whole truth:
what is not in it is denied, PUBLIC has nothing. Rows of three tables are narrower still
(``storage.rights_rows``). ``apply_rights`` makes it so, as often as one likes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.storage.errors import translated
from hallclient.storage.metadata import metadata
from hallclient.storage.rights_rows import ROW_RULES
from hallclient.storage.schema import PART_TABLES

GROUPS: Final = ("kiosk", "window", "display", "supervisor", "agent")
"""Kinds of role processes. A window's screen and a board are displays; an agent does chores."""
MEMBERS: Final = "hall_pc"
"""Group of every user of a joined PC: whom the server lets in from the network."""

_PRIVILEGES: Final = {"read": "SELECT", "add": "INSERT", "change": "UPDATE", "drop": "DELETE"}
_WORD: Final = re.compile(r"(read|add|change|drop)(?:\(([a-z0-9_ ]+)\))?")
_COUNTERS: Final = "change(plan_version next_id seq last_at head open_day timeline)"

TIMEOUT_S: Final[Mapping[str, int]] = {
    "kiosk": 15,
    "window": 15,
    "display": 15,
    "supervisor": 60,
    "agent": 300,
}
"""How long a statement may take; reports of years are the supervisors' and the chores'."""

Access = Mapping[str, str]


def _all(access: str, **others: str) -> Access:
    return {**dict.fromkeys(GROUPS, access), **others}


RIGHTS: Final[Mapping[str, Access]] = {
    "alembic_version": _all("read"),
    # The hall and its parts are the owner's; whoever changes anything counts on (hall's row).
    "hall": _all(f"read {_COUNTERS}"),
    **{table.name: _all("read") for table, _kind in PART_TABLES.values()},
    "staff": _all("read", display="read(*pin_hash)"),
    "journal": _all("read add"),
    # The first change of a day closes the one before, whoever makes it (services.days).
    "business_day": _all("read add change", display="read"),
    "queue_now": _all("read change", display="read"),
    "lent_window": _all("read drop", display="read", supervisor="read add change drop"),
    "counter": _all("read add change", display="read"),
    "ticket": _all(
        "read change", display="read", kiosk="read add change", window="read add change"
    ),
    "turn": _all("read add change", kiosk="read change", display="read"),
    "shift": _all("read add change", kiosk="read change", display="read"),
    "pause": _all("read add", display=""),
    "hold": _all("read add change drop", kiosk="read drop", display="read"),
    "ticket_step": _all("read add drop", display="read"),
    # Persons: keys of the day, names that a clerk wrote down, telephones (sealed).
    "ticket_person": {"kiosk": "read add change", "window": "read", "agent": "read drop"},
    "person_note": {
        "kiosk": "read(hall_id ticket_id) add change(mask tail key) drop",
        "window": "read add change drop",
        "supervisor": "read drop",
        "agent": "read drop",
    },
    "contact": {
        "kiosk": "read(hall_id ticket_id) add change",
        "agent": "read add change drop",
    },
    "message": {
        "kiosk": "add",
        "window": "add",
        "supervisor": "read add change",
        "agent": "read add change drop",
    },
    "appointment": {
        "kiosk": "read add change",
        "window": "read",
        "display": "read(hall_id queue_id starts_at state)",
        "supervisor": "read add change",
        "agent": "read add change drop",
    },
    "note": {"window": "read add", "supervisor": "read add", "agent": "read drop"},
    # Cases: a kiosk sees the one whose number it is given (rights_rows).
    "case_record": {
        "kiosk": "read",
        "window": "read add change",
        "supervisor": "read add change",
        "agent": "read add change",
    },
    "suspension": {
        "kiosk": "read",
        "window": "read add change",
        "supervisor": "read add change",
        "agent": "read",
    },
    "errand": {
        "window": "read add change",
        "supervisor": "read",
        "agent": "read change",
    },
    # Ratings go in and do not come out: of its own a window may know that the default stands.
    "rating": {
        "window": "read(hall_id turn_id origin) add drop",
        "display": "read(hall_id turn_id origin) add drop",
        "supervisor": "read",
        "agent": "read add drop",
    },
    "rating_contact": {
        "window": "read(hall_id rating_id) add change",
        "display": "read(hall_id rating_id) add change",
        "supervisor": "read",
        "agent": "read add change drop",
    },
    "follow_up": {"supervisor": "read add change", "agent": "read add change drop"},
    "staff_week": {"window": "read", "supervisor": "read", "agent": "read add change drop"},
    # Closed days, counted by a chore; those of ratings have levels.
    **{
        table: {"supervisor": "read", "agent": "read add change drop"}
        for table in ("day_stats", "rating_day", "case_day")
    },
    # Whoever changes something of a closed day lets it be counted anew.
    "day_done": _all(
        "read(hall_id day what) drop", supervisor="read drop", agent="read add change drop"
    ),
    "staff_stars": {"display": "read", "agent": "read add change drop"},
    # The floor.
    "queue_stop": _all("read", supervisor="read add change drop", agent="read drop"),
    "leave": {"window": "read", "supervisor": "read add change drop", "agent": "read drop"},
    "alarm_taken": {"supervisor": "read add change drop", "agent": "read drop"},
    "offline_move": {
        "window": "read add change",
        "supervisor": "read add change",
        "agent": "read drop",
    },
    "bulletin": _all("read", supervisor="read add change", agent="read drop"),
    "help_call": {
        "kiosk": "read add change",
        "window": "read add change",
        "supervisor": "read change",
        "agent": "read drop",
    },
    # Paper.
    "print_job": _all("read add change", display="", agent="read add change drop"),
    # What the public sees.
    "announced": _all("read", kiosk="", display="read add change", agent="read drop"),
    "board": _all(
        "read", kiosk="", display="read add change", supervisor="read drop", agent="read drop"
    ),
    "publication": _all("read", supervisor="read add change", agent="read drop"),
    "media": _all("read", supervisor="read add", agent="read drop"),
    "staff_photo": _all("read", kiosk=""),
    # Plumbing beside the hall.
    "listener": _all("read add change drop"),
    "lease": _all("read add change"),
    "device": _all("read add change", agent="read add change drop"),
}
"""By table and kind of PC: ``read``, ``add``, ``change``, ``drop``; of these columns ``(a b)``, of
all but these ``(*a b)``; nothing where a kind is not named."""


def apply_rights(engine: Engine) -> None:
    """Make the groups and give each its rights, in one transaction. Nothing to do on SQLite.

    Needs a user who owns the tables and may make roles.
    """
    if engine.dialect.name != "postgresql":
        return
    with translated(), engine.begin() as connection:
        _apply(connection)


def renew_rights(connection: Connection) -> bool:
    """Give the kinds their rights to what was changed or made anew, where this database has any.

    In the caller's transaction, so that nobody meets tables without their doors. False: it has
    none, or is an SQLite file.
    """
    if not rights_in_use(connection):
        return False
    _apply(connection)
    return True


def rights_in_use(connection: Connection) -> bool:
    """Tell whether this database has rights by kind. Its server may have other databases, too."""
    if connection.dialect.name != "postgresql":
        return False
    return bool(connection.execute(sa.text(_IN_USE), {"group": group_of(GROUPS[0])}).scalar())


_IN_USE: Final = """
SELECT EXISTS (SELECT 1 FROM pg_database d, aclexplode(d.datacl) a
  WHERE d.datname = current_database() AND a.grantee = to_regrole(:group)::oid)
"""
_POLICIES: Final = """
SELECT policyname, tablename FROM pg_policies
WHERE schemaname = 'public' AND starts_with(policyname, 'hall_')
"""


def _apply(connection: Connection) -> None:
    # Grants of two at once would end in "tuple concurrently updated".
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(7310599)"))
    _make_groups(connection)
    for statement in (*_closed(connection), *_granted(), *ROW_RULES.statements()):
        connection.exec_driver_sql(statement)


def group_of(kind: str) -> str:
    """Return the group role of a kind of PC."""
    return f"hall_{kind}"


def granted(access: str, columns: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the privileges of an access with the columns they are for; none: the whole table."""
    for word in filter(None, re.split(r" (?![^(]*\))", access)):
        found = _WORD.fullmatch(word.replace("*", "")) or _broken(word)
        named = (found[2] or "").split()
        if "(*" in word:
            if not columns:
                raise ValueError(f"{word!r} of a table that nobody knows would be all of it")
            named = [name for name in columns if name not in named]
        yield _PRIVILEGES[found[1]], named


def _broken(word: str) -> "re.Match[str]":
    raise ValueError(f"{word!r} is no right")


def _make_groups(connection: Connection) -> None:
    known = set(connection.execute(sa.text("SELECT rolname FROM pg_roles")).scalars())
    for name in (MEMBERS, *map(group_of, GROUPS)):
        if name not in known:
            connection.exec_driver_sql(f"CREATE ROLE {name} NOLOGIN")
    connection.exec_driver_sql(f"REVOKE {MEMBERS} FROM {', '.join(map(group_of, GROUPS))}")


def _closed(connection: Connection) -> Iterator[str]:
    """Take everything back first: a right that left the table above is gone from the server."""
    everybody = ", ".join(("PUBLIC", *map(group_of, GROUPS)))
    database = connection.execute(sa.text("SELECT quote_ident(current_database())")).scalar_one()
    yield f"REVOKE ALL ON DATABASE {database} FROM {everybody}"
    yield f"GRANT CONNECT ON DATABASE {database} TO {', '.join(map(group_of, GROUPS))}"
    yield f"REVOKE ALL ON SCHEMA public FROM {everybody}"
    yield f"GRANT USAGE ON SCHEMA public TO {', '.join(map(group_of, GROUPS))}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {everybody}"
    # The whole table's revocation takes the columns' grants, too.
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {everybody}"
    yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {everybody}"
    for policy, table in connection.execute(sa.text(_POLICIES)).all():
        yield f"DROP POLICY {_quoted(policy)} ON {_quoted(table)}"


def _granted() -> Iterator[str]:
    for table, access in RIGHTS.items():
        known = metadata.tables.get(table)
        columns = [column.name for column in known.columns] if known is not None else []
        for kind, words in access.items():
            for privilege, named in granted(words, columns):
                listed = f" ({', '.join(map(_quoted, named))})" if named else ""
                yield f"GRANT {privilege}{listed} ON {_quoted(table)} TO {group_of(kind)}"


def _quoted(name: str) -> str:
    return f'"{name}"'
