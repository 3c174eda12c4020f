"""A hall of several PCs: its server, codes, and those who join."""
