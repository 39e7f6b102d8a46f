"""Numbers: every number of the Dutch is in the English, and the English has none of its own (in words: from three on)."""

from __future__ import annotations

import re

from translate_news.checks.dutch_numbers import dutch_mentions
from translate_news.checks.english_numbers import english_mentions
from translate_news.checks.mentions import Mention, number, unanswered
from translate_news.document import Finding

_LOOSE = frozenset(
    number(value) for value in ("0", "1", "2", "0.5")
)  # the words for these have many uses: second-hand, one another

# Degrees below zero, in either language: -3,5 graden, min tien graden, vijf graden onder nul, vijf graden vorst.
_COLD = re.compile(
    r"(?<![\w\d.,])[-−–]\s?\d[\d.,]*\s?(?:graden|°)|\bmin(?:us)? (?:\d[\d.,]*|[a-z]+) (?:graden|°)"
    r"|\bgraden (?:celsius )?onder (?:nul|het vriespunt)|\bgraden vorst\b",
    re.IGNORECASE,
)
_SAID_COLD = re.compile(
    r"(?<![\w\d.,])[-−–]\s?\d|\bminus\b|\bnegative\b|\bbelow\b|\bsub-?zero\b|\bfrost\b|\bfreezing\b", re.IGNORECASE
)


def _is_own(mention: Mention, english: str, dutch: str) -> bool:
    """Whether an English number that no Dutch one explains is one: no prefix's, no loose word, no part of an English title."""
    if english[: mention.start].endswith(("under-", "over-")):
        return False
    return mention.digits or (_LOOSE.isdisjoint(mention.values) and mention.text not in dutch)


def numbers(dutch: str, english: str) -> list[Finding]:
    """Every number of the Dutch, in digits or words, must stand in the English, and no other one above two."""
    wanted, given = dutch_mentions(dutch), english_mentions(english)
    missing = unanswered(wanted, given)
    added = [m for m in unanswered(given, wanted) if _is_own(m, english, dutch)]
    parts = []
    if missing:
        parts.append(f"{', '.join(m.text for m in missing)} of the Dutch is not in the English")
    if (cold := _COLD.search(dutch)) and not _SAID_COLD.search(english):
        parts.append(f"{cold[0]} of the Dutch is not below zero in the English")
    if added:
        parts.append(f"{', '.join(m.text for m in added)} of the English is not in the Dutch")
    return [Finding("numbers", "; ".join(parts))] if parts else []
