"""Dutch sentence splitting measured: ours against pySBD, sentence-splitter, syntok and spaCy's sentencizer.

    python benchmarks/segmentation.py                         the wire cases of the repository
    python benchmarks/segmentation.py --ud FOLDER             and UD Dutch dev (nl_*-ud-dev.conllu, .xz or not)
    python benchmarks/segmentation.py --wire FILE ...         and briefs of a wire corpus, their `n` lines joined
    python benchmarks/segmentation.py --check-floors          refuse scores below benchmarks/floors.json
    python benchmarks/segmentation.py --errors SET            our errors on one set, by class

A paragraph is the gold sentences of one paragraph joined by a space; what counts is the boundaries inside it (the end
of the paragraph is given). UD's LassySmall is Wikipedia with headings, lists and tables run into their paragraphs: 76
of its 1,116 boundaries have no mark, so that no splitter by marks alone can pass F1 .965 there; ours finds two thirds of
them by the likeness of a list's items. `-prose` is a set without the paragraphs that hold such a boundary, and so is
`wire-corpus`.

The other libraries are no dependencies of the package: `pip install pysbd sentence-splitter syntok spacy`; those that
are not there are named as missing.
"""

from __future__ import annotations

import argparse
import importlib
import json
import lzma
import re
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CASES = ROOT / "tests" / "cases" / "sentences.tsv"
FLOORS = ROOT / "benchmarks" / "floors.json"
BOUNDARY = "‖"  # in the case file, where a sentence ends inside its paragraph
MARKED = re.compile(r"[.!?…][\"'”’»)\]\s]*\Z")
WHOLE_ID = re.compile(r"\.s\.\d+\Z")  # parts of split-up sentences (`….s.208.1`) stand apart from their paragraph

Splitter = Callable[[str], list[str]]


@dataclass(frozen=True)
class Paragraph:
    """A text and the offsets, counted in characters that are not white space, at which sentences end inside it."""

    text: str
    gold: frozenset[int]

    def before(self, offset: int) -> str:
        """The text before a boundary."""
        at = [place for place, char in enumerate(self.text) if not char.isspace()]
        return self.text[: at[offset - 1] + 1]


@dataclass(frozen=True)
class Score:
    """What one splitter did on one set."""

    precision: float
    recall: float
    f1: float
    exact: float
    mb_per_s: float


def solid(text: str) -> int:
    """The number of characters that are not white space: offsets in it survive every splitter's white space."""
    return len("".join(text.split()))


def cuts(sentences: Iterable[str]) -> frozenset[int]:
    """The offsets at which the sentences end, without the last."""
    total, found = 0, []
    for sentence in sentences:
        total += solid(sentence)
        found.append(total)
    return frozenset(found) - {0, total}


def paragraph(sentences: list[str]) -> Paragraph:
    """The sentences as one paragraph with its boundaries."""
    return Paragraph(" ".join(sentences), cuts(sentences))


def read_cases(path: Path = CASES) -> list[Paragraph]:
    """The wire cases: reason, tab, paragraph with its boundaries marked; `\\n` is a line end."""
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    marked = [line.split("\t")[1].replace(f" {BOUNDARY}", BOUNDARY).replace("\\n", "\n") for line in lines]
    return [Paragraph(text.replace(BOUNDARY, ""), cuts(text.split(BOUNDARY))) for text in marked]


def read_ud(path: Path) -> list[Paragraph]:
    """A CoNLL-U file's paragraphs, by `sent_id` (`….p.N.s.M`), from its `# text` lines."""
    data = path.read_bytes()
    lines = (lzma.decompress(data) if path.suffix == ".xz" else data).decode("utf-8").splitlines()
    ids = [line.removeprefix("# sent_id = ") for line in lines if line.startswith("# sent_id = ")]
    texts = [line.removeprefix("# text = ").strip() for line in lines if line.startswith("# text = ")]
    pairs = [pair for pair in zip(ids, texts, strict=True) if WHOLE_ID.search(pair[0])]
    groups = groupby(pairs, key=lambda pair: pair[0].rpartition(".s.")[0])
    return [paragraph([text for _, text in group]) for _, group in groups]


def read_wire(path: Path) -> list[Paragraph]:
    """A wire corpus file's briefs: the Dutch lines (`n …`) of each, joined."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    briefs = [[line[2:].strip() for line in block.splitlines() if line.startswith("n ")] for block in blocks]
    return [paragraph(brief) for brief in briefs if brief]


def ours() -> Splitter:
    """translate-news' own rules."""
    spans = importlib.import_module("translate_news.segment.sentences").sentence_spans
    return lambda text: [text[start:end] for start, end in spans(text)]


def pysbd() -> Splitter:
    """pySBD, Dutch, as published."""
    segmenter = importlib.import_module("pysbd").Segmenter(language="nl", clean=False)
    return lambda text: list(segmenter.segment(text))


def sentence_splitter() -> Splitter:
    """sentence-splitter (Moses' rules), Dutch."""
    splitter = importlib.import_module("sentence_splitter").SentenceSplitter(language="nl")
    return lambda text: list(splitter.split(text))


def syntok() -> Splitter:
    """syntok, the rules it has for all its languages."""
    segmenter = importlib.import_module("syntok.segmenter")

    def split(text: str) -> list[str]:
        return [
            "".join(token.spacing + token.value for token in sentence)
            for block in segmenter.analyze(text)
            for sentence in block
        ]

    return split


def spacy() -> Splitter:
    """spaCy's rule-based sentencizer over a blank Dutch pipeline."""
    nlp = importlib.import_module("spacy").blank("nl")
    nlp.add_pipe("sentencizer")
    return lambda text: [sentence.text for sentence in nlp(text).sents]


SPLITTERS: dict[str, Callable[[], Splitter]] = {
    "translate-news": ours,
    "pySBD": pysbd,
    "sentence-splitter": sentence_splitter,
    "syntok": syntok,
    "spaCy sentencizer": spacy,
}


def measure(split: Splitter, paragraphs: list[Paragraph]) -> Score:
    """Precision, recall and F1 of the boundaries inside paragraphs; exact paragraphs; megabytes of UTF-8 a second."""
    begun = time.perf_counter()
    answers = [split(item.text) for item in paragraphs]
    seconds = time.perf_counter() - begun
    hit = found = gold = exact = 0
    for item, answer in zip(paragraphs, answers, strict=True):
        answered = cuts(answer)
        hit += len(answered & item.gold)
        found += len(answered)
        gold += len(item.gold)
        exact += answered == item.gold
    precision, recall = hit / max(found, 1), hit / max(gold, 1)
    size = sum(len(item.text.encode()) for item in paragraphs) / 1e6
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return Score(precision, recall, f1, exact / max(len(paragraphs), 1), size / max(seconds, 1e-9))


def errors(split: Splitter, paragraphs: list[Paragraph]) -> list[str]:
    """One line an error: its class, then the text around it, `|` where the boundary is wrong or missing."""
    found = []
    for item in paragraphs:
        answered = cuts(split(item.text))
        for offset in sorted(answered ^ item.gold):
            before = item.before(offset)
            kind = "missed" if offset in item.gold else "wrong"
            mark = "marked" if MARKED.search(before) else "unmarked"
            found.append(f"{kind} {mark}\t{before[-60:]}|{item.text[len(before) :][:40]}")
    return sorted(found)


def below_floors(scores: dict[str, Score], floors: dict[str, dict[str, float]]) -> list[str]:
    """What our scores fall short of, one line each; sets that were not measured are not judged."""
    return [
        f"{name}: {metric} {getattr(scores[name], metric):.4f} is below its floor {floor}"
        for name, metrics in floors.items()
        if name in scores
        for metric, floor in metrics.items()
        if getattr(scores[name], metric) < floor
    ]


def prose(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """The paragraphs whose inner sentences all end with a mark: no headings, no lists of names run together."""
    return [item for item in paragraphs if all(MARKED.search(item.before(offset)) for offset in item.gold)]


def read_sets(ud: Path | None, wire: list[Path]) -> dict[str, list[Paragraph]]:
    """The named sets of paragraphs to measure on."""
    sets = {"wire-cases": read_cases()}
    if ud is not None:
        for path in sorted(ud.glob("nl_*.conllu*")):
            name = path.name.split(".")[0].replace("nl_", "").replace("-ud", "")
            sets[name] = read_ud(path)
            if len(prose(sets[name])) < len(sets[name]):
                sets[f"{name}-prose"] = prose(sets[name])
    if wire:
        sets["wire-corpus"] = prose([item for path in wire for item in read_wire(path)])
    return sets


def main() -> int:
    """Print the table; 1 when a floor is not reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ud", type=Path, metavar="FOLDER", help="folder with UD Dutch files, .conllu or .conllu.xz")
    parser.add_argument("--wire", type=Path, nargs="+", default=[], metavar="FILE", help="wire corpus files")
    parser.add_argument("--only-ours", action="store_true", help="do not run the other libraries")
    parser.add_argument("--check-floors", action="store_true", help=f"compare with {FLOORS.name}")
    parser.add_argument("--errors", metavar="SET", help="print our errors on one set instead of the table")
    options = parser.parse_args()
    sets = read_sets(options.ud, options.wire)
    if options.errors:
        print("\n".join(errors(ours(), sets[options.errors])))
        return 0
    scores: dict[str, Score] = {}
    print(f"{'set':<21} {'splitter':<18} {'P':>6} {'R':>6} {'F1':>6} {'exact':>6} {'MB/s':>6}")
    for name, make in SPLITTERS.items():
        if options.only_ours and make is not ours:
            continue
        try:
            split = make()
        except ImportError:
            print(f"{'-':<21} {name:<18} missing (not installed)")
            continue
        split("Dit is een proef. Dit ook.")
        for set_name, paragraphs in sets.items():
            score = measure(split, paragraphs)
            if make is ours:
                scores[set_name] = score
            values = f"{score.precision:6.4f} {score.recall:6.4f} {score.f1:6.4f} {score.exact:6.3f}"
            print(f"{set_name:<21} {name:<18} {values} {score.mb_per_s:6.2f}")
    if options.check_floors:
        failures = below_floors(scores, json.loads(FLOORS.read_text(encoding="utf-8"))["segmentation"])
        print("\n".join(failures) or "floors held", file=sys.stderr)
        return 1 if failures else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
