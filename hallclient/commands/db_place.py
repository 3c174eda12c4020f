"""Which database a command of ``hallclient db`` is about, and by which login it gets in."""

from hallclient.bootstrap.credentials import is_server
from hallclient.bootstrap.halls import login_url
from hallclient.config import default_database, load_settings


def place_for(named: str, role: str = "db") -> str:
    """Return the URL of ``--db``, else of the settings, else of this user's own file.

    A server's URL has the owner's login in it, where this PC has it: never show what comes back.
    """
    if named and not is_server(named):
        return named  # a file needs no login, and works where the settings do not
    settings = load_settings()
    database = named or settings.database or default_database()
    return login_url(database, role, settings.credentials)
