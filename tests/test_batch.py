"""Folders: what is taken in, what comes out, and that a second run does only what is missing."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translate_news.batch import HOUSE, Journal, Past, Plan, Report, Selection, Walk, carry_out, read_journal
from translate_news.batch.inputs import read_settled
from translate_news.batch.run import look
from translate_news.batch.windows import WINDOW_SENTENCES, cut_windows
from translate_news.document import Page, Translation
from translate_news.engine import open_engine
from translate_news.errors import TranslateNewsError, Unreadable, Unwritable, UsageError
from translate_news.pipeline import translate
from translate_news.readers import read_path
from translate_news.segment import segment
from translate_news.writers import WRITERS, Entry, extension, read_entry, write_entry

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))
ECHO = open_engine("echo", None)
SIGNED = {"engine": "echo", "version": "1"}


class Log:
    """A listener that keeps what it is told, and asks for an end after `last` windows."""

    def __init__(self, last: int | None = None) -> None:
        self.failures: dict[str, str] = {}
        self.windows = 0
        self.last = last

    def failed(self, name: str, reason: str) -> None:
        assert name not in self.failures
        self.failures[name] = reason

    def advanced(self, report: Report) -> None:
        self.windows += 1

    def halted(self) -> bool:
        return self.last is not None and self.windows >= self.last


class Counting:
    """Echoes, and counts how often each page is translated."""

    def __init__(self, signature: dict[str, str] = SIGNED) -> None:
        self.pages: list[str] = []
        self.signature = signature

    def __call__(self, pages: Sequence[Page]) -> list[Translation]:
        self.pages += [page.name for page in pages]
        return translate(pages, ECHO, signature=self.signature)


def do(plan: Plan, log: Log | None = None, counting: Counting | None = None) -> tuple[Report, Log, Counting]:
    log, counting = log or Log(), counting or Counting()
    with Journal(plan.out) as journal:
        return carry_out(plan, counting, Past(journal, counting.signature), log), log, counting


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but the lock, whose content is a process number."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with the golden pages at two depths."""
    folder = tmp_path / "in"
    (folder / "2026" / "11").mkdir(parents=True)
    for path in PAGES:
        shutil.copy(path, folder / "2026" / "11" / path.name)
    for path in PAGES[:5]:
        shutil.copy(path, folder / path.name)
    return folder


def names(walk: Walk) -> list[str]:
    return [found.name for found in walk]


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_an_entry_comes_back_equal(path: Path) -> None:
    """A journal's line and its inverse lose nothing, so every format is the same from the journal."""
    source = read_path(path)
    page = segment(source.text, path.name, source.encoding)
    entry = Entry("a/b.txt", "0" * 64, translation=translate([page], ECHO, signature=SIGNED)[0])
    line = write_entry(entry)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    again = read_entry(line)
    assert again == entry
    assert again.translation
    assert entry.translation
    for write in WRITERS.values():
        assert write(again.translation) == write(entry.translation)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_entry_of_any_text_comes_back_equal(text: str) -> None:
    """No text breaks a journal's line in two."""
    entry = Entry("a", None, translation=translate([segment(text)], ECHO)[0])
    assert write_entry(entry).count(b"\n") == 1
    assert read_entry(write_entry(entry)) == entry


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[1]", b'{"path": "a"}', b'{"path": "a", "sha256": null, "schema": 99}', b"\xff"]
)
def test_a_bad_line_is_refused(line: bytes) -> None:
    """A line that is no entry is an error, never half an entry."""
    with pytest.raises(ValueError, match=r"\w"):
        read_entry(line)


@pytest.mark.parametrize("form", list(WRITERS))
def test_a_folder_is_mirrored(pages: Path, tmp_path: Path, form: str) -> None:
    """Each page has one output at its own place, the same that a single file gives, and nothing else is there."""
    plan = Plan((pages,), tmp_path / "out", form)
    report, log, _ = do(plan)
    assert (report.done, report.failed.total(), log.failures) == (len(PAGES) + 5, 0, {})
    made = {name: data for name, data in tree(plan.out).items() if not name.startswith(HOUSE)}
    assert set(made) == {str(Path(name).with_suffix(extension(form))) for name in names(plan.walk())}
    for name in names(plan.walk()):
        source = read_path(pages / name)
        (alone,) = translate([segment(source.text, name, source.encoding)], ECHO, signature=SIGNED)
        assert made[str(Path(name).with_suffix(extension(form)))] == WRITERS[form](alone).encode()


def test_a_second_run_does_nothing(pages: Path, tmp_path: Path) -> None:
    """What is done is skipped, and no byte changes."""
    plan = Plan((pages,), tmp_path / "out")
    do(plan)
    before = tree(plan.out)
    report, _, counting = do(plan)
    assert (report.done, report.skipped, counting.pages) == (0, len(PAGES) + 5, [])
    assert tree(plan.out) == before


def test_only_what_changed_is_done_again(pages: Path, tmp_path: Path) -> None:
    """A page with other bytes and a new page are translated, the others are not; a touched page is not changed."""
    plan = Plan((pages,), tmp_path / "out")
    do(plan)
    (pages / PAGES[0].name).write_text("OSLO (ANP) - Het sneeuwt.", encoding="utf-8")
    (pages / "new.txt").write_text("PARIJS (ANP) - Het regent.", encoding="utf-8")
    os.utime(pages / PAGES[1].name)
    report, _, counting = do(plan)
    assert counting.pages == [PAGES[0].name, "new.txt"]
    assert (report.done, report.skipped) == (2, len(PAGES) + 4)
    assert (plan.out / PAGES[0].name).read_text(encoding="utf-8").startswith("OSLO (ANP)")
    assert len(list(read_journal(plan.out))) == len(PAGES) + 6


def test_a_deleted_output_comes_from_the_journal(pages: Path, tmp_path: Path) -> None:
    """An output that is gone is written again, byte for byte, without translating; so is one in another format."""
    plan = Plan((pages,), tmp_path / "out")
    do(plan)
    before = tree(plan.out)
    (plan.out / PAGES[0].name).unlink()
    shutil.rmtree(plan.out / "2026")
    report, _, counting = do(plan)
    assert (report.restored, report.done, counting.pages) == (len(PAGES) + 1, 0, [])
    assert tree(plan.out) == before
    report, _, counting = do(replace(plan, form="json"))
    assert (report.restored, counting.pages) == (len(PAGES) + 5, [])


def test_other_settings_are_not_mixed_in(pages: Path, tmp_path: Path) -> None:
    """Results of another signature are refused with what differs; forced, each page is made anew once."""
    plan = Plan((pages,), tmp_path / "out")
    do(plan)
    other = {**SIGNED, "engine": "other"}
    with pytest.raises(UsageError, match="engine was echo, is now other"):
        do(plan, counting=Counting(other))
    forced = replace(plan, force=True)
    report, _, _ = do(forced, counting=Counting(other))
    assert report.done == len(PAGES) + 5
    report, _, counting = do(plan, counting=Counting(other))
    assert (report.skipped, counting.pages) == (len(PAGES) + 5, [])
    assert {json.dumps(e.translation.signature) for e in read_journal(plan.out) if e.translation} == {json.dumps(other)}


def test_a_forced_run_goes_on_where_it_was(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupted forced run, forced again, does not redo what it had done."""
    monkeypatch.setattr("translate_news.batch.windows.WINDOW_PAGES", 5)
    plan = Plan((pages,), tmp_path / "out", force=True)
    do(plan)
    first, second = Counting({"engine": "other"}), Counting({"engine": "other"})
    report, _, _ = do(plan, Log(last=2), first)
    assert report.interrupted
    done = {
        entry.path for entry in read_journal(plan.out) if entry.translation and entry.translation.signature != SIGNED
    }
    do(plan, counting=second)
    assert done
    assert not done & set(second.pages)
    assert done | set(second.pages) == set(names(plan.walk()))


def test_bad_pages_do_not_stop_the_others(pages: Path, tmp_path: Path) -> None:
    """Each bad page is named with its reason, the good ones are done, and a mended page is done by the next run."""
    (pages / "empty.txt").write_bytes(b"")
    (pages / "binary.txt").write_bytes(bytes(range(256)) * 10)
    (pages / "gone.txt").symlink_to(pages / "nowhere")
    (pages / "large.txt").write_text("Het regent. " * 400, encoding="utf-8")
    os.mkfifo(pages / "pipe.txt")
    plan = Plan((pages,), tmp_path / "out", selection=Selection(max_size=4_000))
    report, log, _ = do(plan)
    assert report.done == len(PAGES) + 5
    assert {name: reason.split(";")[0] for name, reason in log.failures.items()} == {
        "binary.txt": "is a binary file, not text",
        "empty.txt": "is empty",
        "gone.txt": "no such file",
        "large.txt": "is too large: 0.0 MiB, and a page may have 0.0038147 MiB",
        "pipe.txt": "is not a file but a pipe, a socket or a device",
    }
    before = tree(plan.out)
    again, _, _ = do(plan)
    assert again.failed.total() == 5
    assert tree(plan.out) == before, "the same failure is not written down twice"
    (pages / "empty.txt").write_text("Nu niet meer.", encoding="utf-8")
    report, log, counting = do(plan)
    assert counting.pages == ["empty.txt"]
    assert "empty.txt" not in log.failures


def test_a_page_that_breaks_the_translator_is_found(pages: Path, tmp_path: Path) -> None:
    """When a window fails, its pages are tried alone: one is named, the others are done."""

    class Fragile(Counting):
        def __call__(self, pages: Sequence[Page]) -> list[Translation]:
            if any(page.name == PAGES[2].name for page in pages):
                raise RuntimeError("out of memory")
            return super().__call__(pages)

    report, log, _ = do(Plan((pages,), tmp_path / "out"), counting=Fragile())
    assert log.failures == {PAGES[2].name: "unexpected: RuntimeError: out of memory"}
    assert report.done == len(PAGES) + 4


def test_a_broken_translator_stops_the_run(pages: Path, tmp_path: Path) -> None:
    """When no page of a window can be translated it is not the pages: nothing is written down as failed."""

    class Broken(Counting):
        def __call__(self, pages: Sequence[Page]) -> list[Translation]:
            raise RuntimeError("the device is gone")

    with pytest.raises(RuntimeError, match="the device is gone"):
        do(Plan((pages,), tmp_path / "out"), counting=Broken())
    assert list(read_journal(tmp_path / "out")) == []


def test_stop_on_error(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--on-error stop` ends after the window of the first failure, and keeps that window."""
    monkeypatch.setattr("translate_news.batch.windows.WINDOW_PAGES", 4)
    (pages / "00.txt").write_bytes(b"")
    report, _, _ = do(Plan((pages,), tmp_path / "out", stop_on_error=True))
    assert (report.pages, report.failed.total()) == (4, 1)


def test_selection(tmp_path: Path) -> None:
    """Globs choose by name or by path, hidden files stay out, and what is left out is counted."""
    for name in [
        "a.txt",
        "b.TXT",
        "no-suffix",
        "c.jpg",
        ".hidden.txt",
        ".git/d.txt",
        "2025/e.txt",
        "2026/f.txt",
        "2026/g.bak",
    ]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Het regent.", encoding="utf-8")

    def chosen(**kwargs: object) -> list[str]:
        return names(Walk((tmp_path,), Selection(**kwargs), tmp_path / "out"))  # type: ignore[arg-type]

    walk = Walk((tmp_path,), Selection(), tmp_path / "out")
    assert names(walk) == ["a.txt", "b.TXT", "no-suffix", "2025/e.txt", "2026/f.txt"]
    assert dict(walk.others) == {".jpg": 1, ".bak": 1}
    assert chosen(hidden=True) == [
        ".hidden.txt",
        "a.txt",
        "b.TXT",
        "no-suffix",
        ".git/d.txt",
        "2025/e.txt",
        "2026/f.txt",
    ]
    assert chosen(include=("*.txt",)) == ["a.txt", "2025/e.txt", "2026/f.txt"]
    assert chosen(include=("2026/*",)) == ["2026/f.txt", "2026/g.bak"]
    assert chosen(exclude=("2025", "a*")) == ["b.TXT", "no-suffix", "2026/f.txt"]
    assert chosen(exclude=("2025/",)) == ["a.txt", "b.TXT", "no-suffix", "2026/f.txt"]
    assert chosen(exclude=("2026/f*",)) == ["a.txt", "b.TXT", "no-suffix", "2025/e.txt"]


def test_links_and_loops(tmp_path: Path) -> None:
    """A link to a page or a folder is followed, a link to a folder above is not, and the output is no input."""
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text("Het regent.", encoding="utf-8")
    (tmp_path / "in" / "sub" / "up").symlink_to("..")
    (tmp_path / "in" / "sub" / "here").symlink_to(".")
    (tmp_path / "in" / "b.txt").symlink_to("a.txt")
    (tmp_path / "in" / "self").symlink_to("self")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "c.txt").write_text("Het sneeuwt.", encoding="utf-8")
    (tmp_path / "in" / "linked").symlink_to(tmp_path / "elsewhere")
    plan = Plan((tmp_path / "in",), tmp_path / "in" / "out")
    for _ in range(2):
        report, log, _ = do(plan)
        assert log.failures.keys() == {"self"}
    assert names(plan.walk()) == ["a.txt", "b.txt", "self", "linked/c.txt"]
    assert report.skipped == 3


def test_no_two_outputs_are_one(tmp_path: Path) -> None:
    """Pages whose outputs would meet keep their whole names; one that would still meet is a failure, not a loss."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ["a.txt", "a.md", "b.txt", "c", "c.txt", "c.txt.md"]:
        (folder / name).write_text(f"Dit is {name} hier.", encoding="utf-8")
    plan = Plan((folder,), tmp_path / "out", "json")
    report, log, _ = do(plan)
    made = {name for name in tree(plan.out) if not name.startswith(HOUSE)}
    assert made == {"a.txt.json", "a.md.json", "b.json", "c.json", "c.txt.json"}
    assert (report.done, list(log.failures)) == (5, ["c.txt.md"])


def test_names_that_are_not_text(tmp_path: Path) -> None:
    """A file whose name is not UTF-8 is translated, with its bytes in its output's name."""
    folder = tmp_path / "in"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("Het regent.", encoding="utf-8")
    plan = Plan((folder,), tmp_path / "out", "json")
    for _ in range(2):
        report, _, _ = do(plan)
        assert report.failed.total() == 0
    assert report.skipped == 1
    assert [entry.path for entry in read_journal(plan.out)] == ["caf%E9.txt"]


def test_several_inputs(pages: Path, tmp_path: Path) -> None:
    """Several inputs keep their own names in the output, and two of the same name are refused."""
    plan = Plan((pages / "2026", PAGES[0], pages), tmp_path / "out")
    report, _, _ = do(plan)
    assert report.done == 2 * len(PAGES) + 6
    assert {path.name for path in plan.out.iterdir()} == {HOUSE, "2026", PAGES[0].name, "in"}
    with pytest.raises(UsageError, match="would both be called"):
        do(Plan((pages / "2026", tmp_path / "2026"), tmp_path / "out"))


def test_a_torn_line_does_not_count(pages: Path, tmp_path: Path) -> None:
    """However much of the last line is there, its page is done again and the journal ends as if nothing had happened."""
    plan = Plan((pages,), tmp_path / "out")
    do(plan)
    before = tree(plan.out)
    path = plan.out / HOUSE / "journal.jsonl"
    whole = path.read_bytes()
    last = len(whole.splitlines(keepends=True)[-1])
    for cut in (1, 2, last // 2, last - 1):
        path.write_bytes(whole[:-cut])
        report, _, counting = do(plan)
        assert (report.done, len(counting.pages)) == (1, 1)
        assert tree(plan.out) == before


def test_a_damaged_line_is_done_again(pages: Path, tmp_path: Path) -> None:
    """A line in the middle that is no JSON costs its own page only, and is counted."""
    plan = Plan((pages,), tmp_path / "out")
    do(plan)
    path = plan.out / HOUSE / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], b"x" * 50 + b"\n", *lines[4:]]))
    with Journal(plan.out) as journal:
        assert journal.damaged == 1
    report, _, counting = do(plan)
    assert (report.done, len(counting.pages)) == (1, 1)


def test_one_run_at_a_time(tmp_path: Path) -> None:
    """A second run on the same output is refused with the first one's process, and let in when that has ended."""
    with Journal(tmp_path / "out"), pytest.raises(Unwritable, match=f"process {os.getpid()} is writing there"):
        Journal(tmp_path / "out")
    Journal(tmp_path / "out").close()


@pytest.mark.parametrize("path", ["nowhere", "."])
def test_render_needs_a_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """A journal that is not there is named."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unreadable, match="no such journal"):
        list(read_journal(Path(path)))


def test_windows_are_bounded(tmp_path: Path) -> None:
    """Windows end at their limits whatever the pages are, and no page is lost between them."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.txt").write_text(
            "Het regent. Het sneeuwt. " * (1 + 20 * (number % 7)), encoding="utf-8"
        )
    plan = Plan((folder,), tmp_path / "out")
    windows = list(cut_windows(look(found, plan, None) for found in plan.walk()))
    assert [job.found.name for window in windows for job in window] == names(plan.walk())
    for window in windows[:-1]:
        sizes = [len(job.page.sentences) for job in window if job.page]
        assert sum(sizes) >= WINDOW_SENTENCES > sum(sizes[:-1])


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    """A page is one state of its file: a file that never rests is a failure, one that comes to rest is read."""
    path = tmp_path / "page.txt"
    stop = threading.Event()

    def scribble() -> None:
        for number in itertools.count():
            if stop.is_set():
                return
            path.write_text(f"{number} " * 200_000, encoding="utf-8")

    path.write_text("0", encoding="utf-8")
    writer = threading.Thread(target=scribble)
    writer.start()
    try:
        for _ in range(20):
            try:
                data = read_settled(str(path), 1 << 30)
            except TranslateNewsError:
                continue
            assert len(set(data.split())) <= 1
    finally:
        stop.set()
        writer.join()
    assert len(set(read_settled(str(path), 1 << 30).split())) == 1


def test_an_interrupt_keeps_what_is_done(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is asked to end commits the window at hand, and the next one ends with the very same tree."""
    monkeypatch.setattr("translate_news.batch.windows.WINDOW_PAGES", 3)
    do(Plan((pages,), tmp_path / "whole"))
    plan = Plan((pages,), tmp_path / "out")
    translated: list[str] = []
    for last in itertools.count(1):
        report, _, counting = do(plan, Log(last))
        translated += counting.pages
        if not report.interrupted:
            break
    assert last > 2
    assert sorted(translated) == sorted(names(plan.walk()))
    assert tree(plan.out) == tree(tmp_path / "whole")
