"""(Dutch, English) → findings; table `CHECKS`. Pure: a check says what is wrong, and `pipeline` decides what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from translate_news.document import Finding

Check = Callable[[str, str], list[Finding]]

_DUTCH_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d])|\d+(?:[.,:]\d+)*")
_ENGLISH_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d])|\d+(?:[.,:]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.]\d{3})+")
_TIME = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)")
_WORDS = {
    word: str(value)
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
}
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7",
             "eighth": "8", "ninth": "9", "tenth": "10", "eleventh": "11", "twelfth": "12", "noon": "12",
             "midday": "12", "midnight": "0", "half": "30"}  # fmt: skip


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
    """Put numbers that the model copied in Dutch writing into English writing, where nothing else can be meant.

    Only a token that stands digit for digit in both texts, and whose Dutch reading is not an English one, is changed.
    """
    repairs = []
    tokens = {match[0] for match in _DUTCH_NUMBER.finditer(dutch)}
    for token in sorted(tokens, key=len, reverse=True):
        wanted = english_number(token)
        if wanted == token or _TIME.fullmatch(token) or wanted in english:
            continue
        changed = re.sub(rf"(?<![\d.,]){re.escape(token)}(?![\d]|[.,]\d)", wanted, english)
        if changed != english:
            english = changed
            repairs.append(f"{token} → {wanted}")
    return english, repairs


def numbers(dutch: str, english: str) -> list[Finding]:
    """Every number in digits of the Dutch must stand in the English, in digits or as a word."""
    available = Counter(_english_values(english))
    missing = []
    for token, accepted in _dutch_values(dutch):
        found = next((value for value in accepted if available[value] > 0), None)
        if found is None:
            missing.append(token)
        else:
            available[found] -= 1
    if not missing:
        return []
    return [Finding("numbers", f"{', '.join(missing)} of the Dutch is not in the English")]


def _dutch_values(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each number token with the values that count as the same in English."""
    for match in _DUTCH_NUMBER.finditer(text):
        token = match[0]
        accepted = [_value(english_number(token)), token.replace(".", ":"), token]
        before, after = text[max(0, match.start() - 8) : match.start()], text[match.end() : match.end() + 6]
        if time := _TIME.fullmatch(token):
            hour, minute = int(time[1]), time[2]
            for shown in (hour % 12 or 12, hour):
                accepted += [f"{shown}:{minute}", f"{shown}.{minute}"] + ([str(shown)] if minute == "00" else [])
        elif re.match(r"\s*uur", after) and token.isdigit() and int(token) > 12:
            accepted.append(str(int(token) - 12))
        if re.search(r"jaren\s*['’]?$", before) and len(token) == 2:
            accepted += [f"19{token}", f"20{token}"]
        yield token, accepted


def _english_values(text: str) -> Iterator[str]:
    for match in _ENGLISH_NUMBER.finditer(text):
        yield _value(match[0])
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _WORDS:
            yield _WORDS[word]
        elif word in _ORDINALS:
            yield _ORDINALS[word]


def _value(token: str) -> str:
    """The digits of an English number token without thousand marks."""
    return re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", token)


def empty(dutch: str, english: str) -> list[Finding]:
    """A sentence with letters must become a text with letters or digits."""
    if any(c.isalpha() for c in dutch) and not any(c.isalnum() for c in english):
        return [Finding("empty", "nothing came out")]
    return []


def loops(dutch: str, english: str) -> list[Finding]:
    """No run of words or letters may repeat on and on unless the Dutch repeats itself too."""
    for seen in (_word_loop(english), _letter_loop(english)):
        if seen and not (_word_loop(dutch) or _letter_loop(dutch)):
            return [Finding("loops", f"{seen!r} repeats")]
    return []


def _word_loop(text: str) -> str:
    words = re.findall(r"\w+", text.lower())
    for size in (1, 2, 3, 4):
        for start in range(len(words) - 3 * size + 1):
            if (
                words[start : start + size]
                == words[start + size : start + 2 * size]
                == words[start + 2 * size : start + 3 * size]
            ):
                return " ".join(words[start : start + size])
    grams = Counter(tuple(words[i : i + 4]) for i in range(len(words) - 3))
    return next((" ".join(gram) for gram, count in grams.items() if count >= 3), "")


def _letter_loop(text: str) -> str:
    match = re.search(r"([^\W\d_]{1,4}?)\1{4,}", text.lower())
    return match[1] if match else ""


def length(dutch: str, english: str) -> list[Finding]:
    """The English of a sentence of 40 characters or more is 0.45 to 1.6 times as long.

    On 997 FLORES sentences four systems' outputs lie between 0.58 and 1.32.
    """
    ratio = len(english) / max(1, len(dutch))
    if len(dutch) >= 40 and english and not 0.45 <= ratio <= 1.6:
        return [Finding("length", f"the English is {ratio:.2f} times as long as the Dutch")]
    return []


CHECKS: dict[str, Check] = {"empty": empty, "numbers": numbers, "loops": loops, "length": length}


def check(dutch: str, english: str) -> tuple[Finding, ...]:
    """All findings of all checks on one sentence pair."""
    return tuple(finding for run in CHECKS.values() for finding in run(dutch, english))
