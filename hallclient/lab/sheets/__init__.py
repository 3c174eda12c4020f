"""Contact sheets: every page of the kiosk in every language and mode, looked at and complained of.

``ink`` notes what a page draws, ``checks`` judges it (domain.md §8, visual.md §2), ``scenes`` says
how a kiosk comes to each page with something on it. Tests and ``hallclient sheets`` share them.
"""
