"""Emulated devices behind real pseudo-terminals: the demo plays with them, tests talk to them.

They speak through the same profiles as the drivers, but from the device's side. Nothing in the
product knows that they are not real. Faults are switched by their attributes, or by lines of text
(``command``).
"""
