"""A model's lines, gated: the best that may be printed, asked for again without the refused words before giving up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from translate_news.document import Finding
from translate_news.engine import Decoding, Progress, Summariser
from translate_news.headline.form import tidy
from translate_news.headline.gate import Ground, gate, known, named

FIRST = Decoding(beam=4, length_penalty=1.0, no_repeat_ngram=3)
AGAIN = Decoding(beam=8, length_penalty=1.0, no_repeat_ngram=3)

Gated = tuple[str, tuple[Finding, ...]]


def model_lines(grounds: Sequence[Ground], summariser: Summariser, progress: Progress) -> list[Gated]:
    """For each brief a line that passed the gate, with what was refused before it; an empty line when none passed."""
    written = summariser.summarise([ground.body for ground in grounds], FIRST, (), progress)
    gated = [
        choose([hypothesis.text for hypothesis in lines], ground)
        for ground, lines in zip(grounds, written, strict=True)
    ]
    for number, (line, refused) in enumerate(gated):
        if not line and refused:
            gated[number] = _again(grounds[number], written[number][0].text, refused, summariser)
    return gated


def choose(lines: Sequence[str], ground: Ground) -> Gated:
    """The first of several lines that passes the gate; what spoke against the very first."""
    refused: tuple[Finding, ...] = ()
    for line in lines:
        neat = tidy(line, ground.text)
        findings = gate(neat, ground)
        if not findings:
            return neat, refused
        refused = refused or tuple(Finding(f.check, f"refused {neat!r}: {f.message}") for f in findings)
    return "", refused


def _again(ground: Ground, line: str, refused: tuple[Finding, ...], summariser: Summariser) -> Gated:
    """Ask once more, with a wider search in which the words that the brief lacks are forbidden."""
    banned = foreign(line, ground)
    (lines,) = summariser.summarise([ground.body], AGAIN, banned)
    again, _ = choose([hypothesis.text for hypothesis in lines], ground)
    return again, refused


def foreign(line: str, ground: Ground) -> list[str]:
    """The names and numbers of a line that the brief lacks."""
    names = [name for name in named(line) if not known(name, ground.words)]
    digits = [number for number in re.findall(r"\d[\d.,:]*", line) if number.strip(".,:") not in ground.text]
    return [*names, *digits]
