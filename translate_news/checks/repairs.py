"""Numbers that can be put right without a model, where it is beyond doubt which number is meant."""

from __future__ import annotations

import re

from translate_news.checks.dutch_numbers import dutch_mentions
from translate_news.checks.english_numbers import english_mentions
from translate_news.checks.mentions import Mention, unanswered

_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*")


def english_number(token: str) -> str:
    """A Dutch number token in English writing: `11.000` → `11,000`, `2,3` → `2.3`, `2.243.112,5` → `2,243,112.5`.

    Times (`20.30`), scores and plain digits stay as they are.
    """
    whole, comma, decimals = token.partition(",")
    if _THOUSANDS.fullmatch(whole) and decimals.isdigit() == bool(comma):
        return whole.replace(".", ",") + (f".{decimals}" if comma else "")
    if whole.isdigit() and decimals.isdigit():
        return f"{whole}.{decimals}"
    return token


def repair_numbers(dutch: str, english: str) -> tuple[str, list[str]]:
    """Put numbers that are wrong in their marks alone into English writing: `11.000` or `110,00` for 11.000 → `11,000`.

    Only a number in digits that the Dutch does not have is changed, into one that the English does not have, and only
    when both have the same digits in the same order.
    """
    repairs: list[str] = []
    for wanted, given in _pairs(dutch, english)[::-1]:  # from the back, so that the places in front stay
        new = english_number(wanted.text)
        if _digits(wanted.text) == _digits(given.text) and english[given.start : given.end] == given.text != new:
            english, repair = _replaced(english, given.start, given.text, new)
            repairs.insert(0, repair)
    return english, repairs


def replace_number(dutch: str, english: str) -> tuple[str, list[str]]:
    """Put the Dutch number in the place of a wrong one, where each side has a single number in digits that the other lacks.

    Only numbers of three digits or more that are much alike count as one gone wrong (`244.890` and `24,490`): a wrong
    house number is no wrong year. The change is one of content, so it is for the last resort, and is always recorded.
    """
    pairs = _pairs(dutch, english)
    if len(pairs) != 1:
        return english, []
    wanted, given = pairs[0]
    if not _much_alike(_digits(wanted.text), _digits(given.text)):
        return english, []
    english, repair = _replaced(english, given.start, given.text, english_number(wanted.text))
    return english, [repair]


def _pairs(dutch: str, english: str) -> list[tuple[Mention, Mention]]:
    """Each number in digits that the English lacks with each that it has too many."""
    wanted, given = dutch_mentions(dutch), english_mentions(english)
    missing = [mention for mention in unanswered(wanted, given) if _TOKEN.fullmatch(mention.text)]
    added = [mention for mention in unanswered(given, wanted) if _TOKEN.fullmatch(mention.text)]
    return [(one, other) for other in added for one in missing]


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _much_alike(one: str, other: str) -> bool:
    """Whether two strings of three digits or more differ by one digit that was lost, added, changed, or moved by one."""
    if min(len(one), len(other)) < 3 or abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        places = [n for n in range(len(one)) if one[n] != other[n]]
        return len(places) == 1 or (len(places) == 2 and sorted(one) == sorted(other) and places[1] - places[0] == 1)
    short, long = sorted((one, other), key=len)
    return any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def _replaced(text: str, start: int, old: str, new: str) -> tuple[str, str]:
    return text[:start] + new + text[start + len(old) :], f"{old} → {new}"
