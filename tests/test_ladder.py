"""The ladder: what fails is tried another way, the best is kept, what cannot be mended is marked, and nothing is free of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from translate_news.document import Finding, Rendering
from translate_news.engine import Decoding, Hypothesis
from translate_news.engine.echo import EchoEngine
from translate_news.glossary import Glossary
from translate_news.ladder import RUNGS, Finish, Task, better, clauses, joined, render

GOOD = Task("Er zijn drie doden.", "Er zijn drie doden.")
BAD = Task(
    "Er zijn 140 militairen in de stad, en dat blijft zo.", "Er zijn 140 militairen in de stad, en dat blijft zo."
)
RIGHT = "There are 140 soldiers in the city, and it will stay that way."
WRONG = "There are 90 soldiers in the city, and it will stay that way."


class Scripted:
    """Answers by decoding: the first search, then each rung; keeps what it was asked."""

    name, device, precision = "scripted", "none", "exact"

    def __init__(self, first: dict[str, Hypothesis], later: dict[str, list[str]] | None = None) -> None:
        self.first, self.later = first, later or {}
        self.asked: list[tuple[Decoding, list[str]]] = []

    def translate(self, sentences: Sequence[str], decoding: Decoding, progress: object = None) -> list[Hypothesis]:
        self.asked.append((decoding, list(sentences)))
        if decoding == Decoding():
            return [self.first[s] for s in sentences]
        rung = next(name for name, rung in RUNGS.items() if rung.decoding(Decoding()) == decoding)
        return [Hypothesis(self.later.get(rung, [WRONG])[0], -0.5) for _ in sentences]


def first(bad: Hypothesis) -> dict[str, Hypothesis]:
    return {GOOD.source: Hypothesis("There are three dead.", -0.2), BAD.source: bad}


def test_where_nothing_fails_the_engine_is_asked_once() -> None:
    """Good sentences are decoded one time, in one call, and nothing is said to have been tried."""
    engine = Scripted(first(Hypothesis(RIGHT, -0.3)))
    rendered = render([GOOD, BAD], engine, Decoding())
    assert [asked for _, asked in engine.asked] == [[GOOD.source, BAD.source]]
    assert [r.attempts for r in rendered.values()] == [(), ()]


def test_a_rival_without_findings_is_taken() -> None:
    """The first rung is what the first search found besides; no further search is made."""
    engine = Scripted(first(Hypothesis(WRONG, -0.1, rivals=(Hypothesis(RIGHT, -0.4),))))
    rendered = render([GOOD, BAD], engine, Decoding())
    assert (rendered[BAD].english, rendered[BAD].findings, rendered[BAD].attempts) == (RIGHT, (), ("rivals",))
    assert len(engine.asked) == 1


def test_only_what_fails_is_decoded_again_in_one_batch() -> None:
    """A rung sees the failing sentences alone, and its better text is kept."""
    engine = Scripted(first(Hypothesis(WRONG, -0.1)), {"wide": [RIGHT]})
    rendered = render([GOOD, BAD], engine, Decoding())
    assert rendered[BAD].english == RIGHT
    assert rendered[BAD].attempts == ("clauses", "wide")
    assert all(GOOD.source not in asked for _, asked in engine.asked[1:])


def test_what_cannot_be_mended_is_kept_and_marked() -> None:
    """When no rung helps, the first text stays, with its findings and what was tried."""
    engine = Scripted(
        first(Hypothesis(WRONG, -0.1)), {"clauses": ["Nothing at all."], "wide": ["There are 7 soldiers."]}
    )
    rendering = render([BAD], engine, Decoding())[BAD]
    assert rendering.english == WRONG
    assert [f.check for f in rendering.findings] == ["numbers"]
    assert rendering.attempts == ("clauses", "wide")  # strict is for loops alone


def test_a_number_is_replaced_only_at_the_end() -> None:
    """A number that differs by one digit is put right when no rung got it right, and the repair is recorded."""
    engine = Scripted(first(Hypothesis(RIGHT.replace("140", "104"), -0.1)), {"clauses": ["90."], "wide": ["90."]})
    rendering = render([BAD], engine, Decoding())[BAD]
    assert (rendering.english, rendering.findings, rendering.repairs) == (RIGHT, (), ("104 → 140",))


def test_without_the_ladder_the_first_text_is_checked_and_kept() -> None:
    """`ladder=False` marks and does not mend."""
    engine = Scripted(first(Hypothesis(WRONG, -0.1, rivals=(Hypothesis(RIGHT, -0.4),))))
    rendering = render([BAD], engine, Decoding(), ladder=False)[BAD]
    assert rendering.english == WRONG
    assert rendering.findings
    assert not rendering.attempts


def test_nothing_to_do() -> None:
    """No tasks make no renderings."""
    assert render([], EchoEngine(), Decoding()) == {}


@pytest.mark.parametrize("name", RUNGS)
def test_every_rung_searches_otherwise(name: str) -> None:
    """A rung that searches as the first search did, on the same text, could find nothing new."""
    assert RUNGS[name].decoding(Decoding()) != Decoding()
    assert RUNGS[name].decoding(Decoding(beam=1)) != Decoding(beam=1)


def test_the_better_text_has_the_lighter_findings_then_the_higher_score() -> None:
    """Findings outweigh score; the first of equals stays."""
    heavy = Rendering("a", "heavy", score=-0.1, findings=(Finding("numbers", "x"),))
    light = Rendering("a", "light", score=-0.9, findings=(Finding("names", "x"),))
    unsure = Rendering("a", "unsure", score=-2.0, findings=(Finding("names", "y"),))
    assert better(heavy, [unsure, light], "wide").english == "light"
    assert better(light, [Rendering("a", "same", score=-0.9, findings=light.findings)], "wide").english == "light"


def test_clauses_hold_the_whole_sentence() -> None:
    """The parts are the sentence, and joined hypotheses keep one final mark."""
    parts = clauses(BAD.source)
    assert " ".join(part.strip() for part in parts) == BAD.source
    text = joined(
        [Hypothesis("There are 140 soldiers.", -0.2), Hypothesis("And it stays.", -0.4, cut=True)],
        ["Er zijn 140 soldaten", "en het blijft zo."],
    )
    assert (text.text, text.score, text.cut) == ("There are 140 soldiers and it stays.", pytest.approx(-0.3), True)


def test_capitals_come_back() -> None:
    """A sentence in capitals is shown in lower case and comes back in capitals, its findings those of the text as it stands."""
    task = Task("BRAND IN ZWOLLE", "Brand in zwolle", capitals=True)
    assert Finish(Glossary())(task, Hypothesis("Fire in Zwolle")).english == "FIRE IN ZWOLLE"


def test_an_unsure_model_is_a_finding() -> None:
    """A very low score and a cut search are said."""
    rendering = Finish(Glossary())(GOOD, Hypothesis("There are three dead.", -3.0, cut=True))
    assert [f.check for f in rendering.findings] == ["cut", "score"]
