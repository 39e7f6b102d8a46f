"""An English brief → one line that says only what the brief says, and how it was made; table `METHODS`.

A model's lines go through the `gate`; where all are refused they are written again without the words that were refused. Of
those that pass, and the lede that is compressed by rules, the one is taken that they agree on. The record says which it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from translate_news.document import Finding, Headline
from translate_news.engine import Progress, Summariser
from translate_news.headline.form import tidy
from translate_news.headline.gate import Ground, gate
from translate_news.headline.lede import lede_of
from translate_news.headline.model import consensus, model_lines

__all__ = ["METHODS", "Ground", "Headliner", "gate", "tidy", "write_headlines"]

Method = Callable[[Sequence[Ground], Summariser | None, Progress], list[Headline]]


def by_lede(grounds: Sequence[Ground], _: Summariser | None, progress: Progress) -> list[Headline]:
    """The compressed lede of each brief."""
    headlines = []
    for ground in grounds:
        line = lede_of(ground)
        headlines.append(Headline(line, "lede", None, gate(line, ground)))
        progress(1)
    return headlines


def by_model(grounds: Sequence[Ground], summariser: Summariser | None, progress: Progress) -> list[Headline]:
    """For each brief the line that a model's lines and the lede agree on; the lede where every line was refused."""
    assert summariser
    headlines = []
    ledes = by_lede(grounds, None, lambda done: None)
    for lede, (lines, refused) in zip(ledes, model_lines(grounds, summariser, progress), strict=True):
        line = consensus(lines, "" if lede.findings else lede.text)
        if line in lines:
            headlines.append(Headline(line, "model", summariser.model, refused))
        else:
            headlines.append(replace(lede, findings=(*refused, *lede.findings)))
    return headlines


METHODS: dict[str, Method] = {"model": by_model, "lede": by_lede}


@dataclass(frozen=True)
class Headliner:
    """What writes the headlines of a run: a method, and the opened model that `model` needs, with its weights' hash."""

    method: str
    summariser: Summariser | None = None
    weights: str = ""

    @property
    def signature(self) -> dict[str, str]:
        """What may change a headline, for a result's signature."""
        made = {"headline": self.method}
        if self.summariser:
            made |= {"headline_model": self.summariser.model, "headline_weights": self.weights[:16]}
        return made


def write_headlines(
    grounds: Sequence[Ground],
    titles: Sequence[str | None],
    headliner: Headliner,
    progress: Progress = lambda done: None,
) -> list[Headline]:
    """One headline a brief, in order, all in one batch.

    Args:
        grounds: what each brief says.
        titles: each brief's own title in English, or None; one that passes the gate is preferred, and the method's line
            is offered beside it.
        headliner: how lines are written.
        progress: is told briefs as they are done.
    """
    written = METHODS[headliner.method](grounds, headliner.summariser, progress)
    return [
        _preferred(title, ground, line) if title else line
        for title, ground, line in zip(titles, grounds, written, strict=True)
    ]


def _preferred(title: str, ground: Ground, line: Headline) -> Headline:
    """The brief's own title with the other line beside it; the other line where the title is refused."""
    own = tidy(title, ground.text)
    refused = gate(own, ground)
    if refused:
        said = (Finding(f.check, f"its own title {own!r}: {f.message}") for f in refused)
        return replace(line, findings=(*said, *line.findings))
    return Headline(own, "title", beside=line)
