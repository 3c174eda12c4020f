"""Where the files of this PC's hall are, and what its database's URL says."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from hallclient.bootstrap.hosting import HostingError
from hallclient.bootstrap.messages import key_file
from hallclient.config import CREDENTIALS, Settings, load_settings, settings_file

ROOT_FILE = "hall-server.pem"
"""The server's certificate, pinned, beside the settings."""


@dataclass(frozen=True, slots=True)
class PcFiles:
    """Settings, logins, certificate and key of a PC."""

    settings: Path
    credentials: Path
    certificate: Path
    key: Path

    def read(self) -> Settings:
        """Return the settings, defaults where there are none."""
        return load_settings(self.settings) if self.settings.exists() else Settings()


def files_of(settings: Path | None) -> PcFiles:
    """Return the files of the PC with these settings, by default the user's own."""
    chosen = (settings or settings_file()).absolute()
    read = load_settings(chosen) if chosen.exists() else Settings()
    return PcFiles(
        chosen,
        Path(read.credentials) if read.credentials else chosen.with_name(CREDENTIALS),
        chosen.with_name(ROOT_FILE),
        key_file(read),
    )


def server_url(
    hosts: Sequence[str], port: int, database: str, certificate: Path, *, by_name: bool = False
) -> str:
    """Return a URL without user; ``by_name``: the certificate has these hosts' names in it."""
    places = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host in hosts)
    mode = "verify-full" if by_name else "verify-ca"
    root = quote(str(certificate), safe="/")
    return f"postgresql://{places}/{quote(database)}?sslmode={mode}&sslrootcert={root}"


def server_of(url: str) -> tuple[tuple[str, ...], int, str]:
    """Return hosts, port and database of such a URL."""
    authority, _, rest = url.partition("://")[2].partition("/")
    hosts, port = [], 5432
    for place in authority.rpartition("@")[2].split(","):
        host, _, number = place.rpartition(":") if not place.endswith("]") else (place, "", "")
        hosts.append((host or place).strip("[]"))
        port = int(number) if number.isdigit() else port
    if not all(hosts):
        raise HostingError("The database's URL names no host that others could reach.")
    return tuple(hosts), port, unquote(rest.partition("?")[0])
