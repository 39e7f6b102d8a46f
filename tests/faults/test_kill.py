"""kill -9 at any moment: after the resumes everything is as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from translate_news.batch import HOUSE, read_journal

HARNESS = Path(__file__).parent / "harness.py"
WINDOW = 7
PAGE = "{place} (ANP) - Bericht {number} over het weer. Er vielen {number} buien.\n{minutes} minuten geleden\n"


def make_archive(folder: Path, pages: int) -> None:
    """A tree of small pages of which no two are the same."""
    for number in range(pages):
        path = folder / f"{number % 7}" / f"{number:04}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        place = ("OSLO", "PARIJS", "LONDEN")[number % 3]
        briefs = [PAGE.format(place=place, number=number * 10 + n, minutes=1 + n) for n in range(1 + number % 4)]
        path.write_text("".join(briefs), encoding="utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but the lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def start(cwd: Path, out: str, log: str, at: int | None = None) -> subprocess.Popen[bytes]:
    point = [] if at is None else [str(at)]
    return subprocess.Popen(
        [sys.executable, str(HARNESS), log, *point, "--", "in", "-o", out, "-e", "echo", "-q"],
        cwd=cwd, env={**os.environ, "WINDOW": str(WINDOW)}, stderr=subprocess.PIPE,
    )  # fmt: skip


def journaled(out: Path) -> set[str]:
    """The pages whose whole line is in the journal."""
    path = out / HOUSE / "journal.jsonl"
    return {entry.path for entry in read_journal(path)} if path.is_file() else set()


def pages_of(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines() if log.is_file() else []


def finish_and_compare(tmp_path: Path, done_before: set[str]) -> list[str]:
    """Run to the end; the trees must be equal, and nothing in the journal is translated again. The pages of this run."""
    process = start(tmp_path, "out", "last.log")
    _, said = process.communicate()
    assert process.returncode == 0, said.decode()
    translated = pages_of(tmp_path / "last.log")
    assert not done_before & set(translated)
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")
    return translated


@pytest.fixture
def archive(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder of pages, and the output of a run that nobody disturbed."""
    make_archive(tmp_path / "in", request.param)
    _, said = start(tmp_path, "whole", "whole.log").communicate()
    assert said == b""
    names = pages_of(tmp_path / "whole.log")
    assert len(names) == len(set(names)) == request.param
    return tmp_path


@pytest.mark.parametrize("archive", [pytest.param(320, id="320 pages")], indirect=True)
def test_kill_at_random_moments(archive: Path, long_faults: bool) -> None:
    """Killed at random moments, again and again, a batch ends with the same tree and the same journal, byte for byte.

    No page that was in the journal is translated again; twice is translated only what was in flight at a kill.
    """
    kills = 50 if long_faults else 6
    chance = random.Random(20_241_122)
    translated: list[str] = []
    in_flight = landed = amid = 0
    began = time.monotonic()
    start(archive, "timed", "timed.log").communicate()
    whole = time.monotonic() - began
    while landed < kills:
        if len(journaled(archive / "out")) == 320:  # done before all kills were spent: begin again
            finish_and_compare(archive, journaled(archive / "out"))
            subprocess.run(["rm", "-r", "out"], cwd=archive, check=True)
            translated, in_flight = [], 0
        before = journaled(archive / "out")
        (archive / "run.log").unlink(missing_ok=True)
        process = start(archive, "out", "run.log")
        time.sleep(chance.uniform(0.4, 1.0) * whole)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        landed += process.returncode == -signal.SIGKILL
        amid += process.returncode == -signal.SIGKILL and len(journaled(archive / "out")) > len(before)
        now = pages_of(archive / "run.log")
        assert not before & set(now), "a page that was in the journal was translated again"
        in_flight += len(set(now) - journaled(archive / "out"))
        translated += now
    print(f"{landed} kills, {amid} of them after new lines of the journal and before the end")
    assert amid >= kills // 3, "the kills did not land in the batch"
    translated += finish_and_compare(archive, journaled(archive / "out"))
    assert len(translated) - len(set(translated)) <= in_flight
    assert set(translated) == set(pages_of(archive / "whole.log"))


@pytest.mark.parametrize("archive", [pytest.param(16, id="16 pages")], indirect=True)
def test_kill_at_every_change_of_the_disk(archive: Path, long_faults: bool) -> None:
    """Killed at any write, sync, rename or cut, a batch that is resumed ends with the same tree and journal."""
    at = landed = 0
    while True:
        at += 1 if long_faults else 9
        subprocess.run(["rm", "-rf", "out", "run.log", "last.log"], cwd=archive, check=True)
        process = start(archive, "out", "run.log", at)
        _, said = process.communicate()
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL, said.decode()
        landed += 1
        done = journaled(archive / "out")
        finish_and_compare(archive, done)
    assert landed >= (50 if long_faults else 6)
