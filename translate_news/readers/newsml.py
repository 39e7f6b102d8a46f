"""XML as agencies deliver it: NewsML-G2, NewsML 1.2 and NITF; feeds and XHTML go to their own readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from translate_news.errors import Unreadable
from translate_news.readers import Source
from translate_news.readers.feed import read_feed
from translate_news.readers.html import dutch_date, read_html

_ITEMS = ("newsItem", "NewsItem", "nitf")
_HEADLINES = ("headline", "HeadLine", "hl1")
_SUBHEADS = {"hl2", "h1", "h2", "h3", "h4"}
_BYLINES = ("by", "byline", "ByLine", "bytag")
_DATELINES = ("dateline", "DateLine")
_DATES = ("contentCreated", "versionCreated", "FirstCreated", "ThisRevisionCreated", "date.issue", "story.date")
_PARAGRAPHS = {"p", "P", "lede"} | _SUBHEADS


def read_xml(data: bytes, name: str = "-") -> Source:
    """Read an XML page by its root element.

    Entities are not expanded and nothing is fetched. Each news item becomes a title, a byline, its paragraphs led by its
    dateline, and a line with its time.

    Raises:
        Unreadable: not well-formed, cut short, an entity bomb, or no news in it.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root: Any = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"{name}: is not well-formed XML: {error}; is it whole?") from None
    kind = _name(root)
    if kind in ("rss", "feed", "RDF"):
        return read_feed(data, name)
    if kind == "html":
        return read_html(data, name)
    items = _outermost(root)
    pages = ["\n".join(_item(item)) for item in items]
    if not any(pages):
        raise Unreadable(f"{name}: no news item in it; known are NewsML-G2, NewsML 1.2, NITF, RSS, Atom and XHTML")
    return Source("\n\n\n".join(filter(None, pages)), (root.getroottree().docinfo.encoding or "utf-8").lower())


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _outermost(root: Any) -> list[Any]:
    """News items that are not inside another one."""
    if _name(root) in _ITEMS:
        return [root]
    items = [element for element in root.iter() if _name(element) in _ITEMS]
    return [item for item in items if not any(_name(above) in _ITEMS for above in item.iterancestors())]


def _item(item: Any) -> Iterator[str]:
    title = _first(item, _HEADLINES)
    if title:
        yield title
    if byline := _first(item, _BYLINES):
        yield byline if re.match(r"(?i)(door|van|by)\b", byline) else f"Door {byline}"
    if moment := _moment(item):
        yield f"Gepubliceerd op {dutch_date(moment)}"
    dateline = _first(item, _DATELINES)
    paragraphs = [(_name(p), _text(p)) for p in item.iter() if _name(p) in _PARAGRAPHS and _is_leaf(p)]
    if not paragraphs:
        bodies = [_text(e) for e in item.iter() if _name(e) in ("inlineData", "DataContent", "body.content")]
        paragraphs = [("p", line) for body in bodies for line in body.splitlines()]
    led = False
    for kind, text in paragraphs:
        if not text or text in (title, byline, dateline):
            continue
        if dateline and not led and kind not in _SUBHEADS:
            led = True
            if not text.upper().startswith(dateline.split("(")[0].strip().upper()[:40]):
                text = f"{dateline.rstrip(' –—-')} - {text}"
        yield text


def _is_leaf(element: Any) -> bool:
    return not any(_name(child) in _PARAGRAPHS for child in element.iterdescendants())


def _first(item: Any, names: tuple[str, ...]) -> str:
    for name in names:
        for element in item.iter():
            if _name(element) == name and (text := _text(element)):
                return text
    return ""


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _moment(item: Any) -> datetime | None:
    for element in item.iter():
        if _name(element) in _DATES:
            text = (element.get("norm") or element.text or "").strip()
            text = re.sub(r"^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)", r"\1-\2-\3T\4:\5:", text).replace(":Z", ":00Z")
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                continue
    return None
