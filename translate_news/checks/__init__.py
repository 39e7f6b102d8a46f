"""(Dutch, English) → findings; table `CHECKS`. Pure: a check says what is wrong, and `ladder` decides what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from translate_news.checks.claims import hedges, negation
from translate_news.checks.leftovers import leftovers
from translate_news.checks.loops import loops
from translate_news.checks.names import names
from translate_news.checks.nonwords import nonwords
from translate_news.checks.numbers import numbers
from translate_news.checks.quotes import quotes
from translate_news.checks.repairs import english_number, repair_numbers, replace_number
from translate_news.checks.shape import empty, ending, length, phrases
from translate_news.document import Finding

__all__ = ["CHECKS", "Check", "check", "checks_fingerprint", "english_number", "repair_numbers", "replace_number"]

Check = Callable[[str, str], list[Finding]]

CHECKS: dict[str, Check] = {
    "empty": empty,
    "numbers": numbers,
    "names": names,
    "negation": negation,
    "hedges": hedges,
    "quotes": quotes,
    "loops": loops,
    "leftovers": leftovers,
    "nonwords": nonwords,
    "phrases": phrases,
    "length": length,
    "ending": ending,
}


@cache
def checks_fingerprint() -> str:
    """8 hex digits of SHA-256 over the checks' names and lists: their code goes by the version, the lists may be changed."""
    digest = hashlib.sha256(" ".join(CHECKS).encode())
    for path in sorted((files("translate_news") / "data" / "checks").iterdir(), key=lambda path: path.name):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def check(dutch: str, english: str) -> tuple[Finding, ...]:
    """All findings of all checks on one sentence pair."""
    return tuple(finding for run in CHECKS.values() for finding in run(dutch, english))
