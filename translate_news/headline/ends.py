"""Where a line may end: at the last phrase that fits, with nothing left open."""

from __future__ import annotations

import re
from collections.abc import Sequence

from translate_news.headline.english import PARTICLES, bare, has_verb, is_finite, is_participle, listed, verbs
from translate_news.headline.form import GLUE, MAX_WORDS, fits

WANTED = 11  # words that a line aims at: best of 8 to 12 on the wire corpus, whose own headlines have 7 on average
DEMANDS = frozenset(
    "ask asks asked order orders ordered want wants wanted urge urges urged force forces forced allow allows allowed tell tells "
    "told forbid forbids forbade call calls called advise advises advised oblige obliges obliged".split()
)
UNITS = frozenset("years months weeks days hours minutes metres kilometres".split())


def shorten(text: str, wanted: int = WANTED) -> str:
    """The line up to the last phrase that fits: first to the wanted words, then to the most there may be."""
    words = text.split()
    if len(words) <= wanted and fits(text):
        return tidy_end(text)
    for limit in (wanted, MAX_WORDS):
        ends = [at for at in range(4, min(limit, len(words) - 1) + 1) if _may_end(words, at)]
        ends = [at for at in ends if fits(" ".join(words[:at])) and has_verb(" ".join(words[:at]))]
        inside = next((at for at in ends if bare(words[at]) in {"who", "which"}), MAX_WORDS)
        ends = [at for at in ends if at <= inside]  # a relative clause goes whole
        if ends:
            return tidy_end(" ".join(words[: ends[-1]]))
    if fits(text):
        return tidy_end(text)
    if (without := _without_place(words)) != words:
        return shorten(" ".join(without), wanted)
    ends = [at for at in range(2, MAX_WORDS) if listed("prepositions", " ".join(words[at : at + 1]))]
    ends = [at for at in ends if bare(words[at]) not in PARTICLES | {"of"} and fits(" ".join(words[:at]))]
    ends = [at for at in ends if not is_finite(words, at - 1)]
    line = " ".join(words[: ends[-1] if ends else MAX_WORDS])
    while not fits(line) and " " in line:
        line = line.rpartition(" ")[0]
    return tidy_end(line)


def _without_place(words: list[str]) -> list[str]:
    """A subject without the phrase of place that stands between it and the verb: `Plant in Breda shuts` → `Plant shuts`."""
    verb = next(iter(verbs(words)), 0)
    places = [at for at in range(2, verb) if words[at] in {"in", "at", "near", "on", "from", "off", "outside"}]
    return words[: places[0]] + words[verb:] if places else words


def shorten_quotation(text: str) -> str:
    """A line that opens with a quotation too long for it: the quotation alone, up to the last comma that fits."""
    quote = re.match(r'"([^"]+)"', text)
    if not quote or fits(quote[0]):
        return text
    clauses = quote[1].replace(GLUE, " ").split(", ")
    starts = [", ".join(clauses[:count]) for count in range(1, len(clauses))]
    whole = [start for start in starts if fits(start) and len(start.split()) >= 4 and has_verb(start)]
    return f'"{whole[-1]}"' if whole else text


def _may_end(words: Sequence[str], at: int) -> bool:
    """Whether a line may end before the word at a place: a phrase begins there and none is left open."""
    after, last = bare(words[at]), bare(words[at - 1])
    phrase_over = not listed("prepositions", last) or (
        last in PARTICLES and (is_finite(words, at - 2) or is_participle(words[at - 2]))
    )
    if not listed("prepositions", after) or listed("dangling", last) or not phrase_over:
        return False
    if after == "that" and {"such", "so"} & {bare(word) for word in words[:at]}:
        return False
    if " ".join(words[:at]).count('"') % 2:
        return False
    if after in PARTICLES and (is_finite(words, at - 1) or is_participle(last)):
        return False
    if after in {"of", "to"} or (
        after == "at" and " ".join(words[at + 1 : at + 2]).lower() in {"least", "most", "last"}
    ):
        return False
    if DEMANDS & {bare(word) for word in words[:at]} and "to" in words[at:] and "to" not in words[:at]:
        return False  # what is demanded is still to come
    if last in UNITS and after in {"before", "after"}:
        return False
    if last.endswith("s") and not last.endswith("ss") and is_finite(words, at - 1):
        return False  # the object of a present tense is still to come
    if after in {"who", "which", "that", "whose"} and is_finite(words, at - 1):
        return False
    return after not in {"and", "or"} or not _in_list(words, at)


def _in_list(words: Sequence[str], at: int) -> bool:
    """Whether the `and` at a place joins two nouns that belong together: no verb follows soon."""
    return not any(is_finite(words, n) for n in range(at + 1, min(at + 4, len(words))))


def tidy_end(line: str) -> str:
    """A line without a dangling function word or comma at its end."""
    words = line.split(" ")
    while len(words) > 1 and _dangles(words[-1]):
        words.pop()
    line = re.sub(r",\"$", '"', " ".join(words).rstrip(" ,;:–—-"))
    return re.sub(r"(?<![A-Z])\.$", "", line)


def _dangles(word: str) -> bool:
    open_end = listed("prepositions", word) and bare(word) not in PARTICLES
    return (open_end or listed("dangling", word)) and not word.endswith('"')
