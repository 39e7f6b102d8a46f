"""A folder run: windows of pages are read, translated and committed; three steps that overlap, one writer, flat memory.

What is committed is in the journal, on the disk, before its output is written: an output can always be made again.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Protocol

from translate_news.batch.inputs import Found, Reading, Selection, Walk, is_remote, read_settled
from translate_news.batch.journal import Index, Known
from translate_news.batch.remote import read_remote
from translate_news.batch.windows import (
    Job,
    Results,
    Translate,
    cut_windows,
    unexpected,
    work_through,
)
from translate_news.document import Translation
from translate_news.errors import TranslateNewsError, UsageError
from translate_news.writers import WRITERS, Entry, Writer, extension

WRITERS_AT_ONCE = 8  # a sync waits for the disk; eight together took 0.2 ms a file, one by one 2.4 ms


@dataclass(frozen=True, slots=True)
class Plan:
    """What a folder run is asked to do. `force` redoes what was made under another signature.

    `write` takes the place of the format's writer, for outputs that are marked in their names.
    """

    inputs: tuple[Path | str, ...]  # a str is a URI
    out: Path | str
    form: str = "text"
    selection: Selection = field(default_factory=Selection)
    reading: Reading = field(default_factory=Reading)
    force: bool = False
    stop_on_error: bool = False
    write: Writer | None = None
    mark: str = ""

    def walk(self) -> Walk:
        """The pages of the inputs; see `Walk` for what it refuses."""
        return Walk(self.inputs, self.selection, self.out)

    def overwrites(self, found: Found) -> str | None:
        """What speaks against writing a page's English: its place is among the inputs, where it would take a page's place."""
        exposed = _exposed(self.inputs, self.out)
        target = os.path.realpath(Path(self.out, self.output(found))) if exposed else ""
        if any(_holds(given, target) for given in exposed):
            return f"{found.path}: its English would be written among the Dutch, to {target}; choose another -o"
        return None

    def reads(self, path: Path) -> bool:
        """Whether a file is one of the pages to be read."""
        real = os.path.realpath(path)
        given = [os.path.realpath(one) for one in self.inputs if isinstance(one, Path)]
        return any(_holds(one, real) and self.selection.takes(os.path.relpath(real, one)) for one in given)

    def output(self, found: Found) -> str:
        """The name of a page's English below `out`."""
        return found.output + self.mark + extension(self.form)


@dataclass(slots=True)
class Report:
    """What a run has done so far, in pages unless said; grows as it goes."""

    done: int = 0
    skipped: int = 0  # done before
    restored: int = 0  # done before, the output written again from the journal
    failed: Counter[str] = field(default_factory=Counter)  # by kind of reason
    findings: int = 0
    sentences: int = 0
    words: int = 0  # Dutch
    seconds: float = 0.0
    others: Counter[str] = field(default_factory=Counter)  # files left out, by suffix
    interrupted: bool = False

    @property
    def pages(self) -> int:
        """All pages looked at."""
        return self.done + self.skipped + self.restored + self.failed.total()

    def add(self, other: Report) -> None:
        """Add what another run did; what is left out is the other's."""
        for name in ("done", "skipped", "restored", "findings", "sentences", "words", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.failed += other.failed
        self.others = other.others

    def count(self, translation: Translation) -> None:
        """Count a page that was translated."""
        self.done += 1
        self.findings += len(translation.doubts)
        self.sentences += len(translation.renderings)
        self.words += sum(len(rendering.dutch.split()) for rendering in translation.renderings)


class Ledger(Protocol):
    """An output folder with its journal, here (`Journal`) or elsewhere (`RemoteJournal`)."""

    index: Index

    def read(self, known: Known) -> Entry: ...

    def append(self, entries: Sequence[Entry]) -> None: ...

    def holds(self, name: str) -> bool: ...

    def put(self, name: str, text: str) -> None: ...


class Listener(Protocol):
    """Who is told how a run goes."""

    def failed(self, name: str, reason: str) -> None:
        """A page failed."""

    def advanced(self, report: Report) -> None:
        """A window is committed."""

    def halted(self) -> bool:
        """Whether the run is to end after the window at hand."""
        ...


@dataclass(frozen=True, slots=True)
class Past:
    """What was done before: the journal of an output folder, and the signature under which its results stand.

    `outdated` says which of them are to be made anew all the same; see `Memory.outdates`.
    """

    journal: Ledger
    signature: dict[str, str]
    outdated: Callable[[Translation], bool] | None = None

    def sha256(self, found: Found) -> str | None:
        """The hash of the bytes that a page's standing result was made from; None when it has none."""
        known = self.journal.index.get(found.name)
        if known is None or known.signature != self.signature:
            return None
        if self.outdated:
            entry = self._entry(known)
            if entry is None or (entry.translation and self.outdated(entry.translation)):
                return None
        return known.sha256

    def restore(self, job: Job, plan: Plan) -> Job:
        """The job, with its entry when its page was done before and the output is gone; done anew where its line is damaged."""
        if job.page or job.failed or self.journal.holds(plan.output(job.found)):
            return job
        known = self.journal.index.get(job.found.name)
        entry = self._entry(known) if known else None
        return replace(job, entry=entry) if entry or not known else look(job.found, plan, None)

    def _entry(self, known: Known) -> Entry | None:
        """A page's line, or None where it is damaged behind its head."""
        try:
            return self.journal.read(known)
        except ValueError:
            return None


def carry_out(
    plan: Plan,
    translate: Translate,
    past: Past,
    listener: Listener,
    wanted: Callable[[Found], bool] = lambda found: True,
) -> Report:
    """Translate what is missing or changed in the plan's inputs, and commit it window by window.

    Args:
        plan: what to do.
        translate: a window of pages → their translations; see `pipeline.translate`.
        past: the journal of `plan.out`, and how `translate` works.
        listener: is told of failures and progress, and asked whether to go on.
        wanted: whether a page is to be looked at in this run.

    Raises:
        UsageError: the journal holds pages of another signature, and not `plan.force`.
        Unwritable: the disk is full or refuses; what was committed is kept.
    """
    refuse_mixing(plan, past)
    started = time.monotonic()
    report = Report()
    walk = plan.walk()
    jobs = (past.restore(look(found, plan, past.sha256(found)), plan) for found in walk if wanted(found))

    with Committer(plan, past.journal, listener) as committer:

        def commit(window: Sequence[Job], results: Results) -> None:
            committer(window, results, report)
            report.seconds = time.monotonic() - started

        def ends(results: Results) -> bool:
            return plan.stop_on_error and any(isinstance(result, str) for result in results)

        report.interrupted = not work_through(cut_windows(jobs), translate, commit, ends, listener.halted)
    report.others = walk.others
    report.seconds = time.monotonic() - started
    return report


@lru_cache(maxsize=8)
def _exposed(inputs: tuple[Path | str, ...], out: Path | str) -> tuple[str, ...]:
    """The inputs that lie in the output folder, by their real paths: an output might be written over one of their pages."""
    if isinstance(out, str):
        return ()
    given = [os.path.realpath(path) for path in inputs if isinstance(path, Path)]
    return tuple(path for path in given if _holds(os.path.realpath(out), path))


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def refuse_mixing(plan: Plan, past: Past) -> None:
    """Refuse to add to a journal that holds results of another signature, unless forced.

    Raises:
        UsageError: names what differs, and what to do.
    """
    for other, count in past.journal.index.signatures():
        if other != past.signature and not plan.force:
            keys = [key for key in {**other, **past.signature} if other.get(key) != past.signature.get(key)]
            differs = ", ".join(
                f"{key} was {other.get(key, 'unset')}, is now {past.signature.get(key, 'unset')}" for key in keys
            )
            raise UsageError(
                f"{plan.out}: {count} pages there were made in another way ({differs}); choose a new folder, ask for the same "
                f"settings, or give --force to make them anew"
            )


def look(found: Found, plan: Plan, known: str | None) -> Job:
    """Read a page and decide what it needs: nothing, when its hash is the known one. Never raises for one bad page."""
    sha256 = None
    try:
        if problem := found.problem or plan.overwrites(found):
            return Job(found, failed=_bare(problem, found))
        read = read_remote if is_remote(found.path) else read_settled
        data = read(found.path, plan.selection.max_size)
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 == known:
            return Job(found, sha256)
        return Job(found, sha256, page=plan.reading.page(data, found.name, PurePath(found.path).suffix))
    except TranslateNewsError as error:
        return Job(found, sha256, failed=_bare(str(error), found))
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the run of the other pages
        return Job(found, sha256, failed=unexpected(error))


def _bare(reason: str, found: Found) -> str:
    """A reason without the page's name before it."""
    return reason.removeprefix(f"{found.path}: ").removeprefix(f"{found.name}: ")


class Committer:
    """Commits windows: journal first, then outputs, several at once."""

    def __init__(self, plan: Plan, journal: Ledger, listener: Listener) -> None:
        self._plan, self._journal, self._listener = plan, journal, listener
        self._pool = ThreadPoolExecutor(WRITERS_AT_ONCE)

    def __call__(self, window: Sequence[Job], results: Sequence[Translation | str | None], report: Report) -> None:
        """Commit a window and count it.

        Raises:
            Unwritable: see `carry_out`.
        """
        entries: list[Entry] = []
        outputs: list[tuple[Job, Translation]] = []
        for job, result in zip(window, results, strict=True):
            if isinstance(result, str):
                self._fail(job, result, report)
                known = self._journal.index.get(job.found.name)
                if known is None or (known.sha256, known.failed) != (job.sha256, result):
                    entries.append(Entry(job.found.name, job.sha256, failed=result))
            elif result:
                entries.append(Entry(job.found.name, job.sha256, translation=result))
                outputs.append((job, result))
            elif job.entry and job.entry.translation:
                outputs.append((job, job.entry.translation))
            else:
                report.skipped += 1
        if entries:
            self._journal.append(entries)
        for (job, translation), error in zip(outputs, self._pool.map(self._write, outputs), strict=True):
            if error:
                self._fail(job, f"its output cannot be written: {error}", report)
            elif job.entry:
                report.restored += 1
            else:
                report.count(translation)
        self._listener.advanced(report)

    def _fail(self, job: Job, reason: str, report: Report) -> None:
        report.failed[kind_of(reason)] += 1
        self._listener.failed(job.found.name, reason)

    def _write(self, output: tuple[Job, Translation]) -> str | None:
        """Write an output; the reason when only this one cannot be written."""
        job, translation = output
        try:
            write = self._plan.write or WRITERS[self._plan.form]
            self._journal.put(self._plan.output(job.found), write(translation))
        except OSError as error:
            return error.strerror or str(error)
        return None

    def __enter__(self) -> Committer:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()


def kind_of(reason: str) -> str:
    """A reason in a few words, to count by."""
    return re.split(r"[;:,(]| at byte", reason, maxsplit=1)[0].strip()
