"""Files that appear whole: written beside their place, synced, renamed."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from translate_news.errors import Unwritable

STOPPING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG})
"""Faults of a disk that the next file would meet too."""


def write_whole(path: Path, text: str | Iterable[str], scratch: Path | None = None) -> None:
    """Write a text file in UTF-8 so that a reader sees the old file or the new one, never a part.

    A link stays a link, and a device or a pipe stays what it is: what it points to, or it, is written to.

    Args:
        path: the file.
        text: all of its content, or pieces of it in order.
        scratch: a folder on the same disk for the unfinished file; beside `path` when None. A process that is killed
            leaves its unfinished file there.

    Raises:
        OSError: no space, no permission; the old file is untouched and nothing is left beside it.
    """
    if path.is_symlink():
        path, scratch = Path(os.path.realpath(path)), None
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines([text] if isinstance(text, str) else text)
        return
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=scratch or path.parent, delete=False
    ) as file:
        beside = Path(file.name)
        try:
            file.writelines([text] if isinstance(text, str) else text)
            file.flush()
            os.fsync(file.fileno())
            beside.chmod(0o666 & ~_UMASK)
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def write_named(path: Path, text: str | Iterable[str]) -> None:
    """Write a file that a person asked for by name; see `write_whole`.

    Raises:
        Unwritable: the disk is full, or another fault.
    """
    try:
        write_whole(path, text)
    except OSError as error:
        raise unwritable(path, error) from error


def _read_umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


_UMASK = _read_umask()  # read once: setting it back and forth is not safe while several threads write


def unwritable(path: Path, error: OSError) -> Unwritable:
    """An error of the operating system while writing, in words that say what to do."""
    advice = {
        errno.ENOSPC: "the disk is full: make room and run the same command again; what is done is kept",
        errno.EDQUOT: "the disk quota is used up: make room and run the same command again; what is done is kept",
        errno.EFBIG: "the file would pass the limit on file sizes (ulimit -f): raise it and run again; what is done is kept",
        errno.EROFS: "the disk is mounted read-only; choose another -o",
        errno.EACCES: "no permission to write; chmod u+w it, or choose another -o",
        errno.EPERM: "writing is not permitted; choose another -o",
    }.get(error.errno or 0, f"{error.strerror or error}; mend it and run the same command again; what is done is kept")
    return Unwritable(f"{path}: {advice}")
