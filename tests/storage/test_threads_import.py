"""Threads of a starting role load the storage at once: each gets SQLAlchemy whole, or waits for it.

A thread that begins with ``sqlalchemy.engine`` while another loads ``sqlalchemy`` is not made to
wait by Python, and both may get halves, for good: the terminal would never reach its hall.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import hallclient

TOP = Path(hallclient.__file__).parent

AT_ONCE = """
import importlib, sys, threading, traceback
sys.setswitchinterval(1e-6)
names, gate = sys.argv[1:], threading.Barrier(len(sys.argv) - 1)
def load(name):
    gate.wait()
    importlib.import_module(name)
threads = [threading.Thread(target=load, args=(name,)) for name in names]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def imported(file: Path) -> Iterator[tuple[int, str]]:
    """Yield line and name of what a module loads of SQLAlchemy, in the order of its lines."""
    tree = ast.parse(file.read_text("utf-8"))
    names_only = [n for n in ast.walk(tree) if isinstance(n, ast.If) and _is_for_types(n.test)]
    never = {node for block in names_only for node in ast.walk(block)}
    for node in set(ast.walk(tree)) - never:
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] == "sqlalchemy")


def _is_for_types(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def test_a_module_loads_all_of_sqlalchemy_before_a_part() -> None:
    firsts = {file: min(imported(file), default=(0, "")) for file in TOP.rglob("*.py")}
    used = {file: name for file, (_, name) in firsts.items() if name}
    assert len(used) > 20
    assert {str(file) for file, name in used.items() if name != "sqlalchemy"} == set()


@pytest.mark.parametrize("others", [("errors", "store"), ("backup_folder", "engine")])
def test_threads_that_load_it_at_once_get_it_whole(others: tuple[str, ...]) -> None:
    names = [f"hallclient.storage.{name}" for name in ("feed", *others)]
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE, *names],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
