"""The chain of the journal: whatever is changed in it afterwards is found."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.journal import GENESIS, Entry, broken_at, canonical, next_hash

NOON = datetime(2026, 9, 29, 4, tzinfo=UTC)
TEXTS = ("kind", "zone", "window", "subject", "actor")

some_text = st.text(st.sampled_from('ab:1"\\\x1f\x00\n岷区'), max_size=4)
some_json = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0]) | some_text,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(some_text, inner, max_size=2),
    max_leaves=5,
)
some_data = st.dictionaries(some_text, some_json, max_size=3)
some_entries = st.lists(
    st.builds(
        Entry,
        seq=st.just(0),
        at=st.integers(0, 9).map(lambda n: NOON + timedelta(microseconds=n)),
        kind=some_text,
        zone=some_text,
        window=some_text,
        subject=some_text,
        actor=some_text,
        data=some_data,
        hash=st.just(""),
    ),
    min_size=1,
    max_size=5,
)


def chained(entries: list[Entry]) -> list[Entry]:
    chain: list[Entry] = []
    for seq, entry in enumerate(entries, start=1):
        numbered = replace(entry, seq=seq)
        previous = chain[-1].hash if chain else GENESIS
        chain.append(replace(numbered, hash=next_hash(previous, numbered)))
    return chain


def canonical_of(entry: Entry) -> tuple[Any, ...]:
    """An entry as it counts: 1, 1.0 and true are three values in JSON and one in Python."""
    return (
        *(getattr(entry, f.name) for f in fields(entry) if f.name != "data"),
        canonical(entry.data),
    )


@given(some_entries)
def test_an_untouched_chain_is_whole(entries: list[Entry]) -> None:
    assert broken_at(chained(entries)) is None
    assert broken_at([]) is None


@given(some_entries, st.data())
def test_any_changed_field_is_found(entries: list[Entry], data: st.DataObject) -> None:
    chain = chained(entries)
    at = data.draw(st.integers(0, len(chain) - 1))
    name = data.draw(st.sampled_from([f.name for f in fields(Entry)]))
    changes: dict[str, Any] = {
        "seq": st.integers(0, 9),
        "at": st.integers(-9, 9).map(lambda n: chain[at].at + timedelta(microseconds=n)),
        "data": some_data,
        "hash": st.sampled_from([GENESIS, "", chain[0].hash]),
    }
    value: Any = {name: data.draw(changes.get(name, some_text))}
    changed = replace(chain[at], **value)
    if canonical_of(changed) == canonical_of(chain[at]):
        return
    assert broken_at([*chain[:at], changed, *chain[at + 1 :]]) is not None


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("name", [field.name for field in fields(Entry)])
def test_every_field_counts(name: str, at: int) -> None:
    entry = Entry(0, NOON, "k", "z", "w", "s", "a", {"label": "A001"}, "")
    chain = chained([entry] * 3)
    changes: dict[str, Any] = {
        "seq": 4,
        "at": NOON + timedelta(microseconds=1),
        "data": {"label": "A002"},
        "hash": GENESIS,
    }
    value: Any = {name: changes.get(name, "x")}
    assert broken_at([*chain[:at], replace(chain[at], **value), *chain[at + 1 :]]) == at + 1


@given(some_entries, st.data())
def test_text_that_moves_between_fields_is_found(entries: list[Entry], data: st.DataObject) -> None:
    """Two entries with equal hashes are equal: no text can pose as the border of a field."""
    chain = chained(entries)
    last = chain[-1]
    texts: dict[str, Any] = {name: data.draw(some_text) for name in TEXTS}
    other = replace(last, **texts)
    previous = chain[-2].hash if len(chain) > 1 else GENESIS
    assert (next_hash(previous, other) == last.hash) == (canonical_of(other) == canonical_of(last))


def test_the_border_of_a_field_cannot_be_moved() -> None:
    one = Entry(1, NOON, "k", "a\x1fb", "c", "s", "x", {}, "")
    other = replace(one, zone="a", window="b\x1fc")
    assert next_hash(GENESIS, one) != next_hash(GENESIS, other)


def test_a_moment_is_hashed_in_utc() -> None:
    """The same wall clock in another zone is another moment; the same moment is the same."""
    one = Entry(1, NOON, "k", "", "", "s", "x", {}, "")
    east = timezone(timedelta(hours=8))
    assert next_hash(GENESIS, replace(one, at=NOON.astimezone(east))) == next_hash(GENESIS, one)
    assert next_hash(GENESIS, replace(one, at=NOON.replace(tzinfo=east))) != next_hash(GENESIS, one)


@given(some_entries, st.data())
def test_a_missing_entry_is_found(entries: list[Entry], data: st.DataObject) -> None:
    chain = chained(entries)
    at = data.draw(st.integers(0, len(chain) - 1))
    left = [*chain[:at], *chain[at + 1 :]]
    # The last one is missed by the head that the hall keeps and prints, not by the chain.
    assert broken_at(left) == (at + 1 if at < len(chain) - 1 else None)
    assert (left[-1].hash if left else GENESIS) != chain[-1].hash or at < len(chain) - 1


@given(some_entries, st.data())
def test_swapped_entries_are_found(entries: list[Entry], data: st.DataObject) -> None:
    chain = chained(entries)
    one = data.draw(st.integers(0, len(chain) - 1))
    other = data.draw(st.integers(0, len(chain) - 1))
    swapped = list(chain)
    swapped[one], swapped[other] = chain[other], chain[one]
    assert broken_at(swapped) == (None if one == other else min(one, other) + 1)
    # Also when whoever swapped them was careful with the numbers.
    renumbered = [replace(e, seq=n) for n, e in enumerate(swapped, start=1)]
    assert (broken_at(renumbered) is None) == (one == other)


def test_a_chain_goes_on_from_where_it_was_checked() -> None:
    chain = chained([Entry(0, NOON, "k", "", "", f"s{n}", "x", {}, "") for n in range(4)])
    assert broken_at(chain[2:], chain[1].hash, 2) is None
    assert broken_at(chain[2:], chain[0].hash, 2) == 3
    assert broken_at(chain[3:], chain[1].hash, 2) == 3


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({}, "{}"),
        ({"b": 1, "a": [True, None, 0.5]}, '{"a":[true,null,0.5],"b":1}'),
        ({"名": "岷安", "q": '"\n'}, '{"q":"\\"\\n","名":"岷安"}'),
        ({"a": {"z": 1, "y": "<"}}, '{"a":{"y":"<","z":1}}'),
    ],
)
def test_canonical_bytes(data: dict[str, Any], text: str) -> None:
    assert canonical(data) == text
    assert canonical(dict(reversed(data.items()))) == text


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"x": float("nan")})
