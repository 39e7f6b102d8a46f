"""The headline model: a translation model's weights taught to write the headline of a brief, Dutch or English, in English.

    python -m training.headline --init MODEL --wire training/wire --data DATA --work WORK --updates 4000 --out HEADLINE

It starts from an exported nl-en model, whose encoder reads Dutch and whose decoder writes English headlines already; both
sides share one vocabulary, so that an English brief can be read too. Only headlines are learnt from that the gate of
`translate_news` passes and that keep to the brief's words, but for two: a person's headline may know more than the brief,
and a model that learns from such lines invents.
There are few headlines and many sentences, so it learns first from the rules: how `lede` shortens any English sentence of
the corpus. That teaches the encoder English and the decoder to copy; the headlines then teach it what to say.
A run leaves `headline.pt` in its working folder and goes on from there when it is started again.
"""

import itertools
import json
import lzma
import math
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import torch
from rouge_score.rouge_scorer import RougeScorer
from transformers import MarianMTModel

from translate_news.headline import Ground, gate, tidy
from translate_news.headline.english import has_verb
from translate_news.headline.form import fits
from translate_news.headline.gate import invented
from translate_news.headline.lede import compress, plain

from . import augment, clean, config, corpus, export, network, options, state
from .batches import Batch
from .decode import generate
from .prepare import wire_dev
from .vocabulary import Pieces

LIMIT = 64  # source pieces learnt from: the lede and what follows it
READ = 60  # source pieces read afterwards: as good on wire dev, and cheaper
TARGET = 40
FREE = 2  # words that a headline may have which its brief has in no form, to be learnt from
MIXES = {  # name → tasks with their shares at the start and the end: briefs in Dutch, in English, English pages, ledes
    "nl": {"nl": (1.0, 1.0)},
    "en": {"en": (0.35, 0.8), "web": (0.05, 0.05), "lede": (0.6, 0.15)},
    "both": {"nl": (0.4, 0.5), "en": (0.25, 0.35), "web": (0.05, 0.05), "lede": (0.3, 0.1)},
}
RULES = config.Regularisation(dropout=0.2)  # few examples, seen many times
CHANGES = config.Augmentation(digits=0.3, names=0.15, upper=0.0, join=0.0, full_stop=0.0)


@dataclass(frozen=True)
class Example:
    """A brief's sentences in the language of the task, and its English headline."""

    sentences: tuple[str, ...]
    headline: str


def wire_examples(briefs: list[corpus.WireBrief], overlap: clean.Overlap) -> Iterator[tuple[str, Example]]:
    """Both tasks' examples of the wire corpus, without headlines that the gate refuses and without evaluation data."""
    for brief in briefs:
        ground = Ground(tuple(brief.english), tuple(brief.dutch))
        headline = tidy(brief.headline[1], ground.text)
        if not brief.english or gate(headline, ground) or len(invented(headline, ground)) > FREE:
            continue
        if any(overlap.holds(s) for s in (*brief.english, *brief.dutch)):
            continue
        yield "nl", Example(tuple(map(clean.normalise, brief.dutch)), clean.normalise(headline))
        yield "en", Example(tuple(map(clean.normalise, brief.english)), clean.normalise(headline))


def lede_examples(briefs: list[corpus.WireBrief], overlap: clean.Overlap) -> Iterator[tuple[str, Example]]:
    """Every English sentence of the corpus that the rules can shorten to a line, with that line."""
    for sentence in (sentence for brief in briefs for sentence in brief.english):
        line = compress(sentence)
        if fits(line) and has_verb(line) and line != plain(sentence) and not overlap.holds(sentence):
            yield "lede", Example((clean.normalise(sentence),), clean.normalise(line))


def web_examples(folder: Path, overlap: clean.Overlap) -> Iterator[tuple[str, Example]]:
    """Texts with headlines from the data folder's `headlines/`, the gate's refusals left out."""
    for path in sorted(folder.glob("*.tsv.xz")):
        for line in lzma.open(path, "rt", encoding="utf-8"):  # noqa: SIM115
            text, tab, title = line.rstrip("\n").partition("\t")
            ground = Ground((text[:600],))
            headline = tidy(title, ground.text)
            if tab and not gate(headline, ground) and not overlap.holds(title) and not overlap.holds(text[:600]):
                yield "web", Example((clean.normalise(text[:600]),), clean.normalise(headline))


class Draws:
    """Training batches without end: tasks by their share, examples in a seeded order, some of them changed or cut short."""

    def __init__(
        self, examples: dict[str, list[Example]], shares: dict[str, tuple[float, float]], pieces: Pieces, tokens: int, seed: int
    ) -> None:
        self.examples, self.pieces, self.tokens, self.rng = examples, pieces, tokens, random.Random(seed)
        self.shares = {task: share for task, share in shares.items() if examples.get(task)}
        self.tasks = list(self.shares)
        self.done = 0.0  # how much of the run is over, 0 to 1: shares move along with it
        self.lexicon = augment.lexicon(
            corpus.Pair(" ".join(e.sentences), e.headline) for task in self.tasks for e in examples[task]
        )
        self.waiting: dict[str, list[Example]] = {task: [] for task in self.tasks}

    def rows(self, count: int) -> Iterator[tuple[list[int], list[int]]]:
        """Source and target ids of some examples."""
        weights = [start + (end - start) * self.done for start, end in self.shares.values()]
        for task in self.rng.choices(self.tasks, weights, k=count):
            if not self.waiting[task]:
                self.waiting[task] = self.rng.sample(self.examples[task], len(self.examples[task]))
            example = self.waiting[task].pop()
            sentences = example.sentences[:2] if self.rng.random() < 0.7 else example.sentences
            pair = augment.change(corpus.Pair(" ".join(sentences), example.headline), CHANGES, self.lexicon, self.rng)
            yield self.pieces.encode(pair.dutch)[:LIMIT], self.pieces.encode(pair.english)[:TARGET]

    def __iter__(self) -> Iterator[Batch]:
        while True:
            rows = sorted(self.rows(2000), key=lambda row: len(row[0]))
            batches: list[list[tuple[list[int], list[int]]]] = [[]]
            for row in rows:
                if batches[-1] and (len(row[0]) + TARGET) * (len(batches[-1]) + 1) > self.tokens:
                    batches.append([])
                batches[-1].append(row)
            self.rng.shuffle(batches)
            yield from map(self.batch, batches)

    def batch(self, rows: list[tuple[list[int], list[int]]]) -> Batch:
        """Pad rows into tensors; both sides end in </s>."""
        end, pad = self.pieces.end, self.pieces.pad
        tensors = []
        for side in (0, 1):
            width = max(len(row[side]) for row in rows) + 1
            tensors.append(torch.tensor([[*row[side], end, *[pad] * (width - len(row[side]) - 1)] for row in rows]))
        return Batch(tensors[0], tensors[1], torch.zeros((0, 3), dtype=torch.long))


@dataclass(frozen=True)
class Pace:
    """How long and how fast to learn."""

    updates: int
    rate: float
    warmup: int
    tokens: int
    every: int

    def at(self, update: int) -> float:
        """The rate of an update: up in a line, then down to nothing in a cosine."""
        left = 0.5 * (1 + math.cos(math.pi * min(1.0, update / self.updates)))
        return self.rate * min(1.0, (update + 1) / self.warmup) * left


def measure(
    model: MarianMTModel, pieces: Pieces, briefs: list[corpus.WireBrief], tasks: list[str], beam: int = 1
) -> dict[str, Any]:
    """ROUGE-L of the first lines on briefs, from the Dutch or the English, before any gate."""
    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    result: dict[str, Any] = {}
    for task in tasks:
        texts = [clean.normalise(" ".join(b.dutch if task == "nl" else b.english)) for b in briefs]
        short = [pieces.decode(pieces.encode(text)[:LIMIT]) for text in texts]
        lines = [tidy(line, b.english[0]) for line, b in zip(generate(model, pieces, short, beam), briefs, strict=True)]
        marks = [scorer.score(b.headline[1], line)["rougeL"].fmeasure for b, line in zip(briefs, lines, strict=True)]
        result |= {f"{task}_rouge_l": round(100 * sum(marks) / len(marks), 2), f"{task}_lines": lines[:6]}
    return result


def learn(
    model: MarianMTModel, draws: Draws, dev: list[corpus.WireBrief], pace: Pace, work: Path
) -> tuple[MarianMTModel, state.Progress]:
    """Train, log and leave checkpoints; returns the model with its averaged weights in place."""
    dropout = network.Dropout(RULES.dropout, 7)
    watched = network.equip(model, dropout)
    optimiser = torch.optim.AdamW(model.parameters(), lr=pace.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    average = state.Average(model, RULES)
    progress = state.Progress()
    checkpoint = work / "headline.pt"
    if checkpoint.is_file():
        progress = state.restore(checkpoint, model, optimiser, average)
    model.train()
    losses: list[float] = []
    tasks = [task for task in draws.tasks if task in LANGUAGES]
    began = time.monotonic()
    for batch in draws:
        if progress.updates >= pace.updates:
            break
        dropout.restart(progress.updates)
        draws.done = progress.updates / pace.updates
        for group in optimiser.param_groups:
            group["lr"] = pace.at(progress.updates)
        loss, _ = network.losses(model, watched, batch, RULES.label_smoothing, True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        network.hold_pad(model)
        progress.updates += 1
        progress.pairs += batch.pairs
        average.follow(model)
        losses.append(float(loss.detach()))
        if progress.updates % pace.every == 0:
            with average.shown(model) as shown:
                found = measure(shown, draws.pieces, dev, tasks)
            line = {"update": progress.updates, "pairs": progress.pairs, "loss": round(sum(losses) / len(losses), 3)}
            line |= {"seconds": round(time.monotonic() - began)} | found
            with (work / "headline.jsonl").open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            state.save(checkpoint, model, optimiser, average, progress)
            losses = []
    with torch.no_grad():
        for mine, mean in zip(model.parameters(), average.weights, strict=True):
            mine.copy_(mean)
    return model.eval(), progress  # type: ignore[no-untyped-call]


CARD = """---
language: [{languages}]
license: apache-2.0
pipeline_tag: summarization
tags: [marian, headlines, news]
---

# {name}: a news brief → one English headline, small enough to ship

MarianMT, {parameters:.1f} M parameters ({fp16:.0f} MB as fp16 safetensors), begun from nl-en weights of the same vocabulary and
trained with `training/headline.py` of translate-news: {updates:,} updates, {pairs:,} briefs. It reads a brief in {reads}, at
most {limit} pieces of it, punctuation normalised, and writes one line.

{figures}
## Data and licences

The wire corpus of translate-news (CC BY 4.0), written for the project by a large language model; digital.gov news (CC0) and
English Wikinews 2019-2020 (CC BY 2.5). Headlines that say more than their brief were left out, and so was everything that
touches an evaluation set. The weights it began from: see the card of nl-en-mini. The weights are released under Apache-2.0.

## Limits

It invents, as every model of its kind: numbers, names, who did what. Print no line of it that has not gone through a check
against the brief, such as the gate of `translate_news.headline`; and no gate sees everything.
"""
LANGUAGES = {"nl": "Dutch", "en": "English", "both": "Dutch or English"}


def write_model(model: MarianMTModel, init: Path, target: Path, mix: str, **given: Any) -> None:
    """The model folder: weights in fp16, the tokenizer of the model it began from, told what it reads, and a card."""
    pieces = Pieces(init)
    network.hold_pad(model)
    model.generation_config = export.generation(pieces, 4, 1.0)
    target.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(target)  # type: ignore[no-untyped-call]
    for file in export.TOKENIZER_FILES:
        shutil.copyfile(init / file, target / file)
    settings = json.loads((target / "tokenizer_config.json").read_text(encoding="utf-8"))
    settings |= {"source_lang": "en" if mix == "en" else "nl", "model_max_length": READ + 1}
    (target / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    size = model.num_parameters()
    card = CARD.format(
        name=target.name, languages="en" if mix == "en" else "nl, en", reads=LANGUAGES[mix], limit=READ,
        parameters=size / 1e6, fp16=size * 2 / 1e6, **given,
    )  # fmt: skip
    (target / "README.md").write_text(card, encoding="utf-8")


def read_examples(wire: list[Path], data: Path) -> dict[str, list[Example]]:
    """All training examples by task; what touches wire dev or AG News is left out."""
    evaluation = [path for path in (wire_dev(data, wire), data / "eval" / "agnews" / "agnews-2000.tsv") if path and path.is_file()]
    overlap = clean.Overlap(s for path in evaluation for s in corpus.evaluation_sentences(path))
    examples: dict[str, list[Example]] = {}
    briefs = [brief for path in corpus.wire_files(wire) for brief in corpus.briefs(path)]
    for task, example in itertools.chain(
        wire_examples(briefs, overlap), web_examples(data / "headlines", overlap), lede_examples(briefs, overlap)
    ):
        examples.setdefault(task, []).append(example)
    return examples


@click.command(help=__doc__)
@click.option("--init", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True, help="An nl-en model.")
@options.data
@options.wire
@options.work
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write the model folder here at the end.")
@click.option("--figures", type=click.Path(exists=True, path_type=Path), help="Markdown for the card's figures.")
@click.option("--mix", type=click.Choice(list(MIXES)), default="en", show_default=True, help="What is read.")
@click.option("--updates", type=int, default=4000, show_default=True)
@click.option("--rate", type=float, default=5e-4, show_default=True)
@click.option("--warmup", type=int, default=100, show_default=True)
@click.option("--tokens", type=int, default=2500, show_default=True, help="Padded pieces a batch.")
@click.option("--every", type=int, default=250, show_default=True, help="Updates between reports and checkpoints.")
@click.option("--threads", type=int, default=0, help="CPU threads (0: torch decides).")
def main(
    init: Path, data: Path, wire: tuple[Path, ...], work: Path, out: Path | None, figures: Path | None, mix: str, updates: int, rate: float, warmup: int,
    tokens: int, every: int, threads: int,
) -> None:  # fmt: skip
    """The command."""
    if threads:
        torch.set_num_threads(threads)
    torch.manual_seed(7)
    work.mkdir(parents=True, exist_ok=True)
    examples = read_examples(list(wire), data)
    click.echo(", ".join(f"{task}: {len(found):,} examples" for task, found in examples.items()), err=True)
    path = wire_dev(data, list(wire))
    dev = corpus.briefs(path)[::2] if path else []
    model: MarianMTModel = MarianMTModel.from_pretrained(init, dtype=torch.float32, attn_implementation="eager")
    pieces = Pieces(init)
    draws = Draws(examples, MIXES[mix], pieces, tokens, 7)
    model, progress = learn(model, draws, dev, Pace(updates, rate, warmup, tokens, every), work)
    if out:
        text = figures.read_text(encoding="utf-8") if figures else "Not measured yet.\n"
        write_model(model, init, out, mix, updates=progress.updates, pairs=progress.pairs, figures=text)
    click.echo(json.dumps(measure(model.float(), pieces, dev, [t for t in MIXES[mix] if t in LANGUAGES], 4), ensure_ascii=False, indent=1))  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
