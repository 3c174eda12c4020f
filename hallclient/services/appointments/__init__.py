"""Appointments: booked here or elsewhere, checked in at the kiosk (architecture.md §4).

``Appointments`` is what screens and commands work with; files come in by ``importing``.
"""

from hallclient.services.appointments.booking import Appointments, Booked, BookingRequest, CheckedIn

__all__ = ["Appointments", "Booked", "BookingRequest", "CheckedIn"]
