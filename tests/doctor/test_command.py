"""``hallclient doctor`` as a technician runs it."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from hallclient.__main__ import main
from hallclient.bootstrap.doctor_report import clean
from hallclient.services.doctor.finding import Finding, Grade
from hallclient.services.sealing import make_key
from tests.doctor.findings import keys, troubles


def doctor(
    capsys: pytest.CaptureFixture[str], *words: str, language: str = "en"
) -> tuple[int, str]:
    code = main(["doctor", "--language", language, *words])
    said = capsys.readouterr()
    assert said.err == ""
    return code, said.out


def listed(out: str) -> list[Finding]:
    return [Finding(one["check"], Grade(one["grade"])) for one in json.loads(out)["findings"]]


@pytest.fixture
def pc(sqlite_template: Path, tmp_path: Path) -> Path:
    """A village PC that is well, but for what depends on the machine."""
    shutil.copy(sqlite_template, tmp_path / "hall.db")
    make_key(tmp_path / "hall.key")
    file = tmp_path / "hallclient.toml"
    file.write_text(
        f'database = "sqlite:///{tmp_path}/hall.db"\nkey_file = "{tmp_path}/hall.key"\n'
        'station = "PC-9"\n',
        "utf-8",
    )
    return file


OF_THIS_MACHINE = ("process.", "qt.", "sleep.", "session.", "calendar.", "disk.")


def test_a_pc_that_is_well(pc: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _code, out = doctor(capsys, "--settings", str(pc), "--json")
    found = listed(out)
    wrong = [key for key in troubles(found) if not key.startswith(OF_THIS_MACHINE)]
    assert wrong == ["backup.none"]
    assert main(["db", "backup", "--db", f"sqlite:///{pc.parent}/hall.db"]) == 0
    capsys.readouterr()
    assert "backup.fresh" in keys(listed(doctor(capsys, "--settings", str(pc), "--json")[1]))
    wanted = {"settings.right", "database.there", "journal.whole", "key.there", "spool.empty",
              "libraries.there", "fonts.right", "settings.roles_fit"}  # fmt: skip
    assert wanted <= set(keys(found))


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_everything_wrong_is_said_in_every_language(
    pc: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    (tmp_path / "hall.key").chmod(0o644)
    with pc.open("a", encoding="utf-8") as file:
        file.write(
            'colour = 1\n[kiosk]\nprinter = "/dev/no-such-port"\n[window]\nwindow = "88"\n'
            '[[agent.roles]]\nrole = "window"\narguments = ["77"]\n'
        )
    code, out = doctor(capsys, "--settings", str(pc), language=language)
    assert code == 1
    assert "Traceback" not in out
    for word in ("colour", "/dev/no-such-port", "88", "77", "chmod 600"):
        assert word in out
    assert out.count("✗") >= 6


def test_a_dead_database_stops_no_other_check(pc: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgresql://hall:hidden@127.0.0.1:9/hall"
    code, out = doctor(capsys, "--settings", str(pc), "--db", url, "--json")
    found = keys(listed(out))
    assert code == 1
    assert "database.away" in found
    assert {"fonts.right", "key.there", "libraries.there"} <= set(found)
    assert "hidden" not in out


def test_nothing_is_left_behind(
    pc: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def there() -> dict[str, bytes]:
        files = [one for one in tmp_path.rglob("*") if one.is_file()]
        return {str(one): one.read_bytes() for one in files}

    before = there()
    doctor(capsys, "--settings", str(pc))
    assert there() == before


SECRETS = """
database = "postgresql://hall:hidden1@10.0.0.5/hall?password=hidden2"
[kiosk]
pin_hash = "$argon2id$v=19$m=8,t=1,p=1$hidden3$hidden4"
"""


def test_the_report_has_no_secret_and_nobody_in_it(
    pc: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "credentials.toml").write_text('[kiosk]\nuser="k"\npassword = "hidden5"\n', "utf-8")
    (tmp_path / "credentials.toml").chmod(0o600)
    pc.write_text(SECRETS + "[sms]\nbaud = 0\n", "utf-8")
    state = tmp_path / "state"
    state.mkdir()
    (state / "agent.log").write_text(
        "connecting to postgresql://hall:hidden6@10.0.0.5/hall\n"
        "card 11010519491231002X, mobile 13800138000\n" + "x" * 300_000 + "\nthe end\n",
        "utf-8",
    )
    report = tmp_path / "report.zip"
    dead = "postgresql://hall:hidden7@127.0.0.1:9/hall"
    doctor(
        capsys, "--settings", str(pc), "--db", dead, "--state", str(state), "--report", str(report)
    )
    with zipfile.ZipFile(report) as archive:
        names = archive.namelist()
        texts = {name: archive.read(name).decode() for name in names}
    whole = "".join(texts.values())
    assert {"findings.zh-CN.txt", "findings.en.txt", "findings.json", "versions.txt",
            "hallclient.toml", "logs/agent.log"} == set(names)  # fmt: skip
    assert "hidden" not in whole
    assert "11010519491231002X" not in whole
    assert "13800138000" not in whole
    assert "10.0.0.5/hall" in texts["hallclient.toml"]
    assert texts["logs/agent.log"].endswith("the end\n")
    assert len(texts["logs/agent.log"]) < 250_000
    assert report.stat().st_mode & 0o777 == 0o600


def test_a_report_that_cannot_be_written(pc: Path, tmp_path: Path) -> None:
    assert main(["doctor", "--settings", str(pc), "--report", str(tmp_path / "no" / "a.zip")]) == 2


@pytest.mark.parametrize(
    "text",
    [
        'password = "hidden"',
        "password=hidden&x=1",
        "postgresql://u:hidden@h/d",
        "postgresql://u:x@hidden@h/d",
        'pin_hash = "$argon2id$hidden"',
        "{'password': 'hidden'}",
        '"password": "hidden"',
        "PASSWORD=hidden",
    ],
)
def test_secrets_are_cleaned_away(text: str) -> None:
    assert "hidden" not in clean(text)
