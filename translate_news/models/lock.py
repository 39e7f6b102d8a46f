"""The lock file: which commit each hub model was resolved to, and the SHA-256 of every file that came with it.

Lies in the cache folder, as JSON, written whole. A revision such as `main` is resolved once, here, and never again
until a person asks for an update.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import filelock
import platformdirs

from translate_news.errors import ModelUnavailable
from translate_news.models.lines import Model

FORMAT = 1
NOTICES = logging.getLogger("translate_news")


@dataclass(frozen=True, slots=True)
class Record:
    """What was fetched for one hub id and revision.

    `files` is name → SHA-256 in hex. `source` says what the files were compared with: `hub` (the sums that the hub
    states) or `found` (nothing: they lay in the cache and the hub could not be asked).
    """

    commit: str
    folder: Path
    files: Mapping[str, str]
    source: str = "hub"


def cache_folder() -> Path:
    """Our own cache folder; what lies in it can be made again."""
    return platformdirs.user_cache_path("translate-news")


def lock_path() -> Path:
    """Where the lock file lies."""
    return cache_folder() / "models.lock.json"


def key_of(model: Model) -> str:
    """The lock file's name for a hub model: two names for the same id and revision share one record."""
    return f"{model.where}@{model.wanted_revision}"


def read_records() -> dict[str, Record]:
    """All records, by key.

    Raises:
        ModelUnavailable: the lock file is not ours or is damaged.
    """
    try:
        data = json.loads(lock_path().read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']}, wanted is {FORMAT}")
        return {
            key: Record(row["commit"], Path(row["folder"]), dict(row["files"]), row["source"])
            for key, row in data["models"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnavailable(
            f"{lock_path()}: cannot be read ({error}); move it away and fetch the models again, which is quick where "
            f"their files are still here: translate-news models pull NAME"
        ) from error


def write_record(key: str, record: Record | None) -> None:
    """Put one record into the lock file, or take it out; the others stay.

    Raises:
        OSError: the cache folder cannot be written.
    """
    with guard("models"):
        records = read_records()
        records.pop(key, None)
        if record:
            records[key] = record
        rows = {
            key: {
                "commit": r.commit,
                "folder": str(r.folder),
                "source": r.source,
                "files": dict(sorted(r.files.items())),
            }
            for key, r in sorted(records.items())
        }
        text = json.dumps({"format": FORMAT, "models": rows}, indent=1) + "\n"
        beside = lock_path().with_name(f".{lock_path().name}.{os.getpid()}")
        try:
            with beside.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(lock_path())
        finally:
            beside.unlink(missing_ok=True)


def guard(name: str) -> filelock.BaseFileLock:
    """A lock between processes on what `name` stands for; the kernel lets go when the holder dies, however it dies."""
    folder = cache_folder() / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(folder / f"{name.replace('/', '--')}.lock")


@contextmanager
def turn(name: str, meanwhile: str) -> Iterator[None]:
    """Hold `guard(name)`; a person who has to wait for it is told why."""
    lock = guard(name)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        NOTICES.info("%s; waiting for it", meanwhile)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex; read once a process as long as the file does not change. About 1 GB/s."""
    seen = path.stat()
    return _sha256(path, seen.st_size, seen.st_mtime_ns, seen.st_ino)


@lru_cache(maxsize=1024)
def _sha256(path: Path, *seen: int) -> str:
    """`seen` is the file's size, time and inode: another of them makes another entry."""
    del seen
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def git_sum_of(path: Path) -> str:
    """The git blob id of a file, in hex: what a hub states for files that are not in its large-file store."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
