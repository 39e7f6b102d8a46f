"""Whether a text is Dutch or already English, by its stop words: enough to pass English through and say so."""

from __future__ import annotations

import re
from itertools import islice
from typing import Literal

# The commonest words of each language that are not words of the other ("in", "is", "was", "over", "of", "we" are both).
_DUTCH = frozenset(
    "aan als bij dan dat de deze die dit door een eerste en er ook geen had hebben heeft hem het hij hun kan maar meer "
    "met naar niet nog nu om onder op te tegen tot uit van veel volgens voor waar wel werd wordt worden zegt zei zich zijn "
    "zo zou zouden na geleden jaar".split()
)
_ENGLISH = frozenset(
    "the and that to a for with on as by at from his her their which has have been were would not are it he she they this "
    "said says after who will its but had or an about than be more into ago".split()
)
_WORD = re.compile(r"[a-zà-ÿ]+")
SAMPLE = 4_000  # words looked at; more do not change the answer
SURE = 4  # English stop words at least, and this many times the Dutch ones, before a text counts as English


def page_language(text: str) -> Literal["nl", "en"]:
    """`en` for a text that is plainly English already, else `nl`.

    >>> page_language("The minister said that the talks would be held on Monday and that he was hopeful.")
    'en'
    >>> page_language("De minister zei dat de gesprekken maandag plaatsvinden.")
    'nl'
    """
    dutch = english = 0
    for match in islice(_WORD.finditer(text.lower()), SAMPLE):
        dutch += match[0] in _DUTCH
        english += match[0] in _ENGLISH
    return "en" if english >= SURE and english >= SURE * dutch else "nl"
