"""The form of a headline: its limits, and what is put right without asking (quotes, case, the mark at its end)."""

from __future__ import annotations

import re

MAX_WORDS = 12
MAX_CHARACTERS = 90
GLUE = "\ue000"  # holds the words of a quotation together while a sentence is being compressed

_LETTERS = r"[^\W\d_][\w'-]*"
_QUOTES = str.maketrans("“”„«»‘’‚‛´`", "\"\"\"\"\"''''''")


def straight(text: str) -> str:
    """Text with straight quotes and single spaces."""
    return " ".join(text.split()).translate(_QUOTES)


def count_words(line: str) -> int:
    """How many words a line has, those of a glued quotation too."""
    return len(line.replace(GLUE, " ").split())


def fits(line: str) -> bool:
    """Whether a line is within the limits, and not empty."""
    return 0 < len(line) <= MAX_CHARACTERS and count_words(line) <= MAX_WORDS


def capital(text: str) -> str:
    """The text with its first letter a capital, where that letter has one."""
    head = re.match(r"[\"'“‘]?", text)
    at = head.end() if head else 0
    raised = text[at : at + 1].upper()
    return (
        text[:at] + raised + text[at + 1 :]
        if raised.lower() == text[at : at + 1].lower() and len(raised) == 1
        else text
    )


def tidy(line: str, brief: str) -> str:
    """A model's or a title's line as a headline: straight quotes, no full stop, capitals only where the brief has them.

    >>> tidy("Storm Hits Coast Of Wales.", "A storm has hit the coast of Wales.")
    'Storm hits coast of Wales'
    """
    line = straight(line).strip(" ,;:–—-")
    line = re.sub(r"\b([ap])\.m\.", r"\1m", line)
    line = capital(re.sub(r"(?<![A-Z])\.+$", "", line).strip(" ,;:–—-"))
    mine = {word.lower() for word in re.findall(_LETTERS, line)}
    theirs = [word for word in dict.fromkeys(re.findall(_LETTERS, brief)) if word.lower() in mine]
    forms = {word.lower(): word for word in reversed(theirs) if not _opens(word, brief)}
    words = line.split(" ")
    long = [word for word in re.findall(_LETTERS, line) if len(word) > 3]
    shouted = len(long) > 1 and line.isupper()
    raised = shouted or (len(long) > 2 and all(word[0].isupper() for word in long))
    for at, word in enumerate(words):
        core = word.strip("\"'()[].,;:!?")
        known = forms.get(core.lower())
        wrong = shouted or (core[:1].isupper() and core[1:].islower() and not _begins(words, at))
        if wrong and (known or raised):
            words[at] = word.replace(core, known or core.lower()) if core else word
    return capital(" ".join(words))


def _begins(words: list[str], at: int) -> bool:
    """Whether a capital is due at a place: in front, or behind a colon or a question mark."""
    return at == 0 or words[at - 1].endswith((":", "?", "!"))


def _opens(word: str, brief: str) -> bool:
    """Whether a word with a capital stands in the brief only where a sentence begins, so that the capital says nothing."""
    return word[0].isupper() and not re.search(rf"[\w,;:)'-] \"?{re.escape(word)}\b", brief)
