"""Step 1: raw sets → cleaned, deduplicated, decontaminated pairs (`data/<source>.tsv`) and a manifest of what became of them."""

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from . import clean, config, corpus, options
from .corpus import Pair


def select(
    source: config.Source, pairs: Iterator[Pair], overlap: clean.Overlap, seen: set[str], counts: Counter[str]
) -> Iterator[Pair]:
    """The pairs worth training on; `counts` learns why the others went. `seen` is shared, so sources do not repeat one another."""
    for pair in pairs:
        counts["read"] += 1
        cleaned = Pair(clean.normalise(pair.dutch), clean.normalise(pair.english), pair.group)
        reason = clean.fault(cleaned.dutch, cleaned.english, source.trusted)
        once = cleaned.dutch.lower() if not source.trusted else f"{cleaned.dutch}\t{cleaned.english}"
        if reason is None and once in seen:
            reason = "duplicate"
        if reason is None and (overlap.holds(cleaned.dutch) or overlap.holds(cleaned.english)):
            reason = "in an evaluation set"
        if reason is None:
            seen.add(once)
            counts["kept"] += 1
            yield cleaned
        else:
            counts[reason] += 1


def sample(pairs: list[Pair], limit: int, seed: int) -> list[Pair]:
    """At most `limit` pairs, drawn with a seed, in their old order; 0 keeps all."""
    if not limit or len(pairs) <= limit:
        return pairs
    chosen = sorted(random.Random(seed).sample(range(len(pairs)), limit))
    return [pairs[i] for i in chosen]


def nearest(pairs: list[Pair], limit: int, own: Counter[str]) -> list[Pair]:
    """The `limit` pairs whose Dutch words are likelier in our own writing than in their source, in their old order: the
    cross-entropy difference of Moore and Lewis (2010), with single words."""
    there = Counter(word for pair in pairs for word in clean.words(pair.dutch))
    size = len(own | there)
    ours, theirs = own.total() + size, there.total() + size

    def gain(pair: Pair) -> float:
        tokens = clean.words(pair.dutch)
        ratio = sum(math.log((own[w] + 1) / ours) - math.log((there[w] + 1) / theirs) for w in tokens)
        return ratio / max(len(tokens), 6)

    gains = [gain(pair) for pair in pairs]
    chosen = sorted(sorted(range(len(pairs)), key=lambda i: -gains[i])[:limit])
    return [pairs[i] for i in chosen]


def wire_dev(data: Path, wire: list[Path]) -> Path | None:
    """The wire corpus' validation file: `dev.txt` in a wire folder, or else in the data folder's `wire/`."""
    places = [*(folder / "dev.txt" for folder in wire), data / "wire" / "dev.txt"]
    return next((path for path in places if path.is_file()), None)


def evaluation_files(recipe: config.Recipe, data: Path, wire: list[Path]) -> dict[str, Path]:
    """The evaluation sets at hand: those the recipe names, and wire dev."""
    found = {name: data / path for name, path in recipe.evaluation.items() if (data / path).is_file()}
    dev = wire_dev(data, wire)
    return {"wire-dev": dev, **found} if dev is not None else found


def write_dev(path: Path, folder: Path) -> None:
    """The validation set as pairs: sentences, and headlines apart."""
    briefs = corpus.briefs(path)
    corpus.write_pairs(
        folder / "dev.tsv", (Pair(n, e, b.name) for b in briefs for n, e in zip(b.dutch, b.english, strict=True))
    )
    corpus.write_pairs(folder / "dev-headlines.tsv", (Pair(*b.headline) for b in briefs))


def prepare(
    recipe: config.Recipe, data: Path, wire: list[Path], work: Path, only: tuple[str, ...] = ()
) -> dict[str, object]:
    """Write `work/data/` and return the manifest: per source the counts and the SHA-256 of the file.

    With `only`, the other sources stay as an earlier call left them.
    """
    folder = work / "data"
    folder.mkdir(parents=True, exist_ok=True)
    evaluation = evaluation_files(recipe, data, wire)
    overlap = clean.Overlap(s for path in evaluation.values() for s in corpus.evaluation_sentences(path))
    if "wire-dev" in evaluation:
        write_dev(evaluation["wire-dev"], folder)
    seen: set[str] = set()
    own: Counter[str] = Counter()
    book = folder / "manifest.json"
    sources: dict[str, object] = json.loads(book.read_text(encoding="utf-8"))["sources"] if only else {}
    for name, source in recipe.sources.items():
        if only and name not in only:
            continue
        counts: Counter[str] = Counter()
        where = corpus.Where(tuple(wire), data, source.files)
        kept = list(select(source, corpus.KINDS[source.kind](where), overlap, seen, counts))
        if source.trusted:
            own.update(word for pair in kept for word in clean.words(pair.dutch))
        elif source.near and 0 < source.limit < len(kept):
            kept = nearest(kept, source.limit, own)
        kept = sample(kept, source.limit, recipe.seed)
        target = folder / f"{name}.tsv"
        if not kept:
            target.unlink(missing_ok=True)
            continue
        corpus.write_pairs(target, kept)
        counts["written"] = len(kept)
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
        size = {
            "dutch words": sum(len(p.dutch.split()) for p in kept),
            "english words": sum(len(p.english.split()) for p in kept),
        }
        sources[name] = {**counts, **size, "sha256": digest}
    manifest: dict[str, object] = {"recipe": recipe.name, "evaluation": sorted(evaluation), "sources": sources}
    book.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return manifest


@click.command(help=__doc__)
@options.recipe
@options.data
@options.wire
@options.work
@options.only
def main(recipe: Path, data: Path, wire: tuple[Path, ...], work: Path, only: tuple[str, ...]) -> None:
    """The command."""
    manifest = prepare(config.load(recipe), data, list(wire), work, only)
    click.echo(json.dumps(manifest, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
