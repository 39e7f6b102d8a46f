"""Folders through the command: what a person sees, exit codes, interrupts, render, memory, watch."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from translate_news.batch import HOUSE, read_journal

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))
PROGRAM = [sys.executable, "-m", "translate_news"]
Done = subprocess.CompletedProcess[str]


def call(*arguments: str | Path, cwd: Path) -> Done:
    return subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "in" / "deep"
    folder.mkdir(parents=True)
    for path in PAGES[:6]:
        shutil.copy(path, folder / path.name)
    return tmp_path


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that must happen, a minute at most."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.02)


def test_the_table_at_the_end(archive: Path) -> None:
    """Standard output stays empty; standard error names each failure and closes with done, failed, findings and speed."""
    (archive / "in" / "bad.txt").write_bytes(b"")
    (archive / "in" / "x.jpg").write_bytes(b"")
    done = call("in", "-o", "out", "-e", "echo", cwd=archive)
    assert (done.returncode, done.stdout) == (4, "")
    assert "failed: bad.txt: is empty; there is nothing to translate" in done.stderr
    for line in [
        r"done +6",
        r"failed +1  1 is empty",
        r"left out +1  no pages: 1 .jpg",
        r"findings +0  in \d+ sentences",
        r"words/s +[\d,]+  \d+ words",
    ]:
        assert re.search(line, done.stderr), line
    again = call("in", "-o", "out", "-e", "echo", cwd=archive)
    assert again.returncode == 4
    assert re.search(r"skipped +6  done before", again.stderr)
    assert call("in/deep", "-o", "out2", "-e", "echo", "-q", cwd=archive).stderr == ""


def test_a_single_file_and_its_folder_agree(archive: Path) -> None:
    """A page in a folder gets the text that the command gives it alone."""
    call("in", "-o", "out", "-e", "echo", cwd=archive)
    for path in PAGES[:6]:
        alone = call(path, "-e", "echo", cwd=archive)
        assert (archive / "out" / "deep" / path.name).read_text(encoding="utf-8") == alone.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["in"], 2, "-o OUT"),
        (["in", "-o", "in"], 2, "is the input itself"),
        (["in", "-o", "file"], 2, "is a file"),
        (["in", "-", "-o", "out"], 2, "standard input"),
        (["in", "in/deep/../../in", "-o", "out"], 2, "would both be called"),
        (["in", "-o", "out", "--include", "*.none"], 6, "holds no page"),
        (["in", "-o", "file/out"], 7, "file/out"),
        (["in", "-o", "out", "--memory", "no/m.sqlite"], 2, "mkdir -p"),
        (["in/deep/01-article.txt", "--watch"], 2, "--watch is for folders"),
        (["in/deep/01-article.txt", "--include", "*"], 2, "--include is for folders"),
        (["render", "nowhere"], 6, "no such journal"),
        (["memory", "stats"], 2, "--memory PATH"),
        (["memory", "--memory", "nowhere", "stats"], 6, "no such memory"),
    ],
)  # fmt: skip
def test_wrong_usage(archive: Path, arguments: list[str], code: int, words: str) -> None:
    """Each refusal is one line that says what to do, with its code."""
    (archive / "file").touch()
    needed = ["-e", "echo"] if arguments[0].startswith("in") else []
    done = call(*arguments, *needed, cwd=archive)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_other_settings_are_refused(archive: Path) -> None:
    """Another beam, furniture or moment in the same folder is refused by name; forced, it is made anew."""
    call("in", "-o", "out", "-e", "echo", cwd=archive)
    for other in (["--beam", "1"], ["--furniture", "drop"], ["--as-of", "2026-01-02T10:00"]):
        done = call("in", "-o", "out", "-e", "echo", *other, cwd=archive)
        assert done.returncode == 2
        assert other[0].strip("-").replace("-", "_") in done.stderr
    done = call("in", "-o", "out", "-e", "echo", "--beam", "1", "--force", cwd=archive)
    assert done.returncode == 0
    assert re.search(r"done +6", done.stderr)


def test_render_needs_no_model(archive: Path) -> None:
    """From the journal comes in every format what the run itself would have written, on standard output or as a tree."""
    call("in", "-o", "out", "-e", "echo", cwd=archive)
    for form in ("text", "markdown", "json", "jsonl"):
        call("in", "-o", f"direct-{form}", "-e", "echo", "-f", form, cwd=archive)
        done = call("render", "out", "-f", form, "-o", f"rendered-{form}", cwd=archive)
        assert (done.returncode, done.stderr) == (0, "")
        direct = {p.name: p.read_bytes() for p in (archive / f"direct-{form}" / "deep").iterdir()}
        assert {p.name: p.read_bytes() for p in (archive / f"rendered-{form}" / "deep").iterdir()} == direct
        shown = call("render", f"out/{HOUSE}/journal.jsonl", "-f", form, cwd=archive)
        assert shown.stdout.encode() == (b"\n" if form == "text" else b"").join(direct[name] for name in sorted(direct))


def test_corrections_by_hand(archive: Path) -> None:
    """A correction is taken in, wins on the next run on the same folder, and only pages with that sentence change."""
    call("in", "-o", "out", "-e", "echo", "--memory", "m.sqlite", cwd=archive)
    before = {p.name: p.read_text(encoding="utf-8") for p in (archive / "out" / "deep").iterdir()}
    exported = call("memory", "--memory", "m.sqlite", "export", cwd=archive).stdout.splitlines()
    dutch = next(
        r.dutch
        for e in read_journal(archive / "out")
        if e.translation
        for r in e.translation.renderings
        if r.method == "model"
    )
    assert f"{dutch}\t{dutch}" in exported
    edited = [f"{dutch}\tMy own words." if line.startswith(f"{dutch}\t") else line for line in exported]
    (archive / "corrected.tsv").write_text("\n".join(edited) + "\n", encoding="utf-8")
    done = call("memory", "--memory", "m.sqlite", "import", "corrected.tsv", cwd=archive)
    assert "1 corrections are new or changed" in done.stderr
    done = call("in", "-o", "out", "-e", "echo", "--memory", "m.sqlite", cwd=archive)
    assert re.search(r"done +1\n.*skipped +5", done.stderr)
    after = {p.name: p.read_text(encoding="utf-8") for p in (archive / "out" / "deep").iterdir()}
    changed = [name for name in before if before[name] != after[name]]
    assert changed == [PAGES[0].name]
    assert "My own words." in after[PAGES[0].name]
    done = call("in", "-o", "out", "-e", "echo", "--memory", "m.sqlite", cwd=archive)
    assert re.search(r"skipped +6", done.stderr)
    assert "1 corrections" in call("memory", "--memory", "m.sqlite", "stats", cwd=archive).stdout


@pytest.fixture
def watching(archive: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*PROGRAM, "in", "-o", "out", "-e", "echo", "--watch", "--every", "0.3"],
        stderr=subprocess.PIPE, text=True, cwd=archive,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def test_watch_takes_what_appears(archive: Path, watching: subprocess.Popen[str]) -> None:
    """A watched folder's new and changed files are translated, a file that still grows is not, and SIGTERM ends it with 130."""
    out = archive / "out" / "deep"
    until(lambda: out.is_dir() and len(list(out.iterdir())) == 6)
    growing = archive / "in" / "deep" / "growing.txt"
    for number in range(12):
        with growing.open("a", encoding="utf-8") as file:
            file.write(f"OSLO (ANP) - Het sneeuwt {number}.\n{number} minuten geleden\n")
        time.sleep(0.1)
    until((out / "growing.txt").exists)
    entries = [entry for entry in read_journal(archive / "out") if entry.path.endswith("growing.txt")]
    lines = (archive / "out" / HOUSE / "journal.jsonl").read_text(encoding="utf-8").count('deep/growing.txt","sha256')
    assert len(entries) == 1
    assert lines == 1
    assert "sneeuwt 11." in (out / "growing.txt").read_text(encoding="utf-8")
    (archive / "in" / "deep" / PAGES[0].name).write_text("PARIJS (ANP) - Nieuw bericht.\n", encoding="utf-8")
    until(lambda: "Nieuw bericht" in (out / PAGES[0].name).read_text(encoding="utf-8"))
    watching.send_signal(signal.SIGTERM)
    _, said = watching.communicate(timeout=30)
    assert watching.returncode == 130
    assert re.search(r"done +8", said)


SLOW = """
import sys, time
import translate_news.batch.windows as run
run.WINDOW_PAGES = 2
from translate_news.engine.echo import EchoEngine
echo = EchoEngine.translate
def slow(self, *arguments):
    time.sleep(0.4)
    return echo(self, *arguments)
EchoEngine.translate = slow
from translate_news import cli
sys.argv = ["translate-news", "in", "-o", "out", "-e", "echo"]
cli.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_finishes_the_window(archive: Path, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end with 130 after the pages at hand; what is done is whole, and the next run does the rest."""
    process = subprocess.Popen([sys.executable, "-c", SLOW], stderr=subprocess.PIPE, text=True, cwd=archive)
    journal = archive / "out" / HOUSE / "journal.jsonl"
    until(lambda: journal.is_file() and journal.stat().st_size > 0)
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted; run the same command again" in said
    assert "Traceback" not in said
    done = [entry.path for entry in read_journal(archive / "out")]
    assert len(done) in (2, 4, 6)
    assert {f"deep/{path.name}" for path in (archive / "out" / "deep").iterdir()} == set(done)
    rest = call("in", "-o", "out", "-e", "echo", cwd=archive)
    assert rest.returncode == 0
    assert re.search(rf"done +{6 - len(done)}\n", rest.stderr)


def test_two_runs_on_one_folder(archive: Path) -> None:
    """While one run holds the output folder a second one is refused with its process, and leaves no line in the journal."""
    process = subprocess.Popen(
        [*PROGRAM, "in", "-o", "out", "-e", "echo", "--watch"], stderr=subprocess.PIPE, text=True, cwd=archive
    )
    try:
        until(lambda: len(list((archive / "out" / "deep").glob("*"))) == 6)
        before = (archive / "out" / HOUSE / "journal.jsonl").read_bytes()
        done = call("in", "-o", "out", "-e", "echo", "--beam", "1", "--force", cwd=archive)
        assert done.returncode == 7
        assert f"process {process.pid} is writing there" in done.stderr
        assert (archive / "out" / HOUSE / "journal.jsonl").read_bytes() == before
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130


@pytest.mark.parametrize("form", ["text", "markdown", "json", "jsonl"])
def test_a_folder_of_digests(archive: Path, form: str) -> None:
    """`--headlines-only` gives each page of a folder its digest, the one that the page alone would get, in every format."""
    words = ["-e", "echo", "--headlines-only", "--headline-method", "lede", "-q", "-f", form]
    assert call("in", "-o", "out", *words, cwd=archive).returncode == 0
    made = {path.name.partition(".")[0]: path for path in (archive / "out").rglob("*.headlines.*")}
    assert sorted(made) == sorted(path.stem for path in PAGES[:6])
    page = PAGES[1]
    ours = made[page.stem].read_text(encoding="utf-8")
    theirs = call(page, *words, cwd=archive).stdout
    if form == "json":  # which says where the page lies
        ours, theirs = (json.dumps(json.loads(text)["headlines"]) for text in (ours, theirs))
    if form == "jsonl":
        ours, theirs = (re.sub(r'"page": "[^"]*"', "", text) for text in (ours, theirs))
    assert ours == theirs != ""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
def test_a_terminal_gets_a_bar(archive: Path) -> None:
    """On a terminal a bar shows files and sentences a second."""
    master, slave = os.openpty()
    process = subprocess.Popen([*PROGRAM, "in", "-o", "out", "-e", "echo"], stderr=slave, cwd=archive)
    os.close(slave)
    said = b""
    while True:
        try:
            said += os.read(master, 4096)
        except OSError:
            break
    os.close(master)
    assert process.wait() == 0
    text = said.decode()
    assert "files" in text
    assert "6/6" in text
    assert "sentences/s" in text
