"""Lists that were run into one line: `Goud: Nuis Zilver: Krol Brons: Roest`, `1. Verstappen 2. Norris 3. Piastri`.

No mark ends their items; what gives them away is that they are alike. A text is taken for a list only where at least
three items have the same shape from its first word to its last, so that prose stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from statistics import median_low

FEWEST = 3  # items alike; two may be chance
LONGEST_LABEL = 6  # words before a colon
LONGEST_ASIDE = 60  # characters in brackets that end an item
EARLY = 1.5  # words: what it weighs that a label follows a word in small letters, where names would run on

BULLETS = "•▪‣►▶■●○◦"
BULLET = re.compile(rf"(?<!\S)[{BULLETS}](?=\s)")
NUMBER = re.compile(r"(?<!\S)(\d{1,2})[.)](?=\s+[^\W\d_])")
WORD = re.compile(r"\S+")
CAPITAL = re.compile(r"[\"'“‘«‹„(]*[^\W\d_a-zà-ÿ]|\d")  # how an item or a label begins
NAMED = re.compile(r"[\"'“‘«‹„(]*[A-ZÀ-Þ]")
LETTERS = re.compile(r"[^\W\d_]{2}")
FIGURE = re.compile(r"[€$£]?\d[\d.,%]*\Z")
# How an item may end: a score, a span of years, an aside in brackets.
ENDS = tuple(
    re.compile(rf"{shape}(?=\s++(?:[\"'“‘«‹„]++\s*+)?(?:[A-ZÀ-Þ]|\d{{1,3}}(?:e|de|ste)\s|(?<=')[stn]\s)|[.!?]?\Z)")
    for shape in (
        r"(?<!\S)\d{1,3}-\d{1,3}",
        r"(?<!\S)\d{4}\s?[-–]\s?(?:\d{2,4}|heden|nu)",
        rf"\([^()]{{1,{LONGEST_ASIDE}}}\)",
    )
)
LASTS = (*"0123456789)", "heden", "nu")  # the last characters of what ENDS finds
BOUND = frozenset("van de den der het een en of in op voor te bij met aan uit tot naar door over om als".split())
# A heading that was run into its text: names and words between them, then a word that has a capital nowhere else.
HEADING = re.compile(
    rf"(?:[A-ZÀ-Þ][\w'’-]*+\s(?:(?:{'|'.join(sorted(BOUND))})\s){{0,3}}){{0,8}}?([A-ZÀ-Þ][\w'’-]*+)\s(?=(?:Hij|Zij|Ze|Er|Dit|We|Wij)\s[a-zà-ÿ'])"
)
NO_HEADING = BOUND | frozenset(
    "maar want toen dus omdat dat nu zo ook wat wie waar hoe terwijl volgens sinds na tijdens".split()
)  # Maar Hij zweeg
VERBS = frozenset("is zijn was waren wordt worden heeft hebben er".split())  # in no label
STOPS = (".", "!", "?", ":", "…", '"', "”")  # behind these, or at the start, a numbered list begins
LOOSE = (",", ";", ":", "(", "/", "-", "–", "&")  # behind these a text goes on


def numbered(text: str, low: int, high: int) -> list[int]:
    """Where the second and later items of a list numbered 1, 2, 3 … begin; no comma stands before them."""
    starts: list[int] = []
    if text.find(f"{FEWEST}.", low, high) < 0 and text.find(f"{FEWEST})", low, high) < 0:
        return starts
    for match in NUMBER.finditer(text, low, high):
        before = text[max(low, match.start() - 12) : match.start()].rstrip()
        follows = not before.endswith(LOOSE) and before.rpartition(" ")[2] not in BOUND
        if int(match.group(1)) == len(starts) + 1 and (follows if starts else not before or before.endswith(STOPS)):
            starts.append(match.start())
    return starts[1:] if len(starts) >= FEWEST else []


def bulleted(text: str, low: int, high: int) -> list[int]:
    """Where the second and later items begin in a text that begins with a bullet."""
    if text[low] not in BULLETS:
        return []
    starts = [match.start() for match in BULLET.finditer(text, low, high)]
    return starts[1:] if starts[:1] == [low] and len({text[at] for at in starts}) == 1 else []


def alike(text: str, low: int, high: int) -> list[int]:
    """Where items begin that all end in a score, a span of years or an aside: `Ajax - PSV 2-1 Feyenoord - AZ 0-0 …`."""
    if not text[max(low, high - 8) : high].rstrip(".!?").endswith(LASTS):
        return []
    part = text[low:high]
    for shape in ENDS:
        found = [match.end() for match in shape.finditer(part)]
        if len(found) < FEWEST or part[found[-1] :].strip(".!? \n\t"):
            continue
        if all(LETTERS.search(part, start, end) for start, end in pairwise([0, *found])):  # not the sets 6-4 3-6 7-5
            return [low + after.start() for end in found[:-1] if (after := WORD.search(part, end))]
    return []


def headed(text: str, low: int, high: int) -> list[int]:
    """Where the sentence begins behind a heading without a mark: `Raad voor de Sport Hij was eerder …`."""
    heading = HEADING.match(text, low, high)
    return [heading.end()] if heading and heading.group(1).lower() not in NO_HEADING else []


def labelled(text: str, low: int, high: int) -> list[int]:
    """Where the labels of `label: value label: value …` begin, the first one left out."""
    if text.count(":", low, high) < FEWEST:
        return []
    words = list(WORD.finditer(text, low, high))
    colons = outer_colons([word.group() for word in words])
    if len(colons) < FEWEST or colons[0] >= LONGEST_LABEL or colons[-1] == len(words) - 1:
        return []
    plain = [word.group() for word in words]
    choices = [label_starts(plain, before + 2, colon) for before, colon in pairwise(colons)]
    if not all(choices):
        return []
    usual, picked = colons[0], [0]
    for _ in range(2):  # by the first label's length, then by the length that most have
        picked = [
            min(starts, key=lambda at: abs(colon - at - usual) - EARLY * (NAMED.match(plain[at - 1]) is None))
            for colon, starts in zip(colons[1:], choices, strict=True)
        ]
        usual = median_low([colons[0], *(colon - at for colon, at in zip(colons[1:], picked, strict=True))])
    labels = [plain[at:colon] for colon, at in zip(colons[1:], picked, strict=True)]
    if any(not VERBS.isdisjoint(label) for label in labels):
        return []  # what stands before the colons is no label: three colons in prose
    return [words[at].start() for at in picked]


def outer_colons(words: list[str]) -> list[int]:
    """The words that end in a colon and stand in no brackets."""
    found, depth = [], 0
    for at, word in enumerate(words):
        depth = max(0, depth + word.count("(") - word.count(")"))
        if word.endswith(":") and len(word) > 1 and not depth:
            found.append(at)
    return found


def label_starts(words: list[str], first: int, colon: int) -> list[int]:
    """The words at which the label before a colon may begin, from `first` on."""
    found: list[int] = []
    small: list[int] = []  # in small letters behind a figure or a bracket: `22 sp.a:`; where nothing better is there
    for at in range(colon, max(first, colon - LONGEST_LABEL + 1) - 1, -1):
        if at < colon and words[at].endswith((",", ";", ")", "]", "»", '"', "”")):
            break
        before = words[at - 1]
        if before in BOUND or before.endswith(LOOSE):
            continue
        if CAPITAL.match(words[at]):
            found.append(at)
        elif FIGURE.match(before) or before.endswith(")"):
            small.append(at)
    return found or small


KINDS: tuple[Callable[[str, int, int], list[int]], ...] = (labelled, bulleted, alike, headed)


def item_spans(text: str, low: int, high: int) -> list[tuple[int, int]]:
    """The items of text[low:high], one sentence by its marks; the whole as one span where it is no list.

    Spans have no white space at either end when text[low:high] has none, and leave none of its other characters out.
    """
    starts = next((found for kind in KINDS if (found := kind(text, low, high))), None)
    if starts is None:
        return [(low, high)]
    edges = [low, *starts, high]
    return [(start, start + len(text[start:end].rstrip())) for start, end in pairwise(edges)]
