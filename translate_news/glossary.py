"""Glossaries: terms that have a house translation; found in the Dutch, looked for in the English, and put there.

A glossary is a TSV file in DeepL's layout, with a column for flags: Dutch, tab, English, tab, flags. Where several English
forms are right they are joined by `|`; the first is the one that is put in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from translate_news.document import Finding, Term
from translate_news.errors import SettingsError

NEWSROOM = "newsroom"  # the name of the glossary that the package carries
FLAGS = {
    "case": "matches only as it is written",
    "part": "matches inside a word too",
    "keep": "is never translated: the English column may be empty",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A Dutch term and the English forms that are right for it, the one to use first."""

    dutch: str
    english: tuple[str, ...]
    flags: frozenset[str] = frozenset()

    @property
    def wanted(self) -> str:
        """The form that is put in."""
        return self.english[0]


_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Glossary:
    """Entries by their Dutch; a later file's entry replaces an earlier one's. Longer terms are found first."""

    entries: tuple[Entry, ...] = ()
    _by_dutch: dict[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_dutch", {_key(entry): entry for entry in self.entries})

    @property
    def fingerprint(self) -> str:
        """16 hex digits of SHA-256 over the entries; `-` for the empty glossary."""
        lines = sorted(
            f"{e.dutch}\t{'|'.join(e.english)}\t{','.join(sorted(e.flags))}" for e in self._by_dutch.values()
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16] if lines else "-"

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest = sorted(self._by_dutch.values(), key=lambda e: (-len(e.dutch), e.dutch))
        return re.compile("|".join(_matcher(entry) for entry in longest) or r"(?!)")

    @cached_property
    def _longest_words(self) -> frozenset[str] | None:
        """A word of each term that stands in its places, the longest; None where a term may stand inside words."""
        if any("part" in entry.flags or not _WORD.search(entry.dutch) for entry in self.entries):
            return None
        return frozenset(max(_WORD.findall(key), key=len) for key in self._by_dutch)

    def find(self, dutch: str) -> list[tuple[Entry, tuple[int, int]]]:
        """The terms that a sentence contains, with their places; they do not overlap."""
        needed, words = self._longest_words, set(_WORD.findall(dutch))
        if needed is not None and needed.isdisjoint(words) and needed.isdisjoint(map(str.casefold, words)):
            return []  # so it is with most sentences, and the pattern costs twenty times as much
        found = []
        for match in self._pattern.finditer(dutch):
            entry = self._by_dutch.get(match[0]) or self._by_dutch.get(match[0].casefold())
            if entry:
                found.append((entry, match.span()))
        return found


def _key(entry: Entry) -> str:
    return entry.dutch if "case" in entry.flags else entry.dutch.casefold()


def _matcher(entry: Entry) -> str:
    term = re.escape(entry.dutch).replace(r"\ ", r"\s+")
    term = term if "case" in entry.flags else f"(?i:{term})"
    return term if "part" in entry.flags else rf"(?<![\w-]){term}(?![\w'’-])"


def stands(form: str, english: str) -> bool:
    """Whether a form is in the English, as whole words, in any case but for its own capitals; a plural or genitive s may follow."""
    return form_pattern(form).search(english) is not None


def form_pattern(form: str) -> re.Pattern[str]:
    """Matches a form: its small letters in any case, its capitals as capitals."""
    letters = "".join(
        f"[{c}{c.upper()}]" if c.islower() and c.upper() != c and len(c.upper()) == 1 else re.escape(c) for c in form
    )
    return re.compile(rf"(?<![\w-]){letters}(?:['’]s|s)?(?![\w-])")


def terms_of(glossary: Glossary, dutch: str, english: str) -> tuple[Term, ...]:
    """Each term of the sentence once, and whether the English has it."""
    entries = dict.fromkeys(entry for entry, _ in glossary.find(dutch))
    return tuple(Term(e.dutch, e.wanted, any(stands(form, english) for form in e.english)) for e in entries)


def unmet(terms: Iterable[Term]) -> list[Finding]:
    """A finding for the terms that are not met."""
    missing = [f"{term.english!r} for {term.dutch}" for term in terms if not term.met]
    return [Finding("terms", f"the glossary has {', '.join(missing)}")] if missing else []


def put_term(english: str, span: tuple[int, int], form: str) -> str:
    """The English with a form in the place of a span: a capital where the sentence begins, `a` or `an` to suit."""
    start, end = span
    old = english[start:end]
    if not english[:start].strip(" \"'“‘(") and old[:1].isupper():
        form = form[0].upper() + form[1:]
    before = english[:start]
    if article := re.search(r"\b([Aa])n? \Z", before):
        right = article[1] + ("n " if form[0].lower() in "aeiou" else " ")
        before = before[: article.start()] + right
    return before + form + english[end:]


def read_glossary(path: Path) -> Glossary:
    """Read a glossary file.

    Raises:
        SettingsError: it cannot be read, or the first line that is wrong, with its number.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    entries, faults = parse(text)
    if faults:
        raise SettingsError(f"{path}, {faults[0]}; see them all with: translate-news glossary lint {path}")
    return Glossary(tuple(entries))


def newsroom() -> Glossary:
    """The glossary that the package carries: Dutch institutions and offices."""
    text = files("translate_news").joinpath("data", "glossary.tsv").read_text(encoding="utf-8")
    return Glossary(tuple(parse(text)[0]))


def read_glossaries(names: Sequence[str]) -> Glossary:
    """Several glossaries as one, `newsroom` being the package's own; a later entry replaces an earlier one of the same Dutch."""
    return Glossary(
        tuple(e for name in names for e in (newsroom() if name == NEWSROOM else read_glossary(Path(name))).entries)
    )


def parse(text: str) -> tuple[list[Entry], list[str]]:
    """The entries of a glossary and what is wrong with it, one line each, starting with the line's number."""
    entries: list[Entry] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        entry, fault = _entry(line)
        if entry and not fault and _key(entry) in seen:
            fault = f"{entry.dutch!r} stands on line {seen[_key(entry)]} too"
        if fault or not entry:
            faults.append(f"line {number}: {fault}")
            continue
        seen[_key(entry)] = number
        entries.append(entry)
    return entries, faults


def _entry(line: str) -> tuple[Entry | None, str]:
    """One line's entry, or what is wrong with it."""
    dutch, *rest = (column.strip() for column in line.split("\t"))
    english = rest[0] if rest else ""
    flags = frozenset(filter(None, re.split(r"[,\s]+", rest[1]))) if len(rest) > 1 else frozenset()
    if len(rest) > 2 or not rest:
        return None, "wanted are Dutch, a tab, English, and perhaps a tab and flags"
    if not dutch:
        return None, "the Dutch is missing"
    if unknown := flags - set(FLAGS):
        return None, f"no such flag: {', '.join(sorted(unknown))}; there are {', '.join(FLAGS)}"
    if "keep" in flags and english not in ("", dutch):
        return None, f"{dutch!r} is to be kept and has a translation too"
    forms = (dutch,) if "keep" in flags else tuple(filter(None, (form.strip() for form in english.split("|"))))
    if not forms:
        return None, f"{dutch!r} has no English; for a term that stays as it is, give the flag keep"
    return Entry(dutch, forms, flags), ""


def advise(glossary: Glossary) -> list[str]:
    """What is allowed and yet may be meant otherwise, one line each."""
    said = []
    for entry in glossary.entries:
        if "keep" not in entry.flags and entry.english == (entry.dutch,):
            said.append(f"{entry.dutch!r} is its own translation; the flag keep says so")
        if "part" in entry.flags and len(entry.dutch) < 4:
            said.append(f"{entry.dutch!r} is short and matches inside words: many words will be changed")
        if "case" not in entry.flags and len(entry.dutch) <= 4 and entry.dutch.isupper():
            said.append(f"{entry.dutch!r} matches in small letters too; the flag case prevents that")
    return said
