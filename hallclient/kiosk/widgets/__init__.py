"""Painted widgets that only the kiosk has."""
