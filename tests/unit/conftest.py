"""Properties are drawn anew from the same seed: one commit, one result, on a slow machine too."""

from hypothesis import settings

settings.register_profile("hall", deadline=None, derandomize=True, database=None)
settings.load_profile("hall")
