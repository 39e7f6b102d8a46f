"""Checks: each says what is wrong with a pair and nothing else; golden cases, laws over the table, and repairs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translate_news.checks import CHECKS, check, english_number, repair_numbers, replace_number

CASES = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases" / "checks.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
# What Dutch wire text is made of, and what breaks readers of it.
PIECES = [
    "11.000", "2,3", "miljard", "jaren 60", "20.30 uur", "anderhalf", "een", "half acht", "acht", "½", "1.45,32", "mln", "tot",
    "Poetin", "VN-gezant", "'s avonds", "„", "”", "'", "niet", "zou", "volgens", "en", "de", ".", ",", "tienduizenden", "m2",
    "two hundred", "and", "a half", "point", "the", "not", "8 p.m.", "of", "dozens", "third", "hundredth", "\u00a0", "🚲", "0",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=14).map(" ".join)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}: {case[2]} | {case[3]}"[:90])
def test_golden_case(case: list[str]) -> None:
    """A check speaks where something is lost, and is silent where nothing is."""
    name, verdict, dutch, english = case
    assert bool(CHECKS[name](dutch, english)) == (verdict == "bad")


def test_every_check_has_cases_of_both_kinds() -> None:
    """No check stands in the table without a case that it must see and one that it must let pass."""
    assert {(case[0], case[1]) for case in CASES} == {(name, verdict) for name in CHECKS for verdict in ("ok", "bad")}


@pytest.mark.parametrize("name", CHECKS)
@settings(max_examples=150, deadline=None)
@given(dutch=TEXTS, english=TEXTS)
def test_any_pair_of_texts_can_be_checked(name: str, dutch: str, english: str) -> None:
    """A check is total: for any two texts it gives findings of its own name with a message."""
    assert all(finding.check == name and finding.message for finding in CHECKS[name](dutch, english))


@pytest.mark.parametrize("name", CHECKS)
def test_nothing_is_wrong_with_nothing(name: str) -> None:
    """The empty sentence has no findings."""
    assert CHECKS[name]("", "") == []


def test_a_good_translation_has_no_findings() -> None:
    """A pair with numbers, names, a hedge, a denial and a quotation, all kept, passes all checks."""
    dutch = "Volgens het OM zou de 34-jarige man uit Zwolle 11.000 euro hebben gestolen, maar hij zegt: „Ik heb niets gedaan.”"
    english = 'The 34-year-old man from Zwolle is said by prosecutors to have stolen 11,000 euros, but he says: "I did nothing."'
    assert check(dutch, english) == ()


@pytest.mark.parametrize(
    ("token", "english"),
    [
        ("11.000", "11,000"),
        ("2,3", "2.3"),
        ("2.243.112,5", "2,243,112.5"),
        ("20.30", "20.30"),
        ("1-0", "1-0"),
        ("7", "7"),
        ("11.00", "11.00"),
    ],
)
def test_english_number(token: str, english: str) -> None:
    """A Dutch number token gets English marks; what is no such token stays."""
    assert english_number(token) == english


@pytest.mark.parametrize(
    ("dutch", "english", "mended"),
    [
        ("Er waren 11.000 militairen.", "There were 11.000 soldiers.", "There were 11,000 soldiers."),
        ("1.500 en 3.000 euro.", "1.500 and 3.000 euros.", "1,500 and 3,000 euros."),
        ("In 2007 en 2.243 km.", "In 2007 and 22,43 km.", "In 2007 and 2,243 km."),
        ("Het kost € 1.250,50.", "It costs € 1.250,50.", "It costs € 1,250.50."),
        ("Om 20.30 uur.", "At 20.30.", "At 20.30."),
        ("Er waren 11.000 militairen.", "There were 12.000 soldiers.", "There were 12.000 soldiers."),
        ("Er waren 11.000 militairen.", "There were eleven thousand.", "There were eleven thousand."),
    ],
)
def test_marks_are_repaired_and_recorded(dutch: str, english: str, mended: str) -> None:
    """A number whose digits are right gets its marks put right, and each change is recorded."""
    text, repairs = repair_numbers(dutch, english)
    assert text == mended
    assert bool(repairs) == (text != english)


@pytest.mark.parametrize(
    ("dutch", "english", "mended"),
    [
        ("In totaal 2.200.112 stemmen.", "A total of 2,200,12 votes.", "A total of 2,200,112 votes."),
        ("In totaal 244.890 stemmen.", "A total of 24,490 votes.", "A total of 244,890 votes."),
        ("In 2007 was dat zo.", "In 2070 it was so.", "In 2007 it was so."),
        (
            "Er waren 140 mensen en 300 honden.",
            "There were 410 people and 300 dogs.",
            "There were 140 people and 300 dogs.",
        ),
        (
            "Er waren 140 mensen en 350 honden.",
            "There were 104 people and 305 dogs.",
            "There were 104 people and 305 dogs.",
        ),
        ("Een 34-jarige man.", "A 43-year-old man.", "A 43-year-old man."),
    ],
)
def test_a_number_gone_wrong_is_replaced_where_only_one_can_be_meant(dutch: str, english: str, mended: str) -> None:
    """Digits are changed only in a sentence with one such number, that has three digits or more and differs by one."""
    text, repairs = replace_number(dutch, english)
    assert text == mended
    assert bool(repairs) == (text != english)


@settings(max_examples=200, deadline=None)
@given(dutch=TEXTS, english=TEXTS)
def test_repairs_settle(dutch: str, english: str) -> None:
    """Repairing a second time changes nothing."""
    once, _ = repair_numbers(dutch, english)
    assert repair_numbers(dutch, once) == (once, [])
