"""A run's log as a picture: loss and guided loss, learning rate, and BLEU and chrF on the validation set."""

import json
from pathlib import Path
from typing import Any

import click


def series(lines: list[dict[str, Any]], key: str) -> tuple[list[int], list[float]]:
    """Updates and values of one figure."""
    kept = [line for line in lines if key in line]
    return [line["update"] for line in kept], [line[key] for line in kept]


def draw(log: Path, target: Path) -> None:
    """Write the picture (PNG, SVG or PDF by the name's ending)."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    figure, (losses, rates, quality) = pyplot.subplots(3, 1, figsize=(9, 9), sharex=True, constrained_layout=True)
    for key in ("loss", "guided"):
        losses.plot(*series(lines, key), label=key)
    rates.plot(*series(lines, "rate"), color="tab:grey", label="learning rate")
    quality.plot(*series(lines, "dev_chrf"), marker="o", label="chrF, validation set, greedy")
    quality.plot(*series(lines, "dev_bleu"), marker="o", label="BLEU, validation set, greedy")
    quality.set_xlabel("update")
    for axes in (losses, rates, quality):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(target, dpi=110)
    pyplot.close(figure)


@click.command(help=__doc__)
@click.option("--log", type=click.Path(exists=True, path_type=Path), required=True, help="log.jsonl of a run.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Picture to write.")
def main(log: Path, out: Path) -> None:
    """The command."""
    draw(log, out)
    click.echo(str(out))


if __name__ == "__main__":
    main()
