"""Which ticket is meant: a label, the token of a QR code, or the bare number of a digit pad."""

from collections.abc import Collection

from hallclient.domain.ticket import TOKEN_LENGTH, Ticket, TicketStatus, not_known
from hallclient.services.seat import Seat

_LONGEST_NUMBER = 6


def chosen_ticket(seat: Seat, name: str, wanted: Collection[TicketStatus]) -> Ticket:
    """Return today's ticket of a name: ``A012``, a token, or ``012``.

    A bare number may be several tickets' number. It means one of the window's own queues or one
    held there; the first of ``wanted`` that fits, then the best rank, then the oldest claim.
    Raises ``NotFound``.
    """
    name = name.strip().upper()
    if name.isascii() and name.isdigit() and len(name) <= _LONGEST_NUMBER:
        found = _numbered(seat, int(name), list(wanted))
    elif len(name) == TOKEN_LENGTH:
        found = seat.tx.ticket_by_token(name)
    else:
        found = seat.tx.ticket_by_label(name)
    if found is None:
        raise not_known(name)
    return found


def is_own(seat: Seat, ticket: Ticket) -> bool:
    """Return whether a window may serve a ticket: by its queue, or because it holds it."""
    if seat.rank_of(ticket):
        return True
    return any(called.ticket.id == ticket.id for called in seat.tx.held([seat.window.id]))


def _numbered(seat: Seat, number: int, wanted: list[TicketStatus]) -> Ticket | None:
    here = {called.ticket.id for called in seat.tx.held([seat.window.id])}
    fitting = [
        (wanted.index(one.status) if one.status in wanted else len(wanted), rank, one)
        for one in seat.tx.open_tickets()
        if one.number == number and ((rank := seat.rank_of(one)) or one.id in here)
    ]
    best = min(fitting, key=lambda f: (f[0], f[1], f[2].claim_at, f[2].id), default=None)
    return None if best is None else best[2]
