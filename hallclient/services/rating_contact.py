"""The telephone number left with a rating: checked, and sealed by the hall's key (domain.md §5)."""

from typing import TYPE_CHECKING

from hallclient.domain.telephone import normalised

if TYPE_CHECKING:
    from hallclient.services.sealing import HallKey

_PURPOSE = "rating-contact"


def sealed_contact(key: "HallKey", rating_id: int, number: str) -> bytes:
    """Return a number as the database keeps it; raise ``Refused`` when it is none."""
    return key.seal(_PURPOSE, f"rating:{rating_id}", normalised(number))


def opened_contact(key: "HallKey", rating_id: int, sealed: bytes) -> str:
    """Return a number for who follows the rating up; ``KeyTrouble`` with another key."""
    return key.unseal(_PURPOSE, f"rating:{rating_id}", sealed)
