"""Faults on purpose: what was acknowledged is there afterwards, once, and work goes on by itself.

``stage`` has the hall and its processes, ``work`` what they do, ``judge`` what became of it by
plain SQL, ``run`` the list of faults; each fault is a module of its own.
"""
