"""Headlines measured: ROUGE against people's headlines, faithfulness, lengths, and what headlines cost.

    python benchmarks/headlines.py                         wire dev (training/wire/dev.txt): lead-12, lede, bundled model
    python benchmarks/headlines.py --agnews FILE           and AG News, text⇥headline a line
    python benchmarks/headlines.py --model NAME            another headline model: of models.txt, or a folder
    python benchmarks/headlines.py --check-floors          refuse scores below benchmarks/floors.json
    python benchmarks/headlines.py --cost                  and the time that headlines add to a translation
    python benchmarks/headlines.py --show 20               and twenty briefs with all their lines

ROUGE is Google's `rouge-score`, F measures, with its stemmer. `lead-12` is the first twelve words of the brief. A method's
`raw` row is what the model wrote first, before the gate. A line is unfaithful when a number, a name or an acronym in it is
not in the brief; this is measured here by other means than the gate's: word by word, numbers spelled by num2words.
`pip install rouge-score num2words`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from num2words import num2words
from rouge_score.rouge_scorer import RougeScorer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from training.corpus import WireBrief, briefs
from translate_news import models
from translate_news.document import Page
from translate_news.engine import Hardware, Summariser, open_engine, open_summariser
from translate_news.errors import ModelUnavailable
from translate_news.headline import Ground, Headliner, tidy, write_headlines
from translate_news.headline.form import fits
from translate_news.headline.model import FIRST, shown
from translate_news.pipeline import translate
from translate_news.segment import segment, sentence_spans

FLOORS = ROOT / "benchmarks" / "floors.json"
WIRE_DEV = ROOT / "training" / "wire" / "dev.txt"
AGENCY = re.compile(
    r"^(?:[A-Z][\w./, ]{0,40}?(?:\s\([^()]{2,30}\))?\s--?\s)+"
)  # `AP - `, `TORONTO, Canada (Reuters) - `
NUMBER_WORDS = {num2words(n): str(n) for n in range(2, 1000)} | {
    num2words(n * 1000): str(n * 1000) for n in range(1, 100)
}
WHOLE = re.compile(r"\d[\d.,]*\d|\d|[^\W\d_]+(?:[-'’&.][^\W\d_]+)*")


@dataclass(frozen=True)
class Item:
    """A brief with the headline that a person gave it."""

    ground: Ground
    headline: str


@dataclass(frozen=True)
class Score:
    """How a method did on a set; shares are of 1, ROUGE of 100."""

    r1: float
    r2: float
    rl: float
    words: float
    within: float
    faithful: float
    seconds: float


Lines = Callable[[list[Item]], list[str]]


def wire(path: Path) -> list[Item]:
    """The briefs of a wire file with their English headlines."""
    return [
        Item(Ground(tuple(b.english), tuple(b.dutch), place, (english,)), b.headline[1])
        for b, (place, english) in zip(briefs(path), places(path), strict=True)
    ]


def places(path: Path) -> list[tuple[str, str]]:
    """The datelines' places of a wire file, Dutch and English."""
    heads = [line[2:].split("|") for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("@ ")]
    return [(head[0].strip(), head[1].strip()) for head in heads]


def agnews(path: Path) -> list[Item]:
    """AG News: English texts, their dateline taken off for every method alike."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        text, headline = line.split("\t")
        body = AGENCY.sub("", text)
        found.append(Item(Ground(tuple(body[a:b] for a, b in sentence_spans(body)) or (body,), head=text), headline))
    return found


def lead_12(items: list[Item]) -> list[str]:
    """The first twelve words."""
    return [" ".join(item.ground.body.split()[:12]) for item in items]


def lede(items: list[Item]) -> list[str]:
    """The method `lede`."""
    return [line.text for line in write_headlines([i.ground for i in items], [None] * len(items), Headliner("lede"))]


def raw(summariser: Summariser) -> Lines:
    """A model's first line, tidied and not gated."""

    def write(items: list[Item]) -> list[str]:
        written = summariser.summarise([shown(item.ground, summariser) for item in items], FIRST)
        return [tidy(lines[0].text, item.ground.text) for lines, item in zip(written, items, strict=True)]

    return write


def gated(summariser: Summariser) -> Lines:
    """The method `model`; how often the lede stood in is printed to standard error."""

    def write(items: list[Item]) -> list[str]:
        headliner = Headliner("model", summariser)
        headlines = write_headlines([item.ground for item in items], [None] * len(items), headliner)
        fallen = sum(line.method == "lede" for line in headlines) / len(headlines)
        second = sum(line.method == "model" and bool(line.findings) for line in headlines) / len(headlines)
        print(f"{summariser.model}: {second:.1%} by another beam, {fallen:.1%} by the lede", file=sys.stderr)
        return [line.text for line in headlines]

    return write


def everyday(items: list[Item]) -> frozenset[str]:
    """Words that the set itself writes small: a capital at the head of a line makes no name of them."""
    return frozenset(word for item in items for word in WHOLE.findall(item.ground.text) if word.islower())


def lacking(line: str, ground: Ground, small: frozenset[str]) -> list[str]:
    """The numbers, names and acronyms of a line that the brief lacks, in either language."""
    brief = [word for text in (ground.text, ground.original) for word in WHOLE.findall(text)]
    there = {form for word in brief for form in spelled(word)}
    found = []
    for at, word in enumerate(WHOLE.findall(line)):
        opens = at == 0 or re.search(rf"[:?!]\s*[\"']?{re.escape(word)}", line)
        common = opens and (word.lower() in small or any(w.islower() and w[:4] == word.lower()[:4] for w in brief))
        name = any(c.isupper() for c in word) and not common and word not in {"I", "A"}
        number = word[0].isdigit() or word.lower() in NUMBER_WORDS
        if (name or number) and not spelled(word) & there:
            found.append(word)
    return found


def spelled(word: str) -> set[str]:
    """A word in the forms that count as the same: without genitive, number marks, or capitals; numbers in digits."""
    plain = re.sub(r"['’]s?$", "", word.lower())
    forms = {plain, NUMBER_WORDS.get(plain, plain), re.sub(r"(?<=\d)[.,](?=\d)", "", plain), plain.removesuffix("s")}
    return forms | {part for part in re.split(r"[-'’]", plain) if part and "-" in plain}


def score(items: list[Item], write: Lines) -> tuple[Score, list[str]]:
    """The figures of one method on one set, and its lines."""
    began = time.perf_counter()
    lines = write(items)
    seconds = time.perf_counter() - began
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
    rouge = [scorer.score(item.headline, line) for item, line in zip(items, lines, strict=True)]
    mean = {kind: 100 * sum(r[kind].fmeasure for r in rouge) / len(rouge) for kind in ("rouge1", "rouge2", "rougeL")}
    small = everyday(items)
    faithful = sum(not lacking(line, item.ground, small) for line, item in zip(lines, items, strict=True))
    return Score(
        mean["rouge1"],
        mean["rouge2"],
        mean["rougeL"],
        sum(len(line.split()) for line in lines) / len(lines),
        sum(fits(line) and not re.search(r"(?<![A-Z])\.$", line) for line in lines) / len(lines),
        faithful / len(lines),
        seconds,
    ), lines


def cost(path: Path, summariser: Summariser | None, hardware: Hardware) -> None:
    """Print the share of time that headlines add to the translation of a wire file by the bundled model."""
    engine = open_engine("ctranslate2", models.require(models.choose(models.read_models(), "nl-en-mini")), hardware)
    pages = [page_of(brief, place) for brief, (place, _) in zip(briefs(path), places(path), strict=True)]
    translate(pages[:8], engine)
    headliners = [("lede", Headliner("lede"))] + ([("model", Headliner("model", summariser))] if summariser else [])
    ways: dict[str, Headliner | None] = {"none": None} | dict(headliners)
    least: dict[str, float] = {}
    for _ in range(5):  # in turns, and the least of each: what else the machine does is not theirs
        for name, headliner in ways.items():
            seconds = timed(lambda h=headliner: translate(pages, engine, headliner=h))  # type: ignore[misc]
            least[name] = min(seconds, least.get(name, seconds))
    for name, _ in headliners:
        added = least[name] / least["none"] - 1
        print(f"cost: {name} adds {added:.1%} to {least['none']:.1f} s of CPU for {len(pages)} briefs")


def timed(work: Callable[[], object]) -> float:
    """The seconds of CPU that some work takes, which other work on the machine does not change."""
    began = time.process_time()
    work()
    return time.process_time() - began


def page_of(brief: WireBrief, place: str) -> Page:
    """A wire brief as a page of one item."""
    return segment(f"{place} (ANP) - {' '.join(brief.dutch)}\n3 uur geleden\n")


def opened(wanted: str | None, hardware: Hardware) -> Summariser | None:
    """The headline model to measure, if it is here."""
    try:
        local = models.require(models.choose(models.read_models(), wanted, role="headline"))
    except ModelUnavailable as error:
        if wanted:
            raise
        print(f"no headline model: {error}", file=sys.stderr)
        return None
    return open_summariser("ctranslate2", local, hardware)


def below_floors(scores: dict[str, Score], floors: dict[str, dict[str, float]]) -> list[str]:
    """What the scores fall short of. `gain_l` is ROUGE-L ahead of lead-12 on the same set."""
    failures = []
    for name, metrics in floors.items():
        if name not in scores:
            continue
        lead = scores[f"{name.split()[0]} lead-12"]
        values = {"gain_l": scores[name].rl - lead.rl, "within": scores[name].within, "faithful": scores[name].faithful}
        failures += [f"{name}: {m} {values[m]:.4f} is below its floor {f}" for m, f in metrics.items() if values[m] < f]
    return failures


def main() -> int:
    """Print the table; 1 when a floor is not reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wire", type=Path, default=WIRE_DEV, metavar="FILE", help="a file of the wire corpus")
    parser.add_argument("--agnews", type=Path, metavar="FILE", help="text⇥headline, one a line")
    parser.add_argument("--model", metavar="NAME", help="a headline model; the best one here when left out")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 is all cores")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N briefs with all lines")
    parser.add_argument("--cost", action="store_true", help="measure what headlines add to the time")
    parser.add_argument("--check-floors", action="store_true", help=f"compare with {FLOORS.name}")
    options = parser.parse_args()
    hardware = Hardware(threads=options.threads)
    summariser = opened(options.model, hardware)
    methods: dict[str, Lines] = {"lead-12": lead_12, "lede": lede}
    if summariser:
        methods |= {f"{summariser.model} raw": raw(summariser), summariser.model: gated(summariser)}
    sets = {"wire-dev": wire(options.wire)} | ({"agnews": agnews(options.agnews)} if options.agnews else {})
    scores: dict[str, Score] = {}
    lines: dict[str, list[str]] = {}
    print(
        f"{'set':<9} {'method':<22} {'R1':>6} {'R2':>6} {'RL':>6} {'words':>6} {'within':>7} {'unfaithful':>10} {'seconds':>8}"
    )
    for name, items in sets.items():
        for method, write in methods.items():
            s, lines[f"{name} {method}"] = score(items, write)
            scores[f"{name} {method}"] = s
            print(
                f"{name:<9} {method:<22} {s.r1:6.2f} {s.r2:6.2f} {s.rl:6.2f} {s.words:6.1f} {s.within:7.1%} "
                f"{1 - s.faithful:10.2%} {s.seconds:8.2f}"
            )
    for name, items in sets.items():
        for n in random.Random(1).sample(range(len(items)), min(options.show, len(items))):
            print(f"\n{items[n].headline}\n  {items[n].ground.english[0]}")
            print("".join(f"  {method:<22} {lines[f'{name} {method}'][n]}\n" for method in methods), end="")
    if options.cost:
        cost(options.wire, summariser, replace(hardware))
    if options.check_floors:
        failures = below_floors(scores, json.loads(FLOORS.read_text(encoding="utf-8"))["headlines"])
        print("\n".join(failures) or "floors held", file=sys.stderr)
        return 1 if failures else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
