"""What belongs to people is not written over: their pages, their devices and links, their databases, their corrections."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from translate_news.batch import HOUSE
from translate_news.batch.windows import Job, translate_window, work_through
from translate_news.document import Page, Translation
from translate_news.engine import Hardware, Hypothesis, open_engine
from translate_news.memory import Memory
from translate_news.pipeline import translate
from translate_news.segment import segment

DUTCH = "De brug is dicht.\n"


def call(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "translate_news", "-q", "-e", "echo", *arguments]
    return subprocess.run(program, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    for name in ("one.txt", "two.txt", "w/in/p.txt", "w/in/in/p.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(DUTCH, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("one.txt -o one.txt", 2),
        ("one.txt -o ./w/../one.txt", 2),
        ("one.txt --report one.txt", 2),
        ("one.txt -o new.txt --report new.txt", 2),
        ("w/in -o out --report w/in/p.txt", 2),
        ("one.txt two.txt -o .", 4),
        ("w/in -o w", 4),
        ("w/in -o w -f markdown", 4),  # it would be an input of the next run
    ],
)
def test_no_page_is_written_over(desk: Path, arguments: str, code: int) -> None:
    """Whatever is asked, every Dutch page is afterwards what it was; where its place was asked for, that is said."""
    pages = {path: path.stat().st_mtime_ns for path in desk.rglob("*.txt")}
    done = call(*arguments.split(), cwd=desk)
    assert done.returncode == code, done.stderr
    assert all(path.read_text(encoding="utf-8") == DUTCH for path in pages)
    assert {path: path.stat().st_mtime_ns for path in pages} == pages
    assert re.search("choose another|the same file", done.stderr)


def test_render_writes_over_no_page(desk: Path) -> None:
    """Another format of a journal goes to any folder but the one with the Dutch pages."""
    assert call("w/in", "-o", "out", cwd=desk).returncode == 0
    command = [sys.executable, "-m", "translate_news", "render", "out", "-o", "w/in"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=desk, check=False)
    assert (done.returncode, "choose another -o" in done.stderr) == (2, True)
    assert (desk / "w/in/p.txt").read_text(encoding="utf-8") == DUTCH


def test_links_and_pipes_stay(desk: Path) -> None:
    """An output that is a link is written where it points, and a pipe is written into."""
    (desk / "link.txt").symlink_to("real.txt")
    assert call("one.txt", "-o", "link.txt", cwd=desk).returncode == 0
    assert (desk / "link.txt").is_symlink()
    assert (desk / "real.txt").read_text(encoding="utf-8") == DUTCH
    os.mkfifo(desk / "pipe")
    with subprocess.Popen(["cat", "pipe"], cwd=desk, stdout=subprocess.PIPE, text=True) as reader:
        assert call("one.txt", "-o", "pipe", cwd=desk).returncode == 0
        assert reader.communicate()[0] == DUTCH
    assert (desk / "pipe").is_fifo()


def test_another_programs_database_is_left_as_it_is(desk: Path) -> None:
    """A SQLite file that is no memory is refused, and not a byte of it changes."""
    with sqlite3.connect(desk / "other.db") as other:
        other.execute("CREATE TABLE t (x)")
    other.close()
    before = (desk / "other.db").read_bytes()
    assert call("one.txt", "--memory", "other.db", cwd=desk).returncode == 2
    assert (desk / "other.db").read_bytes() == before


@pytest.mark.parametrize(
    ("dutch", "shown", "english", "wanted"),
    [
        ("Zie https://example.org/a voor meer.", "Zie X1 voor meer.", "See X1 for more.", "See https://example.org/a for more."),
        ("GROTE BRAND IN DE HAVEN", "Grote brand in de haven", "Large port fire", "LARGE PORT FIRE"),
        ("Het regent.", "Het regent.", "It rains.", "It rains."),
    ],
)  # fmt: skip
def test_an_edited_export_is_used(tmp_path: Path, dutch: str, shown: str, english: str, wanted: str) -> None:
    """A correction of what a memory exports is taken for its sentence, though the model was shown it in another form."""
    engine = open_engine("echo", None, Hardware())
    with Memory(tmp_path / "m.sqlite") as memory:
        translate([segment(dutch)], engine, memory=memory)
        exported = [nl for nl, _ in memory.pairs()]
        assert exported == [shown]
        assert memory.correct([(exported[0], english)]) == 1
        (translation,) = translate([segment(dutch)], engine, memory=memory)
    assert [(r.english, r.method) for r in translation.renderings] == [(wanted, "corrected")]


def test_a_page_with_a_damaged_line_is_done_again(desk: Path) -> None:
    """A line of the journal whose head is whole and whose rest is not: `render` names it, and a run makes its page anew."""
    (desk / "in").mkdir()
    for name in "ab":
        (desk / "in" / f"{name}.txt").write_text(f"De brug {name} is dicht.\n", encoding="utf-8")
    assert call("in", "-o", "out", cwd=desk).returncode == 0
    journal = desk / "out" / HOUSE / "journal.jsonl"
    first, second = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(first.replace(b'"renderings":[', b'"renderings":[1,', 1) + second)
    for name in "ab":
        (desk / "out" / f"{name}.txt").unlink()
    rendered = subprocess.run(
        [sys.executable, "-m", "translate_news", "render", "out"], capture_output=True, text=True, cwd=desk, check=False
    )
    assert rendered.stdout == "De brug b is dicht.\n"
    assert "damaged; delete its output" in rendered.stderr
    assert call("in", "-o", "out", cwd=desk).returncode == 0
    for name in "ab":
        assert (desk / "out" / f"{name}.txt").read_text(encoding="utf-8") == f"De brug {name} is dicht.\n"


def _translate(pages: list[Page]) -> list[Translation]:
    if any("FOUT" in page.text for page in pages):
        raise RuntimeError("no")
    return [Translation(page, (), {}) for page in pages]


@pytest.mark.parametrize("texts", [["FOUT een."], ["FOUT een.", "FOUT twee."], ["FOUT een.", "Goed."]])
def test_bad_pages_alone_do_not_blame_the_engine(texts: list[str]) -> None:
    """However many pages of a window fail, the others go on; an engine that fails on any page ends the run."""
    window = [Job(None, page=segment(text)) for text in texts]  # type: ignore[arg-type]
    results = translate_window(window, _translate)  # type: ignore[arg-type]
    assert [isinstance(result, str) for result in results] == ["FOUT" in text for text in texts]
    with pytest.raises(RuntimeError):
        translate_window(window, lambda pages: _translate([segment("FOUT")]))  # whatever the page


@pytest.mark.parametrize(("windows", "after", "ended"), [(3, 3, True), (3, 2, False), (1, 0, False), (0, 0, True)])
def test_a_halt_with_nothing_left_is_no_interrupt(windows: int, after: int, ended: bool) -> None:
    """A run that was asked to end when all its windows were done has ended of its own."""
    seen: list[int] = []

    def ends(_: object) -> bool:
        seen.append(1)
        return False

    jobs = iter([[Job(None)] for _ in range(windows)])  # type: ignore[arg-type]
    made = work_through(jobs, lambda pages: [], lambda window, results: None, ends, lambda: len(seen) >= after)
    assert made == ended


def test_junk_costs_nothing_and_stays() -> None:
    """A run of letters that is no word goes through as it is, and the model sees a stand-in of two signs."""
    seen: list[str] = []

    class Listening:
        name, device, precision = "listening", "none", "none"

        def translate(self, sentences: list[str], *_: object) -> list[Hypothesis]:
            seen.extend(sentences)
            return [Hypothesis(sentence) for sentence in sentences]

    junk = "a" * 12_000
    (translation,) = translate([segment(f"Het regent {junk} hier.")], Listening())  # type: ignore[arg-type]
    assert seen[0] == "Het regent X1 hier."
    assert translation.renderings[0].english == f"Het regent {junk} hier."
