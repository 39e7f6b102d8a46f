"""Headlines: the gate lets nothing through that the brief does not say, and the lede is compressed and no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translate_news.document import Headline
from translate_news.headline import METHODS, Headliner, write_headlines
from translate_news.headline.english import has_verb, present
from translate_news.headline.figures import dutch_figures, english_figures
from translate_news.headline.form import MAX_CHARACTERS, MAX_WORDS, fits, tidy
from translate_news.headline.gate import RULES, Ground, gate
from translate_news.headline.lede import compress, lede_of

CASES = Path(__file__).parent / "cases"


def rows(name: str) -> list[list[str]]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("row", rows("gate.tsv"), ids=lambda row: " ".join(row[:3]))
def test_gate(row: list[str]) -> None:
    """Each rule passes what the brief says and refuses what it does not."""
    rule, wanted, headline, english, *dutch = row
    found = list(RULES[rule](headline, Ground((english,), tuple(dutch))))
    assert bool(found) == (wanted == "-"), found


def test_every_rule_has_cases_both_ways() -> None:
    """No rule of the table is without a line that it passes and one that it refuses; `copy` has a test of its own."""
    seen = {(row[0], row[1]) for row in rows("gate.tsv")}
    assert {(rule, sign) for rule in RULES if rule != "copy" for sign in "+-"} <= seen


def test_copy_of_another_title() -> None:
    """A line that is the title of another item of the page is refused."""
    ground = Ground(("The minister has resigned.",), titles=("The minister resigns", "Storm on its way"))
    assert [finding.check for finding in gate("Minister resigns", ground)] == ["copy"]
    assert gate("Minister has resigned", Ground(("The minister has resigned.",), titles=("Storm on its way",))) == ()


@pytest.mark.parametrize(("sentence", "line"), rows("ledes.tsv"), ids=lambda text: text[:40])
def test_compress(sentence: str, line: str) -> None:
    """The rules strike what a desk strikes."""
    assert compress(sentence) == line


def test_lede_passes_over_what_makes_no_line() -> None:
    """A first sentence without a verb gives way to the next one."""
    assert (
        lede_of(Ground(("Steep and narrow.", "The steps to the castle have been closed."))) == "Steps to castle closed"
    )


def test_a_claim_on_a_condition_gives_way() -> None:
    """A line that had to leave its condition behind is taken only when the brief has no other."""
    told = "A landlord in the old town may not impose a rent increase as long as he fails to remedy the poor upkeep of the stairs."
    assert (
        lede_of(Ground((told, "The court has ruled in favour of the tenants."))) == "Court rules in favour of tenants"
    )
    assert lede_of(Ground((told,)))


WORDS = st.lists(
    st.sampled_from(
        "the a police has have been arrested , , . \" ' – - ( ) who which that said according to 12 3.5 Gaza in on Monday "
        "will if not no may and or of for an is was , reports Ω 🚲 é I it's twenty: ; ? ! % €5".split(" ")
    ),
    max_size=60,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(WORDS, st.text(max_size=200)))
def test_any_text_gives_a_line_within_limits(text: str) -> None:
    """Whatever the brief is, its lede is within 12 words and 90 characters and adds neither number nor name."""
    ground = Ground((text,))
    line = lede_of(ground)
    assert len(line) <= MAX_CHARACTERS
    assert len(line.split()) <= MAX_WORDS
    assert not list(RULES["numbers"](line, ground))
    assert not list(RULES["names"](line, ground))


@settings(max_examples=200, deadline=None)
@given(line=st.text(max_size=120), brief=WORDS)
def test_tidy_is_settled_after_one_time(line: str, brief: str) -> None:
    """Tidying a tidy line changes nothing."""
    once = tidy(line, brief)
    assert tidy(once, brief) == once


@pytest.mark.parametrize(
    ("line", "brief", "tidied"),
    [
        ("Storm Hits Coast Of Wales.", "A storm has hit the coast of Wales.", "Storm hits coast of Wales"),
        ("STORM HITS WALES", "A storm has hit Wales.", "Storm hits Wales"),
        ("“Fine” storm hits Wales", "A “fine” storm hits Wales.", '"Fine" storm hits Wales'),
        ("storm at 10 p.m.", "A storm at 10 p.m.", "Storm at 10 pm"),
    ],
)
def test_tidy(line: str, brief: str, tidied: str) -> None:
    """Quotes become straight, the full stop goes, and capitals are those of the brief."""
    assert tidy(line, brief) == tidied


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twenty-one", {"21"}),
        ("2.3 billion", {"2300000000"}),
        ("two hundred and five dead", {"200", "5"}),
        ("thirteen billion", {"13000000000"}),
        ("11,000 and 30", {"11000", "30"}),
        ("3-1", {"3-1", "3"}),
        ("the 3rd", {"3.", "3"}),
        ("one", set()),
        ("a million", {"1000000"}),
    ],
)
def test_english_figures(text: str, values: set[str]) -> None:
    """Numbers in digits and in words have one value."""
    assert english_figures(text) == values


def test_dutch_figures() -> None:
    """Dutch notation and Dutch words give the same values."""
    assert dutch_figures("11.000 man, 2,3 miljard, twaalf doden") == {"11000", "2.3", "2300000000", "12"}


@pytest.mark.parametrize(
    ("base", "form"), [("carry", "carries"), ("play", "plays"), ("pass", "passes"), ("arrest", "arrests")]
)
def test_present(base: str, form: str) -> None:
    """The third person is spelt as English spells it."""
    assert (present(base, plural=False), present(base, plural=True)) == (form, base)


def test_has_verb() -> None:
    """A clause is told from a phrase."""
    assert has_verb("Police arrest two men")
    assert not has_verb("Three bars of soap for a haircut")


def test_empty_brief() -> None:
    """A brief without English gives an empty line with findings, not an error."""
    (headline,) = write_headlines([Ground(("",))], [None], Headliner("lede"))
    assert headline == Headline("", "lede", None, headline.findings)
    assert headline.findings
    assert not fits("")


def test_methods_are_named() -> None:
    """The table has the two methods that the command offers."""
    assert list(METHODS) == ["model", "lede"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Police arrest two men in Tilburg", []),
        ("Police arrest 2 men", []),
        ("Police arrest three men in Breda", ["three", "Breda"]),
        ("BBC: police arrest two men", ["BBC"]),
        ("Smith arrested in Tilburg", ["Smith"]),
        ("Tilburg's 1,500 men", ["1,500"]),
    ],
)
def test_the_benchmark_finds_what_is_invented(line: str, found: list[str]) -> None:
    """The benchmark's own measure of faithfulness names each number and name that the brief lacks."""
    pytest.importorskip("rouge_score")
    pytest.importorskip("num2words")
    from benchmarks.headlines import lacking

    ground = Ground(("Police have arrested two men in Tilburg.",))
    assert lacking(line, ground, frozenset({"police"})) == found


def test_a_long_page_costs_little() -> None:
    """A sentence of a hundred thousand words is cut before the rules see it."""
    assert fits(lede_of(Ground(("woord, en " * 100_000,))))
