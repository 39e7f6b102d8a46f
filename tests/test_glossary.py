"""Glossaries and stand-ins: terms are found, put in and reported; what must not be touched comes through untouched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translate_news.alignment import pair_lines
from translate_news.engine import Alignment, Decoding, Hypothesis
from translate_news.errors import SettingsError
from translate_news.glossary import (
    FLAGS,
    Entry,
    Glossary,
    advise,
    newsroom,
    parse,
    put_term,
    read_glossaries,
    stands,
    terms_of,
)
from translate_news.ladder import Finish, Task, put_stood_in, put_terms, render, stand_in
from translate_news.protect import append, bare, mask, unmask

SENTENCES = Path(__file__).parent / "data" / "glossary-sentences.tsv"
HOUSE = Glossary(
    (Entry("OM", ("Public Prosecution Service", "prosecutors"), frozenset({"case"})), Entry("kabinet", ("cabinet",)))
)


def test_the_newsroom_glossary_is_sound() -> None:
    """The shipped glossary has 300 terms or more, no wrong line, and nothing that lint would remark on."""
    glossary = newsroom()
    assert len(glossary.entries) >= 300
    assert advise(glossary) == []


def test_the_test_sentences_contain_terms() -> None:
    """There are 300 sentences or more, each with a term, and each reference has what the glossary says."""
    glossary = newsroom()
    pairs = [
        line.split("\t") for line in SENTENCES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert len(pairs) >= 300
    for dutch, english in pairs:
        terms = terms_of(glossary, dutch, english)
        assert terms, dutch
        assert sum(not term.met for term in terms) <= 1, dutch


@pytest.mark.parametrize(
    ("dutch", "found"),
    [
        ("Het OM eist straf.", ["OM"]),
        ("Het gaat om geld.", []),
        ("Het Kabinet valt.", ["kabinet"]),
        ("De kabinetscrisis duurt.", []),
        ("Het OM en het kabinet, zegt het OM.", ["OM", "kabinet", "OM"]),
        ("", []),
    ],
)
def test_terms_are_found_as_their_flags_say(dutch: str, found: list[str]) -> None:
    """Whole words, in any case but where the flag says otherwise."""
    assert [entry.dutch for entry, _ in HOUSE.find(dutch)] == found


@pytest.mark.parametrize(
    "frame", ["{}", "De {} zwijgt.", "«{}» – nee", "‘{}’-zaak", "het nieuwe\n{}, zei", "on{}", "{}achtig"]
)
def test_the_short_way_finds_what_the_long_way_finds(frame: str) -> None:
    """Looking first for each term's longest word leaves out no term, however it is written and whatever stands round it."""
    glossary = newsroom()
    plain = Glossary((*glossary.entries, Entry("zz", ("zz",), frozenset({"part"}))))  # which has no short way
    assert plain._longest_words is None
    for entry in glossary.entries:
        for form in {entry.dutch, entry.dutch.upper(), entry.dutch.title(), entry.dutch.replace(" ", "\u00a0 ")}:
            sentence = frame.format(form)
            assert glossary.find(sentence) == plain.find(sentence)


def test_longer_terms_come_first() -> None:
    """Of two terms that overlap the longer one counts."""
    glossary = Glossary((Entry("raad", ("council",)), Entry("Raad van State", ("Council of State",))))
    assert [entry.dutch for entry, _ in glossary.find("De Raad van State en de raad.")] == ["Raad van State", "raad"]


def test_a_later_file_wins(tmp_path: Path) -> None:
    """A user's entry takes the place of the newsroom's, and the fingerprint tells."""
    mine = tmp_path / "mine.tsv"
    mine.write_text("\ufeffkabinet\tgovernment\nZORA\t\tkeep, case\n", encoding="utf-8")
    both = read_glossaries(["newsroom", str(mine)])
    assert terms_of(both, "Het kabinet", "The government")[0].met
    assert not terms_of(both, "Het kabinet", "The cabinet")[0].met
    assert both.fingerprint != newsroom().fingerprint


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("OM", "wanted are"),
        ("OM\tPPS\tcase\tmore", "wanted are"),
        ("\tPPS", "the Dutch is missing"),
        ("OM\t", "has no English"),
        ("OM\tPPS\tloud", "no such flag: loud"),
        ("OM\tPPS\tkeep", "is to be kept"),
        ("OM\tPPS\nom\tPPS", "stands on line 1 too"),
    ],
)
def test_wrong_lines_are_named(line: str, word: str, tmp_path: Path) -> None:
    """Each wrong line is a fault with its number, and reading such a file is refused."""
    assert word in parse(line)[1][0]
    (tmp_path / "bad.tsv").write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError, match="glossary lint"):
        read_glossaries([str(tmp_path / "bad.tsv")])


def test_every_flag_is_told() -> None:
    """The fault for an unknown flag names those that there are."""
    assert all(flag in parse("a\tb\tx")[1][0] for flag in FLAGS)


def test_forms_stand_as_words() -> None:
    """Capitals of a form must be there, its small letters may be capitals, and a genitive or plural s may follow."""
    assert stands("cabinet", "Cabinets fall")
    assert stands("House of Representatives", "the House of Representatives' vote")
    assert not stands("House of Representatives", "the house of representatives")
    assert not stands("army", "armyworm")


@pytest.mark.parametrize(
    ("english", "old", "form", "wanted"),
    [
        ("Army sends tanks.", "Army", "air force", "Air force sends tanks."),
        ("It is a cabinet matter.", "cabinet", "executive", "It is an executive matter."),
        ("It is an OM matter.", "OM", "cabinet", "It is a cabinet matter."),
        ("The OM waits.", "OM", "Public Prosecution Service", "The Public Prosecution Service waits."),
    ],
)
def test_a_term_is_put_in_its_place(english: str, old: str, form: str, wanted: str) -> None:
    """A capital at the head of a sentence, and the article that suits."""
    start = english.index(old)
    assert put_term(english, (start, start + len(old)), form) == wanted


def test_terms_go_where_the_alignment_says() -> None:
    """The English that comes from the term, whole words of it, is replaced; a term that is met is left alone."""
    source, text = "Het OM wacht op het kabinet.", "The OMP waits for the cabinet."
    links = ((0, 3, 0, 3), (4, 6, 4, 6), (6, 7, 4, 6), (8, 13, 7, 12), (22, 29, 20, 27))
    done = put_terms(Hypothesis(text, alignment=Alignment(source, links)), HOUSE)
    assert done.text == "The Public Prosecution Service waits for the cabinet."
    assert put_terms(Hypothesis(text), HOUSE).text == text


def test_stand_ins_for_terms_and_addresses_do_not_mix() -> None:
    """A sentence with an address and terms gets a stand-in for each, and each comes back in its place."""
    source, kept = mask("Het OM verwijst naar www.om.nl en het kabinet.")
    task = stand_in(Task("Het OM verwijst naar www.om.nl en het kabinet.", source, kept=kept), HOUSE)
    assert task.source == "Het X2 verwijst naar X1 en het X3."
    said = put_stood_in(task, Hypothesis("The X2 refers to X1 and the X3."))
    rendering = Finish(HOUSE)(Task(task.dutch, source, kept=kept), said)
    assert rendering.english == "The Public Prosecution Service refers to www.om.nl and the cabinet."
    assert all(term.met for term in rendering.terms)


class Copying:
    """Says nothing but what it is told by the table, else the source itself; without alignment."""

    name, device, precision = "copying", "none", "exact"

    def __init__(self, said: dict[str, str]) -> None:
        self.said = said

    def translate(self, sentences: list[str], decoding: Decoding, progress: object = None) -> list[Hypothesis]:
        return [Hypothesis(self.said.get(s, s), -0.2) for s in sentences]


def test_an_unmet_term_is_put_in_and_recorded_or_marked() -> None:
    """By stand-in where the model keeps it; else the sentence stays as it is, with a finding."""
    task = Task("Het OM eist straf.", "Het OM eist straf.")
    said = {task.source: "The OM demands punishment.", "Het X1 eist straf.": "The X1 demands punishment."}
    done = render([task], Copying(said), Decoding(), glossary=HOUSE)[task]
    assert done.english == "The Public Prosecution Service demands punishment."
    assert done.repairs == ("OM → Public Prosecution Service",)
    assert done.attempts[-1] == "stand-in"
    said["Het X1 eist straf."] = "It demands punishment."
    marked = render([task], Copying(said), Decoding(), glossary=HOUSE)[task]
    assert marked.english == "The OM demands punishment."
    assert [finding.check for finding in marked.findings] == ["terms"]


@pytest.mark.parametrize(
    "kept",
    [
        "https://example.org/a_b?c=d,e&f#g", "www.nos.nl/artikel/12", "jan.de-vries+x@mail.example.co", "@anp", "#metoo", "`rm -rf /`",
        "rijksoverheid.nl",
    ],
)  # fmt: skip
def test_what_is_kept_comes_back(kept: str) -> None:
    """Addresses, handles, tags and code are hidden from the model, and come back letter by letter."""
    text = f"Zie {kept}, zegt hij. Of ({kept})."
    masked, parts = mask(text)
    assert parts == (kept, kept)
    assert masked == "Zie X1, zegt hij. Of (X2)."
    assert unmask(masked, parts) == (text, ())
    assert kept not in bare(text)


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="aX1 .@#w/:`nl", max_size=40))
def test_masking_loses_nothing(text: str) -> None:
    """Whatever the text, its mask gives it back, unless it has stand-ins of its own."""
    masked, kept = mask(text)
    back, lost = unmask(masked, kept)
    assert back == text or lost or "X" in text


def test_what_lost_its_place_stands_at_the_end() -> None:
    """Nothing that is kept is gone: what the model dropped is put in brackets in front of the final mark, and said."""
    assert append("See the site.", ("www.nos.nl",)) == "See the site (www.nos.nl)."
    task = Task("Zie www.nos.nl.", "Zie X1.", kept=("www.nos.nl",))
    rendering = Finish(Glossary())(task, Hypothesis("See the site."))
    assert rendering.english == "See the site (www.nos.nl)."
    assert [finding.check for finding in rendering.findings] == ["kept"]


def test_lines_are_paired() -> None:
    """As many lines answer each other; else by length, digits and names, and what has no partner stands alone."""
    dutch = [
        "In Zwolle vielen 34 gewonden bij een ongeluk met een trein.",
        "Elke maandag verkoopt Sneek 800 kilo vis op de markt aan toeristen.",
        "De burgemeester van Breda treedt vandaag af.",
    ]
    english = [
        "In Zwolle 34 people were injured in an accident with a train.",
        "The mayor of Breda is resigning today.",
    ]
    assert pair_lines(dutch[:2], english) == list(zip(dutch[:2], english, strict=True))
    assert pair_lines(dutch, english) == [(dutch[0], english[0]), (dutch[1], ""), (dutch[2], english[1])]
    assert pair_lines([], english) == [("", line) for line in english]


@pytest.mark.parametrize(("less", "more"), [(0, 300), (1, 300), (300, 1), (300, 0), (100, 300), (399, 400)])
def test_lines_of_unequal_texts_are_paired_whole(less: int, more: int) -> None:
    """However unlike two texts are in length, every line of both stands in one pair, in order."""
    dutch, english = [f"Regel {n} van de tekst." for n in range(less)], [f"Line {n} of the text." for n in range(more)]
    pairs = pair_lines(dutch, english)
    assert " ".join(" ".join(one for one, _ in pairs).split()) == " ".join(dutch)
    assert " ".join(" ".join(other for _, other in pairs).split()) == " ".join(english)


def test_a_lost_line_is_found_in_a_long_text() -> None:
    """One line missing among hundreds stands alone, and the lines behind it answer each other again."""
    dutch = [f"Op {n} mei vielen er {n * 7} gewonden." for n in range(400)]
    english = [f"On {n} May {n * 7} people were injured." for n in range(400) if n != 150]
    assert [pair for pair in pair_lines(dutch, english) if not pair[1]] == [(dutch[150], "")]
