"""A hall of several PCs: the server on one, codes by which the others join it.

::

    HostingError    something cannot be done here; the text is one calm sentence
"""

from hallclient.services.store_error import StoreError


class HostingError(StoreError):
    """The hall cannot be hosted, or joined, so."""
