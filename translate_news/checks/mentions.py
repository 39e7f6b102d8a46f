"""What the two number readers share: a mention of a number in a text, and the values that it may stand for.

A value is a short string, so that unlike things never compare as equal: `n:2.3` a number, `t:20:30` a time of day,
`d:1960` a decade, `m:5` a month, `s:1000` "thousands" without saying how many, `x:1.45.32` groups of digits of no convention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

SCALES = {10**2: "hundred", 10**3: "thousand", 10**6: "million", 10**9: "billion", 10**12: "trillion"}
LONGEST_NUMBER = 60  # characters: what is longer is a row of digits, and is compared as it stands
FRACTIONS = {"¼": "0.25", "½": "0.5", "¾": "0.75", "⅓": "1/3", "⅔": "2/3", "⅛": "0.125"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of text that stands for a number. `digits` says that it is written in digits; `soft` that it is only
    an allusion (English `a`, `both`; Dutch `kwartier`), which may answer for a number but asks for none; `ordinal` that
    it is a rank or a part."""

    text: str
    start: int
    end: int
    values: frozenset[str]
    digits: bool = False
    soft: bool = False
    ordinal: bool = False


def number(value: Decimal | int | str) -> str:
    """The value string of a number: `n:` and its shortest decimal writing."""
    return f"n:{Decimal(value).normalize():f}"


def short_year(text: str, start: int, token: str) -> set[str]:
    """The years that two digits behind an apostrophe may be: `'45`."""
    if len(token) != 2 or not token.isdecimal() or text[max(0, start - 1) : start] not in ("'", "’", "‘"):
        return set()
    return {number(1900 + int(token)), number(2000 + int(token))}


def idiom(value: str) -> str:
    """The value string of an entry of the idioms' tables: `m5` is the fifth month, anything else a number."""
    return f"m:{value[1:]}" if value.startswith("m") else number(value)


def clock(hour: int, minute: int = 0) -> str:
    """The value string of a time of day."""
    return f"t:{hour % 24}:{minute:02}"


def both_halves(hour: int, minute: int = 0) -> set[str]:
    """A time that may be before or after noon: both readings."""
    return {clock(hour, minute), clock(hour + 12, minute)} if hour <= 12 else {clock(hour, minute)}


def groups(token: str) -> str:
    """The value string of digit groups whose marks follow no convention: `1.45,32` → `x:1.45.32`."""
    return "x:" + ".".join(re.findall(r"\d+", token))


def unanswered(wanted: Iterable[Mention], given: Iterable[Mention]) -> list[Mention]:
    """The mentions that ask for a value and share none with any mention of the other side.

    A value that stands twice on one side needs to stand only once on the other: `of the three … the three` may become
    `of the three … they`. But a mention of another kind (a rank, an allusion) does not answer when its own side has one
    of its kind to answer for: `five … the fifth` needs both.
    """
    wanted, given = list(wanted), list(given)
    return [mention for mention in wanted if not mention.soft and not _is_answered(mention, wanted, given)]


def _is_answered(mention: Mention, wanted: list[Mention], given: list[Mention]) -> bool:
    def is_taken(answer: Mention) -> bool:
        kind = answer.soft, answer.ordinal
        return kind != (mention.soft, mention.ordinal) and any(
            (other.soft, other.ordinal) == kind and other.values & answer.values & mention.values for other in wanted
        )

    return any(mention.values & answer.values and not is_taken(answer) for answer in given)
