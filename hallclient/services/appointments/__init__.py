"""Appointments: booked here or elsewhere, checked in at the kiosk (architecture.md §4).

``Appointments`` is what screens and commands work with; files come in by ``importing``.
"""

from hallclient.services.appointments.arriving import CheckedIn, CheckIn
from hallclient.services.appointments.booking import Appointments, Booked, BookingRequest

__all__ = ["Appointments", "Booked", "BookingRequest", "CheckIn", "CheckedIn"]
