"""Numbers: every number of the Dutch is in the English, and the English has none in digits of its own."""

from __future__ import annotations

from translate_news.checks.dutch_numbers import dutch_mentions
from translate_news.checks.english_numbers import english_mentions
from translate_news.checks.mentions import unanswered
from translate_news.document import Finding


def numbers(dutch: str, english: str) -> list[Finding]:
    """Every number of the Dutch, in digits or words, must stand in the English, and no other one in digits."""
    wanted, given = dutch_mentions(dutch), english_mentions(english)
    missing = unanswered(wanted, given)
    added = [m for m in unanswered(given, wanted) if m.digits and not english[: m.start].endswith(("under-", "over-"))]
    parts = []
    if missing:
        parts.append(f"{', '.join(m.text for m in missing)} of the Dutch is not in the English")
    if added:
        parts.append(f"{', '.join(m.text for m in added)} of the English is not in the Dutch")
    return [Finding("numbers", "; ".join(parts))] if parts else []
