"""How much faster a model is than the opus-mt shape (6+6 layers of 512, 67,028 pieces) in the same engine, CTranslate2 int8.

The other model has random weights, so both are made to write a fixed number of pieces: as many as the source has. A larger
vocabulary needs fewer pieces a sentence; `--pieces` says how many the opus shape is given for each of ours.
"""

import json
import tempfile
import time
from pathlib import Path

import click
import ctranslate2
import torch
from transformers import MarianConfig, MarianMTModel

from . import corpus, options
from .evaluate import convert
from .prepare import wire_dev
from .vocabulary import Pieces

SIZE = 67028
ROWS = 32


def opus_shape(folder: Path) -> Path:
    """A model of opus-mt's shape with random weights, converted."""
    settings = MarianConfig(
        vocab_size=SIZE, decoder_vocab_size=SIZE, d_model=512, encoder_layers=6, decoder_layers=6,
        encoder_ffn_dim=2048, decoder_ffn_dim=2048, encoder_attention_heads=8, decoder_attention_heads=8,
        activation_function="swish", max_position_embeddings=512, scale_embedding=True,
        pad_token_id=SIZE - 1, eos_token_id=0, bos_token_id=0, decoder_start_token_id=SIZE - 1, forced_eos_token_id=0,
    )  # fmt: skip
    raw = folder / "opus"
    MarianMTModel(settings).save_pretrained(raw)
    names = {"</s>": 0, "<unk>": 1, **{f"piece{i}": i for i in range(2, SIZE - 1)}, "<pad>": SIZE - 1}
    (raw / "vocab.json").write_text(json.dumps(names), encoding="utf-8")
    return raw


def convert_opus(raw: Path, model: Path, target: Path) -> Path:
    """Convert the random model; the converter wants a tokenizer, and any SentencePiece files will do."""
    for name in ("source.spm", "target.spm", "tokenizer_config.json"):
        (raw / name).write_bytes((model / name).read_bytes())
    settings = json.loads((raw / "tokenizer_config.json").read_text(encoding="utf-8"))
    settings.pop("added_tokens_decoder", None)
    (raw / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return convert(raw, target)


def seconds(folder: Path, rows: list[list[str]], beam: int, threads: int) -> float:
    """Time to translate all rows, each batch writing as many pieces as its longest source has."""
    translator = ctranslate2.Translator(str(folder), device="cpu", intra_threads=threads, compute_type="int8")
    translator.translate_batch(rows[:8], beam_size=beam, max_decoding_length=8)
    began = time.perf_counter()
    for start in range(0, len(rows), ROWS):
        batch = rows[start : start + ROWS]
        length = max(map(len, batch))
        translator.translate_batch(batch, beam_size=beam, min_decoding_length=length, max_decoding_length=length)
    return time.perf_counter() - began


def compare(
    model: Path, sentences: list[str], beams: list[int], threads: int, share: float
) -> list[tuple[int, float, float]]:
    """Beam, seconds of the model, seconds of the opus shape; the same sentences, longest first."""
    pieces = Pieces(model)
    ours = sorted(([*(pieces.names[i] for i in pieces.encode(s)), "</s>"] for s in sentences), key=len, reverse=True)
    theirs = [[*(f"piece{2 + i}" for i in range(max(1, round((len(row) - 1) * share)))), "</s>"] for row in ours]
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        mine = convert(model, home / "mine")
        opus = convert_opus(opus_shape(home), model, home / "opus-int8")
        return [(beam, seconds(mine, ours, beam, threads), seconds(opus, theirs, beam, threads)) for beam in beams]


@click.command(help=__doc__)
@click.option(
    "--model",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder of an exported model.",
)
@options.data
@options.wire
@click.option("--beam", type=int, multiple=True, default=[1, 4], show_default=True)
@click.option("--threads", type=int, default=1, show_default=True, help="CPU threads.")
@click.option(
    "--pieces", type=float, default=0.78, show_default=True, help="Pieces of the opus shape for each of ours."
)
def main(model: Path, data: Path, wire: tuple[Path, ...], beam: tuple[int, ...], threads: int, pieces: float) -> None:
    """The command."""
    torch.manual_seed(0)
    path = wire_dev(data, list(wire))
    if path is None:
        raise click.UsageError("no dev.txt under --wire or --data/wire")
    sentences = [sentence for brief in corpus.briefs(path) for sentence in brief.dutch]
    for size, mine, opus in compare(model, sentences, list(beam), threads, pieces):
        click.echo(f"beam {size}: {mine:.1f} s, opus shape {opus:.1f} s: {opus / mine:.1f} times as fast")


if __name__ == "__main__":
    main()
