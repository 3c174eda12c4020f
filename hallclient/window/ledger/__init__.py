"""The window's main page at a village station: the ledger of errands (代办台账)."""
