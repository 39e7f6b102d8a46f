"""Quotation marks: what is quoted in the Dutch is quoted in the English, and each mark that opens is closed."""

from __future__ import annotations

import re

from translate_news.document import Finding

_DOUBLE = re.compile(r"[\"“”„«»‟]|''|,,(?=\w)")
# A single mark quotes where a word begins behind it or ends before it; 's, 't, 'n and years ('60) are no quotations.
_OPEN = re.compile(
    r"(?<![\w.])['‘‚`](?![stnkmrSTNKMR]\b|\d\d\b)(?=[\w(\"…])|(?<=[\s(\"])[’](?![stnkmrSTNKMR]\b|\d\d\b)(?=\w)"
)
_CLOSE = re.compile(r"(?<=[\w.,!?;:…)%\"])['’´](?!\w)")

_POSSESSIVE = re.compile(r"s['’] \w")  # the students' friend
_QUOTED = re.compile(
    r"[\"“](?:[^\s\"”]+\s+){3}[^\"”]*[\"”]"
)  # four words or more: somebody speaks; less may be emphasis


_FEW = re.compile(r"(?:[\"“”„«»‟]|(?<!\w)['‘‚`])([^\s\"“”'’]+(?: [^\s\"“”'’]+){0,2})(?:[\"“”«»]|['’](?!\w))")


def quotes(dutch: str, english: str) -> list[Finding]:
    """As many quotations in the English as in the Dutch, and no mark alone where the Dutch has none alone.

    A sentence may open a quotation that a later one closes; then the English has an odd mark too. A few words in
    quotation marks that the Dutch has bare (`"white gold"`) are let pass, and so are words of another language that the Dutch
    has in marks and the English bare, as a word of its own (`'winner takes all'`, a winner-takes-all state).
    """
    wanted, given = count_marks(dutch), count_marks(english)
    if wanted > given:
        there = _plain(english)
        wanted -= 2 * min(
            sum(few.islower() and few not in english and _plain(few) in there for few in _FEW.findall(dutch)),
            (wanted - given) // 2,
        )
    if wanted == given or (not wanted and not _QUOTED.search(english)):
        return []
    if not wanted and given == 2 and len(_OPEN.findall(dutch)) + len(_CLOSE.findall(dutch)) == 1:
        return []  # the Dutch opens or closes a quotation, and its other mark stands in another sentence
    if given % 2 and not wanted % 2:
        return [Finding("quotes", "a quotation mark stands alone")]
    if wanted % 2 and not given % 2:
        return [Finding("quotes", "the Dutch has a quotation mark alone, the English has not")]
    return [Finding("quotes", f"{wanted} quotation marks in the Dutch, {given} in the English")]


def _plain(text: str) -> str:
    """Words alone, in lower case, each between spaces."""
    return " ".join(["", *re.findall(r"\w+", text.casefold()), ""])


def count_marks(text: str) -> int:
    """The number of quotation marks: double ones, and single ones that quote.

    Single marks count in pairs, since one alone may be an apostrophe (the players' bus); but one that opens the text or
    closes it behind the final mark counts alone: its partner stands in another sentence.
    """
    double = len(_DOUBLE.findall(text))
    bare = text.replace("''", '"').strip()
    marks = sorted(
        [(m.start(), True) for m in _OPEN.finditer(bare)] + [(m.start(), False) for m in _CLOSE.finditer(bare)]
    )
    spare = sum(not opens for _, opens in marks) - sum(opens for _, opens in marks)
    for place, _ in [mark for mark in marks if not mark[1] and _POSSESSIVE.match(bare, mark[0] - 1)][: max(0, spare)]:
        marks.remove((place, False))
    opened: list[int] = []
    single = 0
    for place, opens in marks:
        if opens:
            opened.append(place)
        elif opened:
            opened.pop()
            single += 2
        elif place == len(bare) - 1 and bare[-2:-1] in ".!?…":
            single += 1
    return double + single + (opened[:1] == [0])
