"""Whatever happens to a hall file, it loads or says what is wrong; and lines are always right."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hallclient import assets
from hallclient.services.hallfile import HallFileError, Problem, load_hall
from hallclient.services.hallfile.toml_lines import Path as KeyPath
from hallclient.services.hallfile.toml_lines import key_lines

DEMO = assets.path("halls", "demo.toml").read_text(encoding="utf-8").split("\n")
TABLE = assets.path("halls", "xindu", "windows.csv").read_text(encoding="utf-8").split("\n")

places = st.integers(0, 10**6)
garbage = st.text(max_size=12) | st.sampled_from(
    ['"', "[", "[[", "]", "{", "= 1", "code = 1", "[hall.x]", "\0", "\ufeff", "é", "\r", "#", "'''"]
)
mutations = st.lists(
    st.tuples(st.sampled_from(["delete", "double", "swap", "garble", "insert"]), places, garbage),
    min_size=1,
    max_size=3,
)


def mutated(lines: list[str], steps: list[tuple[str, int, str]]) -> str:
    lines = list(lines)
    for kind, place, text in steps:
        at = place % len(lines)
        if kind == "delete":
            del lines[at]
        elif kind == "double":
            lines.insert(at, lines[at])
        elif kind == "swap":
            lines[at], lines[at - 1] = lines[at - 1], lines[at]
        elif kind == "insert":
            lines.insert(at, text)
        else:
            cut = place % (len(lines[at]) + 1)
            lines[at] = lines[at][:cut] + text + lines[at][cut + place % 3 :]
    return "\n".join(lines)


def check(path: Path, length: int) -> None:
    for problem in problems_of(path):
        assert 0 <= problem.line <= length + 1
        assert problem.text


def problems_of(path: Path) -> tuple[Problem, ...]:
    try:
        load_hall(str(path))
    except HallFileError as error:
        return error.problems or (Problem("", -1, "", "an error without a problem"),)
    return ()


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutations)
def test_a_mutated_hall_loads_or_says_what_is_wrong(steps: list[tuple[str, int, str]]) -> None:
    text = mutated(DEMO, steps)
    with TemporaryDirectory() as folder:
        path = Path(folder, "demo.toml")
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        check(path, text.count("\n") + text.count("\r"))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutations)
def test_a_mutated_table_loads_or_says_what_is_wrong(steps: list[tuple[str, int, str]]) -> None:
    text = mutated(TABLE, steps)
    with TemporaryDirectory() as folder:
        for table in assets.path("halls", "xindu").glob("*.*"):
            Path(folder, table.name).symlink_to(table)
        Path(folder, "windows.csv").unlink()
        Path(folder, "windows.csv").write_bytes(text.encode("utf-8", "surrogatepass"))
        check(Path(folder), 10**4)


def paths_in(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from paths_in(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield (*path, place)
            yield from paths_in(inner, (*path, place))


TRICKY = '''\
# comment = 1
a.b."c.d" = [1, [2, 3], { x = "}", y = '#' }, # more = 2
  """
one = 1 \\""" "quoted"""""  ,
7]
"k\\u0041" = 1979-05-27 07:32:00
[t]  # [u]
s = \'\'\'
[[x]]
\'\'\'
e = { }
[t . "w"]
z = +1.5e-3
[[x]]
n = 1
[[x.y]]
m = 1
[[x.y]]
m = [ ]
[x.y.q]
p = true
[[x]]
'''


def test_every_key_has_the_line_it_stands_on() -> None:
    lines = key_lines(TRICKY)
    assert set(lines) >= set(paths_in(tomllib.loads(TRICKY)))
    assert lines["a", "b", "c.d"] == 2
    assert lines["a", "b", "c.d", 2, "y"] == 2
    assert lines["a", "b", "c.d", 3] == 3
    assert lines["a", "b", "c.d", 4] == 5
    assert ("a", "b", "c.d", 5) not in lines
    assert lines["kA",] == 6
    assert lines["t", "e"] == 11
    assert lines["t", "w", "z"] == 13
    assert lines["x", 0, "y", 1] == 18
    assert lines["x", 0, "y", 1, "q", "p"] == 21
    assert lines["x", 1] == 22


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutations)
def test_every_key_of_any_accepted_text_is_found(steps: list[tuple[str, int, str]]) -> None:
    text = mutated(TRICKY.split("\n"), steps)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = key_lines(text)
    assert set(lines) >= set(paths_in(data))
    assert max(lines.values(), default=1) <= text.count("\n") + 1
