"""Many machines: a machine dies amid a run, and nobody can tell from the result."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.test_kill import make_archive, tree
from translate_news.batch import HOUSE, read_journal

PROGRAM = [sys.executable, "-m", "translate_news"]


@pytest.fixture(autouse=True)
def _needs_a_cluster(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--cluster"):
        pytest.skip("starts a cluster, which takes a minute: --cluster")
    pytest.importorskip("ray", reason="needs the extra: cluster")


def local(cwd: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*PROGRAM, "in", "-e", "echo", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done


def test_a_machine_dies_at_half(tmp_path: Path) -> None:
    """1,000 pages on two machines, one killed at half: outputs and journal are those of a local run, byte for byte.

    Both machines worked, only what the dead one had in hand was done twice, and each page has one line.
    """
    make_archive(tmp_path / "in", 1_000)
    local(tmp_path, "-o", "whole")
    script = Path(__file__).parent / "cluster.py"
    done = subprocess.run(
        [sys.executable, str(script), "in", "out", "log", "500"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    said = json.loads(
        next(line for line in done.stdout.splitlines() if line.startswith("REPORT ")).removeprefix("REPORT ")
    )
    print(said)
    assert said["nodes"] == 2
    assert 500 <= said["killed_at"] < 900
    assert (said["done"], said["skipped"], said["failed"]) == (1_000, 0, 0)
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")
    worked = [line.split("\t") for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    by_node = Counter(node for node, _ in worked)
    assert len(by_node) == 2
    assert min(by_node.values()) >= 100, "one machine did next to nothing"
    by_page = Counter(page for _, page in worked)
    assert len(by_page) == 1_000
    print("pages by machine", dict(by_node), "translated twice", len(worked) - 1_000)
    assert len(worked) - 1_000 <= by_node[said["victim"]]
    assert Counter(entry.path for entry in read_journal(tmp_path / "out")).most_common(1)[0][1] == 1


def test_a_cluster_and_a_machine_take_over_from_each_other(tmp_path: Path) -> None:
    """What a local run did a cluster run skips and the other way round, deleted outputs come back, a bad page fails alike."""
    make_archive(tmp_path / "in", 150)
    (tmp_path / "in" / "9").mkdir()
    (tmp_path / "in" / "9" / "bad.txt").write_bytes(b"")
    local(tmp_path, "-o", "whole", code=4)
    local(tmp_path, "-o", "out", "--include", "[0-3]/*")
    part = len(list(read_journal(tmp_path / "out")))
    assert 0 < part < 150
    next((tmp_path / "out").rglob("*.txt")).unlink()
    said = local(tmp_path, "-o", "out", "--cluster", "local", code=4).stderr
    assert re.search(rf"done +{150 - part}\n +skipped +{part - 1} .*\n +restored +1 ", said), said
    assert "failed: 9/bad.txt: is empty; there is nothing to translate" in said
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")
    again = local(tmp_path, "-o", "out", code=4).stderr
    assert re.search(r"done +0\n +skipped +150 ", again)


def test_sigterm_ends_a_cluster_run_as_any_other(tmp_path: Path) -> None:
    """SIGTERM ends a run on a cluster with 130 after the unit at hand, and what is done is kept."""
    make_archive(tmp_path / "in", 1_000)
    process = subprocess.Popen(
        [*PROGRAM, "in", "-o", "out", "-m", "nl-en-mini", "--cluster", "local"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    journal = tmp_path / "out" / HOUSE / "journal.jsonl"
    while process.poll() is None and not (journal.is_file() and journal.stat().st_size):
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    done = {entry.path for entry in read_journal(tmp_path / "out")}
    assert 64 <= len(done) < 1_000
    assert {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.txt")} == done
