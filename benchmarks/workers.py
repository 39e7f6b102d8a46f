"""How to fill a machine's cores: `python benchmarks/workers.py [-m MODEL] [--rounds N]`.

The same sentences go through one process with a worker a core (what the ctranslate2 engine does), through one process with one
worker, and through one process a core with one worker each (replicas). Interleaved rounds; printed are sentences a second by the
wall, their ratios, and memory of all processes together. Then a folder run is timed with its three steps overlapping and
one after the other.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import translate_news.batch.windows as batch_windows
from translate_news import models
from translate_news.batch import Journal, Past, Plan, Report, carry_out
from translate_news.engine import Decoding, Hardware, open_engine
from translate_news.pipeline import translate
from translate_news.readers import read_path
from translate_news.segment import segment

PAGES = sorted((Path(__file__).parent.parent / "tests" / "pages").glob("*.txt"))
CORES = len(os.sched_getaffinity(0))


def sentences(count: int) -> list[str]:
    """So many sentences of news, each a little different from the others."""
    seen = [s.text for path in PAGES for s in segment(read_path(path).text).sentences if len(s.text) > 30]
    return [f"{seen[n % len(seen)]} ({n})" for n in range(count)]


def work(model: str | None, threads: int, rows: list[str], pipe: Any) -> None:
    """A process: open, say so, wait, translate, say how much memory it took."""
    local = models.require(models.choose(models.read_models(), model))
    engine = open_engine("ctranslate2", local, Hardware(device="cpu", threads=threads))
    engine.translate(rows[:8], Decoding())
    pipe.send("ready")
    pipe.recv()
    engine.translate(rows, Decoding())
    pipe.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(model: str | None, processes: int, threads: int, rows: list[str]) -> tuple[float, float]:
    """Sentences a second, and MiB of all processes together."""
    context = multiprocessing.get_context("spawn")
    pipes, running = [], []
    for number in range(processes):
        ours, theirs = context.Pipe()
        running.append(context.Process(target=work, args=(model, threads, rows[number::processes], theirs)))
        running[-1].start()
        pipes.append(ours)
    assert all(pipe.recv() == "ready" for pipe in pipes)
    started = time.perf_counter()
    for pipe in pipes:
        pipe.send("go")
    memory = sum(pipe.recv() for pipe in pipes)
    took = time.perf_counter() - started
    for process in running:
        process.join()
    return len(rows) / took, memory


class Silent:
    """A listener that says nothing."""

    def failed(self, name: str, reason: str) -> None: ...

    def advanced(self, report: Report) -> None: ...

    def halted(self) -> bool:
        return False


class AtOnce(ThreadPoolExecutor):
    """An executor that does the work when it is asked for: no overlap."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        future = super().submit(fn, *args, **kwargs)
        future.exception()
        return future


def folder_run(model: str | None, rows: list[str], *, overlap: bool) -> float:
    """Sentences a second of a folder run over pages of five sentences."""
    plain = batch_windows.ThreadPoolExecutor  # type: ignore[attr-defined]
    local = models.require(models.choose(models.read_models(), model))
    engine = open_engine("ctranslate2", local, Hardware(device="cpu"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        for start in range(0, len(rows), 5):
            (folder / "in" / f"{start:06}.txt").write_text(
                f"GENT (BELGA) - {' '.join(rows[start : start + 5])}\n", encoding="utf-8"
            )
        batch_windows.ThreadPoolExecutor = plain if overlap else AtOnce  # type: ignore[attr-defined]
        try:
            with Journal(folder / "out") as journal:
                report = carry_out(
                    Plan((folder / "in",), folder / "out"),
                    lambda pages: translate(pages, engine),
                    Past(journal, {}),
                    Silent(),
                )
        finally:
            batch_windows.ThreadPoolExecutor = plain  # type: ignore[attr-defined]
    return report.sentences / report.seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-m", "--model")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sentences", type=int, default=1_000)
    given = parser.parse_args()
    rows = sentences(given.sentences)
    ways = {
        "1 process x 1 worker": (1, 1),
        f"1 process x {CORES} workers": (1, CORES),
        f"{CORES} processes x 1 worker": (CORES, 1),
    }
    speed: dict[str, list[float]] = {way: [] for way in ways}
    memory: dict[str, float] = {}
    for _round in range(given.rounds):
        for way, (processes, threads) in ways.items():
            rate, memory[way] = measure(given.model, processes, threads, rows)
            speed[way].append(rate)
    base, inside, replicas = (statistics.median(speed[way]) for way in ways)
    for way, rates in speed.items():
        print(
            f"{way:<24}{statistics.median(rates):8.1f} sentences/s  ({', '.join(f'{r:.1f}' for r in rates)})  {memory[way]:6.0f} MiB"
        )
    print(f"workers inside to one worker {inside / base:.2f}; replicas to workers inside {replicas / inside:.2f}")
    pairs = [
        (folder_run(given.model, rows, overlap=True), folder_run(given.model, rows, overlap=False))
        for _ in range(given.rounds)
    ]
    print(
        "folder run, overlapping to one after the other: "
        + ", ".join(f"{a:.1f}/{b:.1f} = {a / b:.2f}" for a, b in pairs)
    )


if __name__ == "__main__":
    main()
