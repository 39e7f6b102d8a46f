"""What every Marian model needs round it: normalised punctuation, pieces, rows that fit, and text back again.

The pieces are those of transformers' MarianTokenizer (a test compares them), without importing transformers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import sacremoses
import sentencepiece

from translate_news.engine import Alignment, Hypothesis, Progress
from translate_news.errors import ModelUnavailable
from translate_news.models import LocalModel
from translate_news.segment import clause_spans

EOS, UNK = "</s>", "<unk>"
ROW_LIMIT = (
    160  # pieces a row; Marian has 512 positions, but models fail before: hardly any training sentence is longer
)
CLASS = 16  # rows whose lengths fall in the same class of 16 pieces share a search limit

Row = list[str]
Search = Callable[[list[Row], int], Iterator[list["Found"]]]


@dataclass(frozen=True, slots=True)
class Found:
    """One row's best target pieces (without end mark) and their mean log-probability, end mark included; and its rivals."""

    pieces: Row
    score: float
    rivals: tuple[Found, ...] = ()
    sources: tuple[int, ...] = ()  # for each target piece the place of its source piece in the row, where asked for


class MarianText:
    """A model's text side: sentences → rows of pieces, and pieces → text."""

    def __init__(self, local: LocalModel) -> None:
        try:
            self._source = sentencepiece.SentencePieceProcessor(model_file=str(local.folder / "source.spm"))
            self._target = sentencepiece.SentencePieceProcessor(model_file=str(local.folder / "target.spm"))
            self._known = frozenset(json.loads((local.folder / "vocab.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelUnavailable(f"the tokenizer files of {local.model.name} cannot be read: {error}") from error
        self._prefix = [] if local.model.prefix == "-" else [local.model.prefix]
        self._punctuation = sacremoses.MosesPunctNormalizer(lang="nl")

    def normalise(self, sentence: str) -> str:
        """Moses punctuation normalisation, as in the models' training; white space becomes single spaces."""
        normal: str = self._punctuation.normalize(" ".join(sentence.split()))
        return normal.strip()

    def row(self, normal: str) -> Row:
        """The source row of a normalised sentence: prefix, pieces known to the model, end mark."""
        pieces = self._source.encode(normal, out_type=str)
        return [*self._prefix, *(piece if piece in self._known else UNK for piece in pieces), EOS]

    def rows(self, sentence: str) -> list[Row]:
        """A sentence's rows: one, or several split at clause marks when it is too long for one. Nothing is cut off."""
        normal = self.normalise(sentence)
        row = self.row(normal)
        if len(row) <= ROW_LIMIT:
            return [row]
        limit = max(1, len(normal) * (ROW_LIMIT - 20) // len(row))
        while True:
            rows = [self.row(normal[start:end]) for start, end in clause_spans(normal, limit)]
            if limit == 1 or max(len(row) for row in rows) <= ROW_LIMIT:
                return rows
            limit = max(1, limit // 2)

    def text(self, pieces: Row) -> str:
        """The text of target pieces."""
        decoded: str = self._target.decode_pieces([piece for piece in pieces if piece != UNK])
        return decoded.strip()

    def target_pieces(self, text: str) -> Row:
        """A text cut into pieces of the target side, as a model would have to write it."""
        pieces: Row = self._target.encode(text, out_type=str)
        return pieces

    def translate(self, sentences: Sequence[str], search: Search, progress: Progress) -> list[Hypothesis]:
        """Lay all rows out by length class, search each class, and hand each sentence its own rows' text back."""
        rows = [self.rows(sentence) for sentence in sentences]
        places = [(n, k) for n, mine in enumerate(rows) for k in range(len(mine))]
        places.sort(key=lambda place: len(rows[place[0]][place[1]]))
        found: dict[tuple[int, int], tuple[Found, int]] = {}
        waiting = [len(mine) for mine in rows]
        for start, end in _classes([len(rows[n][k]) for n, k in places]):
            mine = places[start:end]
            limit = search_limit(len(rows[mine[-1][0]][mine[-1][1]]))
            position = 0
            for batch in search([rows[n][k] for n, k in mine], limit):
                for hypothesis in batch:
                    n, k = mine[position]
                    found[n, k] = hypothesis, limit
                    waiting[n] -= 1
                    position += 1
                progress(sum(waiting[n] == 0 for n, _ in mine[position - len(batch) : position]))
        return [
            self._aligned(self._join([found[n, k] for k in range(len(mine))]), mine, found[n, 0][0])
            for n, mine in enumerate(rows)
        ]

    def _aligned(self, hypothesis: Hypothesis, rows: list[Row], found: Found) -> Hypothesis:
        """The hypothesis with its alignment, for a sentence of one row whose search brought one."""
        if not found.sources or len(rows) != 1:
            return hypothesis
        source, source_spans = _spans(rows[0])
        text, spans = _spans(found.pieces)
        if text != hypothesis.text:  # a piece that is written otherwise than it reads: no place can be told
            return hypothesis
        links = [(*span, *source_spans[place]) for span, place in zip(spans, found.sources, strict=True)]
        return replace(hypothesis, alignment=Alignment(source, tuple(links)))

    def _join(self, parts: list[tuple[Found, int]]) -> Hypothesis:
        """One hypothesis of a sentence's rows and their search limits; rivals only for a sentence of one row."""
        text = " ".join(filter(None, (self.text(part.pieces) for part, _ in parts)))
        weights = [len(part.pieces) + 1 for part, _ in parts]
        score = sum(part.score * weight for (part, _), weight in zip(parts, weights, strict=True)) / sum(weights)
        cut = any(len(part.pieces) >= limit - 1 for part, limit in parts)
        rivals = [(rival, parts[0][1]) for rival in parts[0][0].rivals] if len(parts) == 1 else []
        return Hypothesis(text, score, cut, tuple(self._join([rival]) for rival in rivals))


def _spans(pieces: Row) -> tuple[str, list[tuple[int, int]]]:
    """The text of pieces, and where in it each of them lies; marks and unknown pieces lie nowhere."""
    text, spans = "", []
    for piece in pieces:
        said = "" if piece in (EOS, UNK) or piece.startswith(">>") else piece.replace("▁", " ")
        said = said.lstrip() if not text else said
        spans.append((len(text) + len(said) - len(said.lstrip()), len(text) + len(said)))
        text += said
    return text.rstrip(), spans


def search_limit(length: int) -> int:
    """The most target pieces for a source row of a length: generous for translation, short enough to stop a loop."""
    return 2 * CLASS * -(-length // CLASS) + CLASS


def _classes(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Half-open runs of sorted lengths that share a class of `CLASS` pieces."""
    start = 0
    for position in range(1, len(lengths) + 1):
        if position == len(lengths) or -(-lengths[position] // CLASS) != -(-lengths[start] // CLASS):
            yield start, position
            start = position
