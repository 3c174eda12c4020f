"""The packaged profiles: what they understand, say and tell about themselves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient import assets
from hallclient.devices.codec.formats import Frame
from hallclient.devices.profile import (
    DEVICE_KINDS,
    DeviceEvent,
    DeviceProfile,
    Evidence,
    Kind,
    PrinterFacts,
    ProfileError,
    load_profile,
    parse_profile,
    profiles,
)
from hallclient.devices.profile_notes import check_profile, describe, notes
from hallclient.devices.transport import FlowHandshake
from hallclient.phrases import Phrases, languages
from hallclient.services.ports_devices import CallerKey, DeviceKind

ALL = profiles()
CALLER = load_profile("ff68-caller")
OTHER = load_profile("ff68-caller-b")
KEYPAD = load_profile("ff68-keypad")


def pressed(profile: DeviceProfile, data: str, func: int = 1) -> DeviceEvent | None:
    return profile.event(Frame(1, func, bytes.fromhex(data)))


@pytest.mark.parametrize(
    ("data", "event"),
    [
        ("0A", ("start", "")),
        ("0B", ("ask_again", "")),
        ("0C", ("call", "")),
        ("00 01 02 0C", ("call", "012")),
        ("0D", ("recall", "")),
        ("0E", ("no_show", "")),
        ("01 0F", ("finish", "")),
        ("01 03 0F", ("finish", "3")),
        ("02 0F", ("hold", "")),
        ("03 0F", ("resume", "")),
        ("03 00 01 02 0F", ("resume", "012")),
        ("04 01 02 03 04 0F", ("sign_in", "1234")),
        ("09 0F", ("sign_out", "")),
        ("11", ("line", "")),
        ("12", ("pause", "")),
        ("02 12", ("pause", "2")),
        ("01 02 13", ("transfer", "12")),
        # Content that no key sends.
        ("", None),
        ("0F", None),
        ("05 0F", None),
        ("01 02 03 0F", None),
        ("0A 0A", None),
        ("01 0A 0C", None),
        ("01 0C 0C", None),
        ("01 02 03 04 05 06 07 0C", None),
        ("01 02 12", None),
        ("10", None),
    ],
)
def test_keys_of_a_caller(data: str, event: tuple[str, str] | None) -> None:
    wanted = DeviceEvent(event[0], digits=event[1]) if event else None
    assert pressed(CALLER, data) == wanted


@pytest.mark.parametrize(
    ("data", "event"),
    [
        ("0A", ("start", "")),
        ("03 0A", ("transfer", "3")),
        ("00 01 02 03 0F", ("sign_in", "123")),
        ("01 0F", ("hold", "")),
        ("02 07 0F", ("resume", "7")),
        ("05 0F", ("finish", "")),
        ("08 0F", ("sign_out", "")),
        ("04 01 0F", None),
    ],
)
def test_another_site_gives_the_function_digits_another_meaning(
    data: str, event: tuple[str, str] | None
) -> None:
    wanted = DeviceEvent(event[0], digits=event[1]) if event else None
    assert pressed(OTHER, data) == wanted


@pytest.mark.parametrize(
    ("name", "levels"), [("ff68-keypad", 5), ("ff68-keypad-4key", 4), ("ff68-caller", None)]
)
def test_how_many_levels_can_be_given(name: str, levels: int | None) -> None:
    assert load_profile(name).levels == levels


@pytest.mark.parametrize("profile", [CALLER, OTHER])
def test_events_of_callers_are_keys(profile: DeviceProfile) -> None:
    names = {rule.name for rule in profile.events}
    assert names <= set(CallerKey)
    assert {"call", "recall", "start", "no_show", "finish", "hold", "sign_in"} <= names


def test_a_key_is_echoed_as_it_came_and_anything_else_is_not() -> None:
    key = bytes.fromhex("FF 68 06 06 68 01 01 00 01 02 0C 11 16")
    (frame,) = CALLER.decoder().feed(key)
    assert CALLER.acknowledge(frame) == key
    assert CALLER.acknowledge(Frame(1, 1, b"\x10")) is None


@pytest.mark.parametrize("digits", ["", "012", "123456"])
def test_our_own_command_coming_back_is_no_key_and_not_echoed(digits: str) -> None:
    for command in (CALLER.encode("show", 1, digits=digits), CALLER.encode("beep", 1)):
        (frame,) = CALLER.decoder().feed(command)
        assert frame.addr == CALLER.speaks_from(1)
        assert CALLER.event(frame) is None
        assert CALLER.acknowledge(frame) is None


def test_a_keypad_on_the_bus_of_a_caller_has_its_own_address() -> None:
    assert KEYPAD.speaks_from(1) == 0x81
    assert CALLER.speaks_from(1) == 1
    assert KEYPAD.speaks_from(0x90) == 0x10
    assert load_profile("sam-card-reader").speaks_from(1) == 0


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.id)
def test_every_event_can_be_said_and_is_understood(profile: DeviceProfile) -> None:
    for rule in profile.events:
        values = {"digits": "1"} if b"digits" in rule.pattern.pattern else {}
        if b"text" in rule.pattern.pattern:
            values["text"] = "7" * 128 if profile.kind is Kind.ID_CARD_READER else "7"
        try:
            octets = profile.say(rule.name, 3, level=rule.level, **values)
        except ValueError:
            assert rule.name in {"sign_in", "transfer"}  # another rule of this name is shorter
            continue
        frames = profile.decoder().feed(octets)
        assert [profile.event(frame) for frame in frames][-1:] == [
            DeviceEvent(rule.name, rule.level, **values)
        ]


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.id)
def test_every_command_is_heard(profile: DeviceProfile) -> None:
    values = {"digits": "012", "text": "A012", "level": 3, "count": 25, "data": b"00"}
    for name, command in profile.commands.items():
        octets = profile.encode(name, 3, **values)
        if command.bare:
            continue
        (frame,) = profile.device_decoder().feed(octets)
        heard = profile.heard(frame)
        assert heard is not None
        assert heard.name == name
        if profile.awaits_ack(name):
            (answer,) = profile.decoder().feed(profile.confirm(name, 3))
            assert answer.addr == profile.speaks_from(3)
            assert profile.is_ack(answer, name)
        else:
            assert profile.confirm(name, 3) == b""


def test_what_a_command_lacks_is_said() -> None:
    with pytest.raises(ValueError, match="fitting digits"):
        CALLER.encode("show", 1)
    with pytest.raises(ValueError, match="fitting level"):
        KEYPAD.encode("stars", 1, level=300)
    with pytest.raises(KeyError):
        KEYPAD.encode("show", 1)
    with pytest.raises(ValueError, match="does not fit"):
        CALLER.encode("beep", 300)


def test_what_an_event_carries_is_not_printed() -> None:
    for event in (DeviceEvent("sign_in", digits="1234"), DeviceEvent("read", text="张三")):
        assert repr(event) == f"DeviceEvent(name={event.name!r})"


def test_printers() -> None:
    facts = {profile.id: profile.printer for profile in ALL if profile.printer is not None}
    assert facts["escpos"] == PrinterFacts(80, 576, False, True, True, True)
    assert facts["escpos-58"] == PrinterFacts(58, 384, False, True, True, True)
    four = facts["escpos-gb18030"]
    assert four is not None
    assert four.four_byte
    fast = load_profile("escpos-fast").port
    assert (fast.baud, fast.handshake) == (115200, FlowHandshake.RTS_CTS)


def test_every_kind_of_device_has_a_profile_and_none_claims_hardware() -> None:
    assert {profile.kind for profile in ALL} == set(Kind)
    things = set(DeviceKind) - {DeviceKind.SCREEN, DeviceKind.BACKUP}
    assert {DEVICE_KINDS[kind] for kind in Kind} == things
    assert Evidence.HARDWARE not in {profile.evidence for profile in ALL}
    assert len({profile.name for profile in ALL}) == len(ALL)
    assert [profile.id for profile in ALL] == sorted(profile.id for profile in ALL)


@pytest.mark.parametrize("language", [language.code for language in languages()])
@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.id)
def test_a_profile_is_described_with_its_evidence(profile: DeviceProfile, language: str) -> None:
    say = Phrases(language)
    lines = describe(profile, say)
    evidence = say(f"profile.evidence.{profile.evidence.replace('-', '_')}")
    assert evidence in lines[0]
    assert profile.id in lines[0]
    assert all(lines)
    assert not any("{" in line for line in lines)
    assert str(profile.port.baud) in lines[2]


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.id)
def test_what_is_told_about_the_packaged_profiles(profile: DeviceProfile) -> None:
    told = check_profile(assets.path("devices", f"{profile.id}.toml"))
    assert told[0].endswith("it was not tried on the device itself")
    known = ("sum8 lets one", "xor8 lets one", "no key stands for level 1")
    assert all(any(part in note for part in known) for note in told[1:])


SITE = """
[device]
kind = "caller"
name = "Site"
evidence = "hardware"
[port]
baud = 9600
[frame]
layout = ["68", "addr", "func", "len", "data"]
gap_ms = 2
[frame.len]
counts = ["data"]
max_data = 8
[digits]
zero = 0
[timing]
retries = 3
[[events]]
name = "call"
func = 1
data = "{digits:0-3} 0C"
[[events]]
name = "recall"
func = 1
data = "01 0C"
[[examples]]
event = "call"
digits = "12"
bytes = "68 00 01 03 01 02 0C"
[[examples]]
event = "call"
digits = "13"
bytes = "68 00 01 03 01 02 0C"
[[examples]]
event = "nothing"
bytes = "68 00 01 03 01 02"
[[examples]]
event = "call"
address = 2
bytes = "68 00 01 01 0C"
"""


def test_everything_worth_telling_about_a_hasty_profile(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    assert [note.removeprefix("site.toml: ") for note in check_profile(path)] == [
        "examples 2: the bytes mean call 12, not call 13",
        "examples 3: the bytes are 0 frames, not one",
        "examples 4: the bytes come from 0, not 2",
        "frames from the device have no sum: a damaged one may pass",
        "no event start",
        "no event no_show",
        "no event finish",
        "no event sign_in",
        "no command show",
        "no command beep",
        "no [ack]: a device that waits for an answer will say the same again and again",
        "events 2 (recall) means the same bytes as an earlier call, which wins",
        "gap_ms is shorter than three characters at 9600 baud",
        "timing.retries has no effect without [confirmation]",
        "no timing.repeat_ms: a key that the device repeats would count twice",
    ]


def test_an_event_that_looks_like_a_command_is_told_and_ignored() -> None:
    command = '[commands]\nshow = { func = 1, data = "0C" }\n[digits]'
    site = parse_profile(SITE.replace("[digits]", command), "site.toml")
    assert site.event(Frame(0, 1, b"\x0c")) is None
    assert site.event(Frame(0, 1, b"\x02\x0c")) == DeviceEvent("call", digits="2")
    told = "events 1 (call) looks like a command of ours, and is ignored"
    assert told in list(notes(site))


def test_a_weak_sum_without_a_check_of_the_content_is_told() -> None:
    site = SITE.replace('"data"]\ngap', '"data", "sum"]\ngap').replace("func = 1\n", "", 1)
    weak = parse_profile(
        site.replace("[digits]", '[frame.sum]\nalgorithm = "xor8"\nover = ["data"]\n[digits]'),
        "site.toml",
    )
    assert any("xor8 lets one damaged frame in 256 pass" in note for note in notes(weak))


def test_a_file_that_cannot_be_used_is_told_by_its_refusal(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    assert check_profile(path) == ("there is no device profile site.toml",)
    path.write_bytes(b"\xff")
    assert check_profile(path) == ("site.toml: cannot be read",)
    path.write_text(SITE.replace("baud = 9600", "baud = 9600\nspeed = 1"), encoding="utf-8")
    assert check_profile(path) == ("site.toml: port.speed is not known",)


def test_a_profile_of_a_hall_is_loaded_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    assert load_profile(str(path)).id == "site"
    with pytest.raises(ProfileError, match=r"no device profile none\.toml"):
        load_profile(str(tmp_path / "none.toml"))


FRAME = '[frame]\nlayout = ["68", "addr", "func", "len", "data"]\ngap_ms = 2\n'


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"call"\nfunc', '"calls"\nfunc', "events 1.name must be one of"),
        ("{digits:0-3} 0C", "{digit} 0C", "events 1.data: {digit} is none of"),
        ("{digits:0-3} 0C", "{digits", "events 1.data: '{digits' is neither bytes nor a place"),
        ("{digits:0-3} 0C", "u8[ 0C", "events 1.data: a ] is missing"),
        ("{digits:0-3} 0C", "0C ]", "events 1.data: a ] too many"),
        ("{digits:0-3} 0C", "{digits:3-1} 0C", "events 1.data: {digits:3-1} ends before"),
        ("{digits:0-3} 0C", "{digits} 0C {digits}", "events 1.data: a place may stand once"),
        ("{digits:0-3} 0C", "{skip} 0C {text}", "events 1.data: only one {text} or {skip}"),
        ('"68", "addr"', '"68", "addr", ' + ('"00?", ' * 6) + '"00?"', "may leave out 6 parts"),
        ('"01 0C"', '"{digits:0-3} 0C"', "events 2 has the same bytes as an earlier event"),
        ("func = 1\n", "funcs = []\n", "events 1.funcs must list functions"),
        ("zero = 0", 'zero = 0\nblank = "05"', "digits.blank is the byte of a digit"),
        ("zero = 0", 'zero = 0\nblank = "0A0B"', "digits.blank must be one byte"),
        ("zero = 0", "zero = 250", "digits.zero must be from 0 to"),
        ("[digits]", '[text]\nencoding = "big5"\n[digits]', "text.encoding must be one of"),
        ("[digits]", '[text]\nunknown = "〓"\n[digits]', "text.unknown must be a character of"),
        ("[digits]", "[text]\ncolour_each = true\n[digits]", "text.colours must be given"),
        ("[digits]", "[text]\ncolours = {}\n[digits]", "text.colours must have some of"),
        ("[digits]", "[text]\ncolours = { pink = 1 }\n[digits]", "text.colours.pink is not known"),
        ("[digits]", '[commands]\nx = { data = "{colour}" }\n[digits]', "{colour} is none of"),
        ("[digits]", '[keep_alive]\nseconds = 5\ncommand = "x"\n[digits]', "keep_alive.command"),
        ("[digits]", "[confirmation]\n[digits]", "confirmation.commands must list some of"),
        ("[digits]", '[ack]\ndata = "back"\n[digits]', "ack.data must be echo, none or bytes"),
        ("retries = 3", "retries = 30", "timing.retries must be from 0 to 10"),
        ('"68", "addr"', '"68*100", "addr"', "'68*100' is neither a field nor a byte"),
        ('"68", "addr"', '"68", "rest", "addr"', "'rest' is neither a field nor a byte"),
        ('"68", "addr"', '"68", "addr?"', "may leave out bytes, but no field"),
        ('"68", "addr"', '"68", "x:1", "x:2", "addr"', "may repeat len only"),
        ("max_data = 8", "max_data = 300", "frame.len.max_data is more than len can tell"),
        ("[digits]", '[frame.escape]\nA5 = "A602"\n[digits]', "[frame.escape] must give"),
        ("[digits]", '[frame.escape]\nA5A = "A602"\n[digits]', "escape.A5A must be one byte"),
        (
            "[digits]",
            '[frame.sum]\nalgorithm = "sum8"\n[digits]',
            "sum.algorithm is not known",
        ),
        ("[digits]", "[received]\ngap_ms = 0\n[digits]", "received.gap_ms must be from 1"),
        ("[digits]", '[received]\nlayout = ["69"]\nx = 1\n[digits]', "received.x is not known"),
        ("[digits]", "[printer]\n[digits]", "printer is not known"),
        (FRAME, "[lines]\nends = []\nmax_data = 9\ngap_ms = 9\n", "lines.ends must have at least"),
        (FRAME, '[lines]\nends = [""]\nmax_data = 9\ngap_ms = 9\n', "lines.ends must not have an"),
        (FRAME, '[lines]\nends = ["x"]\nmax_data = 9\n', "lines.ends must list hexadecimal bytes"),
        ('event = "call"\ndigits = "12"', 'event = "rated"', "examples 1.event must be one of"),
        ('event = "call"\ndigits = "12"', 'command = "x"', "examples 1.command must be one of"),
        ('digits = "12"', "digits = 12", "examples 1.digits must be given as str"),
        ('"caller"', '"ticket-printer"', "events: a ticket-printer has none"),
        ("baud = 9600", 'baud = 9600\nhandshake = "dtr"', "port.handshake must be one of"),
        ("baud = 9600", 'baud = 9600\nbytes = "7E1"', "port.bytes must be one of 8N1"),
        ('name = "Site"', 'name = ""', "device.name must not be empty"),
    ],
)
def test_a_wrong_profile_is_refused_by_file_and_key(old: str, new: str, complaint: str) -> None:
    assert old in SITE
    with pytest.raises(ProfileError) as refused:
        parse_profile(SITE.replace(old, new, 1), "site.toml")
    assert str(refused.value).startswith("site.toml: ")
    assert complaint in str(refused.value)


def test_a_change_of_the_received_frames_keeps_the_rest() -> None:
    change = '[received]\nlayout = ["69", "func", "len", "data"]\n[received.func]\nsize = 2\n'
    profile = parse_profile(SITE.replace("[digits]", f"{change}[digits]"), "site.toml")
    assert profile.decoder().feed(bytes.fromhex("69 0001 01 0C")) == [Frame(0, 1, b"\x0c")]
    assert profile.outgoing.encode(Frame(2, 1, b"\x0c")) == bytes.fromhex("68 02 01 01 0C")


LINES = {profile.id: assets.path("devices", f"{profile.id}.toml") for profile in ALL}


@given(data=st.data(), name=st.sampled_from(sorted(LINES)))
def test_a_mutilated_profile_is_refused_or_works(data: st.DataObject, name: str) -> None:
    lines = LINES[name].read_text("utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["lose", "twice", "swap", "change"]))
        if kind == "lose":
            lines[at] = ""
        elif kind == "twice":
            lines.insert(at, lines[at])
        elif kind == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            key = lines[at].partition("=")[0]
            value = data.draw(
                st.sampled_from(["0", "-1", "99999", "true", '""', '"AA"', '"{text}"', "[]", "{}"])
            )
            lines[at] = f"{key}= {value}"
    profile = unless_refused("\n".join(lines))
    if profile is not None:
        assert all(notes(profile))
        profile.decoder().feed(bytes(range(256)))


def unless_refused(text: str) -> DeviceProfile | None:
    """Let nothing but a refusal that names the file pass."""
    try:
        return parse_profile(text, "site.toml")
    except ProfileError as refused:
        return None if str(refused).startswith("site.toml: ") else pytest.fail(str(refused))
