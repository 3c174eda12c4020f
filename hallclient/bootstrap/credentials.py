"""The PC's logins at the hall's server: ``credentials.toml``, open to its owner alone.

One table a kind of role, so that a kiosk asks the server for no more than a kiosk may::

    [kiosk]
    user = "pc3.kiosk"
    password = "…"

A database URL with a user in it is taken as it is; its password, where it has none, then comes
from PGPASSFILE as libpq has it.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hallclient.services.store_error import StoreError

OWNER = "owner"
"""Whoever may change tables and logins: there is one on the PC that hosts the hall."""
GROUPS = ("kiosk", "window", "display", "supervisor", "agent")
"""Kinds of roles, each with rights of its own in the database (storage.rights)."""

_KIND_OF = {
    "screen": "display",
    "usher": "kiosk",
    "ticket": "kiosk",
    "slip": "window",
    "ledger": "window",
    "chores": "agent",
    "sms": "agent",
    "appointment": "agent",
    "hall": OWNER,
    "db": OWNER,
    "reconcile": OWNER,
    "city": OWNER,
}
"""Roles and commands that work with another kind's login; commands not named: a supervisor's."""
_ANY = ("device",)
"""Commands that every kind may do: this PC's first login, where it has no supervisor's."""


class CredentialsTrouble(StoreError):
    """The PC has no login for what it is asked to do."""


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the database server. Its printed form has no password."""

    user: str
    password: str = field(repr=False)


def kind_of(role: str) -> str:
    """Return the kind whose login a role's process takes; ``role`` may go on: ``kiosk K1``."""
    word = role.partition(" ")[0]
    return word if word in (*GROUPS, OWNER) else _KIND_OF.get(word, "supervisor")


def read_credentials(file: Path) -> Mapping[str, Login]:
    """Read the logins by kind; none where there is no file. Raises ``CredentialsTrouble``."""
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise CredentialsTrouble(f"The file {file} is open to others: chmod 600 mends it.")
        table = tomllib.loads(file.read_text("utf-8"))
        return {kind: Login(one["user"], one["password"]) for kind, one in table.items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CredentialsTrouble(f"The file {file} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        # No cause: it may show a password.
        raise CredentialsTrouble(f"The file {file} is no list of logins.") from None


def credentials_text(logins: Mapping[str, Login]) -> str:
    """Return the text of such a file."""
    parts = ["# Logins of this PC at the hall's server: hallclient hall host, or hall join.\n"]
    for kind, login in logins.items():
        parts.append(f'[{kind}]\nuser = "{login.user}"\npassword = "{login.password}"\n')
    return "\n".join(parts)


def with_login(database: str, role: str, file: str) -> str:
    """Return the URL with the user and password of a role; never show what comes back.

    Unchanged for SQLite, for a URL that names its user, and on a PC without such a file.
    """
    if not is_server(database) or names_user(database) or not file:
        return database
    logins = read_credentials(Path(file))
    if not logins:
        return database
    kind = kind_of(role)
    if kind not in logins and role.partition(" ")[0] in _ANY:
        kind = next(iter(logins))
    if kind == OWNER and kind not in logins:
        raise CredentialsTrouble(
            "This is done on the PC that hosts the hall: it has the owner's login "
            "(hallclient hall host)."
        )
    if kind not in logins:
        raise CredentialsTrouble(
            f"This PC has no login of the kind {kind} at the hall's server ({file}): make a code "
            f"with hallclient hall code --for {kind} and join once more."
        )
    return url_as(database, logins[kind])


def url_as(database: str, login: Login) -> str:
    """Return a server's URL with a user and a password in it."""
    from urllib.parse import quote  # noqa: PLC0415 - not for SQLite

    scheme, _, rest = database.partition("://")
    return f"{scheme}://{quote(login.user, safe='')}:{quote(login.password, safe='')}@{rest}"


def is_server(database: str) -> bool:
    """Tell whether a URL leads to a PostgreSQL server."""
    return database.partition(":")[0].lower() in ("postgresql", "postgres", "postgresql+psycopg")


def names_user(database: str) -> bool:
    """Tell whether a server's URL has a user in it."""
    authority = database.partition("://")[2].partition("/")[0].partition("?")[0]
    query = database.partition("?")[2]
    return "@" in authority or any(part.startswith("user=") for part in query.split("&"))
