"""Composed pages: whatever way a site lays out its list, the briefs come back with their own place, agencies and age."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_pages import assert_lossless
from translate_news.document import Brief
from translate_news.segment import segment

PLACES = [
    "LONDEN",
    "DEN HAAG",
    "SINT-PETERSBURG",
    "'S-HERTOGENBOSCH",
    "NEW YORK",
    "GENÈVE",
    "Parijs",
    "DUQM",
    "RIO DE JANEIRO",
]
AGENCIES = [("ANP",), ("ANP", "RTR"), ("ANP", "RTR", "AFP"), ("BELGA",), ("DPA",)]
AGES = [
    "4 minuten geleden",
    "1 uur geleden",
    "zojuist",
    "gisteren, 14:05",
    "vr 22 nov 2024",
    "2 dagen geleden",
    "14:32",
]
BODIES = [
    "Er zijn geen gewonden gevallen.",
    "De premier van Peru stapt op. Hij wil niet zeggen waarom.",
    "Volgens drs. M. de Vries (34) kost de brug 1,2 miljoen euro. \"Dat is veel\", zegt hij.",
    "Het leger meldt dat de haven dicht is, maar een woordvoerder van de VN spreekt dat tegen.",
    "In 2019 waren het er nog 11.000. Nu zijn het er 9.000, aldus het CBS.",
]  # fmt: skip
TITLES = [
    "Kabinet valt over begroting",
    "Storm op zee: veerboot vast",
    "Ajax wint met 3-1",
    '"Niet mijn schuld", zegt burgemeester',
]
LABELS = ["Meer uit Buitenland", "Laatste nieuws", "Binnenland", ""]


@dataclass(frozen=True)
class Piece:
    place: str
    agencies: tuple[str, ...]
    dash: str
    body: str
    age: str
    title: str

    def dateline(self) -> str:
        return f"{self.place} ({'/'.join(self.agencies)}) {self.dash} "


PIECES = st.lists(
    st.builds(
        Piece, st.sampled_from(PLACES), st.sampled_from(AGENCIES), st.sampled_from("-–—"), st.sampled_from(BODIES),
        st.sampled_from(AGES), st.sampled_from(TITLES),
    ),
    min_size=2, max_size=8,
)  # fmt: skip
GAPS = st.sampled_from(["\n", "\n\n", "\r\n", "\n \n"])


def assert_briefs(text: str, pieces: list[Piece], *, titles: bool = False, ages: bool = True) -> None:
    page = segment(text)
    assert_lossless(page)
    briefs: list[Brief] = [brief for brief in page.briefs if brief.kind in ("brief", "article")]
    assert len(briefs) == len(pieces)
    for brief, piece in zip(briefs, pieces, strict=True):
        assert brief.dateline
        assert (brief.dateline.places, brief.dateline.agencies) == ((piece.place,), piece.agencies)
        assert (brief.age.text if brief.age else None) == (piece.age if ages else None)
        assert " ".join(s.text for p in brief.paragraphs if p.kind == "text" for s in p.sentences) == piece.body
        assert (brief.title is not None) == titles


@settings(max_examples=300, deadline=None)
@given(PIECES, st.sampled_from(LABELS), GAPS)
def test_ages_after(pieces: list[Piece], label: str, gap: str) -> None:
    """Ages on lines of their own after each brief belong to the brief before them."""
    text = f"{label}{gap}" + gap.join(f"{p.dateline()}{p.body}{gap}{p.age}" for p in pieces)
    assert_briefs(text, pieces)


@settings(max_examples=300, deadline=None)
@given(PIECES, st.sampled_from(LABELS[:3]), GAPS)
def test_ages_before(pieces: list[Piece], label: str, gap: str) -> None:
    """Ages on lines of their own before each brief belong to the brief after them."""
    text = f"{label}{gap}" + gap.join(f"{p.age}{gap}{p.dateline()}{p.body}" for p in pieces) + gap
    assert_briefs(text, pieces)


@settings(max_examples=300, deadline=None)
@given(PIECES, st.sampled_from(LABELS))
def test_ages_glued_to_the_next_dateline(pieces: list[Piece], label: str) -> None:
    """An age glued to the next dateline belongs to the brief before it."""
    pieces = [p for p in pieces if p.age.endswith("geleden")]
    text = f"{label}\n" + "".join(f"{p.dateline()}{p.body}\n{p.age}" for p in pieces)
    assert_briefs(text, pieces)


@settings(max_examples=300, deadline=None)
@given(PIECES, GAPS)
def test_titles_and_ages_after(pieces: list[Piece], gap: str) -> None:
    """A title before each dateline is that brief's title."""
    text = gap.join(f"{p.title}{gap}{p.dateline()}{p.body}{gap}{p.age}" for p in pieces)
    assert_briefs(text, pieces, titles=True)


@settings(max_examples=300, deadline=None)
@given(PIECES, GAPS)
def test_ages_then_titles(pieces: list[Piece], gap: str) -> None:
    """An age, a title, a text: the age belongs to the title after it."""
    text = "Net binnen\n" + gap.join(f"{p.age}{gap}{p.title}{gap}{p.dateline()}{p.body}" for p in pieces)
    assert_briefs(text, pieces, titles=True)


@settings(max_examples=300, deadline=None)
@given(PIECES, GAPS)
def test_no_ages(pieces: list[Piece], gap: str) -> None:
    """Without ages, each dateline opens a brief."""
    assert_briefs(gap.join(f"{p.dateline()}{p.body}" for p in pieces), pieces, ages=False)


@settings(max_examples=200, deadline=None)
@given(PIECES, PIECES, GAPS)
def test_article_then_list(article: list[Piece], pieces: list[Piece], gap: str) -> None:
    """An article without an age before a list with ages after: no brief takes another's age."""
    first = article[0]
    lead = (
        f"{first.title}{gap}{first.dateline()}{first.body}{gap}De oorzaak is niet bekend.{gap}Meer uit Binnenland{gap}"
    )
    page = segment(lead + gap.join(f"{p.dateline()}{p.body}{gap}{p.age}" for p in pieces))
    assert page.briefs[0].kind == "article"
    assert page.briefs[0].age is None
    assert page.briefs[1].kind == "label"
    assert [b.age.text for b in page.briefs[2:] if b.age] == [p.age for p in pieces]
