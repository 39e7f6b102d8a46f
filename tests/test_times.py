"""Ages: what is one and what is not, in English, and as a stretch of time."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate_news.segment import segment
from translate_news.segment.ages import read_age
from translate_news.segment.times import time_window

AS_OF = datetime(2024, 11, 22, 14, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))  # a Friday

AGES = [
    ("zojuist", "just now", "13:59:01", "14:00:00"),
    ("4 minuten geleden", "4 minutes ago", "13:55:01", "13:56:00"),
    ("1 minuut geleden", "1 minute ago", "13:58:01", "13:59:00"),
    ("een uur geleden", "1 hour ago", "12:00:01", "13:00:00"),
    ("1 uur geleden", "1 hour ago", "12:00:01", "13:00:00"),
    ("anderhalf uur geleden", "1.5 hours ago", "12:00:01", "12:30:00"),
    ("half uur geleden", "half an hour ago", "13:00:01", "13:30:00"),
    ("45 sec geleden", "45 seconds ago", "13:59:15", "13:59:15"),
    ("2 dagen geleden", "2 days ago", "2024-11-19 14:00:01", "2024-11-20 14:00:00"),
    ("3 weken geleden", "3 weeks ago", "2024-10-25 14:00:01", "2024-11-01 14:00:00"),
    ("gisteren", "yesterday", "2024-11-21 00:00:00", "2024-11-21 23:59:59"),
    ("gisteren, 21:14", "yesterday, 21:14", "2024-11-21 21:14:00", "2024-11-21 21:14:59"),
    ("gisteren om 21.14 uur", "yesterday, 21:14", "2024-11-21 21:14:00", "2024-11-21 21:14:59"),
    ("vandaag", "today", "00:00:00", "14:00:00"),
    ("vandaag, 09:30", "today, 09:30", "09:30:00", "09:30:59"),
    ("eergisteren", "the day before yesterday", "2024-11-20 00:00:00", "2024-11-20 23:59:59"),
    ("vr 15 nov 2024", "Friday 15 November 2024", "2024-11-15 00:00:00", "2024-11-15 23:59:59"),
    ("15 november", "15 November", "2024-11-15 00:00:00", "2024-11-15 23:59:59"),
    ("24 december", "24 December", "2023-12-24 00:00:00", "2023-12-24 23:59:59"),
    ("29 februari", "29 February", "2024-02-29 00:00:00", "2024-02-29 23:59:59"),
    ("donderdag 21 november 2024 14:05", "Thursday 21 November 2024, 14:05", "2024-11-21 14:05:00", "2024-11-21 14:05:59"),
    ("21-11-2024 14:05", "21 November 2024, 14:05", "2024-11-21 14:05:00", "2024-11-21 14:05:59"),
    ("21/11/24", "21 November 2024", "2024-11-21 00:00:00", "2024-11-21 23:59:59"),
    ("13.10", "13:10", "13:10:00", "13:10:59"),
    ("23:40", "23:40", "2024-11-21 23:40:00", "2024-11-21 23:40:59"),
    ("Gepubliceerd op 12 mei 2024 om 14:05", "Published: 12 May 2024, 14:05", "2024-05-12 14:05:00", "2024-05-12 14:05:59"),
    ("Laatst bijgewerkt: vandaag, 09:30", "Last updated: today, 09:30", "09:30:00", "09:30:59"),
]  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text if len(text) > 8 else f"2024-11-22 {text}").replace(tzinfo=AS_OF.tzinfo)


@pytest.mark.parametrize(("text", "english", "earliest", "latest"), AGES, ids=[row[0] for row in AGES])
def test_age(text: str, english: str, earliest: str, latest: str) -> None:
    """An age has its English and covers its stretch of time."""
    reading = read_age(text)
    assert reading
    assert reading.english == english
    assert time_window(reading, AS_OF) == (at(earliest), at(latest))


@pytest.mark.parametrize(
    "text",
    ["Dat was twee jaar geleden.", "geleden", "gisteren werd hij opgepakt", "De 4 minuten geleden", "nu we weten", "mei 1940",
     "25:10", "14:75", "1 uur", "uur geleden is het", "zojuist aangekomen", "maandag"],
)  # fmt: skip
def test_prose_is_no_age(text: str) -> None:
    """Prose that speaks of time is not an age."""
    assert read_age(text) is None


def test_no_such_day() -> None:
    """A day that never is gives no time."""
    reading = read_age("31 juni 2024")
    assert reading
    assert time_window(reading, AS_OF) is None


@given(
    st.integers(1, 400),
    st.sampled_from(["seconden", "minuten", "uur", "dagen", "weken", "maanden", "jaar"]),
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1)),
)
def test_windows_are_ordered_and_past(amount: int, unit: str, moment: datetime) -> None:
    """Earliest is not after latest, latest not after the page's own time, and a larger age is never later."""
    as_of = moment.replace(tzinfo=ZoneInfo("UTC"))
    nearer, further = read_age(f"{amount} {unit} geleden"), read_age(f"{amount + 1} {unit} geleden")
    assert nearer
    assert further
    near, far = time_window(nearer, as_of), time_window(further, as_of)
    assert near
    assert far
    assert near[0] <= near[1] < as_of
    assert far[1] <= near[0] <= far[1] + timedelta(seconds=1)


def test_without_as_of_there_are_no_times() -> None:
    """No absolute time is guessed."""
    text = "OSLO (ANP) - Het sneeuwt.\n1 uur geleden\n"
    age = segment(text).briefs[0].age
    dated = segment(text, as_of=AS_OF).briefs[0].age
    assert age
    assert dated
    assert age.earliest is None
    assert (dated.earliest, dated.latest) == (at("12:00:01"), at("13:00:00"))
