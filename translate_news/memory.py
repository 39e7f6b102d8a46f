"""The translation memory: what was translated before, and what a person corrected; one SQLite file, safe to share.

A sentence is remembered under the signature and decoding that made its English, so that a hit is exactly what the engine
would say. A correction has no signature: it wins over every engine.
"""

from __future__ import annotations

import heapq
import itertools
import json
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from translate_news.document import Translation
from translate_news.engine import Decoding, Engine, Hypothesis, Progress
from translate_news.errors import SettingsError, Unwritable, UsageError

APPLICATION = 0x746E656D  # "tnem", in the file's header: tells our files from other databases
SCHEMA = 1  # of the tables; grows when they change
AT_ONCE = 500  # values in one SELECT; SQLite's own limit was 999 for long
WAIT = 60.0  # seconds to wait for another process that writes
FRESH = 86_400  # seconds for which a hit needs no note that the sentence was used
EVICTED = 10  # per cent of the sentences that leave when the limit is reached, those unused for the longest first

TABLES = """
CREATE TABLE IF NOT EXISTS makings (id INTEGER PRIMARY KEY, made TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS sentences (
    making INTEGER NOT NULL, nl TEXT NOT NULL, whole BLOB NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (making, nl)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sentences_used ON sentences (used);
CREATE TABLE IF NOT EXISTS corrections (nl TEXT PRIMARY KEY, en TEXT NOT NULL) WITHOUT ROWID;
"""


_decoder = msgspec.json.Decoder(Hypothesis)


@dataclass(frozen=True, slots=True)
class Stats:
    """What a memory holds: numbers of sentences and corrections, and its size in bytes."""

    sentences: int
    signatures: int
    corrections: int
    size: int


def normal(dutch: str) -> str:
    """Dutch as corrections are looked up by: NFC, and a single space for any white space."""
    return " ".join(unicodedata.normalize("NFC", dutch).split())


class Memory:
    """An opened memory. Several processes may have it open, and several threads may use it."""

    def __init__(self, path: Path, limit: int = 1 << 30) -> None:
        """Open or make a memory.

        Args:
            path: the SQLite file; its folder must be there, and on a local disk.
            limit: bytes that the remembered sentences may take; corrections are never dropped.

        Raises:
            UsageError: the file is something else, or cannot be opened.
        """
        self.path, self._limit = path, limit
        self.remembered = 0  # sentences that needed no engine, since opened
        self._makings: dict[str, int] = {}
        self._lock = threading.RLock()
        try:
            self._db = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
            (application,) = self._db.execute("PRAGMA application_id").fetchone()
            (tables,) = self._db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            (schema,) = self._db.execute("PRAGMA user_version").fetchone()
            if tables and (application, schema) != (APPLICATION, SCHEMA):
                raise UsageError(f"{path}: is no translation memory of this version; choose another --memory")
            self._db.execute("PRAGMA journal_mode=WAL")  # a setting of the file: not before we know that it is ours
            self._db.execute("PRAGMA synchronous=NORMAL")  # after a power cut the last rows may be missing, never wrong
            with self._writing():
                for statement in filter(str.strip, TABLES.split(";")):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA application_id={APPLICATION}")
                self._db.execute(f"PRAGMA user_version={SCHEMA}")
        except sqlite3.Error as error:
            raise UsageError(
                f"{path}: cannot be opened as a translation memory: {error}; choose another --memory"
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All or nothing, one process at a time.

        Raises:
            Unwritable: the disk is full, or another process writes for longer than a minute.
        """
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield
                except BaseException:
                    self._db.execute("ROLLBACK")
                    raise
                self._db.execute("COMMIT")
            except sqlite3.OperationalError as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise Unwritable(f"{self.path}: the memory cannot be written: {error}") from error

    def making(self, signature: dict[str, str], decoding: Decoding) -> int:
        """The number that stands for a signature and a decoding in this memory."""
        made = json.dumps([signature, asdict(decoding)], sort_keys=True)
        if made not in self._makings:
            with self._writing():
                self._db.execute("INSERT OR IGNORE INTO makings (made) VALUES (?)", (made,))
                (self._makings[made],) = self._db.execute("SELECT id FROM makings WHERE made = ?", (made,)).fetchone()
        return self._makings[made]

    def recall(self, making: int, sentences: Sequence[str]) -> dict[str, Hypothesis]:
        """What was made of those of the sentences that are remembered."""
        found: dict[str, Hypothesis] = {}
        now = int(time.time())
        stale: list[tuple[int, int, str]] = []
        for some in _chunks(sentences):
            marks = ",".join("?" * len(some))
            query = f"SELECT nl, whole, used FROM sentences WHERE making = ? AND nl IN ({marks})"
            with self._lock:
                rows = self._db.execute(query, (making, *some)).fetchall()
            for dutch, whole, used in rows:
                found[dutch] = _decoder.decode(whole)
                if now - used > FRESH:
                    stale.append((now, making, dutch))
        if stale:
            with self._writing():
                self._db.executemany("UPDATE sentences SET used = ? WHERE making = ? AND nl = ?", stale)
        self.remembered += len(found)
        return found

    def keep(self, making: int, made: Iterable[tuple[str, Hypothesis]]) -> None:
        """Remember what an engine made; the limit is held afterwards."""
        now = int(time.time())
        rows = [(making, dutch, msgspec.json.encode(h), now) for dutch, h in made]
        if not rows:
            return
        with self._writing():
            self._db.executemany("INSERT OR REPLACE INTO sentences VALUES (?, ?, ?, ?)", rows)
            while self._size() > self._limit:
                (count,) = self._db.execute("SELECT COUNT(*) FROM sentences").fetchone()
                if not count:
                    break
                self._db.execute(
                    "DELETE FROM sentences WHERE (making, nl) IN (SELECT making, nl FROM sentences ORDER BY used LIMIT ?)",
                    (max(1, count * EVICTED // 100),),
                )

    def _size(self) -> int:
        """Bytes in use; what was deleted is used again before the file grows."""
        pages, free, size = (
            self._db.execute(f"PRAGMA {it}").fetchone()[0] for it in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def corrections(self, sentences: Iterable[str]) -> dict[str, str]:
        """The corrected English of those of the sentences that a person corrected, by the sentence as given."""
        by_normal: dict[str, list[str]] = {}
        with self._lock:
            if self._db.execute("SELECT 1 FROM corrections LIMIT 1").fetchone() is None:
                return {}
        for sentence in sentences:
            by_normal.setdefault(normal(sentence), []).append(sentence)
        found: dict[str, str] = {}
        for some in _chunks(list(by_normal)):
            query = f"SELECT nl, en FROM corrections WHERE nl IN ({','.join('?' * len(some))})"
            with self._lock:
                rows = self._db.execute(query, some).fetchall()
            found.update({sentence: english for dutch, english in rows for sentence in by_normal[dutch]})
        return found

    def outdates(self, translation: Translation) -> bool:
        """Whether a sentence of a finished translation has been corrected since."""
        wanted = self.corrections(rendering.dutch for rendering in translation.renderings)
        return any(wanted.get(r.dutch, r.english) != r.english for r in translation.renderings)

    def correct(self, pairs: Iterable[tuple[str, str]]) -> int:
        """Take in corrections, (Dutch, English); the number of those that were new or changed.

        A pair that says what an engine said is no correction, so that an export can be edited and taken in whole.
        """
        changed = 0
        with self._writing():
            for dutch, english in pairs:
                key = normal(dutch)
                known = self._db.execute("SELECT en FROM corrections WHERE nl = ?", (key,)).fetchone()
                if known is None and english in self._said(dutch):
                    continue
                if known != (english,):
                    self._db.execute("INSERT OR REPLACE INTO corrections VALUES (?, ?)", (key, english))
                    changed += 1
        return changed

    def _said(self, dutch: str) -> set[str]:
        """What engines made of a sentence, under any signature."""
        query = "SELECT whole FROM sentences WHERE making IN (SELECT id FROM makings) AND nl = ?"
        return {_decoder.decode(whole).text for (whole,) in self._db.execute(query, (dutch,))}

    def pairs(self, *, corrected_only: bool = False) -> Iterator[tuple[str, str]]:
        """All (Dutch, English), the corrections first; a corrected sentence comes once."""
        with self._lock:
            corrections = self._db.execute("SELECT nl, en FROM corrections ORDER BY nl").fetchall()
            makings = [making for (making,) in self._db.execute("SELECT id FROM makings")]
        yield from corrections
        if corrected_only:
            return
        known = {dutch for dutch, _ in corrections}
        merged = heapq.merge(*map(self._pairs_of, makings))
        yield from (pair for pair, _ in itertools.groupby(merged) if normal(pair[0]) not in known)

    def _pairs_of(self, making: int) -> Iterator[tuple[str, str]]:
        """(Dutch, English) of a making, sorted; in slices, so that a large memory is never held whole."""
        query = "SELECT nl, whole FROM sentences WHERE making = ? AND nl > ? ORDER BY nl LIMIT 10000"
        last = ""
        while True:
            with self._lock:
                rows = self._db.execute(query, (making, last)).fetchall()
            if not rows:
                return
            yield from ((dutch, _decoder.decode(whole).text) for dutch, whole in rows)
            last = rows[-1][0]

    def stats(self) -> Stats:
        """What is in it."""
        with self._lock:
            sentences, signatures, corrections = (
                int(self._db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
                for table in ("sentences", "makings", "corrections")
            )
            return Stats(sentences, signatures, corrections, self._size())

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Remembering:
    """An engine that asks the memory first, and has it keep what the engine behind it makes."""

    def __init__(self, engine: Engine, memory: Memory, signature: dict[str, str]) -> None:
        self.name, self.device, self.precision = engine.name, engine.device, engine.precision
        self._engine, self._memory, self._signature = engine, memory, signature

    def translate(
        self, sentences: Sequence[str], decoding: Decoding, progress: Progress = lambda done: None
    ) -> list[Hypothesis]:
        """See `Engine.translate`."""
        making = self._memory.making(self._signature, decoding)
        known = self._memory.recall(making, sentences)
        progress(sum(sentence in known for sentence in sentences))
        missing = [sentence for sentence in sentences if sentence not in known]
        made = list(zip(missing, self._engine.translate(missing, decoding, progress), strict=True))
        self._memory.keep(making, made)
        known.update(made)
        return [known[sentence] for sentence in sentences]


def read_corrections(text: str, name: str) -> list[tuple[str, str]]:
    """Corrections from TSV: Dutch, a tab, English; further columns, empty lines and a first line `nl<TAB>en` are skipped.

    Raises:
        SettingsError: the first line that is wrong, with its number.
    """
    pairs = []
    for number, line in enumerate(text.splitlines(), 1):
        columns = [column.strip() for column in line.split("\t")]
        if not line.strip() or (number == 1 and [c.lower() for c in columns[:2]] == ["nl", "en"]):
            continue
        if len(columns) < 2 or not columns[0] or not columns[1]:
            raise SettingsError(f"{name}, line {number}: wanted are Dutch, a tab, and its English")
        pairs.append((columns[0], columns[1]))
    return pairs


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
