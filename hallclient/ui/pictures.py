"""Published pictures for a screen: fetched, checked, decoded and scaled off the UI thread.

A file is known by its digest (SHA-256), so it is fetched once and kept in the user's cache folder
until that holds too much: what was longest not shown goes. Of what is decoded only the last few
stay in memory. A broken file is told in one log line and never tried again; a hall that cannot be
reached is asked again the next time.
"""

import hashlib
import logging
import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from hallclient.domain.errors import DomainError
from hallclient.services.picture_files import picture_of
from hallclient.services.store_error import StoreError
from hallclient.ui.tasks import Worker

log = logging.getLogger(__name__)

CACHE_BYTES = 200 * 1024 * 1024
DECODED = 6
"""Pictures in memory, scaled: the one that is shown and those around it."""

Fetch = Callable[[str], bytes | None]
_Key = tuple[str, int, int]


class BrokenPictureError(Exception):
    """A file that no decoder takes, or none at all."""


class PictureCache:
    """Files by digest in a folder of bounded size; any thread, several programs. Never raises."""

    def __init__(self, folder: Path, most: int = CACHE_BYTES) -> None:
        self._folder = folder
        self._most = most

    def load(self, digest: str) -> bytes | None:
        """Return a file, None when it is not there or is not what its name says."""
        file = self._folder / digest
        try:
            data = file.read_bytes()
            os.utime(file)
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == digest else None

    def save(self, digest: str, data: bytes) -> None:
        """Keep a file; where there is no room, it is fetched again another time."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                Path(name).replace(self._folder / digest)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            self._bound()
        except OSError as error:
            log.warning("a picture cannot be kept: %s", error)

    def _bound(self) -> None:
        """Let go of what was longest not shown."""
        files = []
        for file in self._folder.glob("[0-9a-f]" * 64):
            with suppress(OSError):
                about = file.stat()
                files.append((about.st_mtime, about.st_size, file))
        room = self._most
        for _at, size, file in sorted(files, key=lambda one: one[0], reverse=True):
            room -= size
            if room < 0:
                with suppress(OSError):
                    file.unlink()


class Pictures(QObject):
    """Scaled pictures by digest. ``fetch`` is called in a thread of its own."""

    ready = Signal(str)
    """The digest of a picture that can be shown now."""
    broken = Signal(str)
    """The digest of one that never can."""

    def __init__(self, fetch: Fetch, cache: PictureCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._cache = cache
        self._decoded: OrderedDict[_Key, QImage] = OrderedDict()
        self._wanted: set[_Key] = set()
        self._broken: set[str] = set()
        self._failing = False
        self._worker = Worker("pictures", self)

    def is_broken(self, digest: str) -> bool:
        """Tell whether a file was found to be none that can be shown."""
        return digest in self._broken

    def get(self, digest: str, size: QSize) -> QImage | None:
        """Return a picture as large as fits a size in px, or None and fetch it: see ``ready``."""
        key = (digest, size.width(), size.height())
        found = self._decoded.get(key)
        if found is not None:
            self._decoded.move_to_end(key)
            return found
        if digest not in self._broken and key not in self._wanted and not size.isEmpty():
            self._wanted.add(key)
            work = partial(_scaled, digest, QSize(size), self._fetch, self._cache)
            done, failed = partial(self._take, key), partial(self._fail, key)
            self._worker.submit(work, done, failed, owner=self)
        return None

    def load(self, digest: str, done: Callable[[bytes], object]) -> None:
        """Fetch a file as it is and hand it over in the UI thread; nothing comes when it fails."""
        if digest in self._broken:
            return
        self._worker.submit(
            partial(_file, digest, self._fetch, self._cache),
            done,
            partial(self._fail, (digest, 0, 0)),
            owner=self,
        )

    def give_up(self, digest: str, why: str) -> None:
        """Skip a file from now on that was fetched as it is and cannot be shown."""
        if digest not in self._broken:
            self._fail((digest, 0, 0), BrokenPictureError(why))

    def close(self) -> None:
        """Fetch no more."""
        self._worker.close()

    def _take(self, key: _Key, image: QImage) -> None:
        self._wanted.discard(key)
        self._failing = False
        self._decoded[key] = image
        while len(self._decoded) > DECODED:
            self._decoded.popitem(last=False)
        self.ready.emit(key[0])

    def _fail(self, key: _Key, error: Exception) -> None:
        self._wanted.discard(key)
        if isinstance(error, StoreError):
            if not self._failing:
                log.warning("pictures cannot be fetched: %s", error)
            self._failing = True
            return
        expected = isinstance(error, BrokenPictureError)
        log.warning(
            "picture %s is skipped: %s", key[0], error, exc_info=None if expected else error
        )
        self._broken.add(key[0])
        self.broken.emit(key[0])


def _file(digest: str, fetch: Fetch, cache: PictureCache) -> bytes:
    data = cache.load(digest)
    if data is None:
        data = fetch(digest)
        if data is None:
            raise BrokenPictureError("the hall has no such file")
        cache.save(digest, data)
    return data


def _scaled(digest: str, size: QSize, fetch: Fetch, cache: PictureCache) -> QImage:
    return decoded(_file(digest, fetch, cache), size)


def decoded(data: bytes, size: QSize) -> QImage:
    """Return a picture at most as large as ``size`` px, never larger than it is, turned upright.

    ``BrokenPictureError`` for bytes that are no picture of ``services.picture_files``, before a
    decoder has seen any, and for what the decoder refuses.
    """
    try:
        about = picture_of(data)
    except DomainError as error:
        raise BrokenPictureError(str(error)) from error
    held = QByteArray(data)
    buffer = QBuffer(held)  # named: the reader does not keep it
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(about.kind.removeprefix("image/").encode()))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    whole = QSize(about.width, about.height)
    # Its sides before it is turned: twice as large as needed at the most, then smoothly.
    rough = whole.scaled(size * 2, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    if rough.width() < whole.width():
        reader.setScaledSize(rough)
    image = reader.read()
    if image.isNull():
        raise BrokenPictureError(reader.errorString() or "it cannot be decoded")
    if image.width() > size.width() or image.height() > size.height():
        image = image.scaled(
            size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
