"""Texts in, lines out: models that write a headline for a text, by CTranslate2 where it can run them, by torch else.

A bundled model is Marian-shaped and shares its text side with the translation engines; any other (BART, PEGASUS, T5) comes
with a tokenizer of transformers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal, Protocol

from translate_news.engine import Decoding, Hardware, Hypothesis, Progress
from translate_news.engine.ct2 import open_translator
from translate_news.engine.devices import devices_of, one_device_of
from translate_news.engine.marian import EOS, MarianText, Row
from translate_news.engine.torch import dtype_of, quiet_transformers
from translate_news.engine.weights import readable
from translate_news.errors import ModelUnavailable
from translate_news.models import LocalModel

MARKS = frozenset({"</s>", "<unk>", "<pad>", "<s>"})
LINE_LIMIT = 40  # target pieces of a headline
MARIAN_ROW = 128  # source pieces of a Marian model at most; the lede and what follows it are in them
HUB_ROW = 512  # source pieces of any other; the least that BART, PEGASUS and T5 allow


class Pieces(Protocol):
    """A model's text side."""

    def row(self, text: str) -> Row:
        """The source row of a text, cut to what the model takes."""
        ...

    def text(self, pieces: Row) -> str:
        """The text of target pieces, marks left out."""
        ...

    def banned(self, word: str) -> list[Row]:
        """The target rows that spell a word, at the head of a line and inside it."""
        ...

    def ids(self, pieces: Row) -> list[int]:
        """The ids of pieces."""
        ...

    def pieces(self, ids: Sequence[int]) -> Row:
        """The pieces of ids."""
        ...


class MarianPieces:
    """Pieces of a model with `source.spm` and `target.spm`."""

    def __init__(self, local: LocalModel) -> None:
        self._text = MarianText(local)
        self._ids: dict[str, int] = json.loads((local.folder / "vocab.json").read_text(encoding="utf-8"))
        self._pieces = {number: piece for piece, number in self._ids.items()}
        self._limit = min(MARIAN_ROW, tokenizer_settings(local).get("model_max_length", MARIAN_ROW))

    def row(self, text: str) -> Row:
        """See `Pieces.row`."""
        row = self._text.row(self._text.normalise(text))
        return row if len(row) <= self._limit else [*row[: self._limit - 1], EOS]

    def text(self, pieces: Row) -> str:
        """See `Pieces.text`."""
        return self._text.text([piece for piece in pieces if piece not in MARKS])

    def banned(self, word: str) -> list[Row]:
        """See `Pieces.banned`; one row, since these pieces mark the start of every word."""
        row = [piece for piece in self._text.target_pieces(word) if piece in self._ids]
        return [row] if row else []

    def ids(self, pieces: Row) -> list[int]:
        """See `Pieces.ids`."""
        return [self._ids[piece] for piece in pieces]

    def pieces(self, ids: Sequence[int]) -> Row:
        """See `Pieces.pieces`."""
        return [self._pieces[number] for number in ids]


class HubPieces:
    """Pieces of any sequence-to-sequence model that transformers has a tokenizer for."""

    def __init__(self, local: LocalModel) -> None:
        quiet_transformers()
        from transformers import AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(local.folder, local_files_only=True)
            config = json.loads((local.folder / "config.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            raise ModelUnavailable(f"the tokenizer of {local.model.name} cannot be loaded: {error}") from error
        positions = config.get("max_position_embeddings") or config.get("n_positions") or HUB_ROW
        self._limit = min(HUB_ROW, positions, self._tokenizer.model_max_length)
        told = (config.get("task_specific_params") or {}).get("summarization", {}).get("prefix", "").strip()
        self._prefix = told if local.model.prefix == "-" else local.model.prefix

    def row(self, text: str) -> Row:
        """See `Pieces.row`."""
        ids = self._tokenizer(f"{self._prefix} {text}".strip(), truncation=True, max_length=self._limit).input_ids
        return self.pieces(ids)

    def text(self, pieces: Row) -> str:
        """See `Pieces.text`."""
        text: str = self._tokenizer.decode(self.ids(pieces), skip_special_tokens=True)
        return " ".join(text.split())

    def banned(self, word: str) -> list[Row]:
        """See `Pieces.banned`."""
        spelled = [self._tokenizer(form, add_special_tokens=False).input_ids for form in (word, f" {word}")]
        return [self.pieces(ids) for ids in spelled if ids]

    def ids(self, pieces: Row) -> list[int]:
        """See `Pieces.ids`."""
        numbers: list[int] = self._tokenizer.convert_tokens_to_ids(pieces)
        return numbers

    def pieces(self, ids: Sequence[int]) -> Row:
        """See `Pieces.pieces`."""
        row: Row = self._tokenizer.convert_ids_to_tokens(ids)
        return row


def groups(rows: Sequence[Sequence[Any]], banned: Sequence[Sequence[str]]) -> list[tuple[tuple[str, ...], list[int]]]:
    """The rows' numbers by their banned words, shortest row first: what one search can take together."""
    found: dict[tuple[str, ...], list[int]] = {}
    for n in sorted(range(len(rows)), key=lambda n: len(rows[n])):
        found.setdefault(tuple(banned[n]) if banned else (), []).append(n)
    return list(found.items())


def pieces_of(local: LocalModel) -> Pieces:
    """The text side of a model, by its files."""
    return MarianPieces(local) if is_marian(local) else HubPieces(local)


def language_read(local: LocalModel) -> Literal["nl", "en"]:
    """The language that a model wants a text in: Dutch where its tokenizer's settings say so, as a translation model's do."""
    return "nl" if tokenizer_settings(local).get("source_lang") == "nl" else "en"


def tokenizer_settings(local: LocalModel) -> dict[str, Any]:
    """What `tokenizer_config.json` of a model says; nothing where it has none."""
    path = local.folder / "tokenizer_config.json"
    settings: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return settings


def is_marian(local: LocalModel) -> bool:
    """Whether a model has Marian's two SentencePiece files."""
    return (local.folder / "source.spm").is_file()


class CTranslate2Summariser:
    """A model that CTranslate2 has converted."""

    name = "ctranslate2"

    def __init__(self, local: LocalModel, hardware: Hardware) -> None:
        import ctranslate2

        self.model, self.reads = local.model.name, language_read(local)
        self._pieces = pieces_of(local)
        devices = devices_of(hardware.device, ctranslate2.get_cuda_device_count(), "CTranslate2")
        self.device, self._size = str(devices), hardware.batch_size
        self._translator, self._workers = open_translator(local, hardware, devices)

    def summarise(
        self,
        texts: Sequence[str],
        decoding: Decoding,
        banned: Sequence[Sequence[str]] = (),
        progress: Progress = lambda done: None,
    ) -> list[list[Hypothesis]]:
        """See `Summariser.summarise`."""
        rows = [self._pieces.row(text) for text in texts]
        waiting: dict[int, Any] = {}
        for words, mine in groups(rows, banned):
            results = self._translator.translate_batch(
                [rows[n] for n in mine],
                beam_size=decoding.beam,
                num_hypotheses=decoding.beam,
                length_penalty=decoding.length_penalty,
                no_repeat_ngram_size=decoding.no_repeat_ngram,
                max_decoding_length=LINE_LIMIT,
                max_batch_size=max(1, min(self._size, -(-len(mine) // self._workers))),
                suppress_sequences=[row for word in words for row in self._pieces.banned(word)] or None,
                return_scores=True,
                asynchronous=True,
            )
            waiting.update(zip(mine, results, strict=True))
        written: list[list[Hypothesis]] = []
        for n in range(len(rows)):
            result = waiting[n].result()
            written.append(
                [
                    Hypothesis(self._pieces.text(pieces), float(score), len(pieces) >= LINE_LIMIT - 1)
                    for pieces, score in zip(result.hypotheses, result.scores, strict=True)
                ]
            )
            progress(1)
        return written


class TorchSummariser:
    """The reference, and the way for models that CTranslate2 does not know."""

    name = "torch"

    def __init__(self, local: LocalModel, hardware: Hardware) -> None:
        quiet_transformers()
        import torch
        from transformers import AutoModelForSeq2SeqLM

        self.model, self.reads = local.model.name, language_read(local)
        self._pieces = pieces_of(local)
        self._size = hardware.batch_size
        self.device = str(one_device_of(hardware.device, torch.cuda.device_count(), "torch"))
        if hardware.threads:
            torch.set_num_threads(hardware.threads)
        dtype = dtype_of("auto" if hardware.compute_type.startswith("int8") else hardware.compute_type)
        try:
            model: Any = AutoModelForSeq2SeqLM.from_pretrained(readable(local), dtype=dtype, local_files_only=True)
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelUnavailable(f"{local.model.name} cannot be loaded: {error}") from error
        self._model = model.to(self.device).eval()
        self._pad = int(model.config.pad_token_id or 0)
        self._bad = [[self._pad]] if is_marian(local) else []  # Marian's pad starts the decoder and must not come again

    def summarise(
        self,
        texts: Sequence[str],
        decoding: Decoding,
        banned: Sequence[Sequence[str]] = (),
        progress: Progress = lambda done: None,
    ) -> list[list[Hypothesis]]:
        """See `Summariser.summarise`."""
        rows = [self._pieces.ids(self._pieces.row(text)) for text in texts]
        written: list[list[Hypothesis]] = [[] for _ in rows]
        for words, members in groups(rows, banned):
            bad = [self._pieces.ids(row) for word in words for row in self._pieces.banned(word)]
            for start in range(0, len(members), self._size):
                mine = members[start : start + self._size]
                for n, lines in zip(mine, self._generate([rows[n] for n in mine], decoding, bad), strict=True):
                    written[n] = lines
                progress(len(mine))
        return written

    def _generate(self, rows: list[list[int]], decoding: Decoding, bad: list[list[int]]) -> Iterator[list[Hypothesis]]:
        import torch

        width = max(map(len, rows))
        padded = torch.tensor([row + [self._pad] * (width - len(row)) for row in rows], device=self.device)
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=self.device)
        with torch.inference_mode():
            output = self._model.generate(
                input_ids=padded,
                attention_mask=mask,
                num_beams=decoding.beam,
                num_return_sequences=decoding.beam,
                length_penalty=decoding.length_penalty,
                no_repeat_ngram_size=decoding.no_repeat_ngram,
                max_length=LINE_LIMIT,
                min_length=0,
                do_sample=False,
                bad_words_ids=self._bad + bad or None,
                return_dict_in_generate=True,
                output_scores=decoding.beam > 1,
            )
        scores = output.sequences_scores.tolist() if decoding.beam > 1 else [None] * len(rows)
        sequences = output.sequences.tolist()
        for n in range(len(rows)):
            mine = range(n * decoding.beam, (n + 1) * decoding.beam)
            yield [Hypothesis(self._pieces.text(self._pieces.pieces(sequences[k])), scores[k]) for k in mine]


def open_summariser(name: str, local: LocalModel, hardware: Hardware) -> CTranslate2Summariser | TorchSummariser:
    """Open a headline model: by torch when that is asked for or CTranslate2 cannot convert the model.

    Raises:
        ModelUnavailable: neither can load it.
    """
    if name == "torch":
        return TorchSummariser(local, hardware)
    try:
        return CTranslate2Summariser(local, hardware)
    except ModelUnavailable:
        if is_marian(local):
            raise
        return TorchSummariser(local, hardware)
