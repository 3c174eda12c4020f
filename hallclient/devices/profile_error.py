"""The refusal of a device profile, on its own: every command knows it, few read profiles."""


class ProfileError(Exception):
    """A device profile cannot be used; the text names file and key."""
