"""Whether a large archive fits in memory: `python benchmarks/archive.py [--megabytes N] [--saved KB] [--small N] [--large N] [-m MODEL]`.

A tree is made of three kinds of pages: saved web pages with the scripts and styles that real ones carry, as many as fill the
size that is asked for; small files of one brief, all in one folder; and, with `--large`, pages a little below the limit of
50 MB, by turns plain text and markup. Pages share a thousand sentences, and one in some forty is new, so that a memory of
translations answers most of them and the model has a steady trickle. One run goes over the tree with that memory. Printed are,
as the run goes, the size of its journal and the resident memory of all its processes; at the end the peak, as the kernel keeps
it, which must be below `--most` MiB (else exit 1), the sizes of what was written, and how much the peak grew after the first fifth
of the run. Other options go to the command.

`--megabytes 2000 --saved 1000 --small 20000 --large 2 --beam 1` is the tree of docs/scale.md; it needs 3 GB of disk.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LARGE = 49_900_000
SHARED = 1_000  # sentences that pages have in common
BEGINNINGS = (
    "De regering|Het parlement|De burgemeester|Een woordvoerder|De vakbond|Het bedrijf|De politie|De rechter".split("|")
)
MIDDLES = "heeft dinsdag gezegd dat|liet weten dat|schrijft in een brief dat|sprak tegen dat|verwacht dat".split("|")
SUBJECTS = (
    "de weg naar het noorden|het besluit over de haven|de school in de wijk|het overleg met de buren|de brug".split("|")
)
ENDS = "nog weken dicht blijft|eerder klaar is|opnieuw wordt bekeken|te duur is|niet doorgaat|morgen begint".split("|")


class Writer:
    """Makes pages; the same number makes the same tree."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._new = 0
        self._shared = [self._sentence() for _ in range(SHARED)]

    def _sentence(self) -> str:
        self._new += 1
        parts = [self._chance.choice(words) for words in (BEGINNINGS, MIDDLES, SUBJECTS, ENDS)]
        return f"{' '.join(parts)} in {self._new % 9_000 + 1_000} gemeenten."

    def sentences(self, count: int, new: int) -> list[str]:
        """So many sentences, of which `new` are nowhere else."""
        return self._chance.choices(self._shared, k=count - new) + [
            f"{self._sentence()[:-1]}, meldt bericht {self._new}." for _ in range(new)
        ]

    def brief(self, count: int, new: int) -> str:
        """A brief with a dateline and an age."""
        place = self._chance.choice(("LONDEN", "GENT", "OSLO", "BEIROET"))
        return f"{place} (ANP/RTR) - {' '.join(self.sentences(count, new))}\n{self._chance.randrange(2, 59)} minuten geleden\n"

    def saved(self, size: int) -> str:
        """A saved page of so many bytes."""
        said = "".join(f"<p>{' '.join(self.sentences(4, 0))}</p>\n" for _ in range(9))
        said += f"<p>{self.sentences(1, 1)[0]}</p>"
        head = "<!doctype html><html lang=nl><head><meta charset=utf-8><title>Nieuws</title>"
        body = f"</head><body><nav><a href=/>Voorpagina</a></nav><main><h1>{self.sentences(1, 0)[0]}</h1>{said}</main></body></html>"
        return f"{head}<script>{''.join(self._script(size - len(head) - len(body) - 17))}</script>{body}"

    def _script(self, size: int) -> Iterator[str]:
        block = "".join(f'a.push({{"id":{self._chance.randrange(1 << 30)},"u":"/p/{n}"}});' for n in range(200))
        for _ in range(size // len(block)):
            yield block
        yield block[: size % len(block)]


def make_tree(folder: Path, size: int, saved: int, small: int, large: int) -> int:
    """Make the tree; its size in bytes."""
    writer, written = Writer(1), 0
    for kind in ("small", "saved", "large"):
        (folder / kind).mkdir(parents=True)

    def put(path: Path, text: str) -> None:
        nonlocal written
        data = text.encode()
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        written += len(data)

    for number in range(large):
        # a trickle of new sentences here too: one in about 5 briefs of 30 of the plain page's
        briefs = (writer.brief(30, int(n % 50 == 0)) for n in range(LARGE // 3_000))
        text = writer.saved(LARGE) if number % 2 else "\n".join(briefs)
        put(folder / "large" / f"{number:03}.{'html' if number % 2 else 'txt'}", text[:LARGE])
    for number in range(small):
        put(folder / "small" / f"bericht-{number:08}.txt", writer.brief(3, int(number % 20 == 0)))
    number = 0
    while written < size:
        put(folder / "saved" / f"{number // 500:04}" / f"{number:07}.html", writer.saved(saved))
        number += 1
    return written


def memory(process: int) -> float:
    """MiB of resident memory of a process and of its children, now."""
    total = 0.0
    for one in [process, *children(process)]:
        try:
            total += int(Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            continue  # it has ended
    return total / (1 << 20)


def most(process: int) -> float:
    """MiB of resident memory that a process had at most until now, as the kernel keeps it."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
    except OSError:
        return 0.0


def children(process: int) -> Iterator[int]:
    """The processes below a process."""
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            mine = [int(child) for child in task.read_text(encoding="ascii").split()]
        except OSError:
            continue
        for child in mine:
            yield child
            yield from children(child)


def run(folder: Path, arguments: list[str], every: float) -> tuple[list[tuple[float, float]], int]:
    """Run the command over the tree; (seconds, the peak in MiB until then) as it went, and its exit code."""
    command = [
        sys.executable,
        "-m",
        "translate_news",
        "in",
        "-o",
        "out",
        "--memory",
        "memory.sqlite",
        "--max-size",
        "48",
    ]
    journal = folder / "out" / ".translate-news" / "journal.jsonl"
    started = last = time.monotonic()
    seen: list[tuple[float, float]] = []
    peak = 0.0
    process = subprocess.Popen([*command, *arguments], cwd=folder)
    while process.poll() is None:
        time.sleep(0.1)
        now = memory(process.pid)
        peak = max(peak, now, most(process.pid))
        seen.append((time.monotonic() - started, peak))
        if time.monotonic() - last >= every:
            last = time.monotonic()
            done = journal.stat().st_size if journal.is_file() else 0
            print(
                f"{last - started:8.0f} s  journal {done / 1e6:10,.1f} MB  memory {now:6.0f} MiB  peak {peak:6.0f} MiB",
                flush=True,
            )
    return seen, process.returncode


def main() -> int:
    """Make, run, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=40, help="size of the tree; default %(default)s")
    parser.add_argument(
        "--saved", type=int, default=200, help="kB of a saved page, 4 of them text; default %(default)s"
    )
    parser.add_argument("--small", type=int, default=2_000, help="small files in it; default %(default)s")
    parser.add_argument("--large", type=int, default=0, help="pages of 50 MB in it; default %(default)s")
    parser.add_argument("--most", type=float, default=2_000, help="MiB that the run may take; default %(default)s")
    parser.add_argument("--every", type=float, default=20, help="seconds between two lines; default %(default)s")
    parser.add_argument("--folder", help="where to make it [default: the system's folder for temporary files]")
    given, arguments = parser.parse_known_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        size = make_tree(folder / "in", int(given.megabytes * 1e6), given.saved * 1000, given.small, given.large)
        pages = sum(1 for path in (folder / "in").rglob("*.*") if path.is_file())
        print(f"{size / 1e6:,.1f} MB in {pages:,} pages", flush=True)
        seen, code = run(folder, arguments, given.every)
        written = sum(1 for path in (folder / "out").rglob("*.txt") if path.is_file())
        journal = (folder / "out" / ".translate-news" / "journal.jsonl").stat().st_size
        print(f"exit {code}; {written:,} outputs; journal {journal / 1e6:,.1f} MB")
    peak = max(mib for _, mib in seen)
    early = max(mib for seconds, mib in seen if seconds <= seen[-1][0] / 5)
    print(
        f"peak {peak:,.0f} MiB of at most {given.most:,.0f}; {peak / early:.2f} times that of the first fifth; {seen[-1][0]:,.0f} s"
    )
    return int(code != 0 or written != pages or peak > given.most)


if __name__ == "__main__":
    sys.exit(main())
