"""Codecs of serial devices, pure: bytes in any chunking in, checked frames out (devices.md §2).

``formats`` describes a protocol's frames, ``frames`` and ``lines`` decode them, ``checksums`` and
``patterns`` are their tools. Profiles (``devices.profile``) put them together.
"""
