"""The recipe of the headline model, in miniature: what is learnt from, and that the result opens as a headline model."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("rouge_score")
pytest.importorskip("sacrebleu")

from training import clean, corpus, headline
from training.vocabulary import Pieces
from translate_news import models
from translate_news.engine import Decoding, Hardware, open_summariser

WIRE = """@ OSLO | OSLO | ANP | weather
N Sneeuw legt treinen stil
H Snow brings trains to a halt
n Door zware sneeuwval rijden er in Oslo geen treinen.
e Heavy snow has brought the trains to a halt in Oslo.
n Vijf mensen raakten gewond.
e Five people were injured.

@ BONN | BONN | DPA | law
N Smit wint zaak
H Smit wins case after 12 years
n De bakker heeft zijn zaak gewonnen.
e The baker has won his case.
"""


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    (tmp_path / "part-1.txt").write_text(WIRE, encoding="utf-8")
    return tmp_path


def test_a_headline_that_knows_more_than_its_brief_is_not_learnt_from(wire: Path) -> None:
    """Of two briefs, the one whose headline has a name and a number of its own is left out, in both languages."""
    examples = headline.read_examples([wire], wire)
    assert {task: [e.headline for e in found] for task, found in examples.items()} == {
        "nl": ["Snow brings trains to a halt"],
        "en": ["Snow brings trains to a halt"],
        "lede": ["Heavy snow brings trains to halt in Oslo", "Five people injured", "Baker wins his case"],
    }


def test_what_touches_an_evaluation_set_is_not_learnt_from(wire: Path) -> None:
    """A brief that shares a sentence with an evaluation set is left out."""
    overlap = clean.Overlap(["Five people were injured."])
    assert list(headline.wire_examples(corpus.briefs(wire / "part-1.txt"), overlap)) == []


@pytest.mark.parametrize("engine", ["ctranslate2", "torch"])
def test_two_updates_and_the_model_opens(wire: Path, tmp_path: Path, engine: str) -> None:
    """A run leaves a checkpoint and a folder that both engines open as a headline model, in the language that it reads."""
    init = models.require(models.choose(models.read_models(), "nl-en-mini")).folder
    import torch
    from transformers import MarianMTModel

    pieces = Pieces(init)
    draws = headline.Draws(headline.read_examples([wire], wire), headline.MIXES["both"], pieces, 200, 1)
    model = MarianMTModel.from_pretrained(init, dtype=torch.float32, attn_implementation="eager")
    model, progress = headline.learn(
        model, draws, corpus.briefs(wire / "part-1.txt"), headline.Pace(2, 1e-4, 1, 200, 1), tmp_path
    )
    assert (tmp_path / "headline.pt").is_file()
    assert len((tmp_path / "headline.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    headline.write_model(model, init, tmp_path / "mini", "both", updates=progress.updates, pairs=4, figures="None.\n")
    local = models.require(models.choose([], str(tmp_path / "mini"), role="headline"))
    summariser = open_summariser(engine, local, Hardware(device="cpu", threads=1))
    assert summariser.reads == "nl"
    (lines,) = summariser.summarise(["De bakker heeft zijn zaak gewonnen."], Decoding(beam=2), [["baker"]])
    assert len(lines) == 2
    assert all("baker" not in line.text.split() for line in lines)
