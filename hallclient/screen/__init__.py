"""The screen at a window, towards the citizen: number, identity, state, and the rating."""
