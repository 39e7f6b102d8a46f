"""A model's lines, gated: the best that may be printed, asked for again without the refused words before giving up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from translate_news.document import Finding
from translate_news.engine import Decoding, Hypothesis, Progress, Summariser
from translate_news.headline.form import tidy
from translate_news.headline.gate import Ground, gate, known, named

FIRST = Decoding(beam=4, length_penalty=1.0, no_repeat_ngram=3)
AGAIN = Decoding(beam=8, length_penalty=1.0, no_repeat_ngram=3)

Gated = tuple[str, tuple[Finding, ...]]


def model_lines(grounds: Sequence[Ground], summariser: Summariser, progress: Progress) -> list[Gated]:
    """For each brief a line that passed the gate, with what was refused before it; an empty line when none passed.

    Where every line was refused, the model is asked once more, with a wider search in which the names and numbers that
    the brief lacks are forbidden.
    """
    texts = [shown(ground, summariser) for ground in grounds]
    written = summariser.summarise(texts, FIRST, (), progress)
    gated = [choose(lines, ground) for ground, lines in zip(grounds, written, strict=True)]
    refused = [n for n, (line, _) in enumerate(gated) if not line]
    banned = [foreign(written[n][0].text, grounds[n]) for n in refused]
    again = summariser.summarise([texts[n] for n in refused], AGAIN, banned) if refused else []
    for n, lines in zip(refused, again, strict=True):
        gated[n] = choose(lines, grounds[n])[0], gated[n][1]
    return gated


def shown(ground: Ground, summariser: Summariser) -> str:
    """The brief as the model reads it: in Dutch, where it reads Dutch and the brief is there in Dutch, else in English."""
    return " ".join(ground.dutch) if summariser.reads == "nl" and ground.dutch else ground.body


def choose(lines: Sequence[Hypothesis], ground: Ground) -> Gated:
    """The first of several lines that passes the gate; what spoke against the very first."""
    refused: tuple[Finding, ...] = ()
    for line in lines:
        neat = tidy(line.text, ground.text)
        findings = gate(neat, ground)
        if not findings:
            return neat, refused
        refused = refused or tuple(Finding(f.check, f"refused {neat!r}: {f.message}") for f in findings)
    return "", refused


def foreign(line: str, ground: Ground) -> list[str]:
    """The names and numbers of a line that the brief lacks."""
    names = [name for name in named(line) if not known(name, ground.words)]
    digits = [number for number in re.findall(r"\d[\d.,:]*", line) if number.strip(".,:") not in ground.text]
    return [*names, *digits]
