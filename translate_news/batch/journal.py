"""The journal of an output folder: append-only JSONL, one whole line a page, the full result; and the lock that guards it.

The lines are the truth. What is known about them while a run lasts (the index) is made from them at each start.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

from translate_news.batch.files import STOPPING, unwritable, write_whole
from translate_news.batch.inputs import HOUSE
from translate_news.errors import Unreadable, Unwritable
from translate_news.writers import JOURNAL_SCHEMA, Entry, read_entry, write_entry

NOTICES = logging.getLogger("translate_news")


class Lock:
    """One run at a time for an output folder, held by the kernel: it ends with the process, however that ends."""

    def __init__(self, house: Path) -> None:
        """Take the lock, or refuse.

        Raises:
            Unwritable: another process holds it, or the folder cannot be written.
        """
        path = house / "lock"
        try:
            house.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(self._descriptor, 20, 0).decode().strip() or "unknown"
                os.close(self._descriptor)
                raise Unwritable(
                    f"{house.parent}: process {holder} is writing there; wait until it has ended, or choose another -o"
                ) from None
            os.ftruncate(self._descriptor, 0)
            with suppress(OSError):  # on a full disk the lock holds all the same; only its holder's number is missing
                os.write(self._descriptor, b"%d\n" % os.getpid())
        except OSError as error:
            raise unwritable(house, error) from error

    def release(self) -> None:
        """Let the next run in."""
        os.close(self._descriptor)


class _Signed(msgspec.Struct):
    """Of a translation, only how it was made."""

    signature: dict[str, str]


class _Head(msgspec.Struct):
    """Of a line, only what the index needs; the rest is skipped unread."""

    path: str
    sha256: str | None
    schema: int
    failed: str | None = None
    translation: _Signed | None = None


_heads = msgspec.json.Decoder(_Head)


@dataclass(frozen=True, slots=True)
class Known:
    """What the journal says about a page, and where its line lies (bytes)."""

    sha256: str | None
    signature: dict[str, str] | None
    failed: str | None
    start: int
    length: int


class Index:
    """The newest line of each page, in a private database that spills to disk: memory stays flat for any journal."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._lock = threading.Lock()
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA temp_store=FILE")
        self._db.execute("PRAGMA cache_size=-1024")  # KiB
        self._db.execute(
            "CREATE TABLE pages (path TEXT PRIMARY KEY, sha256, signature, failed, start, length) WITHOUT ROWID"
        )
        self._db.execute("CREATE TABLE seen (path TEXT PRIMARY KEY, stamp) WITHOUT ROWID")
        self._signatures: list[dict[str, str]] = []  # by number, in the order of their first line

    def add(self, head: _Head, start: int, length: int) -> None:
        """Note a line; it replaces what was known about its page."""
        number = None
        if head.translation:
            if head.translation.signature not in self._signatures:
                self._signatures.append(head.translation.signature)
            number = self._signatures.index(head.translation.signature)
        with self._lock:
            self._db.execute(
                "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?)",
                (head.path, head.sha256, number, head.failed, start, length),
            )

    def get(self, path: str) -> Known | None:
        """What is known about a page."""
        with self._lock:
            row = self._db.execute(
                "SELECT sha256, signature, failed, start, length FROM pages WHERE path = ?", (path,)
            ).fetchone()
        if row is None:
            return None
        sha256, number, failed, start, length = row
        return Known(sha256, None if number is None else self._signatures[number], failed, start, length)

    def signatures(self) -> list[tuple[dict[str, str], int]]:
        """The signatures in use, each with its number of pages; the most used first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT signature, COUNT(*) FROM pages WHERE signature IS NOT NULL GROUP BY signature ORDER BY 2 DESC"
            ).fetchall()
        return [(self._signatures[number], count) for number, count in rows]

    def stamp(self, path: str) -> str | None:
        """What `put_stamp` put down last for a file, in this run."""
        with self._lock:
            row: tuple[str] | None = self._db.execute("SELECT stamp FROM seen WHERE path = ?", (path,)).fetchone()
        return row[0] if row else None

    def put_stamp(self, path: str, stamp: str) -> None:
        """Put down the state of a file, for watching."""
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO seen VALUES (?, ?)", (path, stamp))

    def places(self) -> list[tuple[int, int]]:
        """Where the newest lines lie, in the order of the journal."""
        with self._lock:
            return self._db.execute("SELECT start, length FROM pages ORDER BY start").fetchall()

    def close(self) -> None:
        """Forget all."""
        self._db.close()


def index_entry(index: Index, entry: Entry, start: int, length: int) -> None:
    """Note the line of an entry."""
    made = _Signed(entry.translation.signature) if entry.translation else None
    index.add(_Head(entry.path, entry.sha256, entry.schema, entry.failed, made), start, length)


def scan(file: IO[bytes], index: Index, base: int = 0) -> tuple[int, int]:
    """Index a journal from its beginning on; `base` is added to the places of its lines.

    Returns:
        Where the last whole line ends, and how many whole lines are damaged (their pages count as not done).
    """
    end, damaged = 0, 0
    for line in file:
        if not line.endswith(b"\n"):
            break  # torn: its writer was killed
        try:
            head = _heads.decode(line)
            if head.schema != JOURNAL_SCHEMA:
                raise Unreadable(
                    f"{file.name}: was written by another version (schema {head.schema}, not {JOURNAL_SCHEMA}); choose a new folder"
                )
            index.add(head, base + end, len(line))
        except msgspec.DecodeError:
            damaged += 1
        end += len(line)
    return end, damaged


class Journal:
    """The journal of an output folder, locked and open for reading and appending. Only one thread appends."""

    def __init__(self, out: Path) -> None:
        """Open the journal of an output folder, making both where needed; a torn last line is cut off.

        Raises:
            Unwritable: another run holds the folder, or it cannot be written.
        """
        house = out / HOUSE
        self._out = out
        self.path = house / "journal.jsonl"
        self.scratch = house / "unfinished"
        self._lock = Lock(house)
        self.index = Index()
        try:
            shutil.rmtree(self.scratch, ignore_errors=True)  # of a run that was killed
            self.scratch.mkdir()
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            with open(self._descriptor, "rb", closefd=False) as file:
                self._end, self.damaged = scan(file, self.index)
            os.ftruncate(self._descriptor, self._end)
        except OSError as error:
            self._lock.release()
            raise unwritable(house, error) from error

    def read(self, known: Known) -> Entry:
        """The whole entry of a page."""
        return read_entry(os.pread(self._descriptor, known.length, known.start))

    def append(self, entries: Sequence[Entry]) -> None:
        """Add lines and have them on the disk when this returns: all of them, or none.

        Raises:
            Unwritable: the disk is full, or another fault; the journal is as it was.
        """
        end, lengths = self._end, []
        try:
            for entry in entries:  # one by one: a window's lines together would be the most that a run holds
                line = memoryview(write_entry(entry))
                written = 0
                while written < len(line):
                    written += os.pwrite(self._descriptor, line[written:], end + written)
                end += len(line)
                lengths.append(len(line))
            os.fsync(self._descriptor)
        except OSError as error:
            os.ftruncate(self._descriptor, self._end)
            raise unwritable(self.path, error) from error
        for entry, length in zip(entries, lengths, strict=True):
            index_entry(self.index, entry, self._end, length)
            self._end += length

    def holds(self, name: str) -> bool:
        """Whether the output folder has a file of this name."""
        return (self._out / name).is_file()

    def put(self, name: str, text: str) -> None:
        """Write a file of the output folder, whole.

        Raises:
            Unwritable: a fault that other files would meet too.
            OSError: a fault of this file alone.
        """
        path = self._out / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text, self.scratch)
        except OSError as error:
            if error.errno in STOPPING:
                raise unwritable(path, error) from error
            raise

    def close(self) -> None:
        """Close, and let the next run in."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        os.close(self._descriptor)
        self.index.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def newest(index: Index, read: Callable[[Known], Entry], name: object) -> Iterator[Entry]:
    """The newest entry of each page of a journal, in its order, one at a time; a damaged one is passed over and named.

    Args:
        index: of the journal.
        read: reads an entry, as `Journal.read`.
        name: of the journal, for the notice.
    """
    for start, length in index.places():
        try:
            yield read(Known(None, None, None, start, length))
        except ValueError:
            NOTICES.warning("%s: a page's line at byte %d is damaged; delete its output and run again", name, start)


def read_journal(path: Path) -> Iterator[Entry]:
    """The newest entry of each page of a journal, in its order; for reading only, while a run may be appending.

    Args:
        path: the journal, or the output folder that holds it.

    Raises:
        Unreadable: there is none, or it is no journal.
    """
    if path.is_dir():
        path = path / HOUSE / "journal.jsonl"
    try:
        with path.open("rb") as file:
            index = Index()
            _, damaged = scan(file, index)
            if damaged and not index.places():
                raise Unreadable(f"{path}: is not a journal of translate-news")

            def read(known: Known) -> Entry:
                file.seek(known.start)
                return read_entry(file.read(known.length))

            yield from newest(index, read, path)
            index.close()
    except FileNotFoundError:
        raise Unreadable(
            f"{path}: no such journal; give the output folder of a finished run, or the journal in it"
        ) from None
    except OSError as error:
        raise Unreadable(f"{path}: cannot be read: {error.strerror or error}") from error
