"""How a city's links and stations stand: what arrives, what lags, what somebody has to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.storage.city_links import subscription_of, version_of
from hallclient.storage.city_publishing import server_of
from hallclient.storage.city_tables import city_link, city_receipt
from hallclient.storage.engine import READ
from hallclient.storage.errors import translate, translated
from hallclient.storage.schema import VERSION, journal

if TYPE_CHECKING:
    import psycopg

_SUBSCRIPTION: Final = """
    SELECT subenabled, subconninfo,
      (SELECT count(*) FROM pg_subscription_rel WHERE srsubid = oid AND srsubstate <> 'r'),
      (SELECT max(last_msg_receipt_time) FROM pg_stat_subscription
        WHERE subid = pg_subscription.oid AND relid IS NULL AND pid IS NOT NULL)
    FROM pg_subscription WHERE subname = %s
"""
_SLOT: Final = """
    SELECT active, COALESCE(wal_status, ''),
      COALESCE(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::bigint,
      COALESCE(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint,
      COALESCE(safe_wal_size, -1)::bigint
    FROM pg_replication_slots WHERE slot_name = %s
"""


@dataclass(frozen=True, slots=True)
class LinkState:
    """One link. ``behind`` counts journal entries that the city does not have yet.

    ``lag_bytes`` is what the hall has written and the city has not confirmed, ``kept_bytes`` what
    the hall's disk keeps for it, ``left_bytes`` how much more it may keep (-1: no bound known).
    ``trouble`` is what somebody has to do, in a sentence; empty when all is well.
    """

    name: str
    halls: tuple[str, ...]
    running: bool
    heard_at: datetime | None = None
    behind: int | None = None
    lag_bytes: int | None = None
    kept_bytes: int | None = None
    left_bytes: int | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Station:
    """A hall that comes by files."""

    hall_id: str
    through: int
    at: datetime


def link_states(engine: Engine) -> tuple[LinkState, ...]:
    """Return how every link stands; asks the halls' servers too, a few seconds at most each."""
    import psycopg  # noqa: PLC0415 - an extra

    with translated(), engine.execution_options(**READ).begin() as connection:
        links = connection.execute(sa.select(city_link).order_by(city_link.c.name)).all()
        if not links:
            return ()
        tops = {
            row[0]: row[1]
            for row in connection.execute(
                sa.select(journal.c.hall_id, sa.func.max(journal.c.seq)).group_by(journal.c.hall_id)
            )
        }
    try:
        with server_of(engine).hosts.connect(autocommit=True) as here:
            return tuple(_state(here, row.name, tuple(row.halls), tops) for row in links)
    except psycopg.Error as error:
        raise translate(error) from error


def stations(engine: Engine) -> Sequence[Station]:
    """Return the halls that come by files, each with its last receipt."""
    newest = sa.select(city_receipt.c.hall_id, sa.func.max(city_receipt.c.through).label("through"))
    last = newest.group_by(city_receipt.c.hall_id).subquery()
    same = sa.and_(
        city_receipt.c.hall_id == last.c.hall_id, city_receipt.c.through == last.c.through
    )
    asked = sa.select(city_receipt).join(last, same).order_by(city_receipt.c.hall_id)
    with translated(), engine.execution_options(**READ).begin() as connection:
        return [Station(row.hall_id, row.through, row.at) for row in connection.execute(asked)]


def _state(
    here: "psycopg.Connection", name: str, halls: tuple[str, ...], tops: dict[str, int]
) -> LinkState:
    import psycopg  # noqa: PLC0415 - an extra

    row = here.execute(_SUBSCRIPTION.encode(), (subscription_of(name),)).fetchone()
    if row is None:
        return LinkState(name, halls, running=False, trouble="the subscription is gone: renew it")
    enabled, url, copying, heard_at = row
    state = LinkState(name, halls, running=heard_at is not None, heard_at=heard_at)
    trouble = "" if enabled else "the subscription is switched off"
    if enabled and copying:
        trouble = f"{copying} tables are being copied"
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=3) as there:
            return _with_hall(state, there, tops, trouble)
    except psycopg.Error as error:
        return _replaced(state, f"the hall does not answer: {translate(error)}")


def _with_hall(
    state: LinkState, there: "psycopg.Connection", tops: dict[str, int], trouble: str
) -> LinkState:
    version = version_of(there)
    rows = there.execute("SELECT hall_id, seq FROM hall").fetchall()
    behind = sum(max(0, seq - tops.get(hall_id, 0)) for hall_id, seq in rows)
    ahead = [hall_id for hall_id, seq in rows if tops.get(hall_id, 0) > seq]
    slot = there.execute(_SLOT.encode(), (subscription_of(state.name),)).fetchone()
    if version != VERSION:
        trouble = f"the hall's tables are of version {version}, the city's of {VERSION}"
    elif slot is None or slot[1] == "lost":
        what = "was too far behind" if slot is not None else "is gone (a failover?)"
        trouble = f"the slot {what}: renew it, hallclient city subscribe {state.name} URL --again"
    elif ahead:
        trouble = f"the city has entries that {', '.join(ahead)} has lost: renew the link"
    elif not trouble and not state.running:
        trouble = "nothing is received; the city's server log says why"
    found = _replaced(state, trouble, behind=behind)
    if slot is None:
        return found
    _active, _status, lag, kept, left = slot
    return _replaced(found, trouble, behind=behind, lag_bytes=lag, kept_bytes=kept, left_bytes=left)


def _replaced(state: LinkState, trouble: str, **figures: Any) -> LinkState:
    return LinkState(
        state.name, state.halls, state.running, state.heard_at, **figures, trouble=trouble
    )
