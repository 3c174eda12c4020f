"""What a database that does not answer raises, apart from the port itself.

A role catches it on its first screen; the port is a page of names that only services need.
"""


class StoreError(Exception):
    """The database could not do it. ``retryable`` says that trying again later may help."""

    retryable: bool = False
