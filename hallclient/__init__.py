"""hallclient runs the floor of a government service hall: kiosk, window terminal, call display."""

__version__ = "0.1.0"
