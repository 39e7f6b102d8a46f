"""Saved HTML pages → lines: the article or list that the page is about, with its times.

trafilatura finds the main text; but it strips ages beside list items, so its result is taken only when no age and no
dateline of the page is missing from it. Else the page's own block structure is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from translate_news.errors import Unreadable
from translate_news.readers import Source
from translate_news.segment.lines import read_lines

_SKIPPED = {
    "script", "style", "noscript", "template", "svg", "nav", "footer", "aside", "form", "button", "select", "iframe",
    "object", "video", "audio", "canvas", "dialog",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary",
    "table", "tbody", "tfoot", "thead", "time", "tr", "ul",
}  # fmt: skip
MONTHS = ("januari februari maart april mei juni juli augustus september oktober november december").split()


def read_html(data: bytes, name: str = "-") -> Source:
    """Read a saved page.

    Raises:
        Unreadable: no HTML in it.
    """
    import lxml.html
    from lxml.etree import LxmlError

    parser = lxml.html.HTMLParser(no_network=True, huge_tree=True, encoding=_declared(data))
    try:
        root: Any = lxml.html.document_fromstring(data, parser=parser)
    except (LxmlError, ValueError) as error:
        raise Unreadable(f"{name}: cannot be read as HTML: {error}") from None
    # Past a limit the parser leaves out the rest of the page and says so nowhere but here.
    if any(e.type_name == "ERR_RESOURCE_LIMIT" or "depth" in e.message.lower() for e in parser.error_log):
        raise Unreadable(
            f"{name}: its elements are nested too deeply to be read whole; save the page again, or give its text"
        )
    for element in [*root.iter(*_SKIPPED), *root.xpath("//*[@hidden or @aria-hidden='true']")]:
        element.drop_tree()
    encoding = (root.getroottree().docinfo.encoding or "utf-8").lower()
    own = "\n".join(_lines(_main(root)))
    found = _main_text(root)
    text = found if found and _keeps(found, own) else own
    title = _title(root)
    if title and title not in text[: 20 * len(title)]:
        text = f"{title}\n{text}"
    return Source(text, encoding)


def fragment_text(markup: str) -> str:
    """The text of a piece of HTML, a line a block."""
    import lxml.html

    if "<" not in markup:
        return " ".join(markup.split())
    return "\n".join(_lines(lxml.html.fragment_fromstring(markup, create_parent="div")))


def dutch_date(when: datetime) -> str:
    """A moment as a Dutch page would print it: `22 november 2024, 14:05`."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}, {when:%H:%M}"


def _declared(data: bytes) -> str | None:
    """UTF-8 unless the page says otherwise or is not: lxml's own default for silence is ISO 8859-1."""
    if re.search(rb"charset\s*=|<\?xml[^>]*encoding", data[:4_000], re.IGNORECASE):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _main_text(root: Any) -> str:
    from copy import deepcopy

    import trafilatura

    text: str | None = trafilatura.extract(
        deepcopy(root), include_comments=False, include_tables=True, favor_recall=True
    )
    return text or ""


def _keeps(found: str, own: str) -> bool:
    """Whether the extracted text still has each age and dateline of the page, line ends, and more than scraps."""
    facts = [own[line.start : line.end][:40] for line in read_lines(own) if line.kind in ("age", "dateline")]
    return all(fact in found for fact in facts) and 3 * len(found) >= len(own) and not _glues(found, own)


def _glues(found: str, own: str) -> bool:
    """Whether two lines of the page stand as one in the extracted text."""
    whole = {line.strip() for line in found.splitlines()}
    return any(a not in whole and b not in whole and f"{a} {b}" in found for a, b in pairwise(own.splitlines()))


def _main(root: Any) -> Any:
    for path in ("//main", "//article"):
        found = root.xpath(path)
        if len(found) == 1:
            return found[0]
    body = root.find("body")
    return root if body is None else body


def _title(root: Any) -> str:
    heads = [" ".join(head.text_content().split()) for head in root.iter("h1")]
    return heads[0] if len(heads) == 1 else ""


def _lines(element: Any) -> Iterator[str]:
    """The lines of an element: a line a block, in order, white space folded."""
    words: list[str] = []
    for piece in _pieces(element):
        if piece is None:
            line = " ".join("".join(words).split())
            if line:
                yield line
            words = []
        else:
            words.append(piece)
    if line := " ".join("".join(words).split()):
        yield line


def _pieces(element: Any) -> Iterator[str | None]:
    """Text and, as None, the ends of lines. Walks without recursion: pages nest deeply."""
    stack: list[tuple[Any, bool]] = [(element, True)]
    while stack:
        node, opening = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        if not opening:
            if tag in _BLOCKS:
                yield None
            if node is not element and node.tail:
                yield node.tail
            continue
        if not tag or tag == "head":
            if node is not element and node.tail:
                yield node.tail
            continue
        if tag == "br":
            yield None
        elif tag in _BLOCKS:
            yield None
            yield from _opening(node, tag)
        elif tag in ("td", "th") and node.getprevious() is not None:
            yield " | "
        if node.text:
            yield node.text
        stack.append((node, False))
        stack.extend((child, True) for child in reversed(node))


def _opening(node: Any, tag: str) -> Iterator[str]:
    if tag == "li" and not any(child.tag in _BLOCKS for child in node.iterdescendants()):
        yield "• "
    if tag == "time" and not node.text_content().strip() and node.get("datetime"):
        try:
            yield dutch_date(datetime.fromisoformat(node.get("datetime")))
        except ValueError:
            yield node.get("datetime")
