"""Readers: each kind of file gives its page; bad input gives a clear refusal and never a traceback or a bomb."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
from pathlib import Path

import pytest

from translate_news.errors import Unreadable
from translate_news.readers import LARGEST_MARKUP, READERS, read_bytes, read_path
from translate_news.segment import segment
from translate_news.writers import write_outline

FIXTURES = sorted(p for p in (Path(__file__).parent / "readers").iterdir() if p.suffix != ".outline")


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.name)
def test_fixture_page(path: Path) -> None:
    """Each fixture's anatomy is the one that was read and found right: title, datelines, times, in order."""
    expected = path.with_name(f"{path.name}.outline").read_text(encoding="utf-8")
    assert write_outline(segment(read_path(path).text)) == expected


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.name)
def test_unnamed_markup_is_recognised(path: Path) -> None:
    """HTML and XML are known by their first bytes, as they come from a pipe."""
    if path.suffix in (".html", ".xml", ".rss", ".atom"):
        assert read_bytes(path.read_bytes()).text == read_path(path).text


def docx(*lines: str) -> bytes:
    from docx import Document

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_word_document() -> None:
    """A Word document's paragraphs are its lines."""
    source = read_bytes(docx("Brug dicht", "", "SNEEK (ANP) - De brug in Sneek is dicht."), suffix=".docx")
    page = segment(source.text)
    assert [brief.kind for brief in page.briefs] == ["article"]
    assert page.briefs[0].dateline is not None


def test_page_titles_are_not_doubled_or_lost() -> None:
    """A heading outside the main text comes first, once."""
    markup = b"<html><body><h1>Sneeuw in Assen</h1><div><p>ASSEN (ANP) - Het sneeuwt in Assen. Bussen rijden niet.</p></div></body></html>"
    lines = read_bytes(markup, suffix=".html").text.splitlines()
    assert lines[0] == "Sneeuw in Assen"
    assert lines.count("Sneeuw in Assen") == 1


def test_hidden_and_scripted_text_is_left_out() -> None:
    """Scripts, hidden parts and menus are no news."""
    markup = b"<main><p>Het regent in Breda.</p><p hidden>verborgen</p><script>let x = 1</script><nav>Menu</nav></main>"
    assert read_bytes(markup, suffix=".html").text == "Het regent in Breda."


@pytest.mark.parametrize("piece", ["<script>{}</script>", '<img alt="" src="data:{}">', "<!--{}-->"])
def test_a_page_with_its_pictures_inside_is_read_whole(piece: str) -> None:
    """A saved page may hold a script, a picture or a comment of more than 10 MB; what stands behind it is read."""
    page = f"<!doctype html><main><p>De trein rijdt.</p>{piece.format('a+1;' * 2_700_000)}<p>De boot vaart niet.</p></main>"
    assert read_bytes(page.encode(), "page.html", ".html").text == "De trein rijdt.\nDe boot vaart niet."


def test_deep_nesting_is_refused() -> None:
    """Thousands of nested elements are refused: the parser drops what lies below its limit, and we lose nothing silently."""
    depth = 5_000
    markup = b"<div>" * depth + b"<p>Het regent in Breda.</p>" + b"</div>" * depth
    with pytest.raises(Unreadable, match="too deeply"):
        read_bytes(b"<html><body><p>Tekst.</p>" + markup, suffix=".html")


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE nitf [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><nitf><body.content><p>&j;</p></body.content></nitf>"
)
EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE nitf [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<nitf><hedline><hl1>Kop</hl1></hedline><body.content><p>Tekst &x; meer.</p></body.content></nitf>"
)


@pytest.mark.parametrize("suffix", [".xml", ".rss", ".html"])
def test_entity_bomb(suffix: str) -> None:
    """A bomb of entities is refused or left unexpanded, never blown up."""
    with contextlib.suppress(Unreadable):
        assert len(read_bytes(BOMB, suffix=suffix).text) < 10_000


def test_external_entity_is_not_fetched() -> None:
    """Nothing outside the file is read."""
    assert "root:" not in read_bytes(EXTERNAL, suffix=".xml").text


@pytest.mark.parametrize("name", ["newsml-g2.xml", "nitf.xml", "newsml-1.2.xml"])
def test_truncated_xml(name: str) -> None:
    """XML that is cut short is refused with a question that helps."""
    data = (Path(__file__).parent / "readers" / name).read_bytes()
    with pytest.raises(Unreadable, match="is it whole"):
        read_bytes(data[: len(data) // 2], name, ".xml")


@pytest.mark.parametrize("suffix", sorted({s for s in READERS if s not in (".txt", ".text", ".md", ".markdown")}))
def test_too_large_markup(suffix: str) -> None:
    """Markup beyond the limit is refused before a parser sees it."""
    with pytest.raises(Unreadable, match="larger than"):
        read_bytes(b" " * (LARGEST_MARKUP + 1), "page", suffix)


@pytest.mark.parametrize("suffix", sorted(READERS))
@pytest.mark.parametrize("seed", range(5))
def test_damaged_bytes(suffix: str, seed: int) -> None:
    """Whatever the bytes, a reader gives text or an error of ours."""
    chance = random.Random(seed)
    origin = chance.choice(FIXTURES).read_bytes() if seed else bytes(chance.randrange(256) for _ in range(4_000))
    data = bytearray(origin)
    for _ in range(20):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with contextlib.suppress(Unreadable):
        assert read_bytes(bytes(data), "page", suffix).text.strip()


def test_zip_that_is_no_word_document() -> None:
    """A zip archive with another suffix inside is refused."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "niets")
    with pytest.raises(Unreadable, match="Word"):
        read_bytes(buffer.getvalue(), suffix=".docx")


def test_xml_without_news() -> None:
    """Other XML is refused, with the kinds that are known."""
    with pytest.raises(Unreadable, match="NewsML-G2"):
        read_bytes(b"<?xml version='1.0'?><plist><string>x</string></plist>", suffix=".xml")


OLD = "België en Curaçao: één ruïne, zei de première. Financiële reünie in coöperatie, geïnd door Zoë; café Crème kost 5 gulden."


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
def test_old_code_pages(encoding: str) -> None:
    """Dutch in an old code page is read rightly, and the result names it."""
    source = read_bytes(OLD.encode(encoding))
    assert (source.text, source.encoding) == (OLD, encoding)


WRAPPED = "Het strand bij Domburg is zondag afgezet, meldt de\ngemeente. Er ligt een walvis. Dat zegt burgemeester\nDe Wit in een brief aan alle bewoners van het hele\ndorp. Kijken mag niet.\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_wrapped_text_is_joined(line_end: str) -> None:
    """Lines that a width broke are one paragraph again, with nothing else changed."""
    text = read_bytes(WRAPPED.replace("\n", line_end).encode()).text
    assert text == WRAPPED.rstrip().replace("\n", " ") + line_end


@pytest.mark.parametrize(
    "page",
    [
        "Brug bij Sneek maandag dicht\nDe brug bij Sneek is maandag dicht, meldt de provincie.\n",
        "Minister opent nieuwe brug over de Waal bij Nijmegen\nZeeland krijgt er twee veerboten bij in het voorjaar\n",
        "• brood van de bakker om de hoek, met boter en kaas\n• melk\n",
    ],
)
def test_lines_that_no_width_broke_stay(page: str) -> None:
    """Titles, lists and whole paragraphs keep their line ends."""
    assert read_bytes(page.encode()).text == page


def test_a_subhead_is_no_piece_of_a_paragraph() -> None:
    """A line with two sentences in it, or one that goes on in lower case, is no subhead."""
    page = segment("Kop boven het stuk\nDe brug is dicht.\nDrie maanden. Dat is lang\nen zo\nDe boot vaart.\n")
    assert not [p for brief in page.briefs for p in brief.paragraphs if p.kind == "subhead"]


def test_a_heading_is_not_glued_to_the_text() -> None:
    """A short article keeps its blocks: title, paragraphs and caption each have a line."""
    blocks = ["Molen bij Schoonhoven weer open", "De molen is open. Er was een feest.", "De molen is oud. Hij draait.", "Het wiek."]
    markup = "<article><h1>{}</h1><p>{}</p><p>{}</p><figure><figcaption>{}</figcaption></figure></article>"
    page = f"<html><body>{markup.format(*blocks)}</body></html>"
    assert read_bytes(page.encode(), suffix=".html").text.splitlines() == blocks


def test_feed_entries_without_title_or_time_stay_apart() -> None:
    """Each entry of a feed is an item of its own, whatever it lacks."""
    items = "<item><title>Haven dicht</title><description>De haven is dicht.</description></item>" + "".join(
        f"<item><description>{text}</description></item>" for text in ("De sluis is open.", "Het pontje vaart.")
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>N</title>{items}</channel></rss>'
    assert len(segment(read_bytes(feed.encode(), suffix=".rss").text).briefs) == 3


@pytest.mark.parametrize("bar", [" | ", "\t"])
def test_every_row_of_a_table_is_kept(bar: str) -> None:
    """Rows of two cells are a table to the last, and stay as they are."""
    rows = [bar.join(cells) for cells in (("Jaar", "Bezoekers"), ("2025", "75.000"), ("2026", "80.000"))]
    page = segment("\n".join(["Museum in Enkhuizen groeit", "Het museum groeit.", *rows, "Het dak lekt nog."]))
    kinds = [paragraph.kind for brief in page.briefs for paragraph in brief.paragraphs]
    assert kinds == ["title", "text", "table", "table", "table", "text"]


def test_files_of_lines_keep_their_lines(tmp_path: Path) -> None:
    """Where lines are what a file is about, as in pairs to check, none is joined to another, however it looks."""
    wrapped = "de regering heeft gisteren een besluit genomen over het plan\nen de kamer wil daar vandaag nog over spreken\n"
    (tmp_path / "lines.txt").write_text(wrapped, encoding="utf-8")
    assert read_path(tmp_path / "lines.txt", lines=True).text == wrapped
    assert read_path(tmp_path / "lines.txt").text == wrapped.replace("plan\n", "plan ")


@pytest.mark.parametrize(
    "text",
    [
        "Apple verkoopt in Nederland meer telefoons dan ooit\niPhone-maker Apple meldt dat.\n",
        "Uitslag van de verkiezingen is de zoveelste tegenslag voor de premier\neditie\n3\n",
        "De regering heeft gisteren een besluit genomen over het plan\nen dat is te merken.\n" + "Een lange regel. " * 9,
    ],
)
def test_what_is_not_wrapped_is_left(text: str) -> None:
    """A title above a name in lower case or a single word, and any page with longer lines than a width makes, stay as they are."""
    assert read_bytes(text.encode()).text == text
