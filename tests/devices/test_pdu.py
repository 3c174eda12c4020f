"""Text messages in PDU mode, against the vector and a decoder that others wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smspdudecoder.elements import UserDataHeader
from smspdudecoder.fields import SMSSubmit
from io import StringIO

from hallclient.devices.pdu import MAX_PARTS, encode_message, split

NUMBER = "+8613902433649"


def test_the_vector_of_devices_md() -> None:
    (pdu,) = encode_message(NUMBER, "工作愉快！")
    assert pdu.length == 25
    assert pdu.hex == "0011000D91683109423346F90008AA0A5DE54F5C61095FEBFF01"
    assert "F90008" not in repr(pdu)


def decoded(hexadecimal: str) -> dict[str, object]:
    found: dict[str, object] = SMSSubmit.decode(StringIO(hexadecimal))
    return found


print(decoded(encode_message(NUMBER, "工作愉快！")[0].hex))
