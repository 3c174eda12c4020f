"""The server's certificate: made once where the server is, fetched and pinned where a PC joins."""

import hashlib
import ipaddress
import socket
import ssl
import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hallclient.bootstrap.hosting import HostingError

YEARS: Final = 20
"""Longer than a hall's PCs last: a certificate that ends on a Monday morning stops a hall."""
_EARLIER: Final = timedelta(days=2)
_SSL_REQUEST: Final = struct.pack("!ii", 8, 80877103)
"""PostgreSQL manual, "SSL Session Encryption" of the protocol: length 8, code 1234 5679."""
FETCH_S: Final = 5.0


def make_certificate(names: Sequence[str]) -> tuple[bytes, bytes]:
    """Return a new self-signed certificate for these names and addresses, and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hallclient hall server")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName(list(map(_name, names))), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return made.public_bytes(serialization.Encoding.PEM), secret


def fetch_certificate(host: str, port: int) -> bytes:
    """Return the certificate that a PostgreSQL server shows, as DER. Nothing is trusted yet.

    Raises ``OSError`` when nobody answers, ``HostingError`` for a server without TLS.
    """
    with socket.create_connection((host, port), FETCH_S) as plain:
        plain.sendall(_SSL_REQUEST)
        if plain.recv(1) != b"S":
            raise HostingError(f"The server at {host} speaks no TLS: no PC joins it.")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # looked at below, before anything is said
        with context.wrap_socket(plain) as secure:
            return secure.getpeercert(binary_form=True) or b""


def as_pem(der: bytes) -> bytes:
    """Return a certificate as libpq's sslrootcert wants it."""
    return ssl.DER_cert_to_PEM_cert(der).encode()


def as_der(pem: bytes) -> bytes:
    """Return a certificate as it is sent."""
    return ssl.PEM_cert_to_DER_cert(pem.decode())


def fingerprint(der: bytes) -> bytes:
    """Return what a certificate is known by: SHA-256, 32 bytes."""
    return hashlib.sha256(der).digest()


def wrong_clock(der: bytes, now: datetime) -> str:
    """Return what to say when this PC's clock lies outside of a certificate's time; "" if not."""
    known = x509.load_der_x509_certificate(der)
    if known.not_valid_before_utc <= now <= known.not_valid_after_utc:
        return ""
    return (
        f"This PC's clock says {now.astimezone():%Y-%m-%d %H:%M}, which cannot be: set it, and "
        "join again."
    )


def fits(der: bytes, host: str) -> bool:
    """Tell whether a certificate was made for this name or address."""
    known = x509.load_der_x509_certificate(der)
    try:
        names = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    return _name(host) in list(names)


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
