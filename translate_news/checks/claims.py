"""What a claim rests on: hedges and negations of the Dutch that must leave a trace in the English.

The traces are kept few on purpose: each more that is accepted is one more way for a lost hedge to go unseen. They were
chosen on the wire corpus: the words that a human translation has where the Dutch hedges, most telling first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from translate_news.document import Finding


@dataclass(frozen=True, slots=True)
class Hedge:
    """Dutch that makes a claim less than a fact, and the English of which a trace must be there."""

    dutch: re.Pattern[str]
    english: re.Pattern[str]


def _words(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w’'])(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


_SAID = r"say|says|said|saying|according to|reports?|reported|reporting|reportedly|announce\w*"
_SUSPECTED = (
    r"presum\w*|probabl\w+|suspect\w*|suspicion\w*|likely|alleged\w*|allegation\w*|supposed\w*|apparent\w*|purported\w*"
)
HEDGES: dict[str, Hedge] = {
    "zou": Hedge(
        _words("zou", "zouden"),
        _words(
            r"would\w*|['’]d|could\w*|should\w*|might|may|\w+ to (?:have|be)|are to|is to|was to|were to|said|was going to|were going to|from \w+ing",
            r"reported\w*|alleg\w+|supposed\w*|apparent\w*|according to|claim\w*|believed|thought|suspected|rumou?r\w*|expect\w*|due to|meant to",
        ),
    ),
    "naar verluidt": Hedge(
        _words("naar verluidt?"),
        _words(
            r"reports?|reported\w*|alleg\w+|said|rumou?r\w*|apparent\w*|supposed\w*|understood|believed|according to"
        ),
    ),
    "vermoedelijk": Hedge(
        _words("vermoedelijke?", "vermoedt?", "vermoedens?", "vermoedde", "vermeende?"),
        _words(
            _SUSPECTED,
            r"believe\w*|thought|suppos\w*|speculat\w*|assum\w*|suggest\w*|hunch|guess\w*|may|might|perhaps|possib\w+|seem\w*",
        ),
    ),
    "mogelijk": Hedge(
        _words("mogelijke?", "misschien", "wellicht", "mogelijkerwijs"),
        _words(
            r"possib\w+|may|might|could|can|perhaps|maybe|potential\w*|conceivabl\w+|feasible|enabl\w+|allow\w*|prospective|able|chance|available|likely"
        ),
    ),
    "waarschijnlijk": Hedge(
        _words("(?:hoogst)?waarschijnlijke?"),
        _words(
            r"perhaps|possib\w+|probab\w+|likel\w+|presum\w*|in all probability|expected|unlikely|plausib\w+|most likely|may|might"
        ),
    ),
    "blijkbaar": Hedge(
        _words("blijkbaar", "kennelijk", "ogenschijnlijk", "schijnbaar", "schijnt", "lijkt", "leek", "zogenaamde?"),
        _words(
            r"apparent\w*|evident\w*|seem\w*|appear\w*|look\w*|obvious\w*|ostensib\w+|suppos\w*|so-called|resembl\w+|like|similar\w*|known as|sound\w*|probably|likely"
        ),
    ),
    "volgens": Hedge(
        _words("volgens", "aldus"),
        _words(
            _SAID,
            r"views?|under|in line with|as per|in the (?:opinion|words|eyes|judge?ment) of|opinion|claim\w*|argue\w*|believe\w*|thinks?|told|tells?|states?|stated|maintain\w*",
            r"warn\w*|explain\w*|add(?:s|ed)|write[s]?|wrote|noted?|notes|put it|puts it|consider\w*|account|accounts|reckon\w*|estimate[sd]?|suggest\w*|indicate\w*|shows?|has it|their (?:way|own)|based on|conclud\w*|see[s]?|find[s]?|found|by",
        ),
    ),
    "meldt": Hedge(
        _words("meldt", "melden", "meldde", "meldden"),
        _words(
            _SAID,
            r"forward|notif\w+|sign\w* up|register\w*|call\w*|told|tells?|inform\w*|state[sd]?|sick|off|came|come|appl(?:y|ied)|turned|disclos\w+|alert\w*|contact\w*|volunteer\w*|must|writes?|posted|present\w*|mention\w*|publish\w*",
        ),
    ),
}

_AS_POSSIBLE = re.compile(
    r"\bzo \w+(?: \w+)? mogelijk\b|\bmogelijk (?:te )?ma(?:akt?|ken)\b|\bma(?:akt?|akten?|ken) .{0,60}mogelijk\b",
    re.IGNORECASE,
)  # as … as possible: no hedge

_NOT = r"not|no|\w+n['’]t|cannot|never|none|nobody|no-one|nothing|nowhere|neither|nor|without|hardly|barely|scarcely"
NEGATIONS = _words(
    r"(?<!lang )(?<!net )niet(?! alleen| veel later| lang)|geen|nooit|nauwelijks|noch|niemand|nergens|niets|niks|zonder(?! meer)|amper|geenszins|evenmin|allerminst"
)
_DENIED = _words(
    _NOT,
    r"rarely|seldom|little|less|fewer|lacks?|lacked|lacking|unless|fail\w*|refus\w*|den(?:y|ies|ied|ying)|avoid\w*|prevent\w*|rather than|instead|other than",
    r"anything but|far from|stop|stops|stopped|stopping|ceas\w+|absence|absent|ban|bans|banned|barr?(?:ed|ing)|forbid\w*|forbade|prohibit\w*|short of|exempt\w*|devoid|deprived?|yet to|except|nil|zero|no longer",
    r"unlike|away from|reject\w*|miss\w*|wrong|neglect\w*|ignor\w*|beyond|free of|spared?|halt\w*|more than enough|all but|nothing but|anyone but|out of the question|out of order|declin\w*|against|afraid|opposed|ran out|run out|hard to|defie[sd]|gone",
)
_AFFIX = re.compile(  # words that deny by how they begin or end: unable, harmless, lead-free
    r"(?<!\w)(?:un(?!der|it|iv|iq|less|til|cle|ion|anim|ravel|fold|earth|veil|leash)[a-z]{4,}|non-?[a-z]{4,}|[a-z]{3,}less(?:ly|ness)?|[a-z]+-free"
    r"|in(?:access|accur|adequ|advert|appropr|audib|capab|compat|compet|complet|conclus|consist|conven|correct|curab|dec|defin|definit|differ|direct|discern|edib|effect|effic|eligib|escap|evitab|exact|expens|experien|explic"
    r"|flexib|frequen|human|just|moder|offens|operab|sane|secur|sensit|separab|signif|sincer|solub|solven|stab|suffic|toler|valid|variab|visib|volunt|vulner)\w*"
    r"|im(?:mature|mob|moral|mort|partial|pass|patien|percept|perfect|plaus|polit|possib|pract|precis|prob|proper|prud|pur)\w*|il(?:legal|legib|legit|licit|logic|literat)\w*|ir(?:ration|reconcil|regul|relev|repar|replac|respons|revers|revoc)\w*"
    r"|dis(?:agree|allow|appear|approv|belie|connect|content|continu|honest|like|loyal|obe|pleas|proportion|qualif|regard|satisf|similar|trust|advantag|interest)\w*)(?!\w)",
    re.IGNORECASE,
)
_ADDED = _words(r"not|\w+n['’]t|cannot|never|nobody|nowhere")
_EXCUSED = re.compile(  # Dutch that an English `not` may come from without a Dutch one
    r"(?:niet|geen|nooit|nauwelijks|niemand|nergens|niets|niks|zonder(?! meer)|amper|noch)|\b(?:nee|evenmin|ont\w+|weiger\w*|pas|slechts|alleen|enkel|behalve|tekort\w*|on[a-z]{4,}|nog|tenzij|ander\w*|mis\w*|zelden|weinig|te|verb[io]\w+|stop\w*"
    r"|laat|laten|liet|nul|los|vrij|\w+lo[osz]e?|tegen\w*|buiten|nimmer|allerminst|geenszins|verge\w+|kwijt|toch|wel|zwe(?:eg|gen|ijgt)|minder|moeilijk|achterwege|uit\w*|af\w*|in plaats|dan|maar)\b",
    re.IGNORECASE,
)


def hedges(dutch: str, english: str) -> list[Finding]:
    """Each kind of hedge in the Dutch leaves one of its traces in the English."""
    dutch = _AS_POSSIBLE.sub("", dutch)
    lost = [match[0] for h in HEDGES.values() if (match := h.dutch.search(dutch)) and not h.english.search(english)]
    return [Finding("hedges", f"{', '.join(lost)} of the Dutch has left no trace in the English")] if lost else []


def negation(dutch: str, english: str) -> list[Finding]:
    """A Dutch sentence that denies becomes an English one that denies, and `not` does not come from nowhere."""
    denied = NEGATIONS.search(dutch)
    if denied and _count_denials(english) < len(NEGATIONS.findall(dutch)):
        return [Finding("negation", f"{denied[0]} of the Dutch has left no trace in the English")]
    added = _ADDED.search(english)
    if added and not _EXCUSED.search(dutch):
        return [Finding("negation", f"{added[0]} of the English is not in the Dutch")]
    return []


def _count_denials(english: str) -> int:
    """The words that deny, by what they are (never) or by how they begin or end (unable, harmless, lead-free)."""
    return len({match.start() for match in (*_DENIED.finditer(english), *_AFFIX.finditer(english))})
