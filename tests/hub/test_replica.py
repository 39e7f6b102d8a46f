"""The true shape, from hub to English: time, memory, and the same text from both engines. Behind a flag; prints its figures.

pytest tests/hub/test_replica.py --full-replica -s
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import replica
from conftest import Desk
from loopback import Hub, Repo

from translate_news.segment import segment

PAGES = sorted((Path(__file__).parent.parent / "pages").glob("*.txt"))
MODELS = {
    "opus": ("Helsinki-NLP/opus-mt-nl-en", {"shape": replica.OPUS}, 100),
    "opus-big": ("Helsinki-NLP/opus-mt-tc-big-gmw-gmw", {"shape": replica.BIG, "prefix": ">>eng<<", "half": True}, 25),
}


METER = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(done.returncode)
"""  # a small process between: a child forked from a large one is billed for its parent


def measured(desk: Desk, *words: str) -> tuple[str, float, float]:
    """Run the command: its output, seconds, and the most memory in GB of the largest process among it and its children."""
    started = time.monotonic()
    command = [sys.executable, "-c", METER, *desk.command(*words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=desk.environment, cwd=desk.home)
    return done.stdout, time.monotonic() - started, int(done.stderr) * 1024 / 1e9


def dutch(count: int) -> list[str]:
    """Sentences of the test pages, different ones, as many as asked for."""
    found = [s.text for path in PAGES for s in segment(path.read_text(encoding="utf-8")).sentences if len(s.text) > 25]
    return [f"{text[:-1]}, zegt nummer {n}." for n in range(9) for text in dict.fromkeys(found)][:count]


@pytest.mark.parametrize("name", MODELS)
def test_the_full_shape(desk: Desk, hub: Hub, name: str, request: pytest.FixtureRequest) -> None:
    """Pull, verify, translate by both engines, remove: within the memory bars, and 95 % of greedy outputs the same in float32."""
    if not request.config.getoption("--full-replica"):
        pytest.skip("takes minutes; ask for it with --full-replica")
    hub_id, options, count = MODELS[name]
    hub.repos[hub_id] = Repo(replica.marian(**options))  # type: ignore[arg-type]
    (desk.home / "page.txt").write_text("\n\n".join(dutch(count)), encoding="utf-8")
    greedy = ["-m", name, "--beam", "1", "-q", "-f", "json", "page.txt"]
    runs = {
        "pull": ["models", "pull", name],
        "verify": ["models", "verify", name],
        "ctranslate2 int8, first": greedy,
        "ctranslate2 int8": greedy,
        "ctranslate2 float32, first": [*greedy, "--compute-type", "float32"],
        "torch float32": [*greedy, "-e", "torch"],
        "remove": ["models", "remove", name],
    }
    english, memory = {}, {}
    for run, words in runs.items():
        out, seconds, memory[run] = measured(desk, *words)
        sys.stderr.write(f"{name:<9} {run:<27} {seconds:6.1f} s  {memory[run]:5.2f} GB\n")
        if run.startswith(("ctranslate2", "torch")):
            english[run] = [s["en"] for b in json.loads(out)["briefs"] for p in b["paragraphs"] for s in p["sentences"]]
    fast, reference = english["ctranslate2 float32, first"], english["torch float32"]
    same = sum(one == other for one, other in zip(fast, reference, strict=True))
    sys.stderr.write(
        f"{name:<9} {same} of {len(fast)} greedy outputs the same in float32; {len(set(fast))} different ones\n"
    )
    assert len(fast) >= count
    assert same >= 0.95 * len(fast)
    if name == "opus":
        assert max(memory[run] for run in memory if "int8" in run) <= 1.5
        assert memory["torch float32"] <= 2.5
