"""Just enough English grammar for a headline: which words are verbs, how a participle becomes a present, what may end a line.

Words are compared in lower case, without the marks round them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from translate_news.segment.words import word_set, word_table

MARKS = ".,;:!?…\"'()[]–—"
DETERMINERS = frozenset(
    "a an the this that these those his her its their our my your no some any each every all both".split()
)
BEFORE_NOUNS = DETERMINERS | frozenset("of in on at for from with by into between two three four five six".split())
PLURALS = frozenset("people police men women children they we you who fans crew staff".split())
AUXILIARIES = frozenset("has have had was were is are been be being".split())
PARTICLES = frozenset("out off up over on down away back".split())
ADVERBS = frozenset("not never no longer also already long ever only just still now always often".split())
MODALS = frozenset("will would can could may might must shall should does did do".split())


@lru_cache(maxsize=1 << 14)
def bare(word: str) -> str:
    """A word in lower case without the marks round it: `"Kyiv,` → `kyiv`."""
    return word.strip(MARKS).lower()


def listed(name: str, word: str) -> bool:
    """Whether a word stands in a list of `data/headline`."""
    return bare(word) in word_set(f"headline/{name}.txt")


def base_form(participle: str) -> str | None:
    """The verb of a past participle (`arrested` → `arrest`), or None for a word that is none we know."""
    return word_table("headline/participles.tsv").get(bare(participle))


@lru_cache(maxsize=1 << 14)
def is_participle(word: str) -> bool:
    """Whether a word can be a past participle; regular ones that are in no list count too."""
    return base_form(word) is not None or (len(bare(word)) > 5 and word[:1].islower() and bare(word).endswith("ed"))


def present(base: str, plural: bool) -> str:
    """The present tense of a verb: `carry` → `carries`, in the plural `carry`."""
    if plural:
        return base
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        return f"{base[:-1]}ies"
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{base}es"
    return f"{base}s"


@cache
def _bases() -> frozenset[str]:
    return frozenset(word_table("headline/participles.tsv").values())


@cache
def _presents() -> frozenset[str]:
    return frozenset(present(base, plural=False) for base in word_table("headline/participles.tsv").values())


def is_finite(words: Sequence[str], at: int) -> bool:
    """Whether the word at a place looks like a finite verb, by its form and the word before it."""
    word = bare(words[at])
    if word in word_set("headline/pasts.txt"):
        return True
    if at == 0 or words[at][:1].isupper() or bare(words[at - 1]) in BEFORE_NOUNS:
        return False
    before = bare(words[at - 1])
    verbal = words[at - 2] if before in PARTICLES and at > 1 else words[at - 1]
    if word in _presents() and is_participle(verbal) and at > 1:
        return False  # `carried out attacks`: a noun
    if word in _bases() and (
        before in PLURALS or (before.endswith("s") and before[:-1] not in {"it'", "thi", "a", "hi"})
    ):
        return True
    return word in _presents() or (is_participle(words[at]) and before not in AUXILIARIES)


def verbs(words: Sequence[str]) -> list[int]:
    """The places that look like finite verbs; a chain such as `has been seen` counts once, at its head."""
    found: list[int] = []
    for at in range(len(words)):
        if is_finite(words, at):
            back = at - 1
            while back > 0 and bare(words[back]) in ADVERBS:
                back -= 1
            if back < 0 or bare(words[back]) not in AUXILIARIES | MODALS:
                found.append(at)
    return found


def has_verb(text: str) -> bool:
    """Whether a text has a word that looks like a finite verb."""
    return bool(verbs(text.split()))
