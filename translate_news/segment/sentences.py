"""Dutch sentences and clauses as spans of a paragraph: own rules over the word lists in `data/sentences/`.

One pass finds every mark that may end a sentence; one decision a mark looks at the word before it and the word after
it. No decision looks further than a fixed reach, so the time is linear in the text.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from translate_news.segment import series

LONGEST = 10  # letters: longer words are no abbreviations, and need no look in the lists
REACH = 48  # characters looked at before a mark: what is longer is no abbreviation
TITLE_REACH = 80  # the longest quoted title with a mark inside that is kept whole
BRACKET_REACH = 300  # the longest bracketed aside that is kept whole

OPENING = "\"'“‘«‹„‚([{¿¡`"
QUOTES = ('"', "'", "”", "’", "»", "“")  # at the end of a quotation
CLOSING = "\"'”’»›)]}“"  # “ closes in „…“
FREE_QUOTE = re.compile(r"(?:''|[\"'”’»›])(?=\s|\Z)")  # with white space before it; it may close
STRAIGHT_QUOTE = re.compile(r"[\"']")
# A run of marks with what closes after it, then white space. The lookbehind lets each run start once. The second form
# is a sentence glued to the next one ("einde.De volgende"); its follower must be a known opener.
MARK = re.compile(
    r"(?<![.!?…])[.!?…]++(?:[\"'”’»›)\]}“]|\[\d{1,3}\])*+(?=\s)|(?<=[a-zà-ÿ]{3})[.!?][\"”’]?(?=[A-Z][a-zà-ÿ]*+\s)"
)
BLANK_LINE = re.compile(r"\n[^\S\n]*+\n\s*+")
# What may stand before a sentence's first letter: quotes and brackets, dashes and bullets, an ellipsis, a pictogram.
LEAD = re.compile(
    r"(?:(?:''(?![stn][\s-])|,,|(?!['’‘`´][stnkmrSTNKMR][\s-])[\"'“‘«‹„‚(\[{¿¡”’»`´–—•*·-]|…|\.\.\."
    r"|[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f])\s?){0,8}+"
)
ELISION = re.compile(r"['’‘`´][stnkmrSTNKMR](?=[\s-])")  # 's avonds, 't is, 'n man
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*+")
INITIAL = "(?:Th|Ch|Ph|Chr|Joh|Jac|Wm|Tj|Sj|Sy|IJ|Jb|Fr|[A-ZÀ-Þ])"
INITIALS = re.compile(rf"(?:{INITIAL}[.-]++)*+{INITIAL}\Z")
DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)++[^\W\d_]{1,4}\Z")
DOMAIN = re.compile(r"\.(?:nl|be|com|eu|org|net|de|uk|fr|tv|fm|nu|io|info|amsterdam|gov|edu)\Z", re.IGNORECASE)
ROMAN = re.compile(r"[IVXL]+\Z")
DATE = re.compile(r"\d{1,2}(?:[-/]\d|\s+(?:jan|febr?|mrt|maart|apr|mei|juni?|juli?|aug|sept?|okt|nov|dec))")
ADJECTIVE = re.compile(r"[A-Z]\w+(?:ische|aanse|landse|damse|burgse)\Z")  # is no surname: "Thomas M. Amsterdamse"
LABEL = re.compile(r"[a-ce-uw-z][.)]\s+[A-ZÀ-Þ]")  # the letter of a list: "b. Het dorp"
DAYS = frozenset(["ma", "di", "wo", "do", "vr", "za", "zo"])
SURE = frozenset("Dat Dit En Er Het Hij Ik Maar Nu Toch Toen Was We Wij Wordt Ze Zij".split())  # no surnames at all
PARTICLES = frozenset(["De", "Den", "Van", "Ten", "Ter", "Vanden", "Vander"])  # Flemish surnames: "J. De Smet"
PREPOSITIONS = frozenset("Aan Bij In Onder Op Over Tot Uit Voor".split())  # of surnames: "J. Op de Beeck"
LINKS = frozenset(["van", "de", "den", "der", "ter", "ten", "von", "el", "al", "ben", "la", "le"])  # "Joran van der S."
ARTICLE = re.compile(r"\s+(?:de|den|der|het|'t|’t)\s+[A-ZÀ-Þ]")
# An opening quote or bracket inside a sentence, behind a word: what it holds may have marks of its own.
ASIDE = re.compile(r"(?<=\w\s)(?:[\"“‘«„]|'(?![stnkmr]\b|\d))(?=\w)|(?<=\S\s)\((?=\S)")
CLOSER = {'"': '"', "“": "”", "‘": "’", "«": "»", "„": "”", "'": "'", "(": ")"}
SIGNS = "€$£@#§±+&"  # not letters, but a sentence may start with them
KINDS = {  # of abbreviations, by the list they stand in
    "titles": "title",
    "never-final": "never",
    "before-number": "number",
    "often-final": "often",
    "maybe-final": "maybe",
}
DATA_FILES = (*KINDS, "openers", "names-with-mark")


class Lexicon(NamedTuple):
    """The word lists: abbreviations by their kind, in lower case without their last dot, and the names and openers."""

    kinds: dict[str, str]
    openers: frozenset[str]
    marked_names: frozenset[str]


class Mark(NamedTuple):
    """A mark that may end a sentence, as positions in the text."""

    start: int  # of the sentence
    at: int  # the mark itself
    end: int  # behind the mark and what closes there
    after: int  # the next character that is not white space
    first: int  # the first letter or digit of what follows


def read_list(name: str) -> list[str]:
    """The entries of `data/sentences/NAME.txt`: one a line, `#` starts a comment line."""
    text = (files("translate_news") / "data" / "sentences" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def lexicon(extra: frozenset[str] = frozenset()) -> Lexicon:
    """The lists of the package, read once, with `extra` abbreviations that never end a sentence."""
    kinds = {word: kind for name, kind in KINDS.items() for word in read_list(name)}
    kinds |= {word.lower().rstrip("."): "never" for word in extra}
    return Lexicon(kinds, frozenset(read_list("openers")), frozenset(read_list("names-with-mark")))


def sentence_spans(text: str, extra_abbreviations: frozenset[str] = frozenset()) -> list[tuple[int, int]]:
    """Half-open spans of the sentences of a paragraph, without white space at either end, in order.

    Every character that is not white space lies in exactly one span. `extra_abbreviations` never end a sentence; they
    are written with or without their last dot, in any case. A blank line always ends a sentence, a line end does not.
    """
    words = lexicon(extra_abbreviations)
    spans: list[tuple[int, int]] = []
    start = 0
    for blank in [*(match.span() for match in BLANK_LINE.finditer(text)), (len(text), len(text))]:
        low, high = strip(text, start, blank[0])
        for item, after in pairwise([low, *series.numbered(text, low, high), high]):
            piece, last = strip(text, item, after)
            for end in [*ends(text, piece, last, words), last]:
                if piece < end:
                    spans += series.item_spans(text, piece, end)
                piece = skip(text, end, last)
        start = blank[1]
    return spans


def strip(text: str, low: int, high: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    low = skip(text, low, high)
    while high > low and text[high - 1].isspace():
        high -= 1
    return low, high


def skip(text: str, at: int, high: int) -> int:
    """The first position from `at` that is not white space, at most `high`."""
    while at < high and text[at].isspace():
        at += 1
    return at


def ends(text: str, low: int, high: int, words: Lexicon) -> list[int]:
    """The positions in text[low:high] right behind a sentence, but for the last."""
    found: list[int] = []
    start = seen = low
    opened: set[str] = set()  # the straight quotes that are open at `seen`
    for match in MARK.finditer(text, low, high):
        end = match.end()
        after = skip(text, end, high)
        while (quote := FREE_QUOTE.match(text, after, high)) is not None:  # as in `weg. " Hij`
            follow_quotes(text, seen, quote.start(), opened)
            seen = quote.start()
            twice = text[quote.end() + 1 : quote.end() + 2] == quote.group()  # `weg. " " Hij`: the first one closes
            if quote.group() in "\"'" and quote.group() not in opened and not twice:
                break
            opened.discard(quote.group())
            seen = end = quote.end()
            after = skip(text, end, high)
        if after >= high:
            break
        first = LEAD.match(text, after, high).end()  # type: ignore[union-attr]  # it matches the empty string
        mark = Mark(start, match.start(), end, after, first)
        if first < high and is_end(text, mark, words):
            found.append(end)
            start = after
    return found


def follow_quotes(text: str, seen: int, at: int, opened: set[str]) -> None:
    """Bring `opened` from position `seen` to `at`: which straight quotes stand open there."""
    for match in STRAIGHT_QUOTE.finditer(text, seen, at):
        quote, place = match.group(), match.start()
        before = text[place - 1] if place else " "
        after = text[place + 1 : place + 2]
        if not before.isalnum() and after.isalnum() and not ELISION.match(text, place):
            opened.add(quote)
        elif not before.isspace() and not after.isalnum():
            opened.discard(quote)
        elif before.isspace() and after.isspace():
            opened.symmetric_difference_update(quote)


def is_end(text: str, mark: Mark, words: Lexicon) -> bool:
    """Whether the mark ends a sentence."""
    char = text[mark.first]
    elided = ELISION.match(text, mark.first) is not None
    if elided and text[mark.first + 3 : mark.first + 4].islower():  # "om 10 u. 's ochtends", or a start in lower case
        return text[mark.at] == "." and not kind_of(word_before(text, mark, words)[0], False, "", words)
    if not (elided or begins(text, mark)) or (text[mark.after] in "-–—" and is_dateline(text, mark)):
        return False
    word = WORD.match(text, mark.first)
    follower = word.group() if word else char
    end = mark.first + len(follower)
    initial = len(follower) == 1 and text[end : end + 1] == "."  # "J. U. Smit": no polite "u"
    opener = elided or char in SIGNS or (follower in words.openers and not initial)
    if mark.after == mark.end and not opener:  # glued, as in "NU.nl" or "einde.De"
        return False
    sign = text[mark.at]
    if sign in "!?":
        name = text[max(mark.start, mark.at - REACH) : mark.at + 1].split()[-1].lstrip(OPENING)
        ended = opener or name not in words.marked_names
    elif sign == "…" or text.startswith("..", mark.at):
        ended = mark.at > mark.start
    else:
        ended = dot_ends(text, mark, follower, opener, words)
    return ended and not is_aside(text, mark)


def begins(text: str, mark: Mark) -> bool:
    """Whether a sentence may begin with the character at `mark.first`, what leads it in left aside."""
    char = text[mark.first]
    if char.islower():
        return text[mark.first + 1 : mark.first + 2].isupper() or LABEL.match(text, mark.first) is not None  # iPhone
    return char.isalnum() or char in SIGNS or text[mark.after] in "*•·►▶■□●"


def is_dateline(text: str, mark: Mark) -> bool:
    """Whether the sentence so far is a dateline with a dot: `DEN HAAG (ANP). - De top`."""
    return mark.at - mark.start <= REACH and text[mark.start : mark.at].isupper()


def is_aside(text: str, mark: Mark) -> bool:
    """Whether the mark stands in a title or aside inside its sentence: `het boek "Wat nu? Over later" is`, `(53!)`."""
    asides = list(ASIDE.finditer(text, max(mark.start + 2, mark.at - BRACKET_REACH), mark.at))
    if not asides:
        return False
    last = asides[-1]
    closer = CLOSER[last.group()]
    if closer == ")":
        if text.find(closer, last.start(), mark.at) >= 0 or text[last.start() - 2] in ".!?…":
            return False
        if closer in text[mark.at : mark.end]:
            return True
    elif mark.at - last.start() > TITLE_REACH or closer in text[last.end() : mark.end]:
        return False
    close = text.find(closer, mark.end, mark.end + (BRACKET_REACH if closer == ")" else TITLE_REACH))
    return close >= 0 and text[close + 1 : close + 3].lstrip()[:1].islower()


def dot_ends(text: str, mark: Mark, follower: str, opener: bool, words: Lexicon) -> bool:
    """Whether a single dot ends the sentence, by the word it stands behind."""
    token, at = word_before(text, mark, words)
    if not token:
        return mark.at > mark.start
    if token.isalpha() and len(token) > LONGEST:
        return True
    leads = at == mark.start or text[at - 1] in OPENING  # the first word of the sentence or of a bracket
    kind = kind_of(token, leads, follower, words)
    opener = opener or text[mark.at + 1 : mark.end].endswith(QUOTES)  # what a quote closes is whole: 'E.T.'
    verdicts = {"title": follower in SURE, "never": False, "maybe": opener, "often": True}
    if kind in verdicts:
        return verdicts[kind]
    if binds_next(text, mark, token, kind, follower) or (is_label(token) and leads_list(text, mark, at, opener)):
        return False
    if token == "Chr" and text[at - 3 : at].rstrip() in ("v.", "n."):
        return True
    if INITIALS.match(token):
        return (opener or ADJECTIVE.match(follower) is not None) and initial_ends(text, mark, at, follower, words)
    return opener or not DOTTED.match(token) or DOMAIN.search(token) is not None


def word_before(text: str, mark: Mark, words: Lexicon) -> tuple[str, int]:
    """The word that the mark stands behind and where it starts; empty behind white space and behind what closes."""
    chunk = text[max(mark.start, mark.at - REACH) : mark.at]
    if not chunk or chunk[-1].isspace() or chunk[-1] in CLOSING:
        return "", mark.at
    token = chunk.split()[-1].lstrip(OPENING)
    at = mark.at - len(token)
    if token not in words.kinds and "/" in token:  # but "t/m."
        token = token.rpartition("/")[2]
    return token, at


def leads_list(text: str, mark: Mark, at: int, opener: bool) -> bool:
    """Whether a number or letter at `at` heads an item: first in its sentence, `De uitslag: 1. Jansen, 2. Bos`."""
    return at == mark.start or text[max(mark.start, at - 2) : at].rstrip().endswith(
        (":", ";") if opener else (":", ";", ",")
    )


def is_label(token: str) -> bool:
    """Whether a word may be the number or letter of a list: `3.`, `b.`, `IV.`."""
    return len(token) == 1 or (len(token) < 4 and token.isdigit()) or ROMAN.match(token) is not None


def binds_next(text: str, mark: Mark, token: str, kind: str, follower: str) -> bool:
    """Whether an abbreviation goes with the number after it (`max. 50`, `vr. 22 nov.`) or with `Chr.`."""
    if kind == "number":
        return follower[0].isdigit() or ROMAN.match(follower) is not None
    if token in DAYS:
        return DATE.match(text, mark.first) is not None
    return token == "n" and follower == "Chr"


def kind_of(token: str, leads: bool, follower: str, words: Lexicon) -> str:
    """The kind of abbreviation that a word is, empty for none; capitals count only where they may stand."""
    kind = words.kinds.get(token) or words.kinds.get(token.lower())
    if not kind:
        return words.kinds.get(token.rpartition("-")[2], "") if "-" in token else ""  # oud-mr., ex-dir.
    if token.islower() or token in words.kinds:
        return kind
    if kind == "often":
        return kind if leads and not token.isupper() else ""  # P.P. Jansen
    if token.isupper() and "." not in token and not (kind == "title" and follower.isupper()):
        return ""  # ING is a bank, DR. JANSEN is not
    return kind


def initial_ends(text: str, mark: Mark, at: int, follower: str, words: Lexicon) -> bool:
    """Whether an initial before an opener ends its sentence: "Ridouan T. Hij", but not "J. De Smet"."""
    before = text[max(mark.start, at - REACH) : at].split()
    while before and before[-1] in LINKS:
        before.pop()
    if not before:
        return False
    named = before[-1][0].isupper() and before[-1][-1].isalnum() and before[-1] not in words.openers
    end = mark.first + len(follower)
    if follower in PARTICLES:
        word = WORD.match(text, end + 1)
        next_word = word.group() if word else ""
        surname = next_word[:1].isupper() and not next_word.isupper() and not next_word.endswith(("se", "sche"))
        return not surname or (named and follower == "De")
    if not named and follower in PREPOSITIONS and ARTICLE.match(text, end):
        return False  # "J. Op de Beeck"
    return text[mark.first] not in "'’‘`´" or text[mark.first + 1] in "sS"  # "J. 't Hart"


CONJUNCTION = (
    r"\s(?:en|maar|want|terwijl|omdat|doordat|zodat|waarbij|waardoor|waarna|waarin|waarmee|waarop|waarvan|waaronder"
    r"|nadat|voordat|totdat|toen|als|hoewel|tenzij|die|dat|of|dus|toch|aldus)\b"
)
# Where a long sentence may be cut, best first; a piece ends behind the match, the white space after it left out.
CUTS = (
    re.compile(r"[;:](?=\s)|\s(?=[–—]\s)"),
    re.compile(rf",(?={CONJUNCTION})"),
    re.compile(r",(?=\s)"),
    re.compile(rf"(?={CONJUNCTION})"),
)
AHEAD = 12  # characters behind the limit that a cut may look at: the longest conjunction


def clause_spans(text: str, max_chars: int) -> list[tuple[int, int]]:
    """Pieces of one very long sentence, each at most `max_chars` long, cut at the best clause mark within reach.

    Best first: `; : –`, a comma before a conjunction, any comma, a conjunction, any white space; a single longer word
    is cut hard. Every character that is not white space lies in exactly one span. ValueError when max_chars < 1.
    """
    if max_chars < 1:
        raise ValueError(f"max_chars must be at least 1, not {max_chars}")
    start, high = strip(text, 0, len(text))
    spans: list[tuple[int, int]] = []
    while high - start > max_chars:
        cut = best_cut(text, start, start + max_chars)
        spans.append(strip(text, start, cut))
        start = skip(text, cut, high)
    if start < high:
        spans.append((start, high))
    return spans


def best_cut(text: str, start: int, limit: int) -> int:
    """Where the piece from `start` on ends, at most `limit`: behind the last mark of the best kind in reach."""
    for pattern in CUTS:  # not in the first third: a piece of two words translates badly
        found = [match.end() for match in pattern.finditer(text, start + (limit - start) // 3, limit + AHEAD)]
        cut = max((end for end in found if start < end <= limit), default=0)
        if cut:
            return cut
    if text[limit].isspace():
        return limit
    return next((at for at in range(limit - 1, start, -1) if text[at].isspace()), limit)
