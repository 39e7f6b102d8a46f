"""Compare sizes, vocabularies and casing: the recipe's variants (`choices.toml`), each trained for the same few updates."""

import json
import shutil
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import click
import torch

from . import align, clean, config, corpus, options, vocabulary
from .decode import compiled
from .evaluate import convert, test_sets
from .export import export
from .score import score
from .train import work_on
from .vocabulary import Pieces
from .workers import call

CHOICES = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Choices:
    """Variants by name, the updates that each is trained for and the pairs of each source that it may read."""

    updates: int
    most: int
    variants: dict[str, dict[str, Any]]


def changed(recipe: config.Recipe, variant: dict[str, Any], updates: int) -> config.Recipe:
    """The recipe with a variant's tables laid over its own, and the rate's course shortened to `updates`.

    Raises ValueError where the variant names a setting that the recipe does not have.
    """
    known = {f.name for f in fields(config.Recipe)}
    for name, values in variant.items():
        if name not in known:
            raise ValueError(f"unknown table {name}; known: {', '.join(sorted(known))}")
        try:
            recipe = replace(recipe, **{name: replace(getattr(recipe, name), **values)})
        except TypeError as error:
            raise ValueError(f"{name}: {error}") from error
    course = replace(recipe.optimiser, warmup=min(300, updates // 3), hold=updates, max_updates=updates)
    return replace(recipe, optimiser=course, report=replace(recipe.report, dev_every=updates, checkpoint_every=updates))


def cut(recipe: config.Recipe, source: Path, target: Path, most: int, lower: bool) -> None:
    """Copy the first `most` prepared pairs of each source and the validation pairs, the Dutch in small letters if asked."""
    target.mkdir(parents=True, exist_ok=True)
    for name in (*recipe.sources, "dev"):
        path = source / f"{name}.tsv"
        if path.is_file():
            pairs = list(corpus.tabbed(path))[:most]
            lines = (f"{pair.dutch.lower() if lower else pair.dutch}\t{pair.english}\n" for pair in pairs)
            (target / f"{name}.tsv").write_text("".join(lines), encoding="utf-8")
    shutil.copyfile(source / "manifest.json", target / "manifest.json")


def measure(model: Path, work: Path, data: Path, wire: list[Path], lower: bool) -> dict[str, float]:
    """chrF of each test set by CTranslate2 int8, beam 4, on one thread."""
    folder, pieces = convert(model, work / "int8"), Pieces(model)
    figures = {}
    for name, raw, gold in test_sets(data, wire):
        dutch = [clean.normalise(text.lower() if lower else text) for text in raw]
        figures[name] = score(dutch, compiled(folder, pieces, dutch, 4, 1, 1.0), gold).chrf
    return figures


def train(
    recipe: config.Recipe, choices: Choices, name: str, work: Path, data: Path, wire: list[Path], workers: int
) -> dict[str, Any]:
    """Train one variant in its own folder under `work` and measure it; a variant that has its figures is not done again."""
    variant = dict(choices.variants[name])
    lower = bool(variant.pop("lower", False))
    settings = changed(recipe, variant, choices.updates)
    own = work / "choices" / "".join(c if c.isalnum() else "-" for c in name)
    done = own / "figures.json"
    if done.is_file():
        return dict(json.loads(done.read_text(encoding="utf-8")))
    cut(settings, work / "data", own / "data", choices.most, lower)
    vocabulary.build(settings, own)
    align.run(settings, own)
    call(workers, work_on, settings, own, "cuda" if torch.cuda.is_available() else "cpu", None, True, 0)
    export(settings, own, own / "model", f"{name}, {choices.updates} updates.\n", name, 4, 1.0)
    log = [json.loads(line) for line in (own / "log.jsonl").read_text(encoding="utf-8").splitlines()][-1]
    size = (own / "model" / "model.safetensors").stat().st_size
    row = {"name": name, "pairs": log["pairs"], "seconds": log["seconds"], "bytes": size}
    row["chrf"] = measure(own / "model", own, data, wire, lower)
    done.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    return row


def table(rows: list[dict[str, Any]]) -> str:
    """The figures as a Markdown table."""
    sets = list(rows[0]["chrf"])
    head = "| variant | MB (fp16) | pairs | training, s | " + " | ".join(f"{s} chrF" for s in sets) + " |\n"
    rule = "|---|--:|--:|--:|" + "--:|" * len(sets) + "\n"
    return (
        head
        + rule
        + "".join(
            f"| {r['name']} | {r['bytes'] / 1e6:.0f} | {r['pairs']:,} | {r['seconds']} | "
            + " | ".join(f"{r['chrf'][s]:.1f}" for s in sets)
            + " |\n"
            for r in rows
        )
    )


@click.command(help=__doc__)
@options.recipe
@options.work
@options.data
@options.wire
@click.option(
    "--choices", type=click.Path(exists=True, path_type=Path), default=CHOICES, show_default=False,
    help="Variants (TOML; default: training/choices.toml).",
)  # fmt: skip
@click.option("--workers", type=int, default=1, show_default=True, help="Processes that train together.")
def main(recipe: Path, work: Path, data: Path, wire: tuple[Path, ...], choices: Path, workers: int) -> None:
    """The command."""
    asked = Choices(**tomllib.loads(choices.read_text(encoding="utf-8")))
    settings = config.load(recipe)
    rows = [train(settings, asked, name, work, data, list(wire), workers) for name in asked.variants]
    click.echo(table(rows))


if __name__ == "__main__":
    main()
