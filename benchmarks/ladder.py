"""The retry ladder measured on the wire corpus' dev set: what it mends, what it costs, and that the text gets no worse.

    python benchmarks/ladder.py                      with the model that is the default here
    python benchmarks/ladder.py -m NAME_OR_FOLDER    with another one
    python benchmarks/ladder.py --wire FILE ...      on other wire corpus files
    python benchmarks/ladder.py --check-floors       refuse figures beyond benchmarks/floors.json

Both ways are run in turn, three times; times are CPU seconds of the process, the least of the three. Where the ratio passes
its limit they are run again, up to twelve times: on a busy machine the least of a few is not yet the least.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sacrebleu.metrics import CHRF

from benchmarks.fidelity import FLOORS, WIRE, Pair, beyond_floors, read_wire
from translate_news import models
from translate_news.document import Rendering
from translate_news.engine import Decoding, Engine, Hardware, open_engine
from translate_news.ladder import Task, render

ROUNDS, MOST_ROUNDS = 3, 12
NUMBERS_AND_LOOPS = frozenset({"numbers", "loops"})


def run(pairs: list[Pair], engine: Engine, decoding: Decoding, *, ladder: bool) -> tuple[list[Rendering], float]:
    """The renderings of all pairs' Dutch, and the CPU seconds that they took."""
    tasks = [Task(pair.dutch, pair.dutch) for pair in pairs]
    begun = time.process_time()
    rendered = render(list(dict.fromkeys(tasks)), engine, decoding, ladder=ladder)
    return [rendered[task] for task in tasks], time.process_time() - begun


def failing(renderings: list[Rendering], kinds: frozenset[str]) -> int:
    """The number of sentences with a finding of the kinds."""
    return sum(bool(kinds & {finding.check for finding in r.findings}) for r in renderings)


def main() -> int:
    """Print both ways side by side; 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-m", "--model")
    parser.add_argument("--wire", type=Path, nargs="+", default=[WIRE], metavar="FILE")
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--check-floors", action="store_true", help=f"compare with {FLOORS.name}")
    options = parser.parse_args()
    pairs = [pair for path in options.wire for pair in read_wire(path)]
    local = models.require(models.choose(models.read_models(), options.model))
    engine = open_engine("ctranslate2", local, Hardware(device="cpu", threads=1))
    decoding = Decoding(beam=options.beam)
    runs: dict[bool, tuple[list[Rendering], float]] = {}
    limits = json.loads(FLOORS.read_text(encoding="utf-8"))["ladder"]
    for number in range(MOST_ROUNDS):
        if number >= ROUNDS and runs[True][1] <= limits["time"] * runs[False][1]:
            break
        for ladder in (False, True):
            renderings, seconds = run(pairs, engine, decoding, ladder=ladder)
            runs[ladder] = renderings, min(seconds, runs.get(ladder, (renderings, seconds))[1])
    references = [[pair.english for pair in pairs]]
    measured: dict[bool, dict[str, float]] = {}
    print(f"{local.model.name}, {len(pairs)} sentences, beam {options.beam}")
    for ladder, (renderings, seconds) in runs.items():
        kinds = Counter(kind for r in renderings for kind in {finding.check for finding in r.findings})
        chrf = CHRF().corpus_score([r.english for r in renderings], references).score
        measured[ladder] = {"grave": failing(renderings, NUMBERS_AND_LOOPS), "chrf": chrf, "seconds": seconds}
        total = sum(bool(r.findings) for r in renderings)
        print(
            f"{'with the ladder' if ladder else 'without':<16} numbers or loops {measured[ladder]['grave']:>4}  any finding {total:>4}"
            f"  chrF {chrf:.2f}  {seconds:.2f} s  {dict(kinds.most_common())}"
        )
    left = measured[True]["grave"] / max(1, measured[False]["grave"])
    cost = measured[True]["seconds"] / measured[False]["seconds"]
    gain = measured[True]["chrf"] - measured[False]["chrf"]
    print(f"left of numbers and loops {left:.2f}; time {cost:.2f} x; chrF {gain:+.2f}")
    tried = Counter(r.attempts[-1] for r in runs[True][0] if r.attempts)
    repairs = sum(bool(r.repairs) for r in runs[True][0])
    print(f"sentences by the last rung tried: {dict(tried)}; with a repair: {repairs}")
    if options.check_floors:
        failures = beyond_floors({"ladder": {"left": left, "time": cost, "chrF lost": -gain}}, {"ladder": limits})
        print("\n".join(failures) or "floors held", file=sys.stderr)
        return 1 if failures else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
