"""Step 6: a checkpoint's averaged weights → a model folder that transformers and CTranslate2 load, with its card."""

import json
import shutil
from pathlib import Path
from typing import Any

import click
import torch
from transformers import GenerationConfig, MarianMTModel

from . import config, network, options, state
from .vocabulary import Pieces

TOKENIZER_FILES = ("source.spm", "target.spm", "vocab.json", "tokenizer_config.json")
CARD = """---
language: [nl, en]
license: apache-2.0
pipeline_tag: translation
tags: [marian, translation, news]
---

# {name}: Dutch → English news, small enough to ship

MarianMT, {encoder}+{decoder} layers, {width} wide, {ffn:,} feed-forward, {heads} heads, joint vocabulary of {vocabulary:,};
{parameters:.1f} M parameters ({fp16:.0f} MB as fp16 safetensors, half of that in CTranslate2 int8). Trained from nothing with
`training/` of translate-news, recipe `{recipe}`: {updates:,} updates, {pairs:,} pairs, {hours:.1f} hours. The weights are an
exponential moving average of those of the last updates.

Decode with beam {beam}, length penalty {penalty}. Input is one sentence a row, punctuation normalised
(`MarianTokenizer.normalize`), at most {positions} pieces.

## Figures

{figures}
## Data and licences

| source | pairs | Dutch words | licence |
|---|---|---|---|
{data}
Every pair that shares a sentence or eight words in a row with an evaluation set was dropped before training. The weights
are released under Apache-2.0; please keep the attributions above.

## Limits

* News prose is what it knows. Rare words, unusual names and long, winding sentences are where it errs first; read its
  English against the Dutch before you rely on it.
* One sentence at a time: pronouns and tense across sentences are guessed.
* It never declines: text in another language, or no language, comes out as fluent English. Check the language first.
* Part of the corpus was written and translated by a large language model, in British spelling; its style shows.
"""
LICENCES = {
    "wire": "CC BY 4.0 (the wire corpus, training/wire)",
    "headlines": "CC BY 4.0 (the wire corpus, training/wire)",
    "drills": "CC BY 4.0 (the wire corpus, training/wire)",
    "phrases": "CC BY 4.0 (the wire corpus, training/wire)",
    "tatoeba": "CC BY 2.0 FR (tatoeba.org, by way of manythings.org/anki)",
    "docs-ht": "CC BY 4.0 (Microsoft documentation, human translation)",
    "docs-mt": "CC BY 4.0 (Microsoft documentation, Dutch by machine, English authentic)",
    "guide": "CC BY 4.0 (opensource.guide)",
}


def generation(pieces: Pieces, beam: int, length_penalty: float) -> GenerationConfig:
    """Decoding defaults: `<pad>` forbidden before the softmax, `</s>` at the end at all costs."""
    return GenerationConfig(  # type: ignore[no-untyped-call]
        num_beams=beam, length_penalty=length_penalty, max_length=512, bad_words_ids=[[pieces.pad]], renormalize_logits=True,
        eos_token_id=pieces.end, forced_eos_token_id=pieces.end, pad_token_id=pieces.pad, bos_token_id=pieces.end,
        decoder_start_token_id=pieces.pad,
    )  # fmt: skip


def card(
    recipe: config.Recipe, model: MarianMTModel, progress: state.Progress, manifest: dict[str, Any], **given: Any
) -> str:
    """The model card, with what the run and the manifest know."""
    shape = recipe.shape
    data = "".join(
        f"| {name} | {facts['written']:,} | {facts['dutch words']:,} | {LICENCES.get(name, '')} |\n"
        for name, facts in manifest["sources"].items()
    )
    size = model.num_parameters()
    return CARD.format(
        encoder=shape.encoder_layers, decoder=shape.decoder_layers, width=shape.d_model, ffn=shape.ffn, heads=shape.heads,
        positions=shape.positions, vocabulary=model.config.vocab_size, parameters=size / 1e6, fp16=size * 2 / 1e6,
        recipe=recipe.name, updates=progress.updates, pairs=progress.pairs, hours=progress.seconds / 3600, data=data, **given,
    )  # fmt: skip


def export(
    recipe: config.Recipe, work: Path, target: Path, figures: str, name: str, beam: int, length_penalty: float
) -> MarianMTModel:
    """Write the model folder from `work/checkpoints/last.pt`; returns the model as written."""
    pieces = Pieces(work / "tokenizer")
    model = network.build(recipe.shape, pieces)
    average = state.Average(model, recipe.regularisation)
    progress = state.restore(work / "checkpoints" / "last.pt", model, None, average)
    with torch.no_grad():
        for mine, mean in zip(model.parameters(), average.weights, strict=True):
            mine.copy_(mean)
    network.hold_pad(model)
    model.generation_config = generation(pieces, beam, length_penalty)
    target.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(target)  # type: ignore[no-untyped-call]
    for file in TOKENIZER_FILES:
        shutil.copyfile(work / "tokenizer" / file, target / file)
    manifest = json.loads((work / "data" / "manifest.json").read_text(encoding="utf-8"))
    text = card(recipe, model, progress, manifest, name=name, figures=figures, beam=beam, penalty=length_penalty)
    (target / "README.md").write_text(text, encoding="utf-8")
    return model


@click.command(help=__doc__)
@options.recipe
@options.work
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write the model to."
)
@click.option("--name", default="nl-en-mini", show_default=True, help="Name in the card.")
@click.option("--beam", type=int, default=4, show_default=True, help="Beam of the generation configuration.")
@click.option("--length-penalty", type=float, default=1.0, show_default=True)
@click.option(
    "--figures",
    type=click.Path(exists=True, path_type=Path),
    help="Markdown for the card's figures (what `evaluate` prints).",
)
def main(
    recipe: Path, work: Path, out: Path, name: str, beam: int, length_penalty: float, figures: Path | None
) -> None:
    """The command."""
    text = figures.read_text(encoding="utf-8") if figures is not None else "Not measured yet.\n"
    model = export(config.load(recipe), work, out, text, name, beam, length_penalty)
    click.echo(
        f"{out}: {model.num_parameters():,} parameters, {sum(f.stat().st_size for f in out.iterdir()) / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()
