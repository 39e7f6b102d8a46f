"""What a training pair may look like: punctuation as the tokenizer will see it, faults that drop a pair, and overlap
with evaluation sets."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from sacremoses import MosesPunctNormalizer

MARKUP = re.compile(
    r"</?[A-Za-z!]|&[a-z]+;|&#\d|\]\(|\[!|https?:|www\.|[{}|\\_^~*#`=]|::|\.(?:md|exe|json|xml|com)\b|[a-z][A-Z]|\s>\s|0x"
)
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
WORD = re.compile(r"\w+")
FOREIGN = re.compile(r"[^ -~ -ſƀ-ɏḀ-ỿ‐-‧€£¥₂²³°½¼¾⅓⅔™✓×÷]")
MAX_WORDS = 120
NGRAM = 8


@cache
def moses() -> MosesPunctNormalizer:
    """The normaliser that MarianTokenizer.normalize uses for Dutch."""
    return MosesPunctNormalizer("nl")


def normalise(text: str) -> str:
    """NFC, Moses punctuation, single spaces; what `MarianTokenizer.normalize` makes of a sentence."""
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "")
    return " ".join(str(moses().normalize(text)).split())


def words(text: str) -> list[str]:
    """Lower-case words, punctuation gone: the form in which sentences are compared."""
    return WORD.findall(text.lower())


def key(text: str) -> str:
    """A sentence reduced to its words."""
    return " ".join(words(text))


def digits(text: str) -> list[str]:
    """The numbers of a sentence, separators gone, sorted."""
    return sorted(re.sub(r"\D", "", number) for number in NUMBER.findall(text))


def fault(dutch: str, english: str, trusted: bool) -> str | None:
    """Why a pair must not be trained on, or None. Trusted (hand-written) pairs are only held to length."""
    n, e = dutch.split(), english.split()
    if not n or not e:
        return "empty"
    if max(len(n), len(e)) > MAX_WORDS:
        return "too long"
    if trusted:
        return None
    if not re.search(r"[A-Za-z]{2}", dutch):
        return "no words"
    if FOREIGN.search(dutch) or FOREIGN.search(english):
        return "foreign script"
    if MARKUP.search(dutch) or MARKUP.search(english):
        return "markup"
    ratio = len(english) / len(dutch)
    if (len(dutch) >= 40 and not 0.5 <= ratio <= 1.6) or not 0.25 <= ratio <= 4.0:
        return "length ratio"
    if digits(dutch) != digits(english):
        return "numbers differ"
    return "untranslated" if copied(words(dutch), words(english)) else None


def copied(dutch: list[str], english: list[str]) -> bool:
    """Whether the English is mostly the Dutch again: equal, or six words and more with six of ten shared."""
    if dutch == english:
        return len(dutch) > 2
    return len(dutch) >= 6 and len(set(dutch) & set(english)) >= 0.6 * len(set(english))


class Overlap:
    """The sentences of the evaluation sets, whole and as 8-grams of words; `holds` says whether a text touches them."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.whole: set[str] = set()
        self.grams: set[tuple[str, ...]] = set()
        for sentence in sentences:
            tokens = words(normalise(sentence))
            self.whole.add(" ".join(tokens))
            self.grams.update(ngrams(tokens))

    def holds(self, text: str) -> bool:
        """True when the text is an evaluation sentence or shares eight words in a row with one."""
        tokens = words(text)
        return " ".join(tokens) in self.whole or any(gram in self.grams for gram in ngrams(tokens))


def ngrams(tokens: list[str]) -> Iterable[tuple[str, ...]]:
    """All 8-grams of a list of words."""
    return (tuple(tokens[i : i + NGRAM]) for i in range(len(tokens) - NGRAM + 1))
