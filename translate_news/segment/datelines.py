"""Datelines in the forms that wires use: `KYIV (ANP) - `, `BRUSSEL/DEN HAAG (ANP/BELGA) – `, `LONDEN - `, `(ANP) - `.

Places and agencies are data; English places come from the exonym table `data/places.tsv`, unknown ones stay.
"""

from __future__ import annotations

import re
from functools import cache

from translate_news.document import Dateline
from translate_news.segment.ages import read_age
from translate_news.segment.words import word_set, word_table

_UP = "A-ZÀ-ÖØ-ÞŠŽĆČĐŁŚİ"
_CAPS_WORD = rf"['’]?[{_UP}][{_UP}'’.\-]*"
_CAPS_PLACE = rf"{_CAPS_WORD}(?:[ \u00a0](?:{_CAPS_WORD}))*?"
_SMALL = r"aan|op|in|bij|de|den|der|het|la|le|les|el|al|en|sur|upon|am|a/d|'s|’s"
_MIXED_WORD = rf"['’]?[{_UP}][\w'’.\-]*"
_MIXED_PLACE = rf"(?:['’]s-)?{_MIXED_WORD}(?:[ \u00a0](?:{_SMALL}|{_MIXED_WORD}))*?"
_AGENCY = r"[A-Z][\w.\-]{1,13}"
_AGENCIES = rf"\(\s*(?P<agencies>{_AGENCY}(?:\s*[/,+&]\s*{_AGENCY})*)\s*\)"
_DATE = r"(?:,\s+(?P<date>\d{1,2}\s+[a-zA-Z]{3,9}\.?(?:\s+\d{4})?))?"
_DASH = r"[ \u00a0\t]*(?:-{1,2}|–|—|:)(?:[ \u00a0\t]+|(?=[A-ZÀ-Ý\"'“‘„]))"
_OPENS = r"(?=[\"'“‘„«(\[\d]|['’][a-z][\s-]|[A-ZÀ-Ý])"


def _form(place: str, rest: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<places>{place}(?:\s?/\s?{place}){{0,3}}){_DATE}{rest}")


_CAPS_AGENCY = _form(_CAPS_PLACE, rf"[ \u00a0]*{_AGENCIES}(?:{_DASH}|\s+{_OPENS})")
_MIXED_AGENCY = _form(_MIXED_PLACE, rf"[ \u00a0]+{_AGENCIES}(?:{_DASH}|\s+{_OPENS})")
_CAPS_ONLY = _form(_CAPS_PLACE, rf"[ \u00a0]+(?:-{{1,2}}|–|—)[ \u00a0]+{_OPENS}")
_MIXED_ONLY = _form(_MIXED_PLACE, rf"[ \u00a0]+(?:-{{1,2}}|–|—)[ \u00a0]+{_OPENS}")
_AGENCY_ONLY = re.compile(rf"{_AGENCIES}{_DASH}")
_GLUED = re.compile(rf"(?<=[.!?\"”’])(?={_CAPS_WORD}(?:[ /]{_CAPS_WORD}){{0,4}} ?\([A-Z][A-Z/]{{1,30}}\) ?[-–—])")
REACH = 120  # a dateline is at the head of its paragraph; nothing further in is looked at


def read_dateline(text: str, offset: int = 0) -> Dateline | None:
    """Read the dateline that a paragraph opens with; None if it opens without one.

    `offset` is the paragraph's position on the page. The span ends where the first sentence starts.
    """
    head = text[:REACH]
    for pattern, trusted in (
        (_CAPS_AGENCY, _plausible_agencies),
        (_MIXED_AGENCY, _known_agencies),
        (_CAPS_ONLY, _capital_place),
        (_MIXED_ONLY, _known_place),
        (_AGENCY_ONLY, _known_agencies),
    ):
        match = pattern.match(head)
        if match and match.end() < len(text) and trusted(match):
            date = match.groupdict().get("date")
            return Dateline(offset, offset + match.end(), match[0].rstrip(), _places(match), _agencies(match), date)
    return None


def glued_datelines(line: str) -> list[int]:
    """Positions inside a line where a dateline is glued to the end of another item's last sentence."""
    return [match.start() for match in _GLUED.finditer(line)]


def english_place(place: str) -> str:
    """The English name of a place as it stands in a dateline, in the same case; unknown places stay.

    >>> english_place("BEIROET"), english_place("Den Haag"), english_place("DUQM")
    ('BEIRUT', 'The Hague', 'DUQM')
    """
    known = word_table("places.tsv")
    key = " ".join(place.replace("’", "'").split())
    if key in known:
        return known[key]
    english = _upper_places().get(key.upper())
    if english is None:
        return place
    return english.upper() if key.isupper() else english


def agency_name(code: str) -> str | None:
    """The full name of an agency by its code in a dateline; None when it is not in `data/agencies.tsv`.

    >>> agency_name("RTR")
    'Reuters'
    """
    return word_table("agencies.tsv").get(code.upper())


def english_dateline(dateline: Dateline) -> str:
    """A dateline in English wire style, without the space before the sentence: `BRUSSELS/THE HAGUE (ANP) -`."""
    places = "/".join(english_place(p) for p in dateline.places)
    if dateline.date:
        date = read_age(dateline.date)
        places += f", {date.english if date else dateline.date}"
    agencies = f"({'/'.join(dateline.agencies)})" if dateline.agencies else ""
    return " ".join(filter(None, [places, agencies, "-"]))


@cache
def _upper_places() -> dict[str, str]:
    return {dutch.upper(): english for dutch, english in word_table("places.tsv").items()}


def _places(match: re.Match[str]) -> tuple[str, ...]:
    found = match.groupdict().get("places")
    return tuple(" ".join(p.split()) for p in re.split(r"\s?/\s?", found)) if found else ()


def _agencies(match: re.Match[str]) -> tuple[str, ...]:
    found = match.groupdict().get("agencies")
    return tuple(a for a in re.split(r"\s*[/,+&]\s*", found) if a) if found else ()


def _known_agencies(match: re.Match[str]) -> bool:
    return any(a.upper() in word_table("agencies.tsv") for a in _agencies(match))


def _plausible_agencies(match: re.Match[str]) -> bool:
    return _known_agencies(match) or all(a.isupper() for a in _agencies(match))


def _goes_on(match: re.Match[str]) -> bool:
    """Whether prose follows: `NEC - Heracles 1-1` is a score."""
    return len(match.string[match.end() :].split()) >= 4 and "\t" not in match.string


def _capital_place(match: re.Match[str]) -> bool:
    kickers = word_set("kickers.txt")
    return _goes_on(match) and all(
        len(p) > 2 and p.upper() not in kickers and not p.endswith(".") for p in _places(match)
    )


def _known_place(match: re.Match[str]) -> bool:
    known, towns = _upper_places(), word_set("towns.txt")
    return _goes_on(match) and all(p.upper() in known or p in towns for p in _places(match))
