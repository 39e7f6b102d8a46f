"""Ages and times as news pages print them: `4 minuten geleden`, `zojuist`, `gisteren, 14:05`, `vr 22 nov 2024`.

An age is data. It is recognised by pattern, rendered in English by table, and never goes through a model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from translate_news.document import AgeUnit

_UNITS: dict[str, AgeUnit] = {
    "seconde": "second", "seconden": "second", "sec": "second", "s": "second",
    "minuut": "minute", "minuten": "minute", "min": "minute", "m": "minute",
    "uur": "hour", "uren": "hour", "u": "hour",
    "dag": "day", "dagen": "day", "d": "day",
    "week": "week", "weken": "week", "w": "week",
    "maand": "month", "maanden": "month",
    "jaar": "year", "jaren": "year",
}  # fmt: skip
_AMOUNTS = {"een": 1.0, "één": 1.0, "twee": 2.0, "drie": 3.0, "vier": 4.0, "vijf": 5.0, "half": 0.5,
            "een half": 0.5, "anderhalf": 1.5, "anderhalve": 1.5, "een paar": None, "enkele": None}  # fmt: skip
_QUALIFIERS = {"ruim": "over", "bijna": "almost", "ongeveer": "about", "circa": "about", "meer dan": "more than",
               "minder dan": "less than"}  # fmt: skip
_DAYS = {"vandaag": ("today", 0), "gisteren": ("yesterday", 1), "eergisteren": ("the day before yesterday", 2),
         "gisterochtend": ("yesterday morning", 1), "gisteravond": ("yesterday evening", 1),
         "gistermiddag": ("yesterday afternoon", 1), "vanochtend": ("this morning", 0), "vanmorgen": ("this morning", 0),
         "vanmiddag": ("this afternoon", 0), "vanavond": ("this evening", 0)}  # fmt: skip
_JUST_NOW = {"zojuist": "just now", "zonet": "just now", "daarnet": "just now", "nu": "now", "net": "just now"}
_WEEKDAYS = {"maandag": "Monday", "dinsdag": "Tuesday", "woensdag": "Wednesday", "donderdag": "Thursday",
             "vrijdag": "Friday", "zaterdag": "Saturday", "zondag": "Sunday"}  # fmt: skip
_MONTHS = {"januari": "January", "februari": "February", "maart": "March", "april": "April", "mei": "May",
           "juni": "June", "juli": "July", "augustus": "August", "september": "September", "oktober": "October",
           "november": "November", "december": "December"}  # fmt: skip
_MONTH_NAMES = list(_MONTHS.values())
_SHORT_WEEKDAYS = {d[:2]: e for d, e in _WEEKDAYS.items()}
_SHORT_MONTHS = {m[:3]: e for m, e in _MONTHS.items()} | {"mrt": "March", "sept": "September"}
_INTRODUCTIONS = {
    "gepubliceerd": "Published", "geplaatst": "Posted", "laatst bijgewerkt": "Last updated",
    "laatste update": "Last update", "bijgewerkt": "Updated", "laatst gewijzigd": "Last changed",
    "gewijzigd": "Changed", "aangepast": "Changed", "update": "Update", "datum": "Date", "publicatiedatum": "Published",
}  # fmt: skip


def _any(words: dict[str, object] | set[str]) -> str:
    return "|".join(sorted((re.escape(w).replace(r"\ ", r"\s+") for w in words), key=len, reverse=True))


_QUALIFIER = rf"(?:(?P<qualifier>{_any(set(_QUALIFIERS))})\s+)?"
_AMOUNT = rf"(?P<amount>\d{{1,4}}|{_any(set(_AMOUNTS))})"
_RELATIVE = rf"{_QUALIFIER}{_AMOUNT}\s*(?P<unit>{_any(set(_UNITS))})\.?\s+geleden"
_CLOCK = r"(?P<clock>(?:[01]?\d|2[0-3])[:.][0-5]\d)(?:\s*(?:uur|u\b\.?))?"
_DATE = (
    rf"(?:(?P<weekday>{_any(set(_WEEKDAYS) | set(_SHORT_WEEKDAYS))})\.?,?\s+)?"
    rf"(?P<day>[0-3]?\d)\s+(?P<month>{_any(set(_MONTHS) | set(_SHORT_MONTHS))})\.?(?:\s+(?P<year>\d{{4}}))?"
)
_NUMERIC_DATE = r"(?P<numeric>[0-3]?\d[-/][01]?\d[-/](?:\d{4}|\d{2}))"
_JOIN = r"(?:\s*[,|·•]?\s*(?:om\s+|-\s*)?)"
_DAY = rf"(?P<dayword>{_any(set(_DAYS))})(?:{_JOIN}{_CLOCK})?"
_WHEN = (
    rf"{_RELATIVE}|(?P<now>{_any(set(_JUST_NOW))})|{_DAY}",
    rf"(?:{_DATE}|{_NUMERIC_DATE})(?:{_JOIN}{_CLOCK})?",
    _CLOCK,
)
_RELATIVE_ONLY = re.compile(_WHEN[0], re.IGNORECASE)
_AGE_LINE = [re.compile(rf"(?:{p})\.?", re.IGNORECASE) for p in _WHEN]
_STATED = re.compile(
    rf"(?P<intro>{_any(set(_INTRODUCTIONS))})\s*:?\s*(?:op\s+|om\s+|op\s*:\s*)?(?P<rest>[^\n]{{2,60}})", re.IGNORECASE
)
_GLUED_TAIL = re.compile(rf"(?<=[.!?\"”’')])\s*(?P<age>{_RELATIVE})\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AgeReading:
    """What an age text says. `length` is in characters; `amount` and `unit` are there where it is relative.

    `day` counts back from the day of reading (1 is yesterday); `date` is year (None if unsaid), month and day; `clock` is
    hour and minute.
    """

    length: int
    english: str
    amount: float | None = None
    unit: AgeUnit | None = None
    day: int | None = None
    date: tuple[int | None, int, int] | None = None
    clock: tuple[int, int] | None = None
    stated: bool = False  # "Gepubliceerd op …": belongs to the item it stands in, whichever order the page uses


def read_age(line: str) -> AgeReading | None:
    """Read a whole line as an age or a stated time; None when it is anything else."""
    if len(line) > 80:
        return None
    for pattern in _AGE_LINE:
        if match := pattern.fullmatch(line):
            return _reading(match)
    if (match := _STATED.fullmatch(line)) and (inner := read_age(match["rest"].strip())):
        words = " ".join(match["intro"].lower().split())
        return replace(inner, length=len(line), english=f"{_INTRODUCTIONS[words]}: {inner.english}", stated=True)
    if " | " in line or " · " in line:  # "12 mei 2024 14:05 | Laatst bijgewerkt: 15:10"
        parts = [read_age(part.strip()) for part in re.split(r"\s+[|·]\s+", line)]
        known = [part for part in parts if part]
        if len(known) == len(parts):
            return replace(known[0], length=len(line), english=" | ".join(p.english for p in known), stated=True)
    return None


def glued_age(line: str) -> AgeReading | None:
    """Read an age at the start of a line that goes on without a space: `4 minuten geledenLONDEN (ANP) - …`."""
    match = _RELATIVE_ONLY.match(line)
    if not match or match.end() == len(line):
        return None
    after = line[match.end() :]
    if after[0].isupper() or (after[0] in "\"'“‘„(" and after[1:2].isupper()):
        return _reading(match)
    return None


def trailing_age(line: str) -> tuple[int, AgeReading] | None:
    """Read an age that is glued to the end of a paragraph: `… geen gewonden.4 minuten geleden`; with its start."""
    match = _GLUED_TAIL.search(line, max(0, len(line) - 60))
    if not match:
        return None
    if not match["amount"][0].isdigit():  # "Dat was \"kort\" twee jaar geleden" is prose
        return None
    reading = read_age(match["age"])
    return (match.start("age"), reading) if reading else None


def _reading(match: re.Match[str]) -> AgeReading:
    found = match.groupdict()
    if found.get("unit"):
        return _relative(match)
    length = len(match[0])
    if word := found.get("now"):
        return AgeReading(length, _JUST_NOW[word.lower()], amount=0.0, unit="minute")
    clock = found.get("clock")
    hour_minute = None
    if clock:
        hour, minute = re.split("[:.]", clock)
        hour_minute = int(hour), int(minute)
    shown = (clock or "").replace(".", ":")
    if word := found.get("dayword"):
        english, day = _DAYS[word.lower()]
        return AgeReading(length, ", ".join(filter(None, [english, shown])), day=day, clock=hour_minute)
    if word := found.get("numeric"):
        day_of_month, month_number, year_number = (int(part) for part in re.split("[-/]", word))
        if not 1 <= month_number <= 12:
            return AgeReading(length, ", ".join(filter(None, [word, shown])), clock=hour_minute)
        date = (year_number + (2000 if year_number < 100 else 0), month_number, day_of_month)
        english = f"{day_of_month} {_MONTH_NAMES[month_number - 1]} {date[0]}"
        return AgeReading(length, ", ".join(filter(None, [english, shown])), date=date, clock=hour_minute)
    if word := found.get("month"):
        name = _MONTHS.get(word.lower()) or _SHORT_MONTHS[word.lower()]
        weekday = (found.get("weekday") or "").lower()
        weekday = _WEEKDAYS.get(weekday) or _SHORT_WEEKDAYS.get(weekday, "")
        english = " ".join(filter(None, [weekday, found["day"], name, found.get("year")]))
        date_said = (int(found["year"]) if found.get("year") else None, _MONTH_NAMES.index(name) + 1, int(found["day"]))
        return AgeReading(length, ", ".join(filter(None, [english, shown])), date=date_said, clock=hour_minute)
    return AgeReading(length, shown, clock=hour_minute)


def _relative(match: re.Match[str]) -> AgeReading:
    words = " ".join(match["amount"].lower().split())
    amount = float(words) if words.isdigit() else _AMOUNTS[words]
    unit = _UNITS[match["unit"].lower()]
    qualifier = match["qualifier"]
    lead = f"{_QUALIFIERS[' '.join(qualifier.lower().split())]} " if qualifier else ""
    if amount is None:
        shown = f"a few {unit}s"
    elif amount == 0.5:
        shown = f"half {'an' if unit == 'hour' else 'a'} {unit}"
    else:
        shown = f"{amount:g} {unit}" + ("" if amount == 1 else "s")
    return AgeReading(len(match[0]), f"{lead}{shown} ago", amount, unit)
