"""The reference engine: transformers' MarianMTModel on torch, on a CPU or one GPU: the first, or the one that is named."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from translate_news.engine import Decoding, Hardware, Hypothesis, Progress
from translate_news.engine.devices import one_device_of
from translate_news.engine.marian import EOS, Found, MarianText, Row
from translate_news.engine.weights import readable
from translate_news.errors import ModelUnavailable
from translate_news.models import LocalModel

SCORED = 4  # rows that are scored together: 100 MB of logits at 100 pieces a row


def quiet_transformers() -> None:
    """Import transformers without its progress bars and hints on our stderr, and without its background conversions."""
    os.environ.setdefault("DISABLE_SAFETENSORS_CONVERSION", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging
    logging.set_verbosity_error()
    logging.disable_progress_bar()


class TorchEngine:
    """MarianMTModel with batches of rows of like length."""

    name = "torch"

    def __init__(self, local: LocalModel | None, hardware: Hardware) -> None:
        assert local
        quiet_transformers()
        import torch
        from transformers import MarianMTModel

        self._text = MarianText(local)
        self._batch_size = hardware.batch_size
        self.device = str(one_device_of(hardware.device, torch.cuda.device_count(), "torch"))
        if hardware.threads:
            torch.set_num_threads(hardware.threads)
        dtype = dtype_of(hardware.compute_type)
        self.precision = str(dtype).removeprefix("torch.")
        try:
            model: Any = MarianMTModel.from_pretrained(readable(local), dtype=dtype, local_files_only=True)
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelUnavailable(f"{local.model.name} cannot be loaded: {error}") from error
        self._model = model.to(self.device).eval()
        self._ids: dict[str, int] = _vocabulary(local)
        self._pieces = {number: piece for piece, number in self._ids.items()}
        self._pad = int(model.config.pad_token_id)
        self._eos = self._ids[EOS]

    def translate(
        self, sentences: Sequence[str], decoding: Decoding, progress: Progress = lambda done: None
    ) -> list[Hypothesis]:
        """See `Engine.translate`."""

        def search(rows: list[Row], limit: int) -> Iterator[list[Found]]:
            for start in range(0, len(rows), self._batch_size):
                yield self._generate(rows[start : start + self._batch_size], limit, decoding)

        return self._text.translate(sentences, search, progress)

    def _generate(self, rows: list[Row], limit: int, decoding: Decoding) -> list[Found]:
        import torch

        ids = [[self._ids[piece] for piece in row] for row in rows]
        width = max(map(len, ids))
        padded = torch.tensor([row + [self._pad] * (width - len(row)) for row in ids], device=self.device)
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in ids], device=self.device)
        with torch.inference_mode():
            encoded = self._model.get_encoder()(input_ids=padded, attention_mask=mask)
            hidden = encoded.last_hidden_state  # beams will repeat the rows of `encoded` in its place
            sequences = self._model.generate(
                encoder_outputs=encoded,
                attention_mask=mask,
                num_beams=decoding.beam,
                num_return_sequences=decoding.kept,
                length_penalty=decoding.length_penalty,
                no_repeat_ngram_size=decoding.no_repeat_ngram,
                max_length=limit + 1,  # counts the start mark
                bad_words_ids=[[self._pad]],
                renormalize_logits=True,  # the pad must leave before the softmax, not after
                forced_eos_token_id=None,  # a row that reaches its limit is reported as cut
                do_sample=False,
            )
            kept = decoding.kept
            found = self._found(hidden.repeat_interleave(kept, 0), mask.repeat_interleave(kept, 0), sequences)
        groups = [found[start : start + kept] for start in range(0, len(found), kept)]
        return [replace(best, rivals=tuple(rivals)) for best, *rivals in groups]

    def _found(self, encoded: Any, mask: Any, sequences: Any) -> list[Found]:
        """Pieces and scores of the sequences, which the model reads once more, a few rows at a time.

        `generate` could return the scores of every word of every step: gigabytes, with 67,028 words and beams.
        """
        found = []
        for start in range(0, len(sequences), SCORED):
            part = slice(start, start + SCORED)
            logits = self._model(
                encoder_outputs=(encoded[part],), attention_mask=mask[part], decoder_input_ids=sequences[part, :-1]
            ).logits.float()
            logits[..., self._pad] = float("-inf")
            targets = sequences[part, 1:]  # without the start mark
            chosen = logits.gather(2, targets[..., None]).squeeze(2) - logits.logsumexp(2)
            for target, scores in zip(targets.tolist(), chosen.tolist(), strict=True):
                length = target.index(self._eos) if self._eos in target else len(target)
                counted = scores[: length + 1]
                pieces = [self._pieces[number] for number in target[:length]]
                found.append(Found(pieces, sum(counted) / max(1, len(counted))))
        return found


def dtype_of(compute_type: str) -> Any:
    """The torch type that a compute type names; `auto` is float32.

    Raises:
        ModelUnavailable: a type that torch does not compute in.
    """
    import torch

    names = {"auto": torch.float32, "float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
    if compute_type not in names:
        raise ModelUnavailable(f"the torch engine computes in {', '.join(names)}, not {compute_type}")
    return names[compute_type]


def _vocabulary(local: LocalModel) -> dict[str, int]:
    vocabulary: dict[str, int] = json.loads((local.folder / "vocab.json").read_text(encoding="utf-8"))
    return vocabulary
