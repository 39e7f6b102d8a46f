"""Jobs in windows, and windows on their way: read, translated, committed; three steps that overlap, memory that stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from translate_news.batch.inputs import Found
from translate_news.document import Page, Translation
from translate_news.errors import TranslateNewsError
from translate_news.segment import segment
from translate_news.writers import Entry

Translate = Callable[[Sequence[Page]], list[Translation]]

Results = Sequence[Translation | str | None]  # of a window; see `translate_window`

WINDOW_SENTENCES = 1024  # a window is what an interrupt waits for, and what a kill loses
WINDOW_PAGES = 512
WINDOW_CHARACTERS = 2_000_000
PROBE = "Het regent."  # a page that any engine can translate
HEAVY_CHARACTERS = 2 * WINDOW_CHARACTERS  # more than this takes some 100 MB; its steps do not overlap with another's


@dataclass(frozen=True, slots=True)
class Job:
    """A page on its way: to be translated (`page`), to be written again (`entry`), failed, or else done before."""

    found: Found
    sha256: str | None = None
    page: Page | None = None
    entry: Entry | None = None
    failed: str | None = None

    @property
    def held(self) -> Page | None:
        """The page that it holds in memory, to be translated or written again."""
        return self.page or (self.entry.translation.page if self.entry and self.entry.translation else None)


def cut_windows(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    """Jobs in windows of some thousand sentences, whatever the size of the pages."""
    window: list[Job] = []
    sentences = characters = 0
    for job in jobs:
        window.append(job)
        if page := job.held:
            sentences += len(page.sentences)
            characters += len(page.text)
        del job, page  # a page may be large, and the next one is read meanwhile
        if sentences >= WINDOW_SENTENCES or characters >= WINDOW_CHARACTERS or len(window) >= WINDOW_PAGES:
            yield window
            window = []
            sentences = characters = 0
    if window:
        yield window


def is_heavy(window: Sequence[Job]) -> bool:
    """Whether a window is so large that memory is to hold no other one beside it, but what was read meanwhile."""
    return sum(len(job.held.text) for job in window if job.held) > HEAVY_CHARACTERS


def translate_window(window: Sequence[Job], translate: Translate) -> list[Translation | str | None]:
    """For each job its translation, the reason why it failed, or None where there is nothing to do.

    A page that a whole window fails on is found by translating page by page.

    Raises:
        Exception: the engine's, when it cannot translate the plainest of pages either: then it is not the pages.
    """
    pages = [job.page for job in window if job.page]
    made: list[Translation | str]
    try:
        made = list(translate(pages)) if pages else []
    except TranslateNewsError:
        raise
    except Exception as error:
        made = [_translate_alone(page, translate) for page in pages]
        if all(isinstance(one, str) for one in made) and isinstance(_translate_alone(segment(PROBE), translate), str):
            raise error
    results = iter(made)
    return [next(results) if job.page else job.failed for job in window]


def _translate_alone(page: Page, translate: Translate) -> Translation | str:
    try:
        return translate([page])[0]
    except TranslateNewsError:
        raise
    except Exception as error:  # noqa: BLE001 - see `look`
        return unexpected(error)


def work_through(
    windows: Iterator[list[Job]],
    translate: Translate,
    commit: Callable[[Sequence[Job], Results], None],
    ends: Callable[[Results], bool],
    halted: Callable[[], bool],
) -> bool:
    """Translate windows in order, while the next one is read and the one before is committed.

    A heavy window has its steps one after the other, so that memory never holds two of them.

    Returns:
        Whether it came to an end of its own; False when it was halted with windows left.
    """
    with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
        ahead = reader.submit(next, windows, None)
        before: Future[None] | None = None
        over = False
        while (window := ahead.result()) and not halted():
            alone = is_heavy(window)
            if alone and before:
                before.result()
            if not alone:
                ahead = reader.submit(next, windows, None)
            results = translate_window(window, translate)
            if before:
                before.result()
            over = ends(results)
            if alone:
                commit(window, results)
                window.clear()  # others may still hold the list
                results, before = [], None
            else:
                before = writer.submit(commit, window, results)
            if over:
                break
            if alone:
                ahead = reader.submit(next, windows, None)
        if before:
            before.result()
        return not window or over


def unexpected(error: Exception) -> str:
    """A reason for what nobody foresaw."""
    return f"unexpected: {type(error).__name__}: {error}"
