"""Whatever is wrong, the command line says it in one sentence and ends with its exit code.

2: the command, the settings or the hall file; 3: trouble with database, device or hall. A file on
a network share is tested in tests/storage: the command line reads the system's own mount table.
"""

import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hallclient.__main__ import COMMANDS, main
from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.lab.demo.stage import opening_offset
from hallclient.lab.hand import Hand
from hallclient.services.hallfile import load_hall
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from hallclient.ui.words import Words
from tests.e2e.terminal import ROOT, Said, Terminal
from tests.halls import HALL_ID
from tests.stores import load_hall_at, staffed_hall

USAGE, TROUBLE = 2, 3
KEYPAD_AT_0 = ("--keypad", "/dev/null", "--keypad-address", "0")
SHARED = ("--caller", "/dev/null", "--strip", "/dev/null", "--strip-profile", "onbon-bx")
NOBODY_LISTENS = "postgresql://u:secret@127.0.0.1:1/hall"
VILLAGE_ID = "510199101201-01"
VILLAGE = ROOT / "resources" / "halls" / "village.toml"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def hall_file(terminal: Terminal, sqlite_template: Path) -> str:
    """The URL of the small hall in a file of its own."""
    shutil.copy(sqlite_template, terminal.home / "hall.db")
    return f"sqlite:///{terminal.home}/hall.db"


Run = Callable[..., Said]


@pytest.fixture
def run_here(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """A command in this process: for what ends before anything is opened or shown."""
    monkeypatch.chdir(terminal.home)
    for name, value in terminal.environment().items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Said:
        try:
            code = main(words)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


# Words


@pytest.mark.parametrize("command", [*COMMANDS, "hall load", "db check", "ticket show"])
def test_every_command_has_help(run_here: Run, command: str) -> None:
    said = run_here(*command.split(), "--help")
    assert said.code == 0
    assert said.err == ""
    assert said.out.startswith(f"usage: hallclient {command}")


def test_help_in_a_process_of_its_own(terminal: Terminal) -> None:
    said = terminal.run("--help")
    assert (said.code, said.err) == (0, "")
    assert all(command in said.out for command in COMMANDS)


@pytest.mark.parametrize("words", [[], ["nothing"], ["hall"], ["kiosk", "--language", "fr"]])
def test_words_that_are_no_command(run_here: Run, words: list[str]) -> None:
    said = run_here(*words)
    assert said.code == USAGE
    assert said.err.startswith("usage: hallclient")
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["kiosk", "--at", "1,2,3"], "--at takes four numbers X,Y,W,H, not 1,2,3."),
        (["kiosk", "--at", "1,2,--3,3"], "--at takes four numbers X,Y,W,H, not 1,2,--3,3."),
        (["kiosk", "--at", "0,0,999999,9"], "--at takes four numbers X,Y,W,H, not 0,0,999999,9."),
        (["kiosk", "--at", "1,2,0,3"], "--at takes a width and a height above 0, not 1,2,0,3."),
        (["kiosk", "--ahead", "99999999999"], "--ahead is at most a year."),
        (["window"], "Say which window this is: hallclient window 12."),
        (
            ["window", "1", "--printer", "@"],
            "Say which station has the printer: --printer @K1.",
        ),
        (["window", "1", *KEYPAD_AT_0], "A keypad's address is 1 to 127, not 0."),
        (
            ["window", "1", "--strip", "/dev/null", "--strip-profile", "ff68-caller"],
            "Profile ff68-caller is for caller, not for window-strip.",
        ),
        (["demo", "--minutes", "0"], "--minutes and --speed are above 0."),
        (["demo", "--out", "taken"], "The folder taken cannot be used: File exists."),
        (["kiosk", "--lock"], "A locked kiosk needs a PIN: hallclient kiosk --set-pin."),
        (["bench", "start", "--runs", "0"], "--runs: 1 or more."),
        (
            ["replay", "--cases", "0"],
            "--cases and --processes are 1 or more, --windows is not negative.",
        ),
    ],
)
def test_wrong_words(terminal: Terminal, run_here: Run, words: list[str], told: str) -> None:
    (terminal.home / "taken").touch()
    assert run_here(*words).sentence(USAGE) == told


@pytest.mark.parametrize(
    "words", ["ledger list --state x", "usher take X --staff 1 --class x", "usher priority A1 x"]
)
def test_a_choice_is_named_as_it_is_typed(run_here: Run, words: str) -> None:
    said = run_here(*words.split())
    assert said.code == USAGE
    assert "(choose from '" in said.err
    assert "<" not in said.err


def test_an_input_that_is_closed_is_empty(terminal: Terminal) -> None:
    """As a service manager or ``<&-`` starts it."""
    command = f"exec {sys.executable} -m hallclient kiosk --set-pin --settings s.toml <&-"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        env=terminal.environment(), cwd=terminal.home, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (USAGE, "hallclient: A PIN is 4 to 12 digits.\n")
    assert not (terminal.home / "s.toml").exists()


def test_devices_that_cannot_share_a_port(terminal: Terminal) -> None:
    assert terminal.run("window", "1", *SHARED).sentence(TROUBLE) == (
        "Caller and strip cannot share port /dev/null: 9600 baud, none, and 57600 baud, none."
    )


def test_a_log_file_that_cannot_be_written(terminal: Terminal) -> None:
    (terminal.home / "file").touch()
    said = terminal.run("kiosk", "--log", "file/kiosk.log")
    assert said.code == TROUBLE  # there is no hall yet: the log has kept nobody from looking
    assert "the log file/kiosk.log cannot be written: " in said.err
    assert "There is no hall on this PC yet" in said.err


def test_without_a_screen(terminal: Terminal, hall_file: str) -> None:
    environment = terminal.environment()
    del environment["QT_QPA_PLATFORM"]
    said = terminal.run("kiosk", "--db", hall_file, env=environment)
    assert said.sentence(USAGE) == (
        "This session has no screen; QT_QPA_PLATFORM=offscreen runs without."
    )


def test_a_pc_without_a_hall_yet(terminal: Terminal) -> None:
    told = terminal.role("kiosk").sentence(TROUBLE)
    assert told == (
        "There is no hall on this PC yet: hallclient hall load NAME makes one, "
        "--db URL names one elsewhere."
    )
    assert terminal.run("hall", "load", str(VILLAGE)).code == 0
    assert terminal.run("ticket", "show", "A001").sentence(USAGE) == (
        "There is no number A001 today."
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("colour = 1\n", "colour is not a setting"),
        ("[kiosk]\nbaud = '9600'\n", "kiosk.baud is a whole number, not '9600'."),
        ("[display]\ntheme = 'pink'\n", "display.theme is one of light, board-dark, not pink."),
        ("database =\n", "cannot be read: Invalid value"),
    ],
)
def test_bad_settings(terminal: Terminal, text: str, told: str) -> None:
    (terminal.home / "CONFIG" / "hallclient").mkdir(parents=True)
    file = terminal.home / "CONFIG" / "hallclient" / "hallclient.toml"
    file.write_text(text, "utf-8")
    sentence = terminal.run("kiosk").sentence(USAGE)
    assert told in sentence
    assert str(file) in sentence


def test_a_settings_file_that_is_named_must_be_there(terminal: Terminal) -> None:
    said = terminal.run("kiosk", "--settings", "none.toml")
    assert said.sentence(USAGE) == "There is no settings file none.toml."


# Hall files


def test_a_bad_hall_file_names_file_line_and_key(terminal: Terminal) -> None:
    text = VILLAGE.read_text("utf-8").replace('queue = "A"', 'queue = "Z"', 2)
    lines = text.splitlines()
    (terminal.home / "bad.toml").write_text(text.replace("digits = 3", "digits = 30"), "utf-8")
    said = terminal.run("hall", "check", "bad.toml")
    assert said.code == USAGE
    assert "Traceback" not in said.err
    problems = said.err.removeprefix("hallclient: ").splitlines()
    assert len(problems) == 3
    queues = [n for n, line in enumerate(lines, start=1) if line == 'queue = "Z"']
    digits = lines.index("digits = 3") + 1
    for line, key in [*((line, "queue") for line in queues), (digits, "digits")]:
        assert any(p.startswith(f"bad.toml:{line}:") and key in p for p in problems), problems
    assert not (terminal.home / "DATA").exists()


@pytest.mark.parametrize("name", ["nowhere", "none.toml"])
def test_a_hall_that_is_not_there(terminal: Terminal, name: str) -> None:
    said = terminal.run("hall", "load", name)
    assert said.code == USAGE
    assert said.err == (
        f"hallclient: {name}: no hall and no file of this name; "
        "built-in halls are demo, village, xindu\n"
    )


def test_a_hall_file_is_loaded_again_and_again(terminal: Terminal) -> None:
    database = f"sqlite:///{terminal.home}/hall.db"
    first = terminal.run("hall", "load", "village", "--db", database)
    assert first.code == 0, first.err
    assert "changes, all in the journal." in first.out
    again = terminal.run("hall", "load", "village", "--db", database)
    assert again.out.endswith("The database has this hall already: nothing changed.\n")
    before = entries(terminal.home / "hall.db")

    text = VILLAGE.read_text("utf-8").replace('icon = "shield"', 'icon = "people"')
    edited = terminal.home / "edited.toml"
    edited.write_text(text, "utf-8")
    changed = terminal.run("hall", "load", str(edited), "--db", database)
    assert "changed departments ZNB (icon)" in changed.out
    assert changed.out.endswith("1 changes, all in the journal.\n")
    new = entries(terminal.home / "hall.db")[len(before) :]
    assert len(new) == 1
    assert "ZNB" in new[0]
    checked = terminal.run("db", "check", "--db", database)
    told = f"{VILLAGE_ID}: {len(before) + 1} journal entries, the chain is whole\n"
    assert checked.out == f"{told}Pages, references and counts agree.\n"


def test_a_database_without_one_of_its_tables(terminal: Terminal) -> None:
    file = terminal.home / "hall.db"
    assert terminal.run("hall", "load", "village", "--db", f"sqlite:///{file}").code == 0
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE lease")
        connection.execute("DROP TABLE message")
    checked = terminal.run("db", "check", "--db", f"sqlite:///{file}")
    assert (checked.code, checked.out) == (1, "TABLES ARE MISSING: lease, message\n")


def entries(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT kind, subject || data FROM journal ORDER BY seq"
        ).fetchall()
    return [f"{kind} {data}" for kind, data in rows]


def test_a_queue_in_which_somebody_waits_stays(terminal: Terminal) -> None:
    database = f"sqlite:///{terminal.home}/hall.db"
    assert terminal.run("hall", "load", "village", "--db", database).code == 0
    engine = open_engine(database)
    now = datetime.now(UTC)
    ahead = timedelta(seconds=opening_offset(load_hall("village").plan, now))
    with closing(SqlStore(engine, VILLAGE_ID, lambda: now + ahead)) as store:
        Issuing(store, "kiosk:K1").issue(TicketRequest("r", "ZNB01"))
    engine.dispose()
    text = VILLAGE.read_text("utf-8").replace('code = "A"\nname', 'code = "B"\nname')
    text = text.replace('queue = "A"', 'queue = "B"').replace('[["A"]]', '[["B"]]')
    edited = terminal.home / "edited.toml"
    edited.write_text(text.replace('queues = ["A"]', 'queues = ["B"]'), "utf-8")
    before = entries(terminal.home / "hall.db")
    told = terminal.run("hall", "load", str(edited), "--db", database).sentence(TROUBLE)
    assert "A" in told
    assert entries(terminal.home / "hall.db") == before


# Databases


@pytest.mark.parametrize("command", [("hall", "load", "village"), ("db", "check")])
@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://root@localhost/hall", "Databases of the kind 'mysql' are not supported"),
        ("sqlite:///", "names no file"),
        ("sqlite:////nowhere/at/all/hall.db", "The folder /nowhere/at/all does not exist."),
        ("/", "/ is a folder, not a database file."),
        ("postgresql://u@h:port/hall", "The port in the database URL is no number"),
        (NOBODY_LISTENS, "The database cannot be reached."),
        ("noise.db", "The file is not an SQLite database."),
    ],
)
def test_a_wrong_database(
    terminal: Terminal, run_here: Run, command: tuple[str, ...], url: str, told: str
) -> None:
    (terminal.home / "noise.db").write_bytes(bytes(range(256)) * 40)
    sentence = run_here(*command, "--db", url).sentence(TROUBLE)
    assert told in sentence
    assert "secret" not in sentence


def test_a_folder_this_user_may_not_use(terminal: Terminal, hall_file: str) -> None:
    """Root may everything: a root's test asks as somebody else."""
    closed = terminal.home / "closed"
    closed.mkdir()
    shutil.copy(terminal.home / "hall.db", closed)
    closed.chmod(0o500 if os.geteuid() else 0o700)
    code = (
        "import sys\n"
        "from hallclient.__main__ import main\n"
        "import hallclient.commands.db, hallclient.commands.running, sqlite3, encodings.idna\n"
        "import sqlalchemy.dialects.sqlite, hallclient.storage.store\n"
        "import os\n"
        "if os.geteuid() == 0:\n"
        "    os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[1]))\n"
        "sys.exit(main(['db', 'check', '--db', 'sqlite:///' + sys.argv[3]]))\n"
    )
    nobody = pwd.getpwnam("nobody")
    # The interpreter itself may lie in a folder of root's: it changes its user when it is up.
    done = subprocess.run(
        [sys.executable, "-c", code, str(nobody.pw_uid), str(nobody.pw_gid), f"{closed}/hall.db"],
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
        env=terminal.environment(),
        cwd=ROOT,
    )
    closed.chmod(0o700)
    assert done.returncode == TROUBLE, done.stderr
    assert done.stderr.startswith("hallclient: This user may not ")
    assert done.stderr.count("\n") == 1


def test_a_role_needs_tables_and_one_hall(terminal: Terminal, hall_file: str) -> None:
    with closing(sqlite3.connect(terminal.home / "bare.db")) as bare:
        bare.execute("CREATE TABLE something (else_ TEXT)")
    told = terminal.role("window", "1", "--db", "bare.db").sentence(TROUBLE)
    assert told == "This database has no tables yet: run hallclient db init."

    assert terminal.run("db", "init", "--db", "empty.db").code == 0
    told = terminal.role("display", "--db", "empty.db").sentence(TROUBLE)
    assert "none yet (hallclient hall load NAME)" in told

    load_hall_at(hall_file, replace(staffed_hall(), hall_id="510114000000-02"))
    told = terminal.role("kiosk", "--db", hall_file).sentence(TROUBLE)
    assert told == (f"Say which hall with --hall: the database has {HALL_ID}, 510114000000-02.")
    told = terminal.role("kiosk", "--db", hall_file, "--hall", "9").sentence(TROUBLE)
    assert told.startswith("The database has no hall 9; it has ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["window", "99"], "This hall has no window 99."),
        (["screen", "--window", "99"], "This hall has no window 99."),
        (["display", "--zone", "1A", "--zone", "9Z"], "This hall has no zone 9Z."),
        (["kiosk", "--printer", "/dev/no-such-port"], "There is no port /dev/no-such-port."),
        (["window", "1", "--keypad", "/dev/null"], "/dev/null cannot be used as a serial port."),
        (["kiosk", "--db", "none.db"], "There is no database at {home}/none.db."),
        (["kiosk", "--db", "noise.db"], "The file is not an SQLite database."),
    ],
)
def test_a_role_that_cannot_work(
    terminal: Terminal, hall_file: str, words: list[str], told: str
) -> None:
    (terminal.home / "noise.db").write_bytes(bytes(range(256)) * 40)
    database = [] if "--db" in words else ["--db", hall_file]
    said = terminal.role(*words, *database)
    assert said.sentence(TROUBLE) == told.format(home=terminal.home)


def test_a_keypad_of_an_unknown_kind(terminal: Terminal, hall_file: str) -> None:
    with EmulatedPrinter() as port:
        said = terminal.role(
            *("window", "1", "--db", hall_file, "--keypad", port.path),
            *("--keypad-profile", "nonsense"),
        )
    assert said.code == USAGE
    assert said.err.count("\n") == 1
    assert "nonsense" in said.err


@pytest.mark.parametrize(
    ("profile", "told"), [("nonsense", "nonsense"), ("ff68-keypad", "ticket printer")]
)
def test_a_printer_of_a_kind_that_prints_nothing(
    terminal: Terminal, hall_file: str, profile: str, told: str
) -> None:
    with EmulatedPrinter() as port:
        said = terminal.role(
            *("kiosk", "--db", hall_file, "--printer", port.path, "--printer-profile", profile)
        )
    assert told in said.sentence(USAGE)


@pytest.fixture
def printer() -> Iterator[EmulatedPrinter]:
    with EmulatedPrinter() as emulated:
        yield emulated


def test_a_second_kiosk_on_the_same_port(
    terminal: Terminal, hall_file: str, printer: EmulatedPrinter
) -> None:
    words, robot = Words(), terminal.home / "k"
    command = ["kiosk", "--db", hall_file, "--printer", printer.path]
    first = subprocess.Popen(
        [sys.executable, "-m", "hallclient", *command, "--robot", str(robot)],
        env=terminal.environment(),
        stderr=subprocess.DEVNULL,
    )
    try:
        with closing(Hand(robot)) as hand:
            hand.touch(hand.wait_for(words("kiosk.home.take")))
            hand.touch(hand.wait_for("咨询"))
            hand.wait_for(words("kiosk.confirm.get"))
            second = terminal.role(*command, "--name", "K2")
            assert second.sentence(TROUBLE) == (
                f"Port {printer.path} is in use by another program."
            )
            hand.touch(words("kiosk.confirm.get"))  # the first goes on
            assert printer.wait_for_tickets(1, 10)
        first.terminate()
        assert first.wait(10) == 0
    finally:
        first.kill()
        first.wait()
