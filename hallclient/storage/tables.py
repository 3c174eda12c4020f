"""Pieces of tables: keys that carry the hall, references within it, indexes of the few."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKeyConstraint, Index, event

from hallclient.storage.metadata import metadata

# A bound status parameter would lose the partial indexes once PostgreSQL plans generically.
WAITING: sa.ColumnElement[str] = sa.literal_column("'waiting'")
ENDED: sa.ColumnElement[str] = sa.literal_column("'ended'")


def hall_key() -> "Column[str]":
    """Return the first half of every key."""
    return Column("hall_id", sa.Text, sa.ForeignKey("hall.hall_id"), primary_key=True)


def own_id() -> "Column[int]":
    """Return the second half: a number of the hall's own counter."""
    return Column("id", sa.BigInteger, primary_key=True, autoincrement=False)


def ref(name: str, table: str) -> ForeignKeyConstraint:
    """Refer to a row of another table of the same hall."""
    return ForeignKeyConstraint(["hall_id", name], [f"{table}.hall_id", f"{table}.id"])


def partial(
    name: str, *columns: "Column[Any]", where: sa.ColumnElement[bool], unique: bool = False
) -> Index:
    """Index only the rows for which ``where`` holds: those few that are asked for all day."""
    return Index(name, *columns, unique=unique, sqlite_where=where, info={"where": where})


@event.listens_for(metadata, "before_create")
def _partial_on_postgres(target: sa.MetaData, connection: sa.Connection, **_: object) -> None:
    """Make the indexes partial there too. Said above, it would load that dialect everywhere."""
    if connection.dialect.name == "postgresql":
        for index in (index for table in target.tables.values() for index in table.indexes):
            if "where" in index.info:
                index.dialect_options["postgresql"]["where"] = index.info["where"]
