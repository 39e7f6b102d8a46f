"""Golden pages: each page's anatomy, through the library and through the command."""

from __future__ import annotations

import itertools
import json
import lzma
import random
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from translate_news.document import Page
from translate_news.readers import read_path
from translate_news.segment import segment
from translate_news.writers import anatomy_record, write_outline

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))
SHARED = Path(__file__).parent.parent.parent / "shared"
WIRE_PAGE = SHARED / "examples" / "wire-page.txt"
DUTCH = SHARED / "data" / "dutch"


def page(path: Path) -> Page:
    source = read_path(path)
    return segment(source.text, path.name, source.encoding)


def assert_lossless(page: Page) -> None:
    """Contract 1: the spans follow one another, join to the text, and what has no name is white space."""
    spans = page.spans()
    assert all(before.end == after.start for before, after in itertools.pairwise(spans))
    assert "".join(page.text[span.start : span.end] for span in spans) == page.text
    for span in spans:
        assert span.start < span.end
        assert span.kind != "space" or page.text[span.start : span.end].isspace()
    for number, sentence in enumerate(page.sentences):
        assert sentence.index == number
        assert sentence.text == page.text[sentence.start : sentence.end] == sentence.text.strip() != ""


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_golden_page(path: Path) -> None:
    """A page's anatomy is the one that was read and found right."""
    assert write_outline(page(path)) == path.with_suffix(".outline").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_golden_page_is_lossless(path: Path) -> None:
    """No character of a golden page is lost or doubled, with each kind of line end."""
    text = page(path).text
    for end in ("\n", "\r\n", "\r", "\u2028"):
        assert_lossless(segment(text.replace("\r\n", "\n").replace("\n", end)))


def test_there_are_enough_pages() -> None:
    """Every golden page has its outline and the other way round."""
    outlines = {path.stem for path in (Path(__file__).parent / "pages").glob("*.outline")}
    assert outlines == {path.stem for path in PAGES}
    assert len(PAGES) >= 40


FRAGMENTS = st.sampled_from(
    ["LONDEN (ANP) - ", "4 minuten geleden", "gisteren, 14:05", "Meer uit Buitenland", "Lees ook: iets", "\n", "\n\n",
     "\r\n", " ", "\u00a0", "De zon scheen. ", "Het regent.", "11.000 militairen", "Foto: ANP", "14.32 ", "• ", "(ANP) - ",
     "\t", "---", "Door Jan de Vries", "\"Ja\", zei hij. ", "geleden", "zojuist", "DEN HAAG/BRUSSEL (ANP/BELGA) – ", "’t ",
     "1 uur geledenPARIJS - ", "a | b | 3"]
)  # fmt: skip


@settings(max_examples=2_000, deadline=None)
@example("0.00\t• A")
@given(st.one_of(st.text(max_size=200), st.lists(FRAGMENTS, max_size=14).map("".join)))
@example("\x1c4 minuten geleden\x85\u2029 x")
@example("Foto: ANP")
@example("• ")
@example("(ANP) - ")
def test_any_text_is_lossless(text: str) -> None:
    """No character of any text is lost or doubled."""
    assert_lossless(segment(text))


def test_mutated_pages_are_lossless() -> None:
    """No character is lost or doubled on 20,000 pages made by cutting, doubling and swapping pieces of the golden ones."""
    chance = random.Random(1975)
    material = "".join(page(path).text for path in PAGES)
    for _ in range(20_000):
        pieces = []
        for _ in range(chance.randrange(1, 5)):
            start = chance.randrange(len(material))
            pieces.append(material[start : start + chance.randrange(1, 90)])
        if chance.random() < 0.3:
            pieces.append(chr(chance.choice([0x0B, 0x1C, 0x85, 0xA0, 0x2028, 0xFEFF, 0x1F6B2, 0x0301, 0xD800])))
        chance.shuffle(pieces)
        assert_lossless(segment("".join(pieces)))


@pytest.mark.skipif(not DUTCH.exists(), reason="the newspaper texts are not part of the repository")
@pytest.mark.parametrize("path", sorted(DUTCH.glob("*.xz")), ids=lambda p: p.stem)
def test_newspapers_are_lossless(path: Path) -> None:
    """No character of years of newspaper text is lost or doubled."""
    assert_lossless(segment(lzma.decompress(path.read_bytes()).decode()))


def test_anatomy_record_has_the_spans() -> None:
    """The JSON anatomy joins to the page too, and survives JSON."""
    first = page(PAGES[0])
    record = json.loads(json.dumps(anatomy_record(first)))
    assert "".join(first.text[s["start"] : s["end"]] for s in record["spans"]) == first.text
    assert "signature" not in record


@pytest.mark.parametrize("size", [1_000, 100_000])
def test_brief_ids_ignore_age_and_place_on_the_page(size: int) -> None:
    """The same brief under another age, further down the page, has the same id."""
    brief = "DUQM (ANP) - De haven is dicht.\n{} minuten geleden\n"
    filler = "OSLO (ANP) - Het sneeuwt.\n1 uur geleden\n" * (size // 40)
    early, late = segment(brief.format(4)), segment(filler + brief.format(17))
    assert early.briefs[0].id == late.briefs[-1].id != late.briefs[0].id


@pytest.mark.skipif(not WIRE_PAGE.exists(), reason="the copied wire page is not part of the repository")
def test_the_copied_wire_page() -> None:
    """A real page as copied from a browser: one article, one label, seven briefs, each with its own age."""
    wire = page(WIRE_PAGE)
    assert_lossless(wire)
    assert [b.kind for b in wire.briefs] == ["article", "label"] + ["brief"] * 7
    article = wire.briefs[0]
    assert article.dateline
    assert (article.dateline.places, article.dateline.agencies) == (("KYIV",), ("ANP",))
    assert [p.kind for p in article.paragraphs] == ["title", "text", "text", "text", "subhead", "text", "text"]
    assert [(b.dateline.places[0], "/".join(b.dateline.agencies), b.age.english) for b in wire.briefs[2:] if b.dateline and b.age] == [
        ("DUQM", "ANP/RTR", "4 minutes ago"),
        ("LONDEN", "ANP", "17 minutes ago"),
        ("DUBAI", "ANP/RTR/AFP", "1 hour ago"),
        ("JERUZALEM", "ANP/AFP", "1 hour ago"),
        ("KABUL", "ANP", "1 hour ago"),
        ("BEIROET", "ANP/AFP", "1 hour ago"),
        ("WASHINGTON", "ANP", "1 hour ago"),
    ]  # fmt: skip
