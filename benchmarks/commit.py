"""What the one writer of a cluster run can take: `python benchmarks/commit.py [PAGES]`.

Lines as actors send them are committed: read, appended and synced in windows of 64, outputs written. Printed are pages a second,
and the sizes of journal and outputs as multiples of the input.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from translate_news import open_engine, segment, translate
from translate_news.batch import Found, Journal, Plan, Report
from translate_news.batch.run import Committer
from translate_news.batch.windows import Job
from translate_news.writers import Entry, read_entry, write_entry

PAGE = (Path(__file__).parent.parent / "examples" / "wire-page.txt").read_text(encoding="utf-8")


class Silent:
    """A listener that says nothing."""

    def failed(self, name: str, reason: str) -> None: ...

    def advanced(self, report: Report) -> None: ...

    def halted(self) -> bool:
        return False


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    engine = open_engine("echo", None)
    signature = {
        "version": "1",
        "engine": "ctranslate2",
        "precision": "int8_float32",
        "beam": "4",
        "model": "opus",
        "weights": "0" * 16,
    }
    (translation,) = translate([segment(PAGE)], engine, signature=signature)
    lines = [write_entry(Entry(f"{n // 100:05}/{n:08}.txt", f"{n:064}", translation=translation)) for n in range(count)]
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "out") as journal:
        plan, report = Plan((Path(folder),), Path(folder) / "out"), Report()
        with Committer(plan, journal, Silent()) as commit:
            started = time.perf_counter()
            for start in range(0, count, 64):
                entries = [read_entry(line) for line in lines[start : start + 64]]
                commit(
                    [Job(Found(e.path, e.path, e.path.removesuffix(".txt"))) for e in entries],
                    [e.translation for e in entries],
                    report,
                )
            took = time.perf_counter() - started
        outputs = sum(path.stat().st_size for path in plan.out.rglob("*.txt"))  # type: ignore[union-attr]
        size = len(PAGE.encode()) * count
        print(
            f"{count / took:,.0f} pages/s ({took / count * 1000:.2f} ms a page, {len(translation.renderings)} sentences, {len(PAGE.encode()):,} bytes)"
        )
        print(f"journal {journal.path.stat().st_size / size:.1f} times the input, outputs {outputs / size:.1f} times")


if __name__ == "__main__":
    main()
