"""What a page costs beside the model, and whether memory stays flat: `python benchmarks/overhead.py`.

A folder of one-brief pages goes through the command with `--engine echo`, once with 1,000 pages and once with 10,000. Printed
are milliseconds a page (wall and CPU), peak memory, and the two ratios that must hold. Exit 1 when one does not.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOST_MS = 3.0  # a page, beside the model
MOST_GROWTH = 1.10  # of peak memory from 1,000 to 10,000 pages
WORDS = "De regering van het land heeft dinsdag laten weten dat de grens met het noorden nog weken dicht blijft".split()


def make_pages(folder: Path, count: int) -> None:
    """Pages of one brief of three sentences, no two the same, 100 a folder."""
    chance = random.Random(count)
    for number in range(count):
        path = folder / f"{number // 100:04}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        sentences = [" ".join(chance.choices(WORDS, k=18)).capitalize() + f" {number}." for _ in range(3)]
        path.write_text(
            f"LONDEN (ANP/RTR) - {' '.join(sentences)}\n{1 + number % 50} minuten geleden\n", encoding="utf-8"
        )


def measure(count: int) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory (MiB) of one run over so many pages."""
    with tempfile.TemporaryDirectory() as folder:
        make_pages(Path(folder) / "in", count)
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "translate_news", "in", "-o", "out", "-e", "echo", "-q"], cwd=folder
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        assert sum(1 for _ in (Path(folder) / "out").rglob("*.txt")) == count
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> int:
    """Measure, print, judge."""
    small, large = measure(1_000), measure(10_000)
    for count, (wall, cpu, memory) in ((1_000, small), (10_000, large)):
        print(
            f"{count:>6,} pages  {wall:6.1f} s  {wall / count * 1000:5.2f} ms a page  {cpu / count * 1000:5.2f} ms CPU a page  peak {memory:5.0f} MiB"
        )
    marginal = (large[0] - small[0]) / 9_000 * 1000
    growth = large[2] / small[2]
    print(
        f"overhead  {marginal:.2f} ms a page beside the start of the process (at most {MOST_MS:g}); ratio {marginal / MOST_MS:.2f}"
    )
    print(f"memory    {growth:.2f} times from 1,000 to 10,000 pages (at most {MOST_GROWTH:g})")
    return int(marginal > MOST_MS or growth > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
