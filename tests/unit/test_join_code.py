"""Codes by which PCs join: what goes in comes out, what is mistyped is noticed."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.services.join_code import JoinCodeError, new_code, read_code
from hallclient.services.sealing import KeyTrouble

FINGERPRINT = bytes(range(32))
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
names = st.text(string.ascii_lowercase + string.digits + ".-", min_size=1, max_size=30)
addresses = st.ip_addresses().map(str)
hosts = st.lists(names | addresses, min_size=1, max_size=4).map(tuple)
ports = st.just(5432) | st.integers(1, 65535)
databases = st.just("hall") | st.text(string.ascii_lowercase, min_size=1, max_size=20)


@given(hosts, ports, databases)
def test_a_code_comes_back(where: tuple[str, ...], port: int, database: str) -> None:
    code = new_code(where, port, database, FINGERPRINT)
    assert read_code(code.text()) == code
    assert read_code(code.text().lower().replace("-", " ").replace("0", "o")) == code


def test_a_usual_code_has_nine_groups() -> None:
    assert len(new_code(("10.0.0.5",), 5432, "hall", FINGERPRINT).text().split("-")) == 9


@given(st.integers(0, 10_000), st.integers(1, len(SIGNS) - 1))
def test_one_wrong_sign_is_noticed(place: int, shift: int) -> None:
    text = new_code(("192.168.1.20",), 5432, "hall", FINGERPRINT).text().replace("-", "")
    at = place % len(text)
    wrong = SIGNS[(SIGNS.index(text[at]) + shift) % len(SIGNS)]
    with pytest.raises(JoinCodeError):
        read_code(text[:at] + wrong + text[at + 1 :])


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_refused(text: str) -> None:
    with pytest.raises(JoinCodeError):
        read_code(text)


@given(st.binary(min_size=32, max_size=32).filter(FINGERPRINT.__ne__))
def test_only_its_own_certificate_fits(other: bytes) -> None:
    code = new_code(("10.0.0.5",), 5432, "hall", FINGERPRINT)
    assert code.knows(FINGERPRINT)
    assert not code.knows(other)


def test_what_one_code_seals_no_other_opens() -> None:
    one, other = (new_code(("10.0.0.5",), 5432, "hall", FINGERPRINT) for _ in range(2))
    sealed = one.seal("密")
    assert one.unseal(sealed) == "密"
    with pytest.raises(KeyTrouble):
        other.unseal(sealed)
    assert one.password not in repr(one)
    assert len({one.login, one.password, other.login, other.password}) == 4


def test_hosts_that_cannot_stand_in_a_code() -> None:
    for where in ((), ("a b",), ("x" * 300,), ("a",) * 10):
        with pytest.raises(JoinCodeError):
            new_code(where, 5432, "hall", FINGERPRINT)
