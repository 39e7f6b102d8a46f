"""A model's lines, gated, and the one among them that the others and the lede agree with most."""

from __future__ import annotations

import re
from collections.abc import Sequence

from translate_news.document import Finding
from translate_news.engine import Decoding, Hypothesis, Progress, Summariser
from translate_news.headline.form import tidy
from translate_news.headline.gate import Ground, gate, invented, known, named, stem

FIRST = Decoding(beam=5, length_penalty=1.0, no_repeat_ngram=3)
AGAIN = Decoding(beam=4, length_penalty=1.0, no_repeat_ngram=3)  # of one brief at a time: each forbids its own words
LEDES = 2  # votes that the lede has beside the model's lines, one each

Gated = tuple[list[str], tuple[Finding, ...]]


def model_lines(grounds: Sequence[Ground], summariser: Summariser, progress: Progress) -> list[Gated]:
    """For each brief the lines that passed the gate, best first, and what spoke against the very first.

    Where every line was refused, the model is asked once more, with the words forbidden that the brief lacks.
    """
    texts = [shown(ground, summariser) for ground in grounds]
    written = summariser.summarise(texts, FIRST, (), progress)
    gated = [passed(lines, ground) for ground, lines in zip(grounds, written, strict=True)]
    refused = [n for n, (lines, _) in enumerate(gated) if not lines]
    banned = [foreign(written[n], grounds[n]) for n in refused]
    again = summariser.summarise([texts[n] for n in refused], AGAIN, banned) if refused else []
    for n, lines in zip(refused, again, strict=True):
        gated[n] = passed(lines, grounds[n])[0], gated[n][1]
    return gated


def shown(ground: Ground, summariser: Summariser) -> str:
    """The brief as the model reads it: in Dutch, where it reads Dutch and the brief is there in Dutch, else in English."""
    return " ".join(ground.dutch) if summariser.reads == "nl" and ground.dutch else ground.body


def passed(lines: Sequence[Hypothesis], ground: Ground) -> Gated:
    """The lines that pass the gate and invent no word, each once; what spoke against the very first."""
    refused: tuple[Finding, ...] = ()
    found: dict[str, None] = {}
    for line in lines:
        neat = tidy(line.text, ground.text)
        if neat in found or (refused and invented(neat, ground)):
            continue  # the cheaper question first: only the first refusal is told
        findings = gate(neat, ground)
        if not findings and len(told := named(neat)) > len(set(told)):
            findings = (Finding("form", "says a name twice"),)
        if not findings and (words := invented(neat, ground)):
            findings = (Finding("words", f"{', '.join(words)}: not in the brief"),)
        if not findings:
            found[neat] = None
        elif not found:
            refused = refused or tuple(Finding(f.check, f"refused {neat!r}: {f.message}") for f in findings)
    return list(found), refused


def foreign(lines: Sequence[Hypothesis], ground: Ground) -> list[str]:
    """The words and numbers of some lines that the brief lacks."""
    found: dict[str, None] = {}
    for line in lines:
        names = [name for name in named(line.text) if not known(name, ground.words)]
        digits = [number for number in re.findall(r"\d[\d.,:]*", line.text) if number.strip(".,:") not in ground.text]
        found |= dict.fromkeys([*names, *digits, *invented(line.text, ground)])
    return list(found)


def consensus(lines: Sequence[str], lede: str) -> str:
    """The line that agrees most with all of them: minimum Bayes risk over a model's lines, the lede among them.

    A model's first line is often an odd one, and what its lines share is what it is surest of (Kumar and Byrne 2004); the
    lede, which invents nothing, has `LEDES` votes. Empty when there is no line at all.
    """
    voters = [*lines, *[lede] * LEDES] if lede else list(lines)
    return max(dict.fromkeys(voters), key=lambda line: sum(agreement(line, voter) for voter in voters), default="")


def agreement(one: str, other: str) -> float:
    """ROUGE-L of two lines' stems, 0 to 1: twice their longest common subsequence over both lengths (Lin 2004)."""
    left, right = ([stem(word) for word in line.split()] for line in (one, other))
    row = [0] * (len(right) + 1)
    for word in left:
        above, row = row, [0]
        for place, fellow in enumerate(right):
            row.append(above[place] + 1 if word == fellow else max(above[place + 1], row[-1]))
    return 2 * row[-1] / max(1, len(left) + len(right))
