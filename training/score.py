"""What a translation is worth: BLEU and chrF with signatures, and the share of sentences that loop; pure."""

from collections import Counter
from dataclasses import dataclass

import sacrebleu

from .clean import normalise, words


@dataclass(frozen=True)
class Score:
    """Figures of one system on one set; `loops` is a share of sentences."""

    bleu: float
    chrf: float
    loops: float
    signatures: tuple[str, str]


def loops(dutch: str, english: str) -> bool:
    """Whether a translation goes round in circles: an n-gram (1-4 words) three times in a row, or four words three times
    in all, which the source does not do."""
    return repeats(words(english)) and not repeats(words(dutch))


def repeats(tokens: list[str]) -> bool:
    """Three times the same n-gram in a row, or the same four words three times."""
    for size in range(1, 5):
        for start in range(len(tokens) - 3 * size + 1):
            first = tokens[start : start + size]
            if first == tokens[start + size : start + 2 * size] == tokens[start + 2 * size : start + 3 * size]:
                return True
    grams = Counter(tuple(tokens[i : i + 4]) for i in range(len(tokens) - 3))
    return any(count >= 3 for count in grams.values())


def score(dutch: list[str], made: list[str], gold: list[str]) -> Score:
    """Score translations against one reference each. Quotes and dashes are made plain on both sides first."""
    made, gold = [normalise(text) for text in made], [normalise(text) for text in gold]
    bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
    figures = bleu.corpus_score(made, [gold]).score, chrf.corpus_score(made, [gold]).score
    looping = sum(loops(n, e) for n, e in zip(dutch, made, strict=True)) / max(1, len(made))
    return Score(*figures, looping, (str(bleu.get_signature()), str(chrf.get_signature())))
