"""Ages as absolute times: an age covers a stretch of time, from the earliest to the latest moment that it can mean."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from translate_news.document import AgeUnit
from translate_news.segment.ages import AgeReading

_LENGTHS: dict[AgeUnit, timedelta] = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=365.2425 / 12),
    "year": timedelta(days=365.2425),
}
_SECOND = timedelta(seconds=1)


def time_window(reading: AgeReading, as_of: datetime) -> tuple[datetime, datetime] | None:
    """The earliest and latest moment of an age that was read at `as_of` (aware; its zone is the page's).

    A page rounds down: `1 uur geleden` covers 60 minutes up to just under 120. A half (`anderhalf uur`) covers half a
    unit. A day covers itself, a clock time its minute; a date without a year is the last one that has been. None where
    the text names no time that exists, such as 31 June.
    """
    if reading.amount is not None and reading.unit is not None:
        length = _LENGTHS[reading.unit]
        step = 1.0 if reading.amount == int(reading.amount) else 0.5
        return as_of - (reading.amount + step) * length + min(_SECOND, length), as_of - reading.amount * length
    day = _day(reading, as_of)
    if day is None:
        return None
    if reading.clock:
        start = datetime.combine(day, time(*reading.clock), as_of.tzinfo)
        return start, start + timedelta(seconds=59)
    start = datetime.combine(day, time.min, as_of.tzinfo)
    end = datetime.combine(day, time(23, 59, 59), as_of.tzinfo)
    return start, max(start, min(end, as_of))


def _day(reading: AgeReading, as_of: datetime) -> date | None:
    if reading.day is not None:
        return as_of.date() - timedelta(days=reading.day)
    if reading.date is not None:
        year, month, day = reading.date
        for candidate in [year] if year else [as_of.year, as_of.year - 1, *range(as_of.year - 2, as_of.year - 9, -1)]:
            try:
                found = date(candidate, month, day)
            except ValueError:  # 29 February, or a date that never is
                continue
            if year or found <= as_of.date():
                return found
        return None
    if reading.clock is not None:
        today = as_of.date()
        passed = time(*reading.clock) <= as_of.timetz().replace(tzinfo=None)
        return today if passed else today - timedelta(days=1)
    return None
