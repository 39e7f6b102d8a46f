"""Dutch that was left over in the English."""

from __future__ import annotations

import re
from itertools import pairwise

from translate_news.checks.nonwords import is_common
from translate_news.checks.words import WORD, dutch_odds, is_dutch
from translate_news.document import Finding

# Log odds from which a copied word that no list has counts as Dutch: two of 997 FLORES references copy such a word rightly.
ODDS = 2.5
_NAMED = re.compile(
    r"(?<!\w)['‘\"“„][^\W\d_]+['’\"”](?!\w)"
)  # one word in quotation marks is talked about, and stays as it is
_VOWEL = re.compile(r"[aeiouyà-ÿ]")
_LINKS = frozenset(
    "aan als bij dan dat de den die door een en er het hij hun met na naar niet nog om ook op te tot uit van voor ze zijn".split()
)
_PARTICLES = frozenset(
    "aan de del den der en het la las ten ter van".split()
)  # in names: Alphen aan den Rijn, de la Unión
_INSIDE = re.compile(
    r"(?<=\w) (?:van|voor|de|den|der|het|aan|onder|op|en|del|ten|ter|zonder|tot|in|bij|uit)(?: (?:de|den|der|het))?(?= [A-ZÀ-Þ])"
)  # Partij voor de Dieren


def leftovers(dutch: str, english: str) -> list[Finding]:
    """No Dutch word stays: none that was copied, no two words in a row that were copied, and no two Dutch ones from anywhere.

    Words with a capital are left to the names.
    """
    spoken = WORD.findall(_NAMED.sub("", dutch))
    source = {word for word in spoken if word.islower()}
    words = [word for word in dict.fromkeys(WORD.findall(_INSIDE.sub("", english))) if word.islower() and len(word) > 2]
    words = [word for word in words if _VOWEL.search(word)]  # http is no Dutch
    strange = [word for word in words if is_dutch(word)]
    left = [w for w in words if w in source and (w in strange or (not is_common(w) and dutch_odds(w) > ODDS))]
    if not left and len(strange) > 1:
        left = strange
    if not left:
        pairs = {
            pair
            for pair in pairwise(spoken)
            if not _LINKS.isdisjoint(pair) and not _PARTICLES.issuperset(pair) and all(map(str.islower, pair))
        }
        left = [" ".join(pair) for pair in pairwise(WORD.findall(english)) if pair in pairs]
    return [Finding("leftovers", f"{', '.join(left)} is still Dutch")] if left else []
