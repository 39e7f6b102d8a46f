"""What a run holds in memory at once, and the names of a folder's outputs without a table of all of them."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate_news.batch.inputs import Found, name_pages, output_names
from translate_news.batch.windows import Job, cut_windows, is_heavy, work_through
from translate_news.document import Page, Translation
from translate_news.readers import READERS
from translate_news.writers import Entry

HEAVY, LIGHT = 500, 10


class Text(str):
    """A text that can be watched."""


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("translate_news.batch.windows.WINDOW_CHARACTERS", 50)
    monkeypatch.setattr("translate_news.batch.windows.HEAVY_CHARACTERS", 100)


@pytest.mark.parametrize("sizes", [[HEAVY] * 6, [LIGHT] * 12 + [HEAVY, HEAVY] + [LIGHT] * 7 + [HEAVY]])
@pytest.mark.parametrize("restored", [False, True])
def test_memory_never_holds_two_large_pages(sizes: list[int], restored: bool) -> None:
    """A large page is gone from memory, journal and outputs written, before the next one is read; all are done, in order."""
    alive: weakref.WeakSet[Text] = weakref.WeakSet()
    most = 0
    done: list[str] = []

    def read() -> Iterator[Job]:
        nonlocal most
        for number, size in enumerate(sizes):
            text = Text(f"{number:0{size}}")  # no two are equal, for the set
            if size == HEAVY:
                alive.add(text)
                most = max(most, len(alive))
            page, found = Page(text), Found(str(number), str(number), str(number))
            del text
            if restored:
                yield Job(found, entry=Entry(str(number), None, translation=Translation(page, ())))
            else:
                yield Job(found, page=page)
            del page

    def translate(pages: Sequence[Page]) -> list[Translation]:
        return [Translation(page, ()) for page in pages]

    def commit(window: Sequence[Job], _: object) -> None:
        done.extend(job.found.name for job in window)

    work_through(cut_windows(read()), translate, commit, lambda results: False, lambda: False)
    assert done == [str(number) for number in range(len(sizes))]
    assert most == 1


def test_what_is_heavy() -> None:
    """Many small pages are a light window, one large page a heavy one, and what failed or is skipped weighs nothing."""
    found = Found("a", "a", "a")
    assert not is_heavy([Job(found, page=Page("x" * LIGHT))] * 10)
    assert is_heavy([Job(found), Job(found, page=Page("x" * HEAVY))])
    assert not is_heavy([Job(found, failed="is empty"), Job(found)])


@given(
    st.lists(
        st.sampled_from(["a", "b", ".a", "a.b", "a.txt", "..txt"]).flatmap(
            lambda stem: st.sampled_from(["", ".txt", ".TXT", ".md", ".txt.txt", ".jpg", "."]).map(
                lambda end: stem + end
            )
        ),
        unique=True,
    )
)
def test_names_of_outputs(names: list[str]) -> None:
    """A page's output has its name without its suffix where no other page's has, else its whole name, as counted naively."""
    names.sort()
    stems = [
        PurePath(name).stem if PurePath(name).suffix.lower() in READERS and PurePath(name).stem.strip(".") else name
        for name in names
    ]
    count = Counter(stems)
    assert list(output_names(names)) == [s if count[s] == 1 else name for s, name in zip(stems, names, strict=True)]
    found = list(name_pages(names, "below", names))
    assert [f.name for f in found] == [f"below/{name}" for name in names]
    written = [f.output for f in found if not f.problem]
    assert len(set(written)) == len(written)
    assert all(f.output in written for f in found)
