"""The grammar of a news page: lines with kinds become items (article, brief, label, furniture, text).

    page  = (item | label | furniture)*
    item  = [age] [title] (dateline-paragraph | paragraph | subhead | byline | caption | bullet | table | furniture)* [age]

An age stands after its item or before it, and a page uses one order: `ages_come_first` reads the page as a whole. An age
after an item closes it; an age before an item opens it. A short line opens an item when a dateline follows it, or when
no item is open; inside an open item it is a subhead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from translate_news.document import ParagraphKind
from translate_news.segment.lines import Line

SECTION_GAP = 2  # blank lines that part two articles
PAGE_GAP = 5  # blank lines that part whatever stands there, as the entries of a feed without titles
BODY = {"paragraph", "dateline", "item", "table", "clock"}
PASSED_OVER = {"furniture", "byline", "caption", "rule", "time"}  # may stand between a title and its text


@dataclass(slots=True)
class Item:
    """An item while it is being put together."""

    kind: str = "item"
    lines: list[tuple[ParagraphKind, Line]] = field(default_factory=list)
    age: Line | None = None
    times: list[Line] = field(default_factory=list)

    def has(self, *kinds: ParagraphKind) -> bool:
        """Whether a line of one of these kinds is in the item."""
        return any(kind in kinds for kind, _ in self.lines)


def group(lines: Sequence[Line]) -> list[Item]:
    """Group a page's lines into items, in page order; each line is in exactly one item."""
    return _Grouping(lines).run()


def ages_come_first(lines: Sequence[Line]) -> bool:
    """Whether this page prints an age before its item.

    Ages that close the page or a section tell the one order; ages that open it, with text before the next age, the
    other. Where nothing tells, an age stands after its item, as wires' running lists have it.
    """
    before = after = 0
    open_section = True  # nothing but labels so far in this section
    previous: Line | None = None
    for line, follower in zip(lines, _followers(lines), strict=True):
        if line.kind == "age":
            if open_section and follower and follower.kind in {"dateline", "paragraph", "short"}:
                before += 2
            if follower is None or follower.kind == "label":
                after += 2
            if line.gap and follower and not follower.gap:
                before += 1
            if previous and not line.gap and follower and follower.gap:
                after += 1
        if line.kind == "label":
            open_section = True
        elif line.kind not in PASSED_OVER:
            open_section = False
        previous = line
    return before > after


def _followers(lines: Sequence[Line]) -> list[Line | None]:
    """For each line the next line that matters, None at the end; one pass from the back."""
    followers: list[Line | None] = []
    following: Line | None = None
    for line in reversed(lines):
        followers.append(following)
        if line.kind not in PASSED_OVER:
            following = line
    return followers[::-1]


class _Grouping:
    """One walk over the lines; `self.item` is the open item, or None after an age or a label has closed it."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.items: list[Item] = []
        self.item: Item | None = None
        self.first = ages_come_first(lines)
        self.live_blog = sum(line.kind == "clock" for line in lines) >= 2
        self.dated = any(line.kind == "age" for line in lines)
        self.followers = [follower.kind if follower else "" for follower in _followers(lines)]

    def run(self) -> list[Item]:
        rules: dict[str, Callable[[int, Line], None]] = {
            "age": self._age, "time": self._time, "clock": self._clock, "label": self._label, "dateline": self._dateline,
            "short": self._short, "rule": self._rule, "furniture": self._furniture,
        }  # fmt: skip
        for position, line in enumerate(self.lines):
            if line.gap >= PAGE_GAP and line.kind not in ("age", "time"):
                self.item = None
            rules.get(line.kind, self._body)(position, line)
        return self.items

    def _open(self) -> Item:
        self.item = Item()
        self.items.append(self.item)
        return self.item

    def _add(self, kind: ParagraphKind, line: Line) -> None:
        (self.item or self._open()).lines.append((kind, line))

    def _time(self, position: int, line: Line) -> None:
        (self.item or self._open()).times.append(line)

    def _age(self, position: int, line: Line) -> None:
        if self.first:
            self._open().age = line
        else:
            item = self.item if self.item and self.item.has("title", "text", "item", "caption") else self._open()
            if item.age:
                item.times.append(line)
            else:
                item.age = line
            self.item = None

    def _clock(self, position: int, line: Line) -> None:
        if self.live_blog:
            self._open()
            self._add("text", line)
        else:
            self._body(position, line)

    def _label(self, position: int, line: Line) -> None:
        if self.item and not self.item.lines and self.item.age:  # an age, then a one-word title that looks like a label
            self._add("title", line)
            return
        self.item = None
        self.items.append(Item("label", [("label", line)]))

    def _dateline(self, position: int, line: Line) -> None:
        if self.item is None or self.item.has("text", "item", "table"):
            self._open()
        self._add("text", line)

    def _short(self, position: int, line: Line) -> None:
        follower = self.followers[position]
        opens = self.item is None or (line.gap >= SECTION_GAP and self.item.has("text"))
        if follower == "dateline" and (self.item is None or self.item.has("text")):
            opens = True
        if not opens and self.item and not self.item.has("title", "text", "subhead", "item", "table"):
            self._add("title", line)  # after an age, a byline or a caption
        elif opens:
            self._open()
            self._add("title" if follower in BODY or self.dated else "text", line)
        elif self.item and self.item.has("text"):
            self._add("subhead" if follower in BODY and not line.running else "text", line)
        else:  # a second short line below a title
            self._add("subhead" if self.item and self.item.has("title") and not line.running else "text", line)

    def _rule(self, position: int, line: Line) -> None:
        self.item = None
        self.items.append(Item("furniture", [("furniture", line)]))

    def _furniture(self, position: int, line: Line) -> None:
        if self.item:
            self.item.lines.append(("furniture", line))
        else:
            self.items.append(Item("furniture", [("furniture", line)]))

    def _body(self, position: int, line: Line) -> None:
        kinds: dict[str, ParagraphKind] = {"byline": "byline", "caption": "caption", "item": "item", "table": "table"}
        if self.item and line.gap >= SECTION_GAP + 1 and self.item.has("text") and self.dated:
            self.item = None
        self._add(kinds.get(line.kind, "text"), line)
