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
            r"reported\w*|alleg\w+|supposed\w*|apparent\w*|according to|claim\w*|believed|thought|suspected|rumou?r\w*|expect\w*|due to|meant to|(?:put|estimated|valued|set) at",
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
            r"apparent\w*|evident\w*|seem\w*|appear\w*|look\w*|obvious\w*|ostensib\w+|suppos\w*|so-called|resembl\w+|like|unlike|(?:said|thought|believed|reported) to|sh[io]n\w*|similar\w*|known as|sound\w*|probably|likely"
        ),
    ),
    "volgens": Hedge(
        _words("volgens", "aldus"),
        _words(
            _SAID,
            r"views?|under|in line with|as per|in (?:the|his|her|their|its|whose|my|our|your) (?:opinion|words|eyes|view|judge?ment)|opinion|claim\w*|argue\w*|believe\w*|thinks?|told|tells?|states?|stated|maintain\w*",
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

_NO_HEDGE = re.compile(
    r"\bzo \w+(?: \w+)? mogelijk\b|\bmogelijk (?:te )?ma(?:akt?|ken)\b|\bma(?:akt?|akten?|ken) .{0,60}mogelijk\b"
    r"|\b(?:niet|nooit) (?:meer |langer |altijd )?mogelijk\b|\bgeen\b[^.,;]{0,60}\bmogelijk (?:is|was|zijn|waren)\b"  # not possible: the denial is what counts
    r"|\bvolgens (?:(?:de|het|een|dit|deze|dat|die|hun|zijn|haar|eigen|vaste|oude|nieuwe|\w+e) )*\w*(?:traditie|stereotype|gewoonte|gebruik|plan|planning|schema|rooster|recept|protocol|afspraak|methode|principe|regels|norm|dienstregeling|zondagsdienst|voorschrift|procedure)\b"
    r"|\bmeld(?:t|en|de|den)\b[^.,;]{0,60}\b(?:zich|ziek)\b|\b(?:zich|ziek)\b[^.,;]{0,60}\bmeld(?:t|en|de|den)\b",  # reports for duty
    re.IGNORECASE,
)  # as … as possible, by tradition, signs up: no hedges

_NOT = r"not|no|\w+n['’]t|cannot|never|none|nobody|no-one|nothing|nowhere|neither|nor|without|hardly|barely|scarcely"
NEGATIONS = _words(
    r"(?<!net )(?<!vergeet )(?<!vergeten )niet(?! alleen| veel later| lang (?:na|daar|er|geleden|voor|later))",
    r"geen|nooit|nauwelijks|noch|niemand|nergens|niets|niks|zonder(?! meer)|amper|geenszins|evenmin|allerminst",
)
_DENIED = _words(_NOT, r"no longer|anything but|far from|nothing but|all but|more than enough|yet to|nil|devoid")
# What denies without a word of denial, in English and in Dutch. The English of a row answers for a `niet` as often as the
# Dutch of the same row does not account for it: `unable` answers for `niet in staat`, but not when the Dutch has `onbruikbaar` too.
_AFFIX = (  # words that deny by how they begin or end: unable, harmless, lead-free
    r"un(?!der|it|iv|iq|less|til|cle|ion|anim|ravel|fold|earth|veil|leash|fortunat|cover)[a-z]{4,}|non-\w+|non[a-z]{4,}|(?!never|none|regard|un)[a-z]{3,}less(?:ly|ness)?|[a-z]+-free"
    r"|in(?:access|accur|adequ|admiss|advert|appropr|audib|capab|compat|compet|complet|conclus|consist|conven|correct|curab|dec|defin|definit|differ|direct|discern|edib|effect|effic|eligib|escap|evitab|exact|expens|experien|explic"
    r"|flexib|frequen|human|just|moder|offens|operab|sane|secur|sensit|separab|signif|sincer|solub|solven|stab|suffic|toler|valid|variab|visib|volunt|vulner)\w*"
    r"|im(?:mature|mob|moral|mort|partial|pass|patien|percept|perfect|plaus|polit|possib|pract|precis|prob|proper|prud|pur)\w*|il(?:legal|legib|legit|licit|logic|literat)\w*|ir(?:ration|reconcil|regul|relev|repar|replac|respons|revers|revoc)\w*"
    r"|dis(?:agree|allow|appear|approv|belie|connect|content|continu|honest|like|loyal|obe|pleas|proportion|qualif|regard|satisf|similar|trust|advantag|interest)\w*"
)
_LACKS = [  # (English, Dutch)
    (
        _words(_AFFIX),
        _words(
            r"on(?!der|s\b|ze\b|t|ge(?:veer|luk|val|acht)|line|langs|danks|middellijk)[a-zë]{4,}|ontevred\w+|\w{3,}lo(?:os|ze)\w*|illega\w+|\w+vrije?|verdw\w+|in(?:compet|differ|direct|effect|stab|toler)\w+"
        ),
    ),
    (_words(r"little|less|fewer|few|rarely|seldom|slight\w*"), _words(r"weinige?|minder\w*|zelden|schaars\w*")),
    (
        _words(r"unless|except|anyone but|other than|unlike|rather than|instead|exempt\w*"),
        _words(r"tenzij|behalve|anders dan|in plaats|liever|vrijgest\w+|uitgezonderd|eerder dan|in tegenstelling"),
    ),
    (
        _words(r"refus\w*|den(?:y|ies|ied|ying)|reject\w*|declin\w*"),
        _words(
            r"ge?weiger\w*|ontk\w+|ontze\w+|verw(?:erp|ierp|orpen)\w*|afgewezen|afwij\w+|wij[sz]\w*|wees|wezen|bestr\w+|dal\w+|daalde\w*|afgenomen|afname"
        ),
    ),
    (
        _words(r"avoid\w*|prevent\w*|ban|bans|banned|barr?(?:ed|ing)|forbid\w*|forbade|prohibit\w*"),
        _words(
            r"vermij\w+|vermeden|voork\w+|belet\w*|verbi\w+|verbo\w+|verhinder\w*|weren|weert|geweerd|uitgesloten|\w*verbod\w*"
        ),
    ),
    (
        _words(
            r"lacks?|lacked|lacking|absence|absent|short of|deprived?|miss\w*|spared?|hard to|hardship|difficult\w*|trouble"
        ),
        _words(
            r"gebrek\w*|ontb\w+|tekort\w*|\w*mis(?:t|te|ten|sen)?|vermist\w*|kwijt\w*|afwezig\w*|spa(?:ar|ren)\w*|gespaard|ontzi\w+|moeilijk\w*|lastig\w*|moeite|beroof\w*"
        ),
    ),
    (
        _words(r"fail\w*|deficien\w*|neglect\w*|ignor\w*|wrong"),
        _words(
            r"fa[al]\w+|mislu\w+|gefaald|bega\w+|begeven|verzui\w+|nala\w+|nagelaten|negeer\w*|genegeerd|verwaarlo\w+|fout\w*|verkeerd\w*|mis|zakt\w*|gezakt|failliet\w*|faillis\w+|\w*storing\w*|uitval\w*|storting\w*|ten onrechte"
        ),
    ),
    (_words(r"against|afraid|opposed|beyond"), _words(r"\w*tegen\w*|waarsch\w+|bang\w*|voorbij|buiten|boven")),
    (
        _words(
            r"stop|stops|stopped|stopping|ceas\w+|halt\w*|away from|out of|ran out|run out|gone|defie[sd]|free of|(?:is|are|was|were|be|been|stay|stayed) (?:off|out)"
        ),
        _words(
            r"\w*stop\w*|gestopt|sta[ak]\w*|gestaakt|stil\w*|weg\w*|vandaan|uit|verdw\w+|buiten|vrij\w*|afgelast\w*"
        ),
    ),
    (_words(r"zero"), _words(r"nul\w*|vorst|vries\w*")),
]
_TRACES = [  # Dutch denials that English may say without denying, and how
    (
        _words(r"(?:nog )?(?:nooit|niet) (?:eerder |ooit )?(?:zo|zulke?|zoveel)\b"),
        _words(r"most|least|worst|best|\w{3,}est|record|unprecedented|ever|as|so"),
    ),
    (  # litotes: not to be missed
        _words(r"niet (?:te |mogen |mag |worden )*(?:missen|vergeten|ontbreken|overslaan)"),
        _words(r"remember\w*|must|essential|always|sure|should|unforgettable|worth"),
    ),
    (_words("lang niet"), _words("long|far|nowhere|much")),
    (
        _words(r"nauwelijks|amper"),
        _words(
            r"little|few|slight\w*|trouble|difficult\w*|struggl\w*|only just|just|almost|minimal\w*|rarely|seldom|virtually"
        ),
    ),
    (
        _words(r"nie(?:t|ts) (?:meer|anders|verder) dan|niets dan"),
        _words(r"only|just|mere\w*|at most|up to|maximum|limited|purely|simply"),
    ),
]
_AGAIN = re.compile(
    r"\b(?:en|of|noch|maar|,) (?:ook |zelfs )?(?:niet|geen|nooit|niemand|nergens|zonder)\b|\b(?:ook|zelfs|zeker|vooral|al helemaal) (?:niets?|geen|nooit|niemand)\b",
    re.IGNORECASE,
)
_OR = _words("or|nor|and|even|especially|particularly|let alone")
_ADDED = _words(r"not|\w+n['’]t|cannot|never|nobody|nowhere")
_EXCUSED = re.compile(  # Dutch that an English `not` may come from without a Dutch one
    r"(?:niet|geen|nooit|nauwelijks|niemand|nergens|niets|niks|zonder(?! meer)|amper|noch)|\b(?:nee|evenmin|ont\w+|weiger\w*|pas|slechts|alleen|enkel|behalve|tekort\w*|on[a-z]{4,}|nog|tenzij|ander\w*|mis\w*|zelden|weinig|te|verb[io]\w+|stop\w*"
    r"|laat|laten|liet|nul|los|vrij|\w+lo[osz]e?|tegen\w*|buiten|nimmer|allerminst|geenszins|verge\w+|kwijt|toch|wel|zwe(?:eg|gen|ijgt)|minder|moeilijk|achterwege|uit\w*|af\w*|in plaats|dan|maar)\b",
    re.IGNORECASE,
)


def hedges(dutch: str, english: str) -> list[Finding]:
    """Each kind of hedge in the Dutch leaves one of its traces in the English."""
    dutch = _NO_HEDGE.sub("", dutch)
    lost = [match[0] for h in HEDGES.values() if (match := h.dutch.search(dutch)) and not h.english.search(english)]
    return [Finding("hedges", f"{', '.join(lost)} of the Dutch has left no trace in the English")] if lost else []


def negation(dutch: str, english: str) -> list[Finding]:
    """A Dutch sentence that denies becomes an English one that denies, and `not` does not come from nowhere."""
    denied = NEGATIONS.search(dutch)
    if denied and _count_denials(dutch, english) < len(NEGATIONS.findall(dutch)):
        return [Finding("negation", f"{denied[0]} of the Dutch has left no trace in the English")]
    added = _ADDED.search(english)
    if added and not _EXCUSED.search(dutch):
        return [Finding("negation", f"{added[0]} of the English is not in the Dutch")]
    return []


def _count_denials(dutch: str, english: str) -> int:
    """How many denials of the Dutch the English can answer for: by words that deny, by others that say as much."""
    strong = len(_DENIED.findall(english))
    weak = sum(max(0, len(there.findall(english)) - len(here.findall(dutch))) for there, here in _LACKS)
    traces = sum(min(len(here.findall(dutch)), len(there.findall(english))) for here, there in _TRACES)
    again = len(_AGAIN.findall(dutch)) if strong and _OR.search(english) else 0  # niet … en geen …: not … or …
    return strong + weak + traces + again
