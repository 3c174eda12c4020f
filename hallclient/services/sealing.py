"""The hall's key, and what is sealed with it: personal facts that the database keeps for a while.

The key (32 bytes, a file only its owner reads) is never in database, backup or log
(architecture.md §6). Every purpose has a key of its own, made from it by HKDF; every seal is bound
to what it belongs to, so that a sealed value moved to another row does not open.
"""

import base64
import binascii
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyTrouble(Exception):
    """The hall's key cannot be used; the text is for the technician."""


class HallKey:
    """The hall's key in memory. Its printed form tells nothing."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise KeyTrouble(f"A hall's key has {KEY_BYTES} bytes.")
        self._secret = secret

    def __repr__(self) -> str:
        return "HallKey(…)"

    def seal(self, purpose: str, owner: str, text: str) -> bytes:
        """Return ``text`` sealed for a purpose ("telephone") and an owner ("ticket:17")."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher(purpose).encrypt(nonce, text.encode(), owner.encode())

    def unseal(self, purpose: str, owner: str, sealed: bytes) -> str:
        """Return what was sealed; ``KeyTrouble`` for another key, purpose or owner."""
        nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher(purpose).decrypt(nonce, content, owner.encode()).decode()
        except (InvalidTag, ValueError):
            raise KeyTrouble("This was sealed with another key.") from None

    def digest(self, purpose: str, text: str) -> str:
        """Return the keyed hash (HMAC-SHA256, hexadecimal) of a text for a purpose."""
        return hmac.digest(self._derived(purpose), text.encode(), "sha256").hex()

    def _cipher(self, purpose: str) -> AESGCM:
        return AESGCM(self._derived(purpose))

    def _derived(self, purpose: str) -> bytes:
        derive = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"hallclient {purpose}".encode())
        return derive.derive(self._secret)


def key_on_paper(path: Path) -> list[str]:
    """Return a key as it is written down: groups of four letters and digits (base 32)."""
    signs = base64.b32encode(base64.b64decode(path.read_bytes())).decode().rstrip("=")
    return [signs[at : at + 4] for at in range(0, len(signs), 4)]


def key_from_paper(text: str) -> bytes:
    """Return the secret of a key as somebody types it; ``KeyTrouble`` when it cannot be one."""
    signs = "".join(text.split()).upper().translate(str.maketrans("01", "OI"))
    try:
        secret = base64.b32decode(signs + "=" * (-len(signs) % 8))
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise KeyTrouble("This is no key: 13 groups of four letters and digits, as on the paper.")
    return secret


def make_key(path: Path, secret: bytes = b"") -> HallKey:
    """Make a key in a new file of mode 0600; ``KeyTrouble`` when there is one already.

    ``secret`` is one that is known from paper, empty for a new one.
    """
    secret = secret or secrets.token_bytes(KEY_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyTrouble(f"There is a key in {path} already.") from None
    except OSError as error:
        raise KeyTrouble(f"The key file {path} cannot be made: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secret) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)  # half a key would be in the way of the next one
        raise KeyTrouble(f"The key file {path} cannot be made: {error.strerror}.") from error
    return HallKey(secret)


def load_key(path: Path) -> HallKey:
    """Read a key file; ``KeyTrouble`` when there is none, or others may read it."""
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise KeyTrouble(f"The key file {path} is open to others: chmod 600 mends it.")
        return HallKey(base64.b64decode(path.read_bytes().strip(), validate=True))
    except FileNotFoundError:
        raise KeyTrouble(f"There is no key file {path}.") from None
    except OSError as error:
        raise KeyTrouble(f"The key file {path} cannot be read: {error.strerror}.") from error
    except binascii.Error:
        raise KeyTrouble(f"The file {path} holds no key.") from None
