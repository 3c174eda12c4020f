"""A hall that is hosted here: a server of its own on a free port, in a folder of its own."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hallclient.bootstrap.hosting.cluster import Cluster
from hallclient.bootstrap.hosting.codes import make_code
from hallclient.bootstrap.hosting.host import Hosted, host_here
from hallclient.bootstrap.hosting.place import PcFiles
from hallclient.services.hallfile import load_hall
from hallclient.services.join_code import JoinCode

HALL = "demo"
HERE = ("127.0.0.1",)


@dataclass(frozen=True)
class Host:
    """The PC that hosts."""

    cluster: Cluster
    files: PcFiles
    first: Hosted

    def code(self, *kinds: str, pc: str = "") -> JoinCode:
        """A code for a PC with such roles."""
        return make_code(self.files, kinds or ("kiosk",), 1, pc, HERE).code


def files_in(folder: Path) -> PcFiles:
    """The files of a PC in a folder."""
    config = folder / "config"
    names = ("hallclient.toml", "credentials.toml", "hall-server.pem", "hall.key")
    return PcFiles(*(config / name for name in names))


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A hosted hall, for all tests."""
    # Not in pytest's folder: root's is closed to the user whom PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="hallclient-host-"))
    cluster = Cluster(folder, free_port(), windows=3)
    files = files_in(tmp_path_factory.mktemp("host"))
    try:
        first = host_here(cluster, files, load_hall(HALL))
        yield Host(cluster, files, first)
    finally:
        if cluster.made:
            cluster.stop()
        shutil.rmtree(folder)


@pytest.fixture
def other(tmp_path: Path) -> PcFiles:
    """The files of another PC, which has none yet."""
    return files_in(tmp_path / "other")
