"""Sentences and clauses: the wire cases, the laws that hold for every text there is, the word lists, linear time."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translate_news.segment.sentences import DATA_FILES, clause_spans, read_list, sentence_spans

ROOT = Path(__file__).parent.parent
CASES = [
    line.split("\t")
    for line in (ROOT / "tests" / "cases" / "sentences.tsv").read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
]
PIECES = [
    *"abAB1 .,!?…;:–-\"'“”‘’«»„()[]\n\u00a0\t",
    *("Dr.", "mr. ", "ca. ", "T. ", "De ", "'s ", "'t ", "\n\n", ". ", '" ', " '", "...", ",,", "''", "Hij ", "enz. ", "12. ", "v. Chr. "),
    *("1. ", "2. ", "3. ", "• ", "Aa: ", "b: ", "(c) ", "2-1 ", "1960-1970 ", "Raad "),
]  # fmt: skip
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.text(max_size=80))


def benchmark() -> ModuleType:
    """benchmarks/segmentation.py as a module."""
    spec = importlib.util.spec_from_file_location("segmentation", ROOT / "benchmarks" / "segmentation.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["segmentation"] = module
    spec.loader.exec_module(module)
    return module


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize("marked", [marked for _, marked in CASES], ids=[reason for reason, _ in CASES])
def test_wire_case(marked: str) -> None:
    """Every wire paragraph is cut where its case says."""
    marked = marked.replace(" ‖", "‖").replace("\\n", "\n")
    assert sentences(marked.replace("‖", "")) == [part.strip() for part in marked.split("‖")]


WORDS = st.sampled_from(["Anna Verhulst", "Sven Maas", "Luuk", "Noordstad", "Raad voor de Sport", "Zuiderveen Boys"])


@given(
    st.lists(WORDS, min_size=3, max_size=9),
    st.sampled_from(["{at}. {name}", "{name}: {at}", "{name} ({at})", "• {name}"]),
)
def test_a_list_run_into_one_line_is_told_apart(names: list[str], shape: str) -> None:
    """Items that are numbered, labelled, bulleted or end in brackets are found, however many there are."""
    items = [shape.format(at=at, name=name) for at, name in enumerate(names, 1)]
    assert sentences(" ".join(items)) == items


def test_cases_are_many_and_different() -> None:
    """There are at least 300 cases, and no reason and no paragraph stands twice."""
    assert len(CASES) >= 300
    assert len({reason for reason, _ in CASES}) == len(CASES)
    assert len({marked for _, marked in CASES}) == len(CASES)


def assert_cover(text: str, spans: list[tuple[int, int]]) -> None:
    """Spans are ordered, apart, stripped, not empty, and hold every character that is not white space."""
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_sentence_spans_lose_nothing(text: str) -> None:
    """The sentences of any text hold each of its solid characters exactly once."""
    assert_cover(text, sentence_spans(text))


@given(TEXTS, st.integers(1, 40))
@settings(max_examples=500, deadline=None)
def test_clause_spans_lose_nothing(text: str, max_chars: int) -> None:
    """The clauses of any text hold each of its solid characters exactly once, and none is longer than asked."""
    spans = clause_spans(text, max_chars)
    assert_cover(text, spans)
    assert all(end - start <= max_chars for start, end in spans)


@given(st.lists(st.text("abcde", min_size=1, max_size=9), min_size=1, max_size=20), st.integers(9, 40))
@settings(deadline=None)
def test_clauses_keep_words_whole(words: list[str], max_chars: int) -> None:
    """A word is cut only when it is longer than a piece may be."""
    text = " ".join(words)
    assert " ".join(text[start:end] for start, end in clause_spans(text, max_chars)) == text


@pytest.mark.parametrize(
    ("text", "max_chars", "expected"),
    [
        ("Hij komt niet; hij belt ook niet, zei ze.", 30, ["Hij komt niet;", "hij belt ook niet, zei ze."]),
        ("De brug is dicht, omdat het stormt, zegt men.", 35, ["De brug is dicht,", "omdat het stormt, zegt men."]),
        ("In Gent, Brugge en Kortrijk, vielen bomen om.", 40, ["In Gent, Brugge en Kortrijk,", "vielen bomen om."]),
        ("De brug – die van 1930 – is al weken dicht.", 30, ["De brug – die van 1930", "– is al weken dicht."]),
        ("De brug is dicht omdat het hier stormt.", 30, ["De brug is dicht", "omdat het hier stormt."]),
        ("De oude brug bij Zaltbommel blijft dicht.", 30, ["De oude brug bij Zaltbommel", "blijft dicht."]),
        ("De uitslag was 20:30, 1,5 en 2,5 punten.", 30, ["De uitslag was 20:30,", "1,5 en 2,5 punten."]),
        ("Hottentottententententoonstelling", 20, ["Hottentottententente", "ntoonstelling"]),
        ("kort", 20, ["kort"]),
        ("", 20, []),
        ("  \n ", 20, []),
    ],
)
def test_clauses(text: str, max_chars: int, expected: list[str]) -> None:
    """A long sentence is cut at its best clause mark, then at a comma, a conjunction, a space, and hard only in need."""
    assert [text[start:end] for start, end in clause_spans(text, max_chars)] == expected


def test_clauses_want_room() -> None:
    """A limit below one character is a usage error."""
    with pytest.raises(ValueError, match="at least 1"):
        clause_spans("Hij komt.", 0)


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\u00a0", "."])
def test_texts_without_words(text: str) -> None:
    """A text without words gives no sentence, or itself."""
    assert sentences(text) == ([text] if text.strip() else [])


@pytest.mark.parametrize("word", ["Xyz.", "xyz", "XYZ."])
def test_extra_abbreviations(word: str) -> None:
    """The user's abbreviations never end a sentence, with or without their dot, in any case."""
    text = "Hij las xyz. Daarna sliep hij."
    assert len(sentence_spans(text)) == 2
    assert len(sentence_spans(text, frozenset({word}))) == 1


@pytest.mark.parametrize("name", DATA_FILES)
def test_word_lists(name: str) -> None:
    """A word list is sorted, has no entry twice, names its source, and abbreviations come without their last dot."""
    text = (ROOT / "translate_news" / "data" / "sentences" / f"{name}.txt").read_text(encoding="utf-8")
    entries = read_list(name)
    assert entries == sorted(set(entries))
    assert re.search(r"^# Source: ", text, re.MULTILINE)
    assert not [entry for entry in entries if re.search(r"\s|\.\Z", entry)]
    assert text.endswith("\n")


def test_abbreviations_have_one_kind() -> None:
    """No abbreviation stands in two lists."""
    names = [name for name in DATA_FILES if name not in ("openers", "names-with-mark")]
    entries = [entry for name in names for entry in read_list(name)]
    assert sorted(entries) == sorted(set(entries))


BAD = [
    "Dit is een gewone zin van een bericht. ", ". ", "! ", '. " ', ". ' ", "(", "( a. ", '"A. ', "'", "'a. ", ". (", ".((((", "a.", "..", ". . ",
    "... ", "mr. ", "A. ", "De A. De ", "\n \n", ",,a. ''", "x ", " ", "Hij (ja. ", ".–", "een.De ", "[1]", ".[1] ", "12. ", "’. ", ".)",
]  # fmt: skip


@pytest.mark.parametrize("unit", BAD, ids=repr)
def test_linear_time(unit: str) -> None:
    """Eight times the text takes nowhere near 64 times the time; the best of three runs leaves noise out."""

    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        runs = []
        for _ in range(3):
            begun = time.perf_counter()
            sentence_spans(text)
            clause_spans(text, 200)
            runs.append(time.perf_counter() - begun)
        return min(runs)

    small, large = seconds(10_000), seconds(80_000)
    assert large < 24 * small + 0.05


def test_floors_hold() -> None:
    """The wire cases reach the floors of benchmarks/floors.json; lowering one takes a commit of its own."""
    bench = benchmark()
    floors = json.loads((ROOT / "benchmarks" / "floors.json").read_text(encoding="utf-8"))["segmentation"]
    scores = {"wire-cases": bench.measure(bench.ours(), bench.read_cases())}
    assert bench.below_floors(scores, floors) == []
    assert floors["wire-cases"]["exact"] >= 0.99


def test_floors_refuse() -> None:
    """A score below its floor is named; a set that was not measured is not judged."""
    bench = benchmark()
    score = bench.Score(precision=0.9, recall=0.9, f1=0.9, exact=0.9, mb_per_s=1.0)
    floors = {"wire-cases": {"f1": 0.99, "exact": 0.5}, "alpino-dev": {"f1": 0.985}}
    assert bench.below_floors({"wire-cases": score}, floors) == ["wire-cases: f1 0.9000 is below its floor 0.99"]


def test_benchmark_counts_boundaries() -> None:
    """Precision and recall count the boundaries inside paragraphs, whatever white space a splitter leaves."""
    bench = benchmark()
    item = bench.paragraph(["Hij kwam.", "Zij ging.", "Wij bleven."])
    score = bench.measure(lambda _: ["Hij kwam. ", "Zij", "ging. Wij bleven."], [item])
    assert (score.precision, score.recall, score.exact) == (0.5, 0.5, 0.0)


def test_benchmark_reads_ud(tmp_path: Path) -> None:
    """A CoNLL-U file is grouped by the paragraph in `sent_id`; parts of split-up sentences are left out."""
    bench = benchmark()
    path = tmp_path / "nl_test-ud-dev.conllu"
    rows = [
        ("a.p.1.s.1", "Hij kwam."),
        ("a.p.1.s.2", "Zij ging."),
        ("a.p.1.s.2.1", "Nee."),
        ("a.p.2.s.1", "Wij bleven."),
    ]
    path.write_text("".join(f"# sent_id = {key}\n# text = {text}\n\n" for key, text in rows), encoding="utf-8")
    assert [item.text for item in bench.read_ud(path)] == ["Hij kwam. Zij ging.", "Wij bleven."]
