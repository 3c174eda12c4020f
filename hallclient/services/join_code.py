"""The code by which a PC joins a hall: where the server is, and a secret for one time.

Theory of operation. The code is shown on the host's screen and typed, scanned or carried to the
other PC. All that follows from its secret: the name and password of a login that reads one sealed
offer, the key that opens it, and the mark of the server's certificate. That mark is a keyed hash
(HMAC), so who does not know the code cannot even try certificates against it, and five bytes do.

Layout, before Crockford's base 32::

    1   form: 0 one IPv4 address; else the number of hosts; +64 with a port, +128 with a database
    4   the address; or for each host its length, and its ASCII text
    2   the port, where it is not 5432
    n   the database with its length, where it is not ``hall``
    10  secret
    5   mark of the certificate
    2   checksum: SHA-256 of all before
"""

import hashlib
import hmac
import ipaddress
import re
import secrets
import struct
from dataclasses import dataclass, field
from typing import Final

from hallclient.services.sealing import KEY_BYTES, HallKey

PORT: Final = 5432
DATABASE: Final = "hall"
SECRET_BYTES: Final = 10
MARK_BYTES: Final = 5
_CHECK_BYTES: Final = 2
_HOSTS_MAX: Final = 9
_WITH_PORT, _WITH_DATABASE = 64, 128
_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE: Final = str.maketrans("OIL", "011")
_NAME: Final = re.compile(r"[0-9A-Za-z._:-]{1,253}")


class JoinCodeError(Exception):
    """What was given is no code, or mistyped; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class JoinCode:
    """What a code says. ``secret`` has 10 bytes, ``mark`` 5."""

    hosts: tuple[str, ...]
    secret: bytes = field(repr=False)
    mark: bytes = b""
    port: int = PORT
    database: str = DATABASE

    @property
    def login(self) -> str:
        """Name of the login that reads the offer."""
        return f"join.{self._derived('login').hex()[:16]}"

    @property
    def password(self) -> str:
        """Its password."""
        return self._derived("password").hex()

    def knows(self, fingerprint: bytes) -> bool:
        """Tell whether a certificate is the one that the code was made for."""
        return hmac.compare_digest(self.mark, _mark(self.secret, fingerprint))

    def seal(self, text: str) -> bytes:
        """Seal an offer."""
        return self._key.seal("offer", self.login, text)

    def unseal(self, sealed: bytes) -> str:
        """Open an offer; raises ``KeyTrouble``."""
        return self._key.unseal("offer", self.login, sealed)

    def text(self) -> str:
        """Return the code in groups of four signs."""
        signs = _encoded(self._payload())
        return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))

    @property
    def _key(self) -> HallKey:
        return HallKey(self._derived("key"))

    def _derived(self, purpose: str) -> bytes:
        return hmac.digest(self.secret, f"hallclient join {purpose}".encode(), "sha256")[:KEY_BYTES]

    def _payload(self) -> bytes:
        parts = [self._where()]
        if self.port != PORT:
            parts.append(struct.pack("!H", self.port))
        if self.database != DATABASE:
            parts.append(_counted(self.database))
        body = b"".join((*parts, self.secret, self.mark))
        return body + _check(body)

    def _where(self) -> bytes:
        form = _WITH_PORT * (self.port != PORT) + _WITH_DATABASE * (self.database != DATABASE)
        if len(self.hosts) == 1 and (address := _ipv4(self.hosts[0])) is not None:
            return bytes([form]) + address
        return bytes([form + len(self.hosts)]) + b"".join(map(_counted, self.hosts))


def new_code(hosts: tuple[str, ...], port: int, database: str, fingerprint: bytes) -> JoinCode:
    """Make a code with a new secret. Raises ``JoinCodeError`` for hosts that cannot stand in it."""
    if not 0 < len(hosts) <= _HOSTS_MAX or not all(map(_NAME.fullmatch, (*hosts, database))):
        raise JoinCodeError(f"A code names one to {_HOSTS_MAX} hosts by address or name.")
    secret = secrets.token_bytes(SECRET_BYTES)
    return JoinCode(hosts, secret, _mark(secret, fingerprint), port, database)


def read_code(text: str) -> JoinCode:
    """Read a code as people write it: small letters, blanks, O for 0. Raises ``JoinCodeError``."""
    signs = re.sub(r"[\s\-–—.]", "", text).upper().translate(_ALIKE)
    wrong = next((sign for sign in signs if sign not in _SIGNS), "")
    if wrong:
        raise JoinCodeError(f"A code has no sign {wrong}: look at it once more.")
    payload = _decoded(signs)
    body, check = payload[:-_CHECK_BYTES], payload[-_CHECK_BYTES:]
    if len(body) < SECRET_BYTES + MARK_BYTES + 1 or _check(body) != check:
        raise JoinCodeError("This code is mistyped, or a part of it is missing.")
    try:
        return _read(body)
    except (IndexError, struct.error, UnicodeDecodeError, ValueError):
        raise JoinCodeError("This code was made by another version of hallclient.") from None


def _read(body: bytes) -> JoinCode:
    form, at = body[0], 1
    hosts, count = [], form & ~(_WITH_PORT | _WITH_DATABASE)
    if count == 0:
        hosts.append(str(ipaddress.IPv4Address(body[1:5])))
        at = 5
    for _ in range(count):
        hosts.append(_text(body, at))
        at += 1 + body[at]
    port, database = PORT, DATABASE
    if form & _WITH_PORT:
        port = struct.unpack_from("!H", body, at)[0]
        at += 2
    if form & _WITH_DATABASE:
        database = _text(body, at)
        at += 1 + body[at]
    rest = body[at:]
    if len(rest) != SECRET_BYTES + MARK_BYTES or not all(map(_NAME.fullmatch, (*hosts, database))):
        raise ValueError("a code of another form")
    return JoinCode(tuple(hosts), rest[:SECRET_BYTES], rest[SECRET_BYTES:], port, database)


def _text(body: bytes, at: int) -> str:
    found = body[at + 1 : at + 1 + body[at]]
    if len(found) != body[at]:
        raise ValueError("cut short")
    return found.decode("ascii")


def _counted(text: str) -> bytes:
    data = text.encode("ascii")
    return bytes([len(data)]) + data


def _ipv4(host: str) -> bytes | None:
    try:
        return ipaddress.IPv4Address(host).packed
    except ValueError:
        return None


def _mark(secret: bytes, fingerprint: bytes) -> bytes:
    return hmac.digest(secret, b"hallclient join certificate" + fingerprint, "sha256")[:MARK_BYTES]


def _check(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()[:_CHECK_BYTES]


def _encoded(data: bytes) -> str:
    count = -(-len(data) * 8 // 5)
    number = int.from_bytes(data, "big") << (count * 5 - len(data) * 8)
    return "".join(_SIGNS[number >> (5 * at) & 31] for at in reversed(range(count)))


def _decoded(signs: str) -> bytes:
    """Return the whole bytes; whatever is behind them is zero, or the code is none."""
    number = 0
    for sign in signs:
        number = number * 32 + _SIGNS.index(sign)
    length = len(signs) * 5 // 8
    spare = len(signs) * 5 - length * 8
    if number & ((1 << spare) - 1):
        return b""
    return (number >> spare).to_bytes(length, "big")
