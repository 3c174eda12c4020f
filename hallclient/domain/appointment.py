"""An appointment: a service at a slot of a day, booked elsewhere or here (architecture.md §4)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hallclient.domain.hall import Language


class AppointmentState(StrEnum):
    """Where an appointment is. One that never came stays booked and goes with its day."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


class BookedBy(StrEnum):
    """Where an appointment comes from."""

    IMPORT = "import"
    KIOSK = "kiosk"
    USHER = "usher"


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment. Times are UTC; ``code`` is what the citizen types or shows as a QR code.

    ``person`` is a keyed hash of the day and the ID number (``services.persons``), empty when no
    ID is known. ``external`` is the number that the city's system gave, one of a kind in a hall.
    """

    id: int
    code: str
    service_id: int
    queue_id: int
    starts_at: datetime
    minutes: int
    source: BookedBy
    state: AppointmentState
    made_at: datetime
    person: str = field(default="", repr=False)
    external: str = ""
    language: str = Language.ZH_CN
    ticket_id: int | None = None
