"""Ticket printers and keypads: codecs without I/O, links with a thread per port."""
