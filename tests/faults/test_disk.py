"""Disks that are full or refuse, files that go away, bad files among good ones."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.test_kill import make_archive, tree
from translate_news.batch import HOUSE, Found, Journal, Past, Plan, Report, carry_out, read_journal
from translate_news.engine import open_engine
from translate_news.pipeline import translate
from translate_news.readers import read_path
from translate_news.segment import segment
from translate_news.writers import read_entry, write_text

PROGRAM = [sys.executable, "-m", "translate_news"]
Mount = Callable[..., None]


def run(cwd: Path, out: str, **named: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, "in", "-o", out, "-e", "echo"], cwd=cwd, capture_output=True, text=True, check=False, **named  # type: ignore[call-overload]
    )  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    make_archive(tmp_path / "in", 150)
    assert run(tmp_path, "whole").returncode == 0
    return tmp_path


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mount a small disk at `tmp_path/out` with some options, or mount it again with others."""
    at = tmp_path / "out"
    at.mkdir()
    mounted = False

    def call(options: str) -> None:
        nonlocal mounted
        words = ["mount", "-o", f"remount,{options}"] if mounted else ["mount", "-t", "tmpfs", "-o", options, "tmpfs"]
        if os.geteuid() or subprocess.run([*words, str(at)], capture_output=True, check=False).returncode:
            pytest.skip("mounting a disk needs root; the limit on file sizes stands in for it")
        mounted = True

    yield call
    if mounted:
        subprocess.run(["umount", str(at)], check=True)


def assert_clear_and_whole(archive: Path, done: subprocess.CompletedProcess[str], words: str) -> None:
    """A clear refusal, a journal of whole lines, and outputs that are whole or not there."""
    assert done.returncode == 7, done.stderr
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    journal = archive / "out" / HOUSE / "journal.jsonl"
    for line in journal.read_bytes().splitlines(keepends=True) if journal.is_file() else []:
        assert line.endswith(b"\n")
        read_entry(line)
    whole = tree(archive / "whole")
    for name, data in tree(archive / "out").items():
        assert name.startswith(HOUSE) or data == whole[name], f"{name} is torn"


def test_a_full_disk(archive: Path, mount: Mount, long_faults: bool) -> None:
    """A disk that fills up at whatever moment is said clearly, tears nothing, and with more room the run completes."""
    for kilobytes in range(40, 1_000, 60) if long_faults else (40, 300, 640):
        mount(f"size={kilobytes}k,nr_inodes=0")
        assert_clear_and_whole(archive, run(archive, "out"), "the disk is full")
        mount("size=20m")
        done = run(archive, "out")
        assert done.returncode == 0, done.stderr
        assert tree(archive / "out") == tree(archive / "whole")
        subprocess.run("rm -rf out/* out/.translate-news", shell=True, cwd=archive, check=True)


def test_a_limit_on_file_sizes(archive: Path, long_faults: bool) -> None:
    """A journal that may not grow (ulimit -f) is said clearly, tears nothing, and without the limit the run completes."""
    for kilobytes in range(5, 300, 30) if long_faults else (5, 100):

        def limit(size: int = kilobytes * 1024) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

        assert_clear_and_whole(archive, run(archive, "out", preexec_fn=limit), "limit on file sizes")
        done = run(archive, "out")
        assert done.returncode == 0, done.stderr
        assert tree(archive / "out") == tree(archive / "whole")
        subprocess.run(["rm", "-r", "out"], cwd=archive, check=True)


def test_a_read_only_disk(archive: Path, mount: Mount) -> None:
    """Output on a read-only disk is refused before a model is opened, also when it holds a finished run."""
    mount("size=20m")
    assert run(archive, "out").returncode == 0
    mount("ro")
    done = run(archive, "out")
    assert done.returncode == 7
    assert "read-only" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(archive: Path) -> None:
    """An output folder that may not be written is refused in one line."""
    (archive / "out").mkdir(mode=0o555)
    done = run(archive, "out")
    assert done.returncode == 7
    assert "no permission" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_200_bad_among_1000_good(tmp_path: Path) -> None:
    """All good pages are done and each bad one is named with its reason, wherever they lie."""
    make_archive(tmp_path / "in", 1_000)
    bad = {}
    for number in range(200):
        path = tmp_path / "in" / f"{number % 7}" / f"{number * 5:04}-bad.txt"
        kind = number % 5
        if kind == 0:
            path.write_bytes(b"")
        elif kind == 1:
            path.write_bytes(os.urandom(3_000))
        elif kind == 2:
            path.symlink_to("nowhere")
        elif kind == 3:
            path.write_bytes(b"\xef\xbb\xbfDit is goed \xff\xfe en dit niet")
        else:
            os.mkfifo(path)
        bad[str(path.relative_to(tmp_path / "in"))] = kind
    done = run(tmp_path, "out")
    assert done.returncode == 4
    named = dict(re.findall(r"^failed: (\S+): (.+)$", done.stderr, re.MULTILINE))
    assert named.keys() == bad.keys()
    assert len(set(named.values())) >= 4
    assert re.search(r"done +1,000\n +failed +200 ", done.stderr)
    assert len([name for name in tree(tmp_path / "out") if not name.startswith(HOUSE)]) == 1_000
    assert {entry.path for entry in read_journal(tmp_path / "out") if entry.failed} == bad.keys()


class Quiet:
    """A listener that keeps the failures."""

    def __init__(self) -> None:
        self.failures: dict[str, str] = {}

    def failed(self, name: str, reason: str) -> None:
        self.failures[name] = reason

    def advanced(self, report: Report) -> None: ...

    def halted(self) -> bool:
        return False


def test_files_that_go_away_or_change_at_the_last_moment(archive: Path) -> None:
    """A file deleted after it was listed is a failure; one that is changed is translated as it is when read."""
    plan = Plan((archive / "in",), archive / "out")
    listener = Quiet()

    def meddle(found: Found) -> bool:
        if found.name.endswith("7.txt"):
            Path(found.path).unlink()
        if found.name.endswith("3.txt"):
            Path(found.path).write_text(f"GENT (BELGA) - Anders {found.name}.", encoding="utf-8")
        return True

    with Journal(plan.out) as journal:
        carry_out(plan, lambda pages: translate(pages, open_engine("echo", None)), Past(journal, {}), listener, meddle)
    assert listener.failures
    assert all(name.endswith("7.txt") and "no such file" in reason for name, reason in listener.failures.items())
    for found in plan.walk():
        source = read_path(Path(found.path))
        (alone,) = translate([segment(source.text)], open_engine("echo", None))
        assert (archive / "out" / plan.output(found)).read_text(encoding="utf-8") == write_text(alone)
    assert sum(found.name.endswith("3.txt") for found in plan.walk()) == 15
