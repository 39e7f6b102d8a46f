"""The whole recipe in miniature, all six steps in one process: under three minutes, and the same figures on every run."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import torch

from . import align, config, options, vocabulary
from .evaluate import evaluate
from .export import export
from .prepare import prepare
from .train import work_on
from .workers import Crew

RECIPE = Path(__file__).with_name("smoke.toml")


def smoke(recipe: config.Recipe, wire: list[Path], work: Path, beams: list[int]) -> dict[str, Any]:
    """Prepare, vocabulary, align, train, export, evaluate; returns the figures that two runs must share."""
    prepare(recipe, work / "none", wire, work)
    vocabulary.build(recipe, work)
    align.run(recipe, work)
    work_on(Crew(), recipe, work, "cpu", None, True, 1)
    export(recipe, work, work / "model", "A smoke run.\n", "smoke", 2, 1.0)
    rows = evaluate(work / "model", work / "none", wire, ["ctranslate2"], beams, 1.0, 1)
    log = [json.loads(line) for line in (work / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    return {
        "losses": [line["loss"] for line in log if "loss" in line],
        "figures": {f"{r['set']} beam {r['beam']}": [round(r["bleu"], 2), round(r["chrf"], 2)] for r in rows},
    }


@click.command(help=__doc__)
@options.wire
@click.option("--config", "recipe", type=click.Path(exists=True, path_type=Path), default=RECIPE, help="Recipe (TOML).")
@click.option(
    "--work", type=click.Path(file_okay=False, path_type=Path), help="Keep the run here (default: a scratch folder)."
)
@click.option("--updates", type=int, help="Train this many updates instead of the recipe's.")
def main(wire: tuple[Path, ...], recipe: Path, work: Path | None, updates: int | None) -> None:
    """The command."""
    settings = config.load(recipe)
    if updates is not None:
        settings = replace(settings, optimiser=replace(settings.optimiser, max_updates=updates))
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        click.echo(json.dumps(smoke(settings, list(wire), work or Path(scratch), [1]), indent=1))


if __name__ == "__main__":
    main()
