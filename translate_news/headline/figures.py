"""The numbers that a text states, as values that can be compared: in digits or words, English or Dutch."""

from __future__ import annotations

import re

_UNITS = {word: value for value, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split())} | {word: 10 * value for value, word in enumerate(
    "twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)} | {"dozen": 12}  # fmt: skip
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
           "m": 1e6, "mln": 1e6, "bn": 1e9}  # fmt: skip
_ORDINALS = {word: value for value, word in enumerate(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1)}  # fmt: skip
_VAGUE = re.compile(r"\b(dozens|hundreds|thousands|millions|billions|half|double|triple|twice|thrice|quarter)", re.I)
_VAGUE_DUTCH = {
    "dozens": "tientallen", "hundreds": "honderden", "thousands": "duizenden", "millions": "miljoenen", "billions": "miljarden",
    "half": "half|halve|helft|anderhalve?", "double": "dubbel|verdubbel", "twice": "twee keer|tweemaal|dubbel", "triple": "verdrievoudig|drievoud",
    "thrice": "driemaal|drie keer", "quarter": "kwart",
}  # fmt: skip
_DUTCH_UNITS = {word: value for value, word in enumerate(
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien "
    "achttien negentien twintig".split())}  # fmt: skip
_SCORE = re.compile(r"(?<![\w.,-])\d{1,3}-\d{1,3}(?![\w-]|[.,]\d)")
_TENS = frozenset(range(20, 100, 10))
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[:.]\d+)?"
_RUN = re.compile(  # `2.3 billion`, `twenty-one`, `a million`: numbers and scales with nothing between them
    rf"(?:(?:{_DIGITS})|\b(?:{'|'.join(_UNITS)}|hundred|thousand|million)\b)"
    rf"(?:[\s-]+(?:(?:{_DIGITS})\b|(?:{'|'.join([*_UNITS, *_SCALES])})\b))*",
    re.I,
)
_DUTCH_TOKEN = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?|[a-zëï]+", re.I)


def english_figures(text: str) -> set[str]:
    """The numbers of an English text: values (`13 billion` is `13000000000`), scores as they stand, ordinals with `.`.

    `one` is left out: it is a pronoun as often as a number.
    """
    found = set(_SCORE.findall(text)) | {word.lower() for word in _VAGUE.findall(text)}
    for match in _RUN.finditer(text):
        run: list[tuple[float, bool]] = []
        for token in re.split(r"[\s-]+", match[0].lower()):
            value, scale = _read(token), _SCALES.get(token)
            tens = bool(run) and run[-1][0] in _TENS and value is not None and value < 10
            if scale is None and run and not run[-1][1] and not tens:
                found |= _values(run)
                run = []
            run.append((scale, True) if scale is not None else (value or 0.0, False))
        found |= _values(run)
    found |= {f"{_ORDINALS[word.lower()]}." for word in re.findall(r"[A-Za-z]+", text) if word.lower() in _ORDINALS}
    found |= {f"{number}." for number in re.findall(r"\b(\d+)(?:st|nd|rd|th)\b", text)}
    return found - {"1"}


def dutch_figures(text: str) -> set[str]:
    """The numbers of a Dutch text, as `english_figures` writes them; in words up to twenty."""
    found = set(_SCORE.findall(text))
    found |= {name for name, words in _VAGUE_DUTCH.items() if re.search(rf"\b(?:{words})", text, re.I)}
    for word, value in {"eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "vijfde": 5}.items():
        if re.search(rf"\b{word}\b", text, re.I):
            found.add(f"{value}.")
    scales = {"honderd": 1e2, "duizend": 1e3, "miljoen": 1e6, "mln": 1e6, "miljard": 1e9, "mld": 1e9}
    last: float | None = None
    for token in (match[0] for match in _DUTCH_TOKEN.finditer(text)):
        if token[0].isdigit():
            last = float(token.replace(".", "").replace(",", "."))
        elif token.lower() in scales:
            found.add(_written((last or 1) * scales[token.lower()]))
            last = None
            continue
        else:
            last = _DUTCH_UNITS.get(token.lower())
        if last is not None:
            found.add(_written(last))
    return found - {"1"}


def _read(token: str) -> float | None:
    if token[0].isdigit():
        return float(token.replace(",", "").replace(":", "."))
    return _UNITS.get(token.lower())


def _values(run: list[tuple[float, bool]]) -> set[str]:
    """A run such as `two hundred five` or `13 billion` as its value, nothing for an empty run."""
    if not run:
        return set()
    total, current = 0.0, 0.0
    for value, scale in run:
        if not scale:
            current += value
        elif value >= 1e3:
            total, current = total + (current or 1) * value, 0.0
        else:
            current = (current or 1) * value
    return {_written(total + current)}


def _written(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
