"""The fast engine: CTranslate2, int8 on a CPU, from the same weights, converted once and kept by content hash."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from translate_news.engine import Decoding, Hardware, Hypothesis, Progress
from translate_news.engine.convert import convert
from translate_news.engine.devices import Devices, devices_of
from translate_news.engine.made import made
from translate_news.engine.marian import Found, MarianText, Row
from translate_news.engine.weights import readable
from translate_news.errors import ModelUnavailable, UsageError
from translate_news.models import LocalModel


class CTranslate2Engine:
    """CTranslate2's Translator over a converted Marian model."""

    name = "ctranslate2"

    def __init__(self, local: LocalModel | None, hardware: Hardware) -> None:
        import ctranslate2

        assert local
        self._text = MarianText(local)
        self._batch_size = hardware.batch_size
        devices = devices_of(hardware.device, ctranslate2.get_cuda_device_count(), "CTranslate2")
        self.device = str(devices)
        self._translator, self._workers = open_translator(local, hardware, devices)
        self.precision = str(self._translator.compute_type)

    def translate(
        self, sentences: Sequence[str], decoding: Decoding, progress: Progress = lambda done: None
    ) -> list[Hypothesis]:
        """See `Engine.translate`."""

        def search(rows: list[Row], limit: int) -> Iterator[list[Found]]:
            size = max(1, min(self._batch_size, -(-len(rows) // self._workers)))
            results = self._translator.translate_batch(
                rows,
                beam_size=decoding.beam,
                length_penalty=decoding.length_penalty,
                no_repeat_ngram_size=decoding.no_repeat_ngram,
                max_decoding_length=limit,
                min_decoding_length=0,  # its default is 1, which hides an empty result behind a forced word
                max_batch_size=size,
                num_hypotheses=decoding.kept,
                return_scores=True,
                return_attention=decoding.align,
                asynchronous=True,
            )
            for result in results:
                yield [_found(result.result(), decoding.length_penalty)]

        return self._text.translate(sentences, search, progress)


def _found(result: Any, length_penalty: float) -> Found:
    """CTranslate2 divides the summed log-probability by length ** length_penalty; we want the mean."""
    best, *rivals = (
        Found(pieces, float(score) * (len(pieces) + 1) ** (length_penalty - 1))
        for pieces, score in zip(result.hypotheses, result.scores, strict=True)
    )
    # Marian trains the first head of the last decoder layer to align (transformer-guided-alignment-layer: last), and that
    # is the one whose attention CTranslate2 returns unless it is converted otherwise.
    attention = result.attention[0] if result.attention else []
    return replace(
        best, rivals=tuple(rivals), sources=tuple(row.index(max(row)) for row in attention[: len(best.pieces)])
    )


def open_translator(local: LocalModel, hardware: Hardware, devices: Devices) -> tuple[Any, int]:
    """CTranslate2's Translator of a model, with a copy of it on each device; and how many batches it works on at once.

    On a CPU one thread for each of several workers beats several threads for one (measured: 1,790 to 843 tok/s), and they
    share the weights. A GPU has one worker: it is filled by the size of a batch.

    Raises:
        UsageError: see `compute_type_of`.
        ModelUnavailable: see `converted`.
    """
    import ctranslate2

    compute_type = compute_type_of(hardware.compute_type, devices)
    a_device = (hardware.threads or cores()) if devices.kind == "cpu" else 1
    translator = ctranslate2.Translator(
        str(converted(local, "int8" if compute_type.startswith("int8") else compute_type)),
        device=devices.kind,
        device_index=list(devices.numbers),
        compute_type=compute_type,
        inter_threads=a_device,
        intra_threads=1,
    )
    return translator, a_device * len(devices.numbers)


def compute_type_of(wanted: str, devices: Devices) -> str:
    """The type to compute in: int8 on a CPU, half precision on CUDA, or what was asked for, if all the devices can.

    Never left to CTranslate2, which turns a float32 model into int8 unasked, or falls back in silence.
    """
    kind = devices.kind
    able = sorted(set.intersection(*(set(ctranslate2_types(kind, number)) for number in devices.numbers)))
    if wanted == "auto":
        preferred = ("int8_float32", "float32") if kind == "cpu" else ("bfloat16", "float16", "float32")
        return next(one for one in preferred if one in able)
    if wanted == "int8" and kind == "cpu":
        wanted = "int8_float32"
    if wanted not in able:
        raise UsageError(
            f"--compute-type {wanted}: CTranslate2 cannot do that on {devices} here; it can {', '.join(able)}"
        )
    return wanted


def ctranslate2_types(kind: str, number: int = 0) -> list[str]:
    """What CTranslate2 can compute in on a device here."""
    import ctranslate2

    return sorted(ctranslate2.get_supported_compute_types(kind, number))


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def converted(local: LocalModel, quantization: str) -> Path:
    """The converted model's folder in the cache, made on first use; see `made`.

    Raises:
        ModelUnavailable: the weights cannot be converted.
    """

    def make(folder: Path) -> None:
        if reason := convert(readable(local), folder, quantization):
            raise ModelUnavailable(
                f"{local.model.name} cannot be converted for CTranslate2: {reason}; try --engine torch"
            )

    return made(
        "ctranslate2", local, quantization, make, f"converting {local.model.name} for CTranslate2 ({quantization})"
    )
