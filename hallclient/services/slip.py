"""What stands on a paper ticket, already in the citizen's words.

Whoever builds the slip chooses the language and decides what is promised ("scan to follow" only
where the hall has a follow URL); whoever prints it only lays it out.
"""

from dataclasses import dataclass

CROCKFORD = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
TOKEN_LENGTH = 16
MAX_QR_PAYLOAD = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSlip:
    """The words of one ticket.

    ``wait_caption`` and ``wait_text`` are ``None`` while there is no estimate. ``materials`` is
    empty unless the citizen asked for the list. ``reprint_mark`` stands on every copy after the
    first. Raises ``ValueError`` when the token is not 16 Crockford characters or the follow URL
    cannot stand in a QR code as plain ASCII.
    """

    hall_name: str
    label: str
    service_name: str
    zone: str
    windows: str
    people_ahead: int
    ahead_caption: str
    ahead_text: str
    token: str
    qr_title: str
    qr_lines: tuple[str, ...]
    missed_title: str
    missed_text: str
    issued_at_text: str
    code: str
    valid_text: str
    wait_caption: str | None = None
    wait_text: str | None = None
    follow_url: str | None = None
    phone_text: str | None = None
    materials: tuple[str, ...] = ()
    materials_title: str = ""
    reprint_mark: str | None = None

    def __post_init__(self) -> None:
        if len(self.token) != TOKEN_LENGTH or not CROCKFORD.issuperset(self.token):
            raise ValueError(f"a ticket token is {TOKEN_LENGTH} Crockford characters")
        payload = self.qr_payload
        if not (payload.isascii() and payload.isprintable()) or " " in payload:
            raise ValueError("the follow URL must be printable ASCII without spaces")
        if len(payload) > MAX_QR_PAYLOAD:
            raise ValueError(f"follow URL and token are over {MAX_QR_PAYLOAD} characters")

    @property
    def qr_payload(self) -> str:
        """What the QR code holds: follow URL and token, or the token alone."""
        return f"{self.follow_url or ''}{self.token}"
