"""``hallclient estimate show`` and ``report``: what is told now, and whether it came true."""
