"""Inputs and outputs on other filesystems (s3://, gs://, hdfs://, file:// and what fsspec knows), through pyarrow.

Objects cannot be appended to, so the journal of a remote folder is a folder of parts: each commit adds one whole object with whole
lines. The names of parts are unique to a run, so that no run can write over another's. Needs the extra `cluster`.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Self

from translate_news.batch.inputs import HOUSE, MIB, Found, Selection, name_pages
from translate_news.batch.journal import Index, Known, index_entry, newest, scan
from translate_news.errors import Unreadable, Unwritable, UsageError
from translate_news.writers import Entry, read_entry, write_entry

PART = 1 << 40  # bytes; a line's place is its part's number times this, and its start in the part


def open_place(uri: str) -> tuple[Any, str]:
    """A pyarrow filesystem and the path in it that a URI stands for.

    Raises:
        UsageError: pyarrow is not installed, or nothing knows the scheme.
    """
    try:
        from pyarrow import fs
    except ImportError:
        raise UsageError(f"{uri}: needs pyarrow; install it with: pip install 'translate-news[cluster]'") from None
    try:
        place, path = fs.FileSystem.from_uri(uri)
    except (ValueError, OSError) as unknown:
        try:
            import fsspec

            known, path = fsspec.core.url_to_fs(uri)
        except (ImportError, ValueError) as error:
            raise UsageError(f"{uri}: cannot be reached: {error}") from unknown
        return fs.PyFileSystem(fs.FSSpecHandler(known)), path
    return place, path


def walk_remote(uri: str, selection: Selection, prefix: str, avoid: str) -> Iterator[Found]:
    """The pages below a URI, in sorted order; a whole listing is held in memory.

    Raises:
        Unreadable: it is not there, or cannot be listed.
    """
    from pyarrow import fs

    place, root = open_place(uri)
    root = root.rstrip("/")
    try:
        listed = place.get_file_info(fs.FileSelector(root, recursive=True))
    except OSError as error:
        raise Unreadable(f"{uri}: cannot be listed: {error}") from error
    here: dict[str, list[tuple[str, str]]] = {}
    for info in listed:
        below = info.path.removeprefix(root).lstrip("/")
        parents = [str(parent) for parent in PurePosixPath(below).parents][:-1]
        hidden = any(part.startswith(".") for part in PurePosixPath(below).parts)
        if info.type != fs.FileType.File or HOUSE in PurePosixPath(below).parts or (hidden and not selection.hidden):
            continue
        uri_of = f"{uri.rstrip('/')}/{below}"
        if (
            uri_of.startswith(f"{avoid.rstrip('/')}/")
            or not all(map(selection.enters, parents))
            or not selection.takes(below)
        ):
            continue
        here.setdefault(parents[0] if parents else "", []).append((uri_of, PurePosixPath(below).name))
    for folder in sorted(here, key=lambda path: PurePosixPath(path).parts):
        pages = sorted(here[folder], key=lambda page: page[1])
        names, uris = [name for _, name in pages], (uri_of for uri_of, _ in pages)
        yield from name_pages(names, "/".join(filter(None, (prefix, folder))), uris)


def read_remote(uri: str, max_size: int) -> bytes:
    """All bytes of a remote file; an object is read in one state or not at all.

    Raises:
        Unreadable: missing, forbidden, or too large.
    """
    place, path = open_place(uri)
    try:
        with place.open_input_stream(path) as stream:
            data: bytes = stream.read(max_size + 1)
    except FileNotFoundError:
        raise Unreadable(f"{uri}: no such file; check the name, or use - to read from standard input") from None
    except OSError as error:
        raise Unreadable(f"{uri}: cannot be read: {error}") from error
    if len(data) > max_size:
        raise Unreadable(f"{uri}: is too large: a page may have {max_size / MIB:g} MiB; split it, or raise --max-size")
    return data


class RemoteJournal:
    """The journal and the outputs of a remote folder; see `Journal`, whose place it takes."""

    def __init__(self, uri: str) -> None:
        """Open the folder and index its parts.

        Raises:
            Unwritable: it cannot be listed or read.
        """
        self.path = f"{uri.rstrip('/')}/{HOUSE}/journal/"
        self.index = Index()
        self.damaged = 0
        self._place, root = open_place(uri)
        self._root = root.rstrip("/")
        self._run = uuid.uuid4().hex[:8]
        try:
            self._parts = self._listed()
            for number, part in enumerate(self._parts):
                with self._place.open_input_file(part) as file:
                    lines = io.BytesIO(file.read())
                lines.name = part
                self.damaged += scan(lines, self.index, number * PART)[1]
        except OSError as error:
            raise Unwritable(f"{uri}: cannot be opened: {error}") from error

    def _listed(self) -> list[str]:
        from pyarrow import fs

        chosen = fs.FileSelector(f"{self._root}/{HOUSE}/journal", allow_not_found=True)
        return sorted(info.path for info in self._place.get_file_info(chosen) if info.path.endswith(".jsonl"))

    def read(self, known: Known) -> Entry:
        """See `Journal.read`."""
        with self._place.open_input_file(self._parts[known.start // PART]) as file:
            file.seek(known.start % PART)
            return read_entry(file.read(known.length))

    def append(self, entries: Sequence[Entry]) -> None:
        """Add a part with these lines; see `Journal.append`."""
        number = len(self._parts)
        name = f"{HOUSE}/journal/{number:08}-{self._run}.jsonl"
        lines = [write_entry(entry) for entry in entries]
        self._write(name, b"".join(lines))
        self._parts.append(f"{self._root}/{name}")
        start = number * PART
        for entry, line in zip(entries, lines, strict=True):
            index_entry(self.index, entry, start, len(line))
            start += len(line)

    def holds(self, name: str) -> bool:
        """See `Journal.holds`."""
        from pyarrow import fs

        return bool(self._place.get_file_info(f"{self._root}/{name}").type == fs.FileType.File)

    def put(self, name: str, text: str) -> None:
        """See `Journal.put`."""
        self._write(name, text.encode())

    def _write(self, name: str, data: bytes) -> None:
        """Write a file whole: an object store shows it when it is closed, elsewhere it is renamed into place.

        Raises:
            Unwritable: the filesystem refuses.
        """
        target = f"{self._root}/{name}"
        objects = self._place.type_name in ("s3", "gcs", "abfs")
        at = target if objects else f"{self._root}/{HOUSE}/unfinished/{self._run}-{uuid.uuid4().hex}"
        try:
            if not objects:
                for folder in (at, target):
                    self._place.create_dir(folder.rpartition("/")[0], recursive=True)
            with self._place.open_output_stream(at) as stream:
                stream.write(data)
            if not objects:
                self._place.move(at, target)
        except OSError as error:
            raise Unwritable(
                f"{target}: cannot be written: {error}; run the same command again; what is done is kept"
            ) from error

    def close(self) -> None:
        """Forget the index."""
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_remote_journal(uri: str) -> Iterator[Entry]:
    """The newest entry of each page of a remote folder."""
    with RemoteJournal(uri) as journal:
        yield from newest(journal.index, journal.read, uri)
