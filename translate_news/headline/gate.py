"""(headline, brief) → findings; table `RULES`. Pure: a rule says what the line has that the brief has not, or has lost.

Where a rule cannot know, it refuses: a line refused wrongly costs a duller line, one passed wrongly a false one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from translate_news.document import Finding
from translate_news.headline.english import PARTICLES, base_form, is_finite, listed
from translate_news.headline.figures import dutch_figures, english_figures
from translate_news.headline.form import MAX_CHARACTERS, MAX_WORDS, count_words, straight

_WORD = re.compile(r"[^\W_]+(?:['’.&][^\W_]+)*")
_ACRONYM = re.compile(r"(?:[^\W_]\.)+[^\W_]")
_DUTCH_NEGATION = re.compile(
    r"\b(?:niet|geen|nooit|zonder|niemand|niets|noch|nergens|nauwelijks|weiger\w*|on[a-z]{4,})\b", re.I
)
_NEGATION = re.compile(r"\b(?:no|not|never|without|none|nobody|nothing|neither|nor|cannot)\b|n't\b", re.I)
_QUOTED = re.compile(r"\"([^\"]+)\"|(?<!\w)'([^']+(?:'\w[^']*)*)'(?!\w)")
_ATTRIBUTED = re.compile(r"[:\"?]|\baccording to\b|\bsaid to\b|\bsays?\b")
_SMALL = frozenset(
    "a an the of in on at to for from by with and or but that this it he she they his her its their be been being have has had is are was "
    "were will do does did as there so very more most any also still yet longer only even just all who which whether".split()
)
REACH = 5  # words behind a hedge or negation among which the word that it governs is looked for


@dataclass(frozen=True)
class Ground:
    """What a headline may say: the brief in both languages, and the titles that belong to others on the page.

    `english` and `dutch` are the brief's sentences; `head` is what stands before them in Dutch (its title, its dateline),
    `places` the dateline's places in English.
    """

    english: tuple[str, ...]
    dutch: tuple[str, ...] = ()
    head: str = ""
    places: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()

    @cached_property
    def body(self) -> str:
        """The English sentences in one piece, with straight quotes: what a model is shown."""
        return straight(" ".join(self.english))

    @cached_property
    def text(self) -> str:
        """The English that counts as the brief: its sentences, and the dateline's places."""
        return straight(" ".join((*self.english, *self.places)))

    @cached_property
    def original(self) -> str:
        """The Dutch that counts as the brief, with straight quotes."""
        return straight(" ".join((self.head, *self.dutch)))

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the brief, in both languages and lower case, whole and in its parts."""
        return frozenset(part for text in (self.text, self.original) for part in parts(text))

    @cached_property
    def figures(self) -> frozenset[str]:
        """Every number of the brief, in both languages."""
        return frozenset(english_figures(self.text) | dutch_figures(self.original))

    @cached_property
    def stems(self) -> Counter[str]:
        """In how many of its sentences each stem stands."""
        return Counter(s for sentence in self.english for s in stems(sentence))

    @cached_property
    def forms(self) -> frozenset[str]:
        """What its English words may be recognised by, see `forms`."""
        return frozenset(form for match in _WORD.finditer(self.text) for form in forms(match[0]))

    def only_here(self, word: str) -> bool:
        """Whether a word stands in no more than one sentence of the brief."""
        return self.stems[stem(word)] <= 1


Rule = Callable[[str, Ground], Iterator[str]]


def parts(text: str) -> Iterator[str]:
    """The words of a text in lower case: `Gaza's` gives `gaza` too, `U.S.` gives `us`, hyphened words their parts."""
    for match in _WORD.finditer(text):
        word = match[0].lower().replace("’", "'")
        yield word
        yield word.removesuffix("'s")
        if _ACRONYM.fullmatch(word):
            yield word.replace(".", "")


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """A word without the endings that a headline changes: `arrested`, `arrests` and `arrest` are one."""
    word = word.lower().removesuffix("'s")
    for ending in ("ingly", "edly", "ing", "ies", "ied", "es", "ed", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


def stems(text: str) -> set[str]:
    """The stems of a text's words, without the small words."""
    return {stem(match[0]) for match in _WORD.finditer(straight(text)) if match[0].lower() not in _SMALL}


def length(headline: str, _: Ground) -> Iterator[str]:
    """At least two words, at most 12 and 90 characters."""
    words = count_words(headline)
    if words > MAX_WORDS or len(headline) > MAX_CHARACTERS:
        yield f"{words} words and {len(headline)} characters; {MAX_WORDS} and {MAX_CHARACTERS} are the most"
    if words < 2:
        yield "fewer than two words"


def form(headline: str, ground: Ground) -> Iterator[str]:
    """Sentence case, one line, no full stop; no word or pair of words over and over."""
    if headline.endswith((".", ",", ";", ":", "-")) and not re.search(r"\b[A-Z]\.$", headline):
        yield f"ends with {headline[-1]!r}"
    if "\n" in headline or headline != " ".join(headline.split()):
        yield "has white space that is not a single space"
    first = next((c for c in headline if c.isalnum()), "")
    if first.islower() and not re.match(r"\W*['’][a-z]\b|\W*[a-z]+[A-Z]", headline):
        yield "does not begin with a capital"
    raised = [
        w for w in named(headline) if w[1:].islower() and w not in ground.text and w.lower() in ground.text.split()
    ]
    if raised and not opens(headline, raised[0]):
        yield f"{', '.join(raised)}: capitals that the brief has not"
    lower = [word.lower() for word in _WORD.findall(straight(headline)) if not word.isdigit()]
    pairs = list(pairwise(lower))
    if (
        any(a == b for a, b in pairs)
        or len(set(pairs)) < len(pairs) - 1
        or any(lower.count(w) > 2 for w in lower if w not in _SMALL | {"no"})
    ):
        yield "repeats itself"


def numbers(headline: str, ground: Ground) -> Iterator[str]:
    """Every number, in digits or words, is one of the brief."""
    added = english_figures(straight(headline)) - ground.figures
    if added:
        yield f"{', '.join(sorted(added))}: not in the brief"


def names(headline: str, ground: Ground) -> Iterator[str]:
    """Every name and acronym is one of the brief, in either language; a common word may open the line."""
    added = [word for word in named(headline) if not known(word, ground.words)]
    if added:
        yield f"{', '.join(added)}: not in the brief"


def named(headline: str) -> list[str]:
    """The words of a line that are names by their capitals, without a common word that opens it or follows a colon."""
    text = straight(headline)
    found = []
    for match in _WORD.finditer(text):
        word = match[0]
        common = (
            _opening(text[: match.start()])
            and word[1:].islower()
            and (listed("openers", word) or listed("dangling", word) or listed("prepositions", word))
        )
        if any(c.isupper() for c in word) and not common and word not in {"I", "I'm", "I've", "I'll", "I'd", "A"}:
            found.append(word)
    return found


def opens(headline: str, word: str) -> bool:
    """Whether a word of the line stands where a capital is due: in front, or behind a colon or a question mark."""
    text = straight(headline)
    return _opening(text[: text.find(word)])


def _opening(before: str) -> bool:
    return not any(c.isalnum() for c in before) or before.rstrip(" \"'").endswith((":", "?", "!"))


def known(word: str, words: frozenset[str]) -> bool:
    """Whether a name stands among words: as it is, or with or without the `s` of a plural or genitive."""
    forms = set(parts(word))
    forms |= {form.removesuffix("s") for form in forms if len(form) > 3} | {f"{form}s" for form in forms}
    return bool(forms & words)


def quotation(headline: str, ground: Ground) -> Iterator[str]:
    """What stands between quotation marks stands so in the brief, between marks, and marks come in pairs."""
    text = straight(headline)
    if text.count('"') % 2:
        yield "has a quotation mark without its fellow"
    source = f"{ground.text} {ground.original}"
    spoken = [" ".join(_WORD.findall(a or b)).lower() for a, b in _QUOTED.findall(source)]
    for a, b in _QUOTED.findall(text):
        said = " ".join(_WORD.findall(a or b)).lower()
        if not any(f" {said} " in f" {words} " for words in spoken):
            yield f"{(a or b)!r} is no quotation of the brief"


def hedge(headline: str, ground: Ground) -> Iterator[str]:
    """What the brief says with a doubt or as somebody's claim, the line does not say as a fact."""
    line = stems(headline)
    if any(listed("hedges", word) or listed("sayings", word) for word in headline.split()) or _ATTRIBUTED.search(
        headline
    ):
        return
    for sentence in ground.english:
        words = straight(sentence).split()
        for at, word in enumerate(words):
            if not listed("hedges", word):
                continue
            governed = _governed(words, at)
            if governed and stem(governed) in line and ground.only_here(governed):
                yield f"{governed!r} stands in the brief with {word!r}, here without a doubt"
                return
        claim = _claim(words) or _doubted(straight(sentence))
        told = {s for s in stems(claim) & line if ground.stems[s] <= 1}
        if len(told) >= 2:
            yield f"what somebody says ({words[0]} …) is told as a fact"
            return


def _claim(words: list[str]) -> str:
    """What follows a first verb of saying: of `Kyiv claims that a third is dead`, `a third is dead`; else nothing."""
    for at in range(1, min(12, len(words) - 2)):
        if words[at - 1].endswith(","):
            return ""
        if listed("sayings", words[at]) and is_finite(words, at):
            after = words[at + 1 : at + 14]
            return (
                " ".join(after)
                if after[0] == "that" or any(is_finite(after, n) for n in range(1, min(9, len(after))))
                else ""
            )
        if is_finite(words, at):
            return ""
    return ""


def _doubted(sentence: str) -> str:
    """What stands before a last `, the army claims`; nothing where the one who says so is no party to it."""
    claim, comma, source = sentence.rstrip(' ."').rpartition(", ")
    words = source.split()
    return claim if comma and len(words) <= 8 and any(listed("doubting", word) for word in words) else ""


def _governed(words: list[str], at: int) -> str:
    """The word that a hedge or negation governs: the first full word behind it in the same clause."""
    if words[at].endswith((",", ";", ":")):
        return ""
    for word in words[at + 1 : at + 1 + REACH]:
        clean = word.strip(".,;:!?\"'()")
        if (
            clean
            and not clean[0].isupper()
            and clean.lower() not in _SMALL
            and not listed("prepositions", clean)
            and not listed("hedges", clean)
        ):
            return clean
        if word.endswith((",", ";", ":")):
            break
    return ""


def negation(headline: str, ground: Ground) -> Iterator[str]:
    """What the brief denies the line does not say, and it denies nothing by itself."""
    line = stems(headline)
    if _NEGATION.search(headline):
        if not (_NEGATION.search(ground.text) or _DUTCH_NEGATION.search(ground.original)):
            yield "denies something, and the brief does not"
        return
    if any(listed("negations", word) for word in headline.split()):
        return
    for sentence in ground.english:
        words = straight(sentence).split()
        for at, word in enumerate(words):
            if not _NEGATION.search(word):
                continue
            governed = _governed(words, at)
            if governed and stem(governed) in line and ground.only_here(governed):
                yield f"{governed!r} stands in the brief with {word!r}, here without it"
                return


def copy(headline: str, ground: Ground) -> Iterator[str]:
    """The line is not the title of another item of the page."""
    words = stems(headline)
    for title in ground.titles:
        others = stems(title)
        if words and others and len(words & others) / len(words | others) >= 0.8:
            yield f"is the title of another item: {title!r}"


def invented(headline: str, ground: Ground) -> list[str]:
    """The words of a line that the brief has in no form and in neither language; small words and prepositions are free.

    Asked of models' lines only: a person may well say it in a word of their own, a model that does so is guessing.
    """
    return [
        match[0]
        for match in _WORD.finditer(straight(headline))
        if not (match[0].lower() in _SMALL | PARTICLES or listed("prepositions", match[0]) or match[0].isdigit())
        and not ground.forms & forms(match[0])
        and not known(match[0], ground.words)
    ]


def forms(word: str) -> set[str]:
    """What a word may be recognised by in another form: its stem, and that of the verb whose participle it is."""
    return {stem(word), stem(base_form(word) or word)}


RULES: dict[str, Rule] = {
    "length": length,
    "form": form,
    "numbers": numbers,
    "names": names,
    "quotation": quotation,
    "hedge": hedge,
    "negation": negation,
    "copy": copy,
}


def gate(headline: str, ground: Ground) -> tuple[Finding, ...]:
    """All that speaks against a line, by all rules; empty when it may be printed."""
    return tuple(Finding(name, message) for name, rule in RULES.items() for message in rule(headline, ground))
