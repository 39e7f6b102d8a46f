"""Step 5: BLEU, chrF and loops of a model folder on the validation and evaluation sets, by either engine, any beam."""

import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import torch
from ctranslate2.converters import TransformersConverter
from transformers import MarianMTModel

from . import clean, corpus, options
from .decode import compiled, generate
from .prepare import wire_dev
from .score import score
from .vocabulary import Pieces


def test_sets(data: Path, wire: list[Path]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Name, Dutch and English of each set at hand: wire dev (sentences, headlines) and FLORES dev."""
    path = wire_dev(data, wire)
    if path is not None:
        briefs = corpus.briefs(path)
        yield "wire-dev", [n for b in briefs for n in b.dutch], [e for b in briefs for e in b.english]
        yield "wire-dev-headlines", [b.headline[0] for b in briefs], [b.headline[1] for b in briefs]
    flores = data / "eval" / "flores-dev"
    if flores.is_dir():
        yield "flores-dev", list(corpus.lines(flores / "flores-dev.nl")), list(corpus.lines(flores / "flores-dev.en"))


def convert(model: Path, target: Path) -> Path:
    """Convert an exported model for CTranslate2, int8."""
    TransformersConverter(str(model)).convert(str(target), quantization="int8", force=True)
    return target


def evaluate(
    model: Path, data: Path, wire: list[Path], engines: list[str], beams: list[int], length_penalty: float, threads: int
) -> list[dict[str, Any]]:
    """One row of figures per set, engine and beam; `made` holds the translations."""
    pieces = Pieces(model)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = convert(model, Path(scratch, "int8")) if "ctranslate2" in engines else Path()
        network = (
            MarianMTModel.from_pretrained(model, dtype=torch.float32).eval() if "transformers" in engines else None  # type: ignore[no-untyped-call]
        )
        for name, raw, gold in test_sets(data, wire):
            dutch = [clean.normalise(sentence) for sentence in raw]
            for engine in engines:
                for beam in beams:
                    began = time.perf_counter()
                    if network is not None and engine == "transformers":
                        made = generate(network, pieces, dutch, beam, 32, length_penalty)
                    else:
                        made = compiled(folder, pieces, dutch, beam, threads, length_penalty)
                    seconds = time.perf_counter() - began
                    figures = asdict(score(dutch, made, gold))
                    rows.append(
                        {"set": name, "engine": engine, "beam": beam, **figures, "seconds": seconds, "made": made}
                    )
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """The figures as a Markdown table, with sacrebleu's signatures under it."""
    head = "| set | engine | beam | BLEU | chrF | loops | sentences/s |\n|---|---|---|---|---|---|---|\n"
    body = "".join(
        f"| {r['set']} | {r['engine']} | {r['beam']} | {r['bleu']:.1f} | {r['chrf']:.1f} | {r['loops']:.1%} "
        f"| {len(r['made']) / r['seconds']:.0f} |\n"
        for r in rows
    )
    return (
        head + body + "\n" + "\n".join(f"`{signature}`" for signature in (rows[0]["signatures"] if rows else ())) + "\n"
    )


@click.command(help=__doc__)
@click.option(
    "--model",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder of an exported model.",
)
@options.data
@options.wire
@click.option(
    "--engine",
    type=click.Choice(["ctranslate2", "transformers"]),
    multiple=True,
    default=["ctranslate2"],
    show_default=True,
)
@click.option("--beam", type=int, multiple=True, default=[1, 4], show_default=True)
@click.option("--length-penalty", type=float, default=1.0, show_default=True)
@click.option("--threads", type=int, default=1, show_default=True, help="CPU threads.")
@click.option("--out", type=click.Path(path_type=Path), help="Also write figures and translations here (JSON).")
def main(
    model: Path, data: Path, wire: tuple[Path, ...], engine: tuple[str, ...], beam: tuple[int, ...],
    length_penalty: float, threads: int, out: Path | None,
) -> None:  # fmt: skip
    """The command."""
    torch.set_num_threads(threads)
    rows = evaluate(model, data, list(wire), list(engine), list(beam), length_penalty, threads)
    if out is not None:
        out.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(table(rows))


if __name__ == "__main__":
    main()
