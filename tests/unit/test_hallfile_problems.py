# ruff: noqa: E501 - a mistake and its whole message read best side by side
"""Every mistake in a hall file is told by file, line and key."""

from pathlib import Path

import pytest

from hallclient import assets
from hallclient.services.hallfile import HallFileError, Problem, load_hall

SMALL = """\
[hall]
id = "510199000000-01"
name = { zh-CN = "小厅", en = "Small hall" }
time_zone = "Asia/Shanghai"
phone = "028"

[[zones]]
code = "Z"
name = "一区"
letter = "Z"
map_box = [5, 8, 25, 28]

[[departments]]
code = "D"
name = "综合"
icon = "grid"

[[series]]
code = "A"
prefix = "A"
digits = 3

[[queues]]
code = "Q"
name = "综合"
series = "A"
zone = "Z"

[[services]]
code = "S1"
name = "办证"
department = "D"
queue = "Q"
kind = "instant"
minutes = 5
materials = [
  { name = "身份证", form = "原件" },
  { name = "照片" },
]

[[windows]]
number = "1"
zone = "Z"
queues = ["Q"]

[[staff]]
code = "01"
name = "张三"
pin = "2468"

[[hours]]
weekdays = "1-5"
opens = "09:00"
closes = "17:00"

[[calendar]]
date = 2026-10-01
working = false

[[notices]]
code = "N"
text = "请稍候"
"""

TWO_WINDOWS = '[[windows]]\nnumber = "1"\nzone = "Z"\nqueues = ["Q"]\n\n[[staff]]'


def problems_of(path: Path) -> list[str]:
    with pytest.raises(HallFileError) as caught:
        load_hall(str(path))
    assert str(caught.value).count("\n") + 1 == min(len(caught.value.problems), 31)
    return [str(problem) for problem in caught.value.problems]


def lines_told(path: Path) -> set[int]:
    try:
        load_hall(str(path))
    except HallFileError as error:
        return {problem.line for problem in error.problems}
    return set()


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "h.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_small_hall_is_right(tmp_path: Path) -> None:
    plan = load_hall(str(written(tmp_path, SMALL))).plan
    assert [m.name.zh_cn for m in plan.services[0].materials] == ["身份证", "照片"]
    assert plan.services[0].initials == ("BZ",)
    assert [h.code for h in plan.hours] == [f"all-{day}-1" for day in range(1, 6)]


ONE_MISTAKE = [
    # what is there, what is put in its place, the whole message
    ('series = "A"\n', 'series = "X"\n', 'h.toml:26: queues.Q.series: there is no series "X"; series are A'),
    ('zone = "Z"\n\n[[ser', 'zone = "Y"\n\n[[ser', 'h.toml:27: queues.Q.zone: there is no zone "Y"; zones are Z'),
    ('department = "D"', 'department = "E"', 'h.toml:32: services.S1.department: there is no department "E"; departments are D'),
    ('kind = "instant"', 'kind = "instnat"', 'h.toml:34: services.S1.kind: "instnat" is not known (did you mean instant?)'),
    ('kind = "instant"\n', "", "h.toml:29: services.S1.kind: missing; give a text"),
    ("minutes = 5", "minuts = 5", "h.toml:35: services.S1.minuts: unknown key (did you mean minutes?)"),
    ("minutes = 5", 'minutes = "soon"', 'h.toml:35: services.S1.minutes: "soon" is not a number from 0 to 480'),
    ("minutes = 5", "minutes = true", 'h.toml:35: services.S1.minutes: "True" is not a number from 0 to 480'),
    ("minutes = 5", "minutes = nan", 'h.toml:35: services.S1.minutes: "nan" is not a number from 0 to 480'),
    ("minutes = 5", "common = 1.5", 'h.toml:35: services.S1.common: "1.5" is not a whole number from 0 to 99'),
    ('{ name = "照片" }', '{ nam = "照片" }', "h.toml:38: services.S1.materials[2].nam: unknown key (did you mean name?)"),
    ('{ name = "照片" }', '"照片"', 'h.toml:38: services.S1.materials[2]: write it as { name = "…", form = "…" }'),
    ('{ name = "照片" }', '{ name = "照片", optional = "maybe" }', 'h.toml:38: services.S1.materials[2].optional: "maybe" is neither yes nor no; write true or false'),
    ("digits = 3", "digits = 5", 'h.toml:21: series.A.digits: "5" is not a whole number from 3 to 4'),
    ('prefix = "A"', 'prefix = "O"', 'h.toml:20: series.A.prefix: "O" is not a prefix; use one or two of ABCFGHJKLMNPTWXY'),
    ('prefix = "A"', 'prefix = "ABC"', 'h.toml:20: series.A.prefix: "ABC" has 3 characters; at most 2 fit'),
    ("510199000000-01", "5101-01", 'h.toml:2: hall.id: "5101-01" is not 12 digits of the division code, - and 2 digits'),
    ("510199000000-01", "５１０１９９００００００-01", 'h.toml:2: hall.id: "５１０１９９００００００-01" is not 12 digits of the division code, - and 2 digits'),
    ("Asia/Shanghai", "Asia/Shangai", 'h.toml:4: hall.time_zone: there is no time zone "Asia/Shangai" (did you mean Asia/Shanghai?)'),
    ("Asia/Shanghai", "../etc/passwd", 'h.toml:4: hall.time_zone: there is no time zone "../etc/passwd"; for example Asia/Shanghai'),
    ('phone = "028"', "phone = 28", 'h.toml:5: hall.phone: "28" is not a text; write it in quotes, "…"'),
    ('phone = "028"', 'follow_url = "ftp://a.cn/"', 'h.toml:5: hall.follow_url: "ftp://a.cn/" is not an address; write https://…'),
    ('phone = "028"', 'follow_url = "https://a.cn/' + "x" * 40 + '"', 'h.toml:5: hall.follow_url: "https://a.cn/xxxxxxxxxxxxxxxxxxxxxxxxxxx…" has 53 characters; at most 44 fit'),
    ('phone = "028"', 'follow_url = "https://[a"', 'h.toml:5: hall.follow_url: "https://[a" is not an address; write https://…'),
    ('zh-CN = "小厅"', 'zh-CN = " "', "h.toml:3: hall.name.zh-CN: empty; give a text"),
    ('zh-CN = "小厅"', 'zh-CN = "小\\u202e厅"', 'h.toml:3: hall.name.zh-CN: "小?厅" has control characters in it; type it anew'),
    ('en = "Small hall"', 'fr = "Petite"', "h.toml:3: hall.name.fr: unknown key (did you mean name.en?)"),
    ('letter = "Z"', 'letter = "Zone"', 'h.toml:10: zones.Z.letter: "Zone" has 4 characters; at most 2 fit'),
    ("[5, 8, 25, 28]", "[80, 8, 25, 28]", 'h.toml:11: zones.Z.map_box: "[80, 8, 25, 28]" is not x, y, width, height in hundredths of the floor'),
    ('icon = "grid"', 'icon = "gird"', 'h.toml:16: departments.D.icon: there is no icon "gird" (did you mean grid?)'),
    ('code = "S1"', 'code = "S 1"', 'h.toml:30: services.S 1.code: "S 1" is not a code; use A-Z, a-z, 0-9, _ . - up to 32'),
    ('queues = ["Q"]', 'queues = ["Q+ä"]', 'h.toml:44: windows.1.queues: "Q+ä" is not a code of a queue, or codes joined by +'),
    ('code = "Q"', 'code = "Q+R"', 'h.toml:24: queues.Q+R.code: "Q+R" is not a code; use A-Z, a-z, 0-9, _ . - up to 32'),
    ('number = "1"', 'number = "1001"', 'h.toml:42: windows.1001.number: "1001" has 4 characters; at most 3 fit'),
    ('queues = ["Q"]', 'queues = ["Q", "R"]', 'h.toml:44: windows.1.queues: there is no queue "R"; queues are Q'),
    ('queues = ["Q"]', 'queues = ["Q", "Q"]', 'h.toml:44: windows.1.queues: queue "Q" stands here 2 times; once is enough'),
    ('pin = "2468"', 'pin = "12"', "h.toml:49: staff.01.pin: a PIN has 4 to 8 digits"),
    ('pin = "2468"', 'pin_hash = "secret"', 'h.toml:49: staff.01.pin_hash: is not an argon2 hash; those begin with "$argon2"'),
    ('pin = "2468"', 'role = "boss"', 'h.toml:49: staff.01.role: "boss" is not known; one of clerk, usher, lead, supervisor, admin'),
    ('weekdays = "1-5"', 'weekdays = "5-1"', 'h.toml:52: hours[1].weekdays: "5-1" are not weekdays; write "1-5" (1 Monday, 7 Sunday)'),
    ('opens = "09:00"', 'opens = "9 Uhr"', 'h.toml:53: hours[1].opens: "9 Uhr" is not a time; write "09:00"'),
    ('closes = "17:00"', 'closes = "08:00"', "h.toml:54: hours[1].closes: 08:00 is not after opens, 09:00"),
    ('closes = "17:00"', 'closes = "17:00"\ntickets_until = "18:00"', "h.toml:55: hours[1].tickets_until: tickets from 09:00 to 18:00 must be in order and end by closes, 17:00"),
    ("2026-10-01", '"2026-13-01"', 'h.toml:57: calendar.2026-13-01.date: "2026-13-01" is not a date; write 2026-10-01'),
    ('text = "请稍候"', 'text = "请稍候"\nzones = ["Y"]', 'h.toml:63: notices.N.zones: there is no zone "Y"; zones are Z'),
    ('text = "请稍候"', 'text = "请稍候"\nplace = "roof"', 'h.toml:63: notices.N.place: "roof" is not known; one of "strip", "card"'),
    ("[[notices]]", "[[notice]]", "h.toml:60: notice: there is no such table (did you mean notices?)"),
    ("[[notices]]", "[notices]", "h.toml:60: notices: write each as a table of its own, [[notices]]"),
    ("[[staff]]", TWO_WINDOWS, 'h.toml:46: windows.1.code: there is a window "1" already, h.toml:41; every one needs its own'),
    ("[[staff]]", TWO_WINDOWS.replace('"Q"]', '"Q"]\ncode = "w2"'), 'h.toml:47: windows.w2.number: window "1" is there already, h.toml:41'),
    ("[[staff]]", '[[series]]\ncode = "B"\n\n[[staff]]', "h.toml:46: series.B: no queue uses this series; remove it or name it in a queue"),
    ("[[calendar]]", '[[hours]]\nweekdays = 3\nopens = 16:00:00\ncloses = "18:00"\n\n[[calendar]]', "h.toml:58: hours[2].opens: 16:00 falls into 09:00–17:00 of the same weekday (3); hours may not overlap"),
    ('phone = "028"', 'phone = "028"\n\n[rules]\nrecall_cap = 2\nno_show_after = 3', "h.toml:9: rules.no_show_after: 3 calls are never reached; recall_cap is 2"),
    ('phone = "028"', 'phone = "028"\n\n[rules]\ndefault_level = 2', "h.toml:8: rules.default_level: 2 is a bad rating; 3, 4, 5, or 0 for none"),
    ('phone = "028"', 'phone = "028"\n\n[rules]\ndefault_days = "week"', 'h.toml:8: rules.default_days: "week" is not known; one of calendar, working'),
    ('phone = "028"', 'phone = "028"\n\n[rules]\nchosen_reasons = []', "h.toml:8: rules.chosen_reasons: empty; give at least one reason, or leave it out for the usual ones"),
    ('phone = "028"', 'phone = "028"\n\n[rules]\nchosen_reasons = ["other", "other"]', "h.toml:8: rules.chosen_reasons: a reason stands here twice; once is enough"),
    ('phone = "028"', 'phone = "028"\n\n[rules]\nchosen_reasons = [1]', 'h.toml:8: rules.chosen_reasons: "[1]" is not a list of texts; write ["A", "B"]'),
    ('phone = "028"', 'phone = "028"\n\n[rules]\npause_reasons = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]', "h.toml:8: rules.pause_reasons: 10 reasons; a clerk chooses by one digit, so at most 9"),
    ('phone = "028"', 'phone = "028"\n\n[rules]\npause_reasons = ["meal", "meal"]', "h.toml:8: rules.pause_reasons: a reason stands here twice; once is enough"),
    ('phone = "028"', 'phone = "028"\n\n[rules]\ncredit_minutes = { elderley = 5 }', "h.toml:8: rules.credit_minutes.elderley: unknown key (did you mean credit_minutes.elderly?)"),
    ('icon = "grid"', 'easy_queue = "B"', 'h.toml:16: departments.D.easy_queue: there is no queue "B"; queues are Q'),
    ('icon = "grid"', 'easy = "一二三四五六七八九"', 'h.toml:16: departments.D.easy: "一二三四五六七八九" has 9 characters; at most 8 fit'),
    ("minutes = 5", 'topics = ["T"]', 'h.toml:35: services.S1.topics: there is no topic "T"; there are no topics at all'),
    ("minutes = 5", 'after = ["S2"]', 'h.toml:35: services.S1.after: there is no service "S2"; services are S1'),
    ("minutes = 5", 'after = ["S1"]', "h.toml:35: services.S1.after: comes after itself; leave one of these out"),
    ("minutes = 5", 'guide = "' + "长" * 61 + '；短"', "h.toml:35: services.S1.guide: a step has 61 characters; at most 60 fit, divide it by ；"),
    ("minutes = 5", 'guide = { zh-CN = "短", en = "' + "long " * 40 + '" }', "h.toml:35: services.S1.guide: a step has 199 characters; at most 180 fit, divide it by ；"),
    ("minutes = 5", "fee = 5", 'h.toml:35: services.S1.fee: "5" is not a text; write it in quotes, "…"'),
    ("minutes = 5", 'guide_url = "javascript:1"', 'h.toml:35: services.S1.guide_url: "javascript:1" is not an address; write https://…'),
    ('code = "S1"', 'code = "general-Q"', 'h.toml:30: services.general-Q.code: codes with "general-" are those of the general services'),
    ("[[calendar]]", '[[topics]]\ncode = "T"\nname = "出生"\n\n[[calendar]]', "h.toml:56: topics.T: no service has this topic; remove it or name it in a service"),
    ("[[calendar]]", '[[topics]]\ncode = "T"\naudience = "people"\n\n[[calendar]]', 'h.toml:58: topics.T.audience: "people" is not known; one of person, company'),
    ('series = "A"\n', 'series = "A"\nslice_booked = 5\nslice_quota = 4\n', "h.toml:27: queues.Q.slice_booked: 5 appointments are more than slice_quota, 4"),
    ('series = "A"\n', 'series = "A"\nslice_quota = 9\nday_quota = 8\n', "h.toml:27: queues.Q.slice_quota: 9 tickets of a slice are more than day_quota, 8"),
    ('series = "A"\n', 'series = "A"\nslice_booked = 9\nday_quota = 8\n', "h.toml:27: queues.Q.slice_booked: 9 appointments are more than day_quota, 8"),
    ('series = "A"\n', 'series = "A"\nslice_minutes = 1\n', 'h.toml:27: queues.Q.slice_minutes: "1" is not a whole number from 5 to 240'),
    ('phone = "028"', 'phone = "028"\n\n[rules]\none_tickets = true', "h.toml:8: rules.one_tickets: unknown key (did you mean one_ticket?)"),
    ('phone = "028"', 'phone = "028"\n\n[rules]\nservices_at_once = 6', 'h.toml:8: rules.services_at_once: "6" is not a whole number from 1 to 5'),
    ('phone = "028"', 'phone = "028"\n\n[rules]\nledger = "perhaps"', 'h.toml:8: rules.ledger: "perhaps" is neither yes nor no; write true or false'),
]  # fmt: skip


@pytest.mark.parametrize(("there", "instead", "message"), ONE_MISTAKE)
def test_one_mistake_gives_one_message(
    tmp_path: Path, there: str, instead: str, message: str
) -> None:
    assert SMALL.count(there) >= 1
    assert message in problems_of(written(tmp_path, SMALL.replace(there, instead, 1)))


WEIRD = ["1", "-1.5", "true", "inf", "[]", "[[]]", "[{}]", "{}", "{ a = { b = 1 } }", "1979-05-27",
         "07:32:00", '""', '" "', "'a\\b'", f'"{"长" * 300}"', '["a", 1]', "99999999999999999999"]  # fmt: skip


@pytest.mark.parametrize("weird", WEIRD)
def test_a_value_of_any_type_anywhere_is_told_or_taken(tmp_path: Path, weird: str) -> None:
    lines = SMALL.split("\n")
    for place, line in enumerate(lines):
        key = line.split(" =")[0]
        if " = " not in line or line.startswith(" ") or line.endswith("["):
            continue
        text = "\n".join([*lines[:place], f"{key} = {weird}", *lines[place + 1 :]])
        found = lines_told(written(tmp_path, text))
        assert not found or place + 1 in found, text


def test_a_queue_needs_a_window_a_service_and_hours(tmp_path: Path) -> None:
    extra = '[[queues]]\ncode = "R"\nname = "另一队"\nseries = "A"\nzone = "Z"\n\n[[services]]'
    text = SMALL.replace("[[services]]", extra).replace(
        'weekdays = "1-5"', 'queue = "Q"\nweekdays = "1-5"'
    )
    assert problems_of(written(tmp_path, text)) == [
        "h.toml:29: queues.R: no service waits in this queue; remove it or give it a service",
        "h.toml:29: queues.R: no window serves this queue; name it in the queues of a window",
        "h.toml:29: queues.R: this queue has no hours; add hours for it, or for every queue",
    ]


def test_services_that_wait_for_each_other(tmp_path: Path) -> None:
    second = '[[services]]\ncode = "S2"\nname = "领证"\ndepartment = "D"\nqueue = "Q"\nkind = "collect"\nafter = ["S1"]\n\n'
    text = SMALL.replace("minutes = 5", 'minutes = 5\nafter = ["S2"]')
    assert problems_of(written(tmp_path, text.replace("[[windows]]", second + "[[windows]]"))) == [
        "h.toml:36: services.S1.after: comes after itself; leave one of these out",
        "h.toml:48: services.S2.after: comes after itself; leave one of these out",
    ]


def test_every_queue_has_a_service_for_what_is_told_at_the_window(tmp_path: Path) -> None:
    plan = load_hall(str(written(tmp_path, SMALL))).plan
    assert [s.code for s in plan.services] == ["S1", "general-Q"]
    assert [s.code for s in plan.listed] == ["S1"]
    general = plan.general_of["Q"]
    assert (general.name.zh_cn, general.department, general.kind) == ("综合", "D", "consult")
    assert (general.initials, general.topics, general.common) == ((), (), 0)


def test_ranks_of_a_window(tmp_path: Path) -> None:
    extra = '[[queues]]\ncode = "R"\nname = "另一队"\nseries = "A"\nzone = "Z"\n\n[[services]]'
    text = SMALL.replace(
        "[[services]]",
        extra
        + '\ncode = "S2"\nname = "问"\ndepartment = "D"\nqueue = "R"\nkind = "consult"\n\n[[services]]',
    )
    for written_as, ranks in (
        ('["Q", "R"]', (("Q",), ("R",))),
        ('["R+Q"]', (("R", "Q"),)),
        ('"R;Q"', (("R",), ("Q",))),
    ):
        path = written(tmp_path, text.replace('queues = ["Q"]', f"queues = {written_as}"))
        assert load_hall(str(path)).plan.window("1").ranks == ranks


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = SMALL.replace("digits = 3", "digits = 9").replace('"grid"', '"gird"')
    found = problems_of(written(tmp_path, text.replace("minutes = 5", "minutes = -1")))
    assert [message.split(": ")[0] for message in found] == ["h.toml:16", "h.toml:21", "h.toml:35"]


def test_a_pin_never_gets_into_a_message(tmp_path: Path) -> None:
    text = SMALL.replace('pin = "2468"', 'pin = "971A"\npinn = "8352"')
    told = "\n".join(problems_of(written(tmp_path, text)))
    assert "a PIN has 4 to 8 digits" in told
    assert "971A" not in told
    assert "8352" not in told


def test_an_empty_file_says_what_a_hall_has(tmp_path: Path) -> None:
    found = problems_of(written(tmp_path, ""))
    assert "h.toml: windows: there are none; a hall has windows" in found
    assert "h.toml:1: hall.id: missing; give a text" in found


def test_toml_that_is_none_names_the_line(tmp_path: Path) -> None:
    (message,) = problems_of(written(tmp_path, SMALL.replace("digits = 3", "digits = = 3")))
    assert message.startswith("h.toml:21: is not TOML: ")
    (message,) = problems_of(written(tmp_path, SMALL + "[[zones"))
    assert message.startswith("h.toml:63: is not TOML: ")


def test_many_problems_are_cut_in_the_text_only() -> None:
    error = HallFileError(Problem("h", n, "", "wrong") for n in range(1, 101))
    assert len(error.problems) == 100
    assert str(error).endswith("… and 70 more")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xff\xfeh\0", "h.toml: is saved as UTF-16; save it as UTF-8"),
        (b"MZ\0\0\x01", "h.toml: is not a text file; it has zero bytes in it"),
        (b"a = 1\n# \xd0\xc2\xb6\xbc", "h.toml:2: is not UTF-8; save it as UTF-8"),
        (b"#" * 8_000_001, "h.toml: is bigger than 8,000,000 bytes; no hall file is"),
        (b"a = " + b"[" * 200_000, "h.toml: is nested too deeply"),
    ],
)
def test_hostile_files_are_refused(tmp_path: Path, raw: bytes, message: str) -> None:
    path = tmp_path / "h.toml"
    path.write_bytes(raw)
    assert problems_of(path) == [message]


def test_a_number_too_long_to_read_is_told(tmp_path: Path) -> None:
    (message,) = problems_of(written(tmp_path, f"a = {'9' * 5000}"))
    assert message.startswith("h.toml: is not TOML: ")


@pytest.mark.parametrize("name", ["dmeo", "no/such/place", "a\0b", "x" * 5000])
def test_a_name_that_is_nothing(name: str) -> None:
    with pytest.raises(HallFileError, match="no hall and no file of this name"):
        load_hall(name)


def test_a_name_nearly_right() -> None:
    with pytest.raises(HallFileError, match=r"did you mean demo\?\); built-in halls are demo, vil"):
        load_hall("dmeo")


def test_a_folder_without_a_hall(tmp_path: Path) -> None:
    (message,) = problems_of(tmp_path)
    assert message.startswith("hall.toml: there is no such file: ")


def test_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "h.toml"
    raw = assets.path("halls", "demo.toml").read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n"))
    assert load_hall(str(path)).plan == load_hall("demo").plan
    path.write_bytes(path.read_bytes().replace(b'icon = "tax"', b'icon = "taxx"'))
    text = raw.decode()
    line = text[: text.index('icon = "tax"')].count("\n") + 1
    assert problems_of(path)[0].startswith(f"h.toml:{line}: departments.SWJ.icon:")
