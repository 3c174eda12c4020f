"""Is a path on a network share? SQLite's WAL shares memory between processes: one host only."""

import re
import sys
from pathlib import Path, PurePath
from typing import Final

# 9p is a share only over TCP: WSL and virtual machines use it for the host's own disk.
_NETWORK_TYPES: Final = frozenset(
    (
        "9p-tcp",
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "gfs2",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncp",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "orangefs",
        "smb2",
        "smb3",
        "smbfs",
        "fuse.afpfs",
        "fuse.ceph",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.gvfsd-fuse",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.smbnetfs",
        "fuse.sshfs",
    )
)
_MOUNTS: Final = Path("/proc/self/mountinfo")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")
_DRIVE_REMOTE: Final = 4


def network_share_of(path: Path, mounts: str | None = None) -> str | None:
    """Name the kind of network share `path` lies on, or None for a local disk.

    `mounts` is text in the form of Linux' /proc/self/mountinfo; by default the system's own.
    A system without that file (macOS) is not checked beyond UNC paths.
    """
    text = str(path)
    if text.startswith("\\\\") or (sys.platform == "win32" and text.startswith("//")):
        return "UNC path"
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - only here

        drive = ctypes.windll.kernel32.GetDriveTypeW(path.absolute().anchor)
        return "network drive" if drive == _DRIVE_REMOTE else None
    if mounts is None:
        if not _MOUNTS.exists():
            return None
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape")
    kind = _mount_type(Path(path).resolve(), mounts)
    return kind if kind in _NETWORK_TYPES else None


def _mount_type(path: PurePath, mounts: str) -> str:
    """Take the file system type of the innermost mount; of two in one place the later one."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields, tail = left.split(" "), right.split(" ")
        if len(fields) < 5:
            continue
        point = PurePath(_OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4]))
        depth = len(point.parts)
        if depth >= best and path.is_relative_to(point):
            best, kind = depth, tail[0]
            if kind == "9p" and "trans=tcp" in tail[-1].split(","):
                kind = "9p-tcp"
    return kind
