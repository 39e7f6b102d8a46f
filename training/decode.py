"""Sentences through a model: greedy with torch while training, and any beam with either engine when measuring."""

from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor
from transformers import MarianMTModel

from .vocabulary import Pieces

ROOM = 20  # pieces that a translation may be longer than one and a half times its source


def rows(pieces: Pieces, sentences: list[str], size: int) -> list[tuple[list[int], Tensor]]:
    """Sentences as padded id tensors of `size` rows, longest first, each with the rows' places in the list."""
    ids = [[*pieces.encode(sentence), pieces.end] for sentence in sentences]
    order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
    groups = [order[start : start + size] for start in range(0, len(order), size)]
    return [
        (group, torch.tensor([[*ids[i], *[pieces.pad] * (len(ids[group[0]]) - len(ids[i]))] for i in group]))
        for group in groups
    ]


@torch.inference_mode()
def generate(
    model: MarianMTModel,
    pieces: Pieces,
    sentences: list[str],
    beam: int = 1,
    size: int = 64,
    length_penalty: float = 1.0,
) -> list[str]:
    """Translate with transformers."""
    made = [""] * len(sentences)
    for places, source in rows(pieces, sentences, size):
        source = source.to(model.device)
        out = cast(Any, model).generate(
            input_ids=source, attention_mask=source.ne(pieces.pad).long(), num_beams=beam, do_sample=False,
            max_length=min(512, int(source.shape[1] * 1.5) + ROOM), bad_words_ids=[[pieces.pad]],
            renormalize_logits=True, length_penalty=length_penalty, forced_eos_token_id=pieces.end,
        )  # fmt: skip
        for place, ids in zip(places, out.tolist(), strict=True):
            made[place] = pieces.decode(ids)
    return made


def greedy(model: MarianMTModel, pieces: Pieces, sentences: list[str]) -> list[str]:
    """Translate greedily with transformers."""
    return generate(model, pieces, sentences)


def compiled(
    folder: Path, pieces: Pieces, sentences: list[str], beam: int = 1, threads: int = 1, length_penalty: float = 1.0
) -> list[str]:
    """Translate with CTranslate2 (a converted model's folder)."""
    import ctranslate2

    translator = ctranslate2.Translator(
        str(folder), device="cpu", inter_threads=1, intra_threads=threads, compute_type="int8"
    )
    source = [[*(pieces.names[i] for i in pieces.encode(sentence)), "</s>"] for sentence in sentences]
    results = translator.translate_batch(
        source,
        beam_size=beam,
        max_batch_size=1024,
        batch_type="tokens",
        length_penalty=length_penalty,
        max_decoding_length=400,
    )
    return [pieces.decode([pieces.ids[token] for token in result.hypotheses[0]]) for result in results]
