"""Photos of staff beside a hall file: what is one, and what a hall that is loaded has of them."""

import os
import struct
import zlib
from argparse import Namespace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hallclient.bootstrap.halls import load_hall_into
from hallclient.commands import hall as command
from hallclient.services.hallfile import load_hall
from hallclient.services.hallfile.photos import MOST_BYTES, photos_beside
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests.unit.test_hallfile_problems import SMALL, written

WITH_PHOTO = SMALL.replace('pin = "2468"\n', 'pin = "2468"\nphoto = "01.png"\n')


def png(width: int = 3, height: int = 4) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * 3 for _ in range(4)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int = 30, height: int = 40, *, frame: int = 0xC2) -> bytes:
    app = b"\xff\xe0" + struct.pack(">H", 4) + b"JF"
    size = struct.pack(">HBHHB", 8, 8, height, width, 1) + b"\0"
    return b"\xff\xd8" + app + b"\xff" + bytes([0xFF, frame]) + size + b"\xff\xda\0\2\xff\xd9"


def looked_at(folder: Path, data: bytes) -> tuple[tuple[str, int, int], ...] | str:
    """What is found in a photo of these bytes, or the warning."""
    (folder / "01.png").write_bytes(data)
    photos = photos_beside(load_hall(str(written(folder, WITH_PHOTO))))
    if photos.warnings:
        assert not photos.found
        (warning,) = photos.warnings
        return warning.removeprefix("The photo 01.png of 01 is left out: ")
    return tuple((one.media.kind, one.media.width, one.media.height) for one in photos.found)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (png(), (("image/png", 3, 4),)),
        (jpeg(), (("image/jpeg", 30, 40),)),
        (jpeg(frame=0xC0), (("image/jpeg", 30, 40),)),
        (jpeg(frame=0xC4), "it is cut off or damaged."),
        (png()[:22], "it is cut off or damaged."),
        (jpeg()[:14], "it is cut off or damaged."),
        (png(0, 4), "it is cut off or damaged."),
        (png(10_000, 10_000), "it has 10000 x 10000 pixels, more than 50 million."),
        (b"", "it is neither a PNG nor a JPEG."),
        (b"GIF89a", "it is neither a PNG nor a JPEG."),
        (png() + bytes(MOST_BYTES), "it is larger than 2 MB."),
    ],
)
def test_what_is_a_photo(tmp_path: Path, data: bytes, found: object) -> None:
    assert looked_at(tmp_path, data) == found


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=60), st.integers(0, 60), st.sampled_from([png(), jpeg()]))
def test_no_bytes_are_fatal(tmp_path: Path, noise: bytes, at: int, photo: bytes) -> None:
    assert looked_at(tmp_path, photo[:at] + noise)


def test_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    loaded = load_hall(str(written(tmp_path, WITH_PHOTO)))
    told = "The photo 01.png of 01 is left out: "
    path = tmp_path / "01.png"
    assert photos_beside(loaded).warnings == (f"{told}there is no such file beside the hall file.",)
    path.mkdir()
    assert photos_beside(loaded).warnings == (f"{told}it is not a file.",)
    path.rmdir()
    os.mkfifo(path)
    assert photos_beside(loaded).warnings == (f"{told}it is not a file.",)


def test_a_hall_has_the_photos_of_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/hall.db"
    engine = open_engine(url)
    store = SqlStore(engine, "510199000000-01")
    path = written(tmp_path, WITH_PHOTO)
    photo = tmp_path / "01.png"

    def load() -> bytes | None:
        command.run(Namespace(action="load", file=str(path), db=url))
        with store.look() as reader:
            digest = reader.photo_of(reader.plan.staff_of["01"].id)
            assert len(reader.media()) == bool(digest)
            return reader.media_bytes(digest)

    assert load() is None
    assert "The photo 01.png of 01 is left out" in capsys.readouterr().out
    photo.write_bytes(png())
    assert load() == png()
    with store.look() as reader:
        seq = reader.seq
        entry = reader.entries_after(seq - 1, 1)[0]
    assert (entry.kind, entry.data) == ("hall.photos", {"staff": ["01"], "dropped": 0})
    assert load() == png()
    with store.look() as reader:
        assert reader.seq == seq, "nothing has changed"
    photo.write_bytes(b"broken")
    assert load() == png(), "a broken one takes nothing away"
    photo.write_bytes(jpeg())
    assert load() == jpeg()
    written(tmp_path, SMALL)
    assert load() is None
    load_hall_into(url, load_hall(str(path)))
    store.close()
    engine.dispose()
