"""Keeps the server running: a unit of the user's systemd, where there is one."""

import os

from hallclient.agent import install
from hallclient.bootstrap.hosting.cluster import Cluster

BY_HAND = (
    "Nothing starts the server with this PC: hallclient hall host --start does it, from whatever "
    "starts programs here."
)


def keep_running(cluster: Cluster, places: install.Places | None = None) -> str:
    """Let the server start with this PC; return what was done, or why it was not."""
    if os.name == "posix" and os.geteuid() == 0 and places is None:
        return BY_HAND
    try:
        file = install.install_server(cluster.command(), places or _places())
    except install.InstallError as error:
        return f"{error} {BY_HAND}"
    if file is None:
        return "The server starts with this PC already."
    return f"{file} is written: the server starts with this PC (loginctl enable-linger, once)."


def _places() -> install.Places:
    from platformdirs import user_config_path  # noqa: PLC0415 - only here

    return install.Places(user_config_path())
