"""Where two copies of a hall's journal part: the last entry that both have.

The hash of an entry covers all before it, so the same hash is the same past: a search by halves.
"""

from collections.abc import Callable

HashAt = Callable[[int], str | None]


def last_common(one: HashAt, other: HashAt, top: int) -> int:
    """Return the greatest number up to ``top`` at which both have the same hash, 0 for none."""
    low, high = 0, top
    while low < high:
        middle = (low + high + 1) // 2
        found = one(middle)
        if found is not None and found == other(middle):
            low = middle
        else:
            high = middle - 1
    return low
