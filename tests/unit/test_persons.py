"""A person's key of the day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.errors import Refused
from hallclient.services.persons import PersonKeys
from hallclient.services.sealing import KEY_BYTES, HallKey

KEYS = PersonKeys(HallKey(bytes(range(KEY_BYTES))))
DAY = date(2026, 9, 29)
NUMBER = "11010119900307123X"


def test_a_key_is_the_same_all_day_and_another_one_tomorrow() -> None:
    assert KEYS.of(DAY, NUMBER) == KEYS.of(DAY, NUMBER)
    assert KEYS.of(DAY, NUMBER) != KEYS.of(date(2026, 9, 30), NUMBER)
    assert KEYS.of(DAY, NUMBER) != PersonKeys(HallKey(bytes(KEY_BYTES))).of(DAY, NUMBER)
    # HMAC-SHA256 under HKDF-SHA256(key, info "hallclient person of a day"), computed elsewhere.
    expected = "e85beadb4faef33db124904228c1fe009e1d13b7abfab7b4b06ef52aff8c5bb3"
    assert KEYS.of(DAY, NUMBER) == expected


@pytest.mark.parametrize(
    "said", ["11010119900307123x", " 110101-19900307-123X ", "１１０１０１19900307123Ｘ"]
)
def test_however_it_is_written(said: str) -> None:
    assert KEYS.of(DAY, said) == KEYS.of(DAY, NUMBER)


@given(st.text(max_size=90))
def test_whatever_comes_tells_nothing(number: str) -> None:
    try:
        key = KEYS.of(DAY, number)
    except Refused as error:
        refused = error
    else:
        assert len(bytes.fromhex(key)) == 32
        return
    assert (str(refused), refused.facts) == ("this is not the number of a document", {})


def test_the_key_of_cases_is_one_on_every_day_and_no_days() -> None:
    key = KEYS.of_cases(NUMBER)
    assert key == KEYS.of_cases(" 110101-19900307-123X ")
    assert key not in {KEYS.of(DAY, NUMBER), KEYS.of_cases("110101199003071248")}
    assert len(bytes.fromhex(key)) == 32
    with pytest.raises(Refused):
        KEYS.of_cases("")


def test_the_keys_tell_nothing_when_printed() -> None:
    assert repr(KEYS) == "PersonKeys(…)"
