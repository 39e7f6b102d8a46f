"""RSS and Atom feeds → lines: the feed's title as a label, then each entry with its title, text and time."""

from __future__ import annotations

from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from translate_news.errors import Unreadable
from translate_news.readers import Source
from translate_news.readers.html import dutch_date, fragment_text
from translate_news.segment.grammar import PAGE_GAP

ZONE = ZoneInfo("Europe/Amsterdam")  # feeds give UTC; a Dutch page prints the time in the Netherlands


def read_feed(data: bytes, name: str = "-") -> Source:
    """Read a feed by feedparser; times are printed as in the Netherlands, after each entry.

    Raises:
        Unreadable: no entry in it.
    """
    import feedparser

    feed: Any = feedparser.parse(data)
    if not feed.entries:
        reason = f": {feed.bozo_exception}" if feed.get("bozo") else ""
        raise Unreadable(f"{name}: is no feed with entries{reason}")
    entries = filter(None, ("\n".join(_entry(entry)) for entry in feed.entries))
    told = all(entry.get("title") and _moments(entry) for entry in feed.entries)  # title and time part the entries
    return Source(("\n\n" if told else "\n" * (PAGE_GAP + 1)).join(entries), str(feed.encoding))


def _entry(entry: Any) -> Iterator[str]:
    title = fragment_text(entry.get("title", ""))
    if title:
        yield title
    contents = [content.get("value", "") for content in entry.get("content", [])]
    text = fragment_text(max([entry.get("summary", ""), *contents], key=len))
    if text and text != title:
        yield text
    for moment in _moments(entry)[:1]:
        yield dutch_date(datetime.fromtimestamp(timegm(moment), UTC).astimezone(ZONE))


def _moments(entry: Any) -> list[Any]:
    return [entry[key] for key in ("published_parsed", "updated_parsed") if dict.get(entry, key)]
