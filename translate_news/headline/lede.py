"""The first sentence compressed by rules: what a desk strikes out of a lede to make a line of it.

Each step of `STEPS` strikes one kind of thing and gives the text back, or leaves it as it is; `compress` runs them in
order and ends the line at the last phrase that fits. Nothing is added but the present tense of a perfect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from translate_news.headline.ends import shorten, shorten_quotation, tidy_end
from translate_news.headline.english import (
    DETERMINERS,
    bare,
    base_form,
    has_verb,
    is_finite,
    is_participle,
    listed,
    present,
    verbs,
)
from translate_news.headline.form import GLUE, MAX_WORDS, capital, fits, straight
from translate_news.headline.gate import Ground, gate
from translate_news.segment.words import word_set

LONGEST = 800  # characters of a sentence that are looked at; the longest of the wire corpus has 330
REACH = 4  # sentences of a brief that are looked at for a line
QUOTED = re.compile(r'"[^"]+"')
CONDITION = re.compile(r"\b(?:if|unless|provided|as long as|on condition)\b", re.I)
ASKS = re.compile(
    r"(?:Is|Are|Was|Were|Do|Does|Did|Has|Have|Had|Can|Could|Will|Would|May|Must|Should|What|Who|Why|How|When|Where|Which)\b"
)
DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
PART = r"(?:morning|afternoon|evening|night|midday)"
TIMES = re.compile(
    rf"(?:,\s*)?\b(?:(?:early|late|later|earlier)\s+)?(?:"
    rf"(?:on|since|in the night of|during the night of)\s+{DAY}(?:\s+{PART})?(?:s\b)?"
    rf"|{DAY}(?:\s+{PART})?(?=\s*(?:$|,))|last {DAY}|(?:yesterday|today|tonight|this {PART}|last night|overnight)(?: {PART})?"
    r"|last (?:week|weekend|month|year|summer|winter|spring|autumn)|(?:over|at|during) the weekend"
    r"|this (?:week|weekend)|in recent (?:days|weeks|months|years)|in the past (?:few )?(?:days|weeks|months|years)"
    r"|for the time being|recently|meanwhile|at present|currently|nowadays|again and again"
    r")\b(?!['’])"
    rf"|(?<=[a-z] )(?<!\bnext )(?<!\bevery )(?<!\bfrom )(?<!\buntil )(?<!\band )(?<!\bto )(?<!\bof ){DAY}(?: {PART})? (?=[a-z])"
)
CLOCK = re.compile(r"^\d{1,2}[:.]\d\d(?:\s*[ap]\.m\.)?\s*[–—-]\s*")
ASIDE = re.compile(r"\s*\([^()]*\)|\s+[–—]\s[^–—]+\s[–—](?=\s)|\s--\s.+?\s--(?=\s)")
SPOKEN = r"(?!(?:if|that|because|when|who|which|while|after|and|but)\b)[^\s,\"]+"  # a word of who says so
RELATIVE = (
    r"(?:who|whom|whose|which|where|when|including|among them"
    r"|(?:some|most|many|all|one|two|three|both|none|half) of (?:whom|which|them)"
    r"|(?:of|for|in|on|at|to|by|with|from|under) (?:whom|which))"
)
OPENING_DAY = re.compile(rf"(?:On|Since|Until|Early on|Late on)\s{DAY}(?:\s{PART})?\s(?=\w)")
OPENING_PLACE = re.compile(
    r"(?:In|At|Near|Outside|From)\s(?:(?:north|south|east|west|north-east|central|northern|southern|eastern|western)\s)?"
    r"(?:[A-ZÀ-Ý][\w'’-]+\s){1,3}"
    r"(?=(?:a|an|the|two|three|four|five|six|seven|eight|nine|ten|\d+|hundreds|thousands|dozens|more|at)\s)"
)


def _kept(text: str, shorter: str) -> str:
    """The shorter text where it still is a sentence: three words, one of them a verb."""
    shorter = " ".join(shorter.split()).strip(" ,;:–—-")
    whole = len(shorter.split()) >= 3 and has_verb(shorter) and not listed("dangling", shorter.split()[-1])
    return shorter if whole else text


def strike_asides(text: str) -> str:
    """Words in brackets or between dashes."""
    return _kept(text, ASIDE.sub("", text))


def strike_attribution(text: str) -> str:
    """Who says so, where it stands behind, before or inside: `…, police said`, `according to …`."""
    words = r"(?:" + "|".join(sorted(word_set("headline/reporting.txt"))) + ")"
    before = rf"(?:{SPOKEN}\s){{1,9}}(?:has\s|have\s|had\s)?{words}(?:\s(?:on|in)\s[^,\"]{{3,40}})?"
    if tail := re.search(rf",\s(?:as\s)?(?:{before}|{words}(?:\s{SPOKEN}){{1,12}})$", text):
        text = _kept(text, text[: tail.start()])
    text = _kept(text, re.sub(r",?\s+according to [^,\"]+$", "", text))
    text = _kept(text, re.sub(r",\s+according to [^,\"]+,", "", text))
    return _kept(text, capital(re.sub(r"^According to [^,\"]+,\s+", "", text)))


def lead_with_claimant(text: str) -> str:
    """Who claims what others may not believe goes in front, and does not go: `…, the army claims` → `Army: …`."""
    verbs_of_doubt = r"(?:" + "|".join(sorted(word_set("headline/doubting.txt"))) + ")"
    who = rf"(?P<{{}}>{SPOKEN}(?:\s{SPOKEN}){{{{0,5}}}})"
    tail = rf",\s(?:{who.format('before')}\s{verbs_of_doubt}|{verbs_of_doubt}\s{who.format('behind')})$"
    match = re.search(tail, text)
    if not match or not has_verb(text[: match.start()]):
        return text
    claimant = strike_articles(match["before"] or match["behind"])
    first, space, rest = text[: match.start()].partition(" ")
    small = listed("openers", first) or listed("dangling", first) or listed("prepositions", first)
    return f"{claimant}: {first.lower() if small else first}{space}{rest}"


def strike_lead(text: str) -> str:
    """A phrase or clause before the main clause: `In the north of the country, …`, `On Saturday …`.

    A condition (`If`, `Unless`) stays: without it the claim is another one.
    """
    since = re.match(r"[\w-]+ (?:years?|months?|weeks?|days?|hours?|minutes?) (?:after|before|ago)\b", text)
    if text.split()[0] not in word_set("headline/leads.txt") and not since:
        return text
    head, comma, rest = text.partition(", ")
    while comma and len(head.split()) < 25:
        if len(rest.split()) >= 4 and _opens(rest) and has_verb(rest):
            return _kept(text, capital(rest))
        more, comma, rest = rest.partition(", ")
        head = f"{head}, {more}"
    day, place = OPENING_DAY.match(text), OPENING_PLACE.match(text)
    if found := day or place:
        return _kept(text, capital(text[found.end() :]))
    words = text.split()
    for at in range(3, min(12, len(words) - 3)):
        if words[at - 1].endswith(",") or is_finite(words, at - 1):
            break
        begins = words[at] in SUBJECT_OPENERS or words[at].isdigit()
        if begins and not listed("prepositions", words[at - 1]) and words[at - 1] not in DETERMINERS:
            return _kept(text, capital(" ".join(words[at:])))
    return text


def _opens(rest: str) -> bool:
    """Whether a text can open a main clause: no conjunction, relative or verb in front."""
    if re.match(r"at (?:least|most)\b", rest):
        return True
    first = bare(rest.split()[0])
    return not (
        listed("prepositions", first)
        or first in {"whose", "including"}
        or first.endswith("ing")
        or listed("pasts", first)
    )


def strike_relatives(text: str) -> str:
    """A clause between commas, or from a comma to the end, that only adds to a noun: `, who had fled, `."""
    shorter = re.sub(rf",\s{RELATIVE}\s[^,]+(?:,(?=\s(?!and\b|or\b)\w+)|$)", "", text)
    return _kept(text, shorter)


def strike_subject_clause(text: str) -> str:
    """`The organist who was seen as an innovator has died` → `The organist has died`."""
    words = text.split()
    for at in range(2, min(9, len(words) - 3)):
        if words[at] in {"who", "which", "that"} and not words[at - 1].endswith(","):
            inner, *later = [v for v in verbs(words) if v > at] or [0]
            main = next((v for v in later if not _dependent(words, v)), None)
            if inner <= at + 4 and main and main <= at + 18:
                return _kept(text, " ".join(words[:at] + words[main:]))
            return text
        if is_finite(words, at):
            return text
    return text


def _dependent(words: Sequence[str], at: int) -> bool:
    """Whether the verb at a place belongs to a clause of its own: a pronoun, `that` or `and` before it."""
    before = {bare(word) for word in words[max(0, at - 2) : at]}
    return bool(
        before
        & {"that", "he", "she", "it", "they", "we", "which", "who", "and", "or", "where", "when", "to", "if", "whether"}
    )


def strike_appositions(text: str) -> str:
    """What stands between two commas behind the subject: `Hoogland, mayor of Delft, resigns`."""
    match = re.match(r"(?P<subject>[^,]{3,70}), (?P<aside>[^,]{3,90}), (?P<rest>.+)$", text)
    if not match or has_verb(match["subject"]):
        return text
    rest = match["rest"].split()
    if is_finite(["x", *rest], 1) and not re.match(r"(?:and|or)\b", match["aside"]):
        return _kept(text, f"{match['subject']} {match['rest']}")
    return text


def strike_tail(text: str) -> str:
    """What follows the main clause behind a comma, unless the comma is one of a list or a number of a sentence's parts."""
    parts = text.split(", ")
    for count in range(1, len(parts)):
        head, rest = ", ".join(parts[:count]), ", ".join(parts[count:])
        listed_next = re.match(r"(?:[\w'’-]+,?\s){1,4}(?:and|or)\b", rest)
        listing = listed_next and not listed("prepositions", rest.split()[0]) and not has_verb(listed_next[0])
        quoting = head.count('"') % 2
        if len(head.split()) >= 4 and has_verb(head) and not listing and not quoting:
            return _kept(text, head)
    return text


def strike_times(text: str) -> str:
    """When it was, unless that is still to come: a wire line is about today."""
    return _kept(text, TIMES.sub("", text))


def present_tense(text: str) -> str:
    """Headline tenses in the main clause: `has been killed` → `killed`, `have arrested` → `arrest`, `is to` → `to`."""
    words = text.split()
    for at in verbs(words)[:1]:
        word, after = bare(words[at]), [bare(w) for w in words[at + 1 : at + 3]]
        if not after or words[at].endswith(","):
            break
        after.append("")
        passive = (word in {"has", "have"} and after[0] == "been") or (word in BE and after[0] == "being")
        if passive and is_participle(after[1]):
            del words[at : at + 2]
        elif word in BE and is_participle(words[at + 1]) and after[0] != "left" and at:
            del words[at]
        elif word in {"has", "have"} and (base := base_form(after[0])) and at:
            words[at : at + 2] = [present(base, plural=word == "have") + _marks(words[at + 1])]
        elif word in {"is", "are"} and after[0] == "to":
            del words[at]
        break
    return " ".join(words)


def _marks(word: str) -> str:
    return word[len(word.rstrip(".,;:!?")) :]


def strike_articles(text: str) -> str:
    """Articles, but where they mean `per` or belong to a set phrase: `twice a week`, `a few`, `The Hague`."""
    words = text.split()
    kept = []
    for at, word in enumerate(words):
        after = bare(words[at + 1]) if at + 1 < len(words) else ""
        before = bare(words[at - 1]) if at else ""
        article = word in ARTICLES and (word == word.lower() or at == 0)
        if not article or after in AFTER_ARTICLES or (before in {"such", "half", "what", "many", "quite"}):
            kept.append(word)
    return capital(" ".join(kept))


PRONOUNS = frozenset("He She It They This That These Those His Her Their".split())
SUBJECT_OPENERS = frozenset("a an the two three four five six seven eight nine ten hundreds thousands dozens".split())
BE = frozenset("is are was were".split())
ARTICLES = frozenset("a an the A An The".split())
AFTER_ARTICLES = frozenset(  # words before which an article is more than one
    "day week month year hour night minute kilo litre head person piece few lot third quarter half hundred thousand million "
    "dozen little bit result same other others more less better hague".split()
)
Step = Callable[[str], str]
STEPS: tuple[Step, ...] = (
    strike_asides,
    strike_attribution,
    lead_with_claimant,
    strike_lead,
    strike_relatives,
    strike_appositions,
    strike_subject_clause,
    strike_tail,
    strike_times,
    present_tense,
    strike_articles,
)


def compress(sentence: str) -> str:
    """An English sentence as a headline of at most 12 words and 90 characters, without a full stop.

    A quotation counts as one word until the end, so that no step strikes anything inside it.
    """
    whole = plain(sentence)
    if not whole:
        return ""
    text = QUOTED.sub(lambda quote: quote[0].replace(" ", GLUE), whole)
    for step in STEPS:
        text = step(text)
    line = shorten(shorten_quotation(text)).replace(GLUE, " ")
    if lost_condition(whole, line):
        line = line.replace(" will ", " may ", 1)  # what depends on something is not said to come
    if whole.endswith("?") and not line.endswith("?") and ASKS.match(line):
        line += "?"
    return line


def lost_condition(sentence: str, line: str) -> bool:
    """Whether a sentence makes its claim on a condition that its line has not, nor a `may` in its stead."""
    told = CONDITION.search(sentence)
    return (
        bool(told) and not CONDITION.search(line) and (" will " in line or " may " not in line or " may " in sentence)
    )


def plain(sentence: str) -> str:
    """A sentence in straight quotes and single spaces, without a live blog's clock and the mark at its end."""
    text = straight(sentence)
    if len(text) > LONGEST:
        text = text[:LONGEST].rpartition(" ")[0]
    text = re.sub(r"\b([ap])\.m\.", r"\1m", CLOCK.sub("", text))
    return capital(text.rstrip(" .…;:,!"))


def lede_of(ground: Ground) -> str:
    """The line of the first sentence that makes one: it has a verb, and its line passes the gate and stands alone.

    Where no sentence makes one, the best that fits; an empty line where nothing does.
    """
    printable, fitting = "", ""
    for line, lost in _lines(ground.english[:REACH]):
        if not fits(line):
            continue
        fitting = fitting or line
        if gate(line, ground):
            continue
        if not lost:
            return line
        printable = printable or line
    return printable or fitting


def _lines(sentences: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Lines to choose from, best first: of sentences with a verb, then of any, then a mere cut.

    Each comes with whether it lost something: its condition, or whom its pronoun means.
    """
    told = [has_verb(plain(sentence)) for sentence in sentences]
    for wanted in (True, False):
        for sentence, has in zip(sentences, told, strict=True):
            if has == wanted:
                line = compress(sentence)
                yield line, lost_condition(sentence, line) or line.split(" ")[0] in PRONOUNS
    for sentence in sentences[:1]:
        yield tidy_end(" ".join(plain(sentence).split()[:MAX_WORDS])), False
