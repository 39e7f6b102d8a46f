"""Folders → the pages in them: what is taken in, in which order, under which name, and where its English goes."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Literal
from urllib.parse import quote

from translate_news.document import Page
from translate_news.errors import Unreadable, UsageError
from translate_news.readers import READERS, load, read_bytes
from translate_news.segment import segment

HOUSE = ".translate-news"  # the folder in an output folder that holds its journal; never an input
MIB = 1 << 20
KINDS = 1_000  # suffixes that are counted apart: a folder may number its files there
_URI = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def is_remote(path: object) -> bool:
    """Whether a path is written as a URI, such as s3://bucket/folder."""
    return isinstance(path, str) and bool(_URI.match(path))


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files of a folder are pages.

    A glob without a slash is matched against a file's name, one with a slash against its path below the folder. Without
    `include`, files are taken in whose suffix a reader knows, and files without a suffix.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hidden: bool = False
    max_size: int = (
        16 * MIB
    )  # bytes of one page; while it is worked on, plain text takes 11 to 16 times that in memory (measured)

    def takes(self, path: str) -> bool:
        """Whether the file at this path below its folder is a page."""
        if _matches(path, self.exclude):
            return False
        if self.include:
            return _matches(path, self.include)
        suffix = PurePath(path).suffix.lower()
        return not suffix or suffix in READERS

    def enters(self, path: str) -> bool:
        """Whether the folder at this path is looked into."""
        return not _matches(path, self.exclude)


def _matches(path: str, globs: Iterable[str]) -> bool:
    name = path.rpartition("/")[2]
    return any(
        fnmatchcase(path, glob.strip("/")) if "/" in glob.rstrip("/") else fnmatchcase(name, glob.rstrip("/"))
        for glob in globs
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """How bytes become a page; what is not the default is part of the signature."""

    as_of: datetime | None = None
    furniture: Literal["keep", "drop", "translate"] = "keep"

    def page(self, data: bytes, name: str, suffix: str) -> Page:
        """Read and segment a page.

        Raises:
            Unreadable: see `readers.read_bytes`.
        """
        source = read_bytes(data, name, suffix)
        furniture: Literal["keep", "translate"] = "translate" if self.furniture == "translate" else "keep"
        page = segment(source.text, name, source.encoding, self.as_of, furniture)
        return page.without_furniture() if self.furniture == "drop" else page

    def signed(self) -> dict[str, str]:
        """What it adds to a signature."""
        made = {"furniture": self.furniture} if self.furniture != "keep" else {}
        return made | ({"as_of": self.as_of.isoformat()} if self.as_of else {})


@dataclass(frozen=True, slots=True)
class Found:
    """A page that was found: where it lies (a path or a URI), its name in journals and messages, and its output's name without extension.

    `problem` says why it cannot be a page at all.
    """

    path: str
    name: str
    output: str
    problem: str | None = None


@dataclass(slots=True)
class Walk:
    """The pages of several inputs, in sorted order; iterate as often as needed. `others` counts the files left out, by suffix."""

    inputs: Sequence[Path | str]  # a str is a URI
    selection: Selection
    avoid: Path | str
    others: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Refuse inputs that would share a name in the output.

        Raises:
            UsageError: two inputs with the same last name.
        """
        names = Counter(self._prefix(path) for path in self.inputs)
        for name, count in names.items():
            if count > 1:
                raise UsageError(
                    f"{count} inputs would both be called {name!r} in the output; translate them into different folders"
                )

    def _prefix(self, path: Path | str) -> str:
        """What stands before the names of an input's pages: nothing for a single folder, else its own name."""
        if len(self.inputs) == 1 and (isinstance(path, str) or path.is_dir()):
            return ""
        return path.rstrip("/").rpartition("/")[2] if isinstance(path, str) else path.resolve().name

    def __iter__(self) -> Iterator[Found]:
        from translate_news.batch.remote import walk_remote  # stands on this module

        self.others.clear()
        avoid = os.path.realpath(self.avoid) if isinstance(self.avoid, Path) else self.avoid
        loose = [path for path in self.inputs if isinstance(path, Path) and not path.is_dir()]
        loose = sorted(loose, key=lambda path: path.name)
        yield from name_pages([path.name for path in loose], "", map(str, loose))
        for path in self.inputs:
            if isinstance(path, str):
                yield from walk_remote(path, self.selection, self._prefix(path), avoid)
            elif path.is_dir():
                yield from self._folder(str(path), self._prefix(path), "", (_identity(path.stat()),), avoid)

    def _folder(
        self, folder: str, prefix: str, below: str, ancestors: tuple[tuple[int, int], ...], avoid: str
    ) -> Iterator[Found]:
        """One folder: its pages, then its folders, each sorted by name. A link to a folder above is not entered again."""
        try:
            pages, folders = self._listed(folder, below)
        except OSError as error:
            name = safe_name(_joined(prefix, below) or ".")
            yield Found(folder, name, name, f"{folder}: the folder cannot be listed: {error.strerror}")
            return
        yield from name_pages(pages, _joined(prefix, below), (_joined(folder, name) for name in pages))
        for name in folders:
            at, path = _joined(folder, name), _joined(below, name)
            try:
                identity = _identity(Path(at).stat())
            except OSError:
                continue  # deleted since it was listed
            if identity not in ancestors and os.path.realpath(at) != avoid:
                yield from self._folder(at, prefix, path, (*ancestors, identity), avoid)

    def _listed(self, folder: str, below: str) -> tuple[list[str], list[str]]:
        """The names of a folder's pages and of its folders, each sorted; names alone, since a folder may hold millions."""
        pages, folders = [], []
        with os.scandir(folder) as entries:
            for entry in entries:
                path = _joined(below, entry.name)
                if entry.name == HOUSE or (entry.name.startswith(".") and not self.selection.hidden):
                    continue
                if _is_folder(entry):
                    if self.selection.enters(path):
                        folders.append(entry.name)
                elif self.selection.takes(path):
                    pages.append(entry.name)
                else:
                    kind = PurePath(entry.name).suffix.lower() or entry.name
                    self.others[kind if kind in self.others or len(self.others) < KINDS else "of other kinds"] += 1
        return sorted(pages), sorted(folders)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _joined(*parts: str) -> str:
    return "/".join(part for part in parts if part)


def name_pages(names: Sequence[str], below: str, paths: Iterable[str]) -> Iterator[Found]:
    """Name the pages of one folder, given by their sorted names and where each lies."""
    claimed: set[str] = set()  # by whole names, which sort before the names that could claim the same without extension
    for name, path, output in zip(names, paths, output_names(names), strict=True):
        problem = None
        if output in claimed:
            problem = f"{path}: its English would be written over that of {output}; rename one of them"
        if output == name:
            claimed.add(output)
        yield Found(path, safe_name(_joined(below, name)), _joined(below, output), problem)


def output_names(names: Sequence[str]) -> Iterator[str]:
    """The names of the outputs of the pages of one folder, without extension.

    `a.txt` becomes `a`; where `a.txt` and `a.md` lie side by side, both keep their whole names. Two names of one suffix never
    meet, so only those of the others than the commonest one are counted: a folder may hold millions.
    """
    suffixes = Counter(_cut(name)[1] for name in names)
    commonest = max(suffixes, key=suffixes.__getitem__, default="")
    count = Counter(stem_of(name) for name in names if _cut(name)[1] != commonest)
    count.update(stem for name in names if _cut(name)[1] == commonest and (stem := stem_of(name)) in count)
    return (stem if count[stem] < 2 else name for name, stem in ((name, stem_of(name)) for name in names))


def stem_of(name: str) -> str:
    """A name without its suffix, where that is one of a page."""
    stem, suffix = _cut(name)
    return stem if suffix.lower() in READERS else name


def _cut(name: str) -> tuple[str, str]:
    """A name in two before its last dot; names such as `.txt` have no suffix."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem.strip(".") else (name, "")


def safe_name(path: str) -> str:
    """A path as text that UTF-8 can hold: itself, or percent-encoded when its bytes are not UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return quote(os.fsencode(path))
    return path


def read_settled(path: str, max_size: int) -> bytes:
    """All bytes of a file, taken while it did not change.

    Raises:
        Unreadable: missing, forbidden, not a file, too large, or changing each time it is read.
    """
    return load(Path(path), lambda path: _settled(path, max_size))


def _settled(path: Path, max_size: int) -> bytes:
    for _ in range(3):
        with open(path, "rb", opener=_open_at_once) as file:
            before = os.fstat(file.fileno())
            if stat.S_ISDIR(before.st_mode):
                raise IsADirectoryError
            if not stat.S_ISREG(before.st_mode):
                raise Unreadable(f"{path}: is not a file but a pipe, a socket or a device")
            if before.st_size > max_size:
                raise Unreadable(
                    f"{path}: is too large: {before.st_size / MIB:.1f} MiB, and a page may have {max_size / MIB:g} MiB; "
                    f"split it, or raise --max-size"
                )
            data = file.read(max_size + 1)
            after = os.fstat(file.fileno())
        if len(data) == before.st_size == after.st_size and before.st_mtime_ns == after.st_mtime_ns:
            return data
    raise Unreadable(f"{path}: changes while it is read; run again when it is complete")


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting for the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
