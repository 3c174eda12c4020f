"""One file per page of the kiosk: widgets and their places, no logic."""
