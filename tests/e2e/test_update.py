"""A new version and the way back, as the technician's page has them: by the words that are told."""

import shlex
from pathlib import Path

from alembic import command

from hallclient.storage import migrations
from hallclient.storage.engine import open_engine
from hallclient.storage.schema import VERSION
from tests.e2e.terminal import Said, Terminal

OLD = "0007"


def works(said: Said) -> str:
    assert said.code == 0, said.err
    return said.out


def test_an_older_hall_is_brought_up_to_date_and_back(tmp_path: Path) -> None:
    pc = Terminal(tmp_path)
    works(pc.run("hall", "load", "demo"))
    database = tmp_path / "DATA" / "hallclient" / "hall.db"
    entries = works(pc.run("db", "check"))
    make_older(database)

    # Nothing works, and everybody says which command brings it up to date.
    outdated = f"version {OLD}, this program needs {VERSION}: run hallclient db upgrade"
    assert outdated in pc.run("chores", "list").sentence(3)
    assert outdated in pc.run("db", "check").sentence(3)
    assert "hallclient db upgrade" in pc.run("doctor", "--language", "en").out
    assert "is whole" in works(pc.run("db", "backup")), "before an update"

    told = works(pc.run("db", "upgrade"))
    assert works(pc.run("db", "check")) == entries
    assert works(pc.run("db", "upgrade"))

    # The way back, word for word; this program restores what the former one wrote.
    back = told.partition("then hallclient ")[2].strip()
    assert "nothing of it was deleted" in works(pc.run(*shlex.split(back)))
    assert outdated in pc.run("chores", "list").sentence(3)

    # And forward once more.
    works(pc.run("db", "upgrade"))
    assert "the chain is whole" in works(pc.run("db", "check"))


def make_older(database: Path) -> None:
    """Leave the hall as a former program would have it."""
    engine = open_engine(f"sqlite:///{database}")
    config = migrations.alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, OLD)
    engine.dispose()
