"""The newsroom glossary measured on sentences written for it: terms met and chrF, by each way of putting terms in.

python benchmarks/glossary.py                      with the model that is the default here
python benchmarks/glossary.py -m NAME_OR_FOLDER    with another one
python benchmarks/glossary.py --check-floors       refuse figures below benchmarks/floors.json
python benchmarks/glossary.py --unmet              print what is not met in the end
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sacrebleu.metrics import CHRF

from benchmarks.fidelity import FLOORS, Pair
from translate_news import ladder, models
from translate_news.engine import Decoding, Engine, Hardware, open_engine
from translate_news.glossary import Glossary, newsroom, terms_of
from translate_news.ladder import Task, render

SENTENCES = ROOT / "tests" / "data" / "glossary-sentences.tsv"


def read_sentences() -> list[Pair]:
    """The test sentences."""
    lines = [line for line in SENTENCES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Pair(*line.split("\t")) for line in lines]


def untouched(task: Task, *_: object) -> object:
    """Puts no term in."""
    return task


WAYS: dict[str, tuple[bool, dict[str, Callable[..., object]]]] = {  # with the glossary, and what is taken away
    "no glossary": (False, {}),
    "rivals alone": (
        True,
        {"put_terms": lambda hypothesis, _: hypothesis, "put_stood_in": lambda _, hypothesis: hypothesis},
    ),
    "alignment alone": (True, {"put_stood_in": lambda _, hypothesis: hypothesis, "stand_in": untouched}),
    "stand-ins alone": (True, {"put_terms": lambda hypothesis, _: hypothesis}),
    "stand-ins, then alignment": (True, {}),
}


def run(
    pairs: list[Pair], engine: Engine, glossary: Glossary, taken: dict[str, Callable[..., object]]
) -> tuple[list[str], float]:
    """The English of all pairs' Dutch by one way, and the CPU seconds it took."""
    tasks = [Task(pair.dutch, pair.dutch) for pair in pairs]
    begun = time.process_time()
    with mock.patch.multiple(ladder, **taken) if taken else mock.patch.object(ladder, "SHORTEST", ladder.SHORTEST):
        rendered = render(list(dict.fromkeys(tasks)), engine, Decoding(), glossary=glossary)
    return [rendered[task].english for task in tasks], time.process_time() - begun


def main() -> int:
    """Print a line a way; 1 when a floor is not held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-m", "--model")
    parser.add_argument("--check-floors", action="store_true", help=f"compare with {FLOORS.name}")
    parser.add_argument("--unmet", action="store_true", help="print what is not met in the end")
    options = parser.parse_args()
    local = models.require(models.choose(models.read_models(), options.model))
    engine = open_engine("ctranslate2", local, Hardware(device="cpu", threads=1))
    pairs, glossary = read_sentences(), newsroom()
    references = [[pair.english for pair in pairs]]
    covered = {term.dutch for pair in pairs for term in terms_of(glossary, pair.dutch, "")}
    print(f"{local.model.name}, {len(pairs)} sentences, {len(covered)} of {len(glossary.entries)} terms")
    scores: dict[str, tuple[float, float]] = {}
    for name, (wanted, taken) in WAYS.items():
        english, seconds = run(pairs, engine, glossary if wanted else Glossary(), taken)
        terms = [
            (pair, text, t)
            for pair, text in zip(pairs, english, strict=True)
            for t in terms_of(glossary, pair.dutch, text)
        ]
        met = sum(term.met for _, _, term in terms) / len(terms)
        scores[name] = met, CHRF().corpus_score(english, references).score
        print(f"{name:<28} met {met:7.2%} of {len(terms)}   chrF {scores[name][1]:.2f}   {seconds:.2f} s")
    if options.unmet:
        print("\n".join(f"{t.dutch} → {t.english}\n  nl: {p.dutch}\n  en: {text}" for p, text, t in terms if not t.met))
    met, gain = scores[name][0], scores[name][1] - scores["no glossary"][1]
    if options.check_floors:
        floors = json.loads(FLOORS.read_text(encoding="utf-8"))["glossary"]
        failures = [
            f"{key}: {value:.4f} is below its floor {floors[key]}"
            for key, value in (("met", met), ("chrF gained", gain))
            if value < floors[key]
        ]
        print("\n".join(failures) or "floors held", file=sys.stderr)
        return 1 if failures else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
