"""The checks measured: false alarms on human translations, and recall on damage that this script does to them.

    python benchmarks/fidelity.py                          the wire corpus' dev set
    python benchmarks/fidelity.py --flores FOLDER          and FLORES dev: flores-dev.nl, .en, and .SYSTEM.en where there are
    python benchmarks/fidelity.py --wire FILE ...          other wire corpus files
    python benchmarks/fidelity.py --flores FOLDER --half 1 its first half alone: what is tuned on one is measured on the other
    python benchmarks/fidelity.py --check-floors           refuse figures beyond benchmarks/floors.json
    python benchmarks/fidelity.py --alarms SET             the findings on one set's human translation, one a line
    python benchmarks/fidelity.py --misses FAULT           the damage of one kind that went unseen

A finding on a human translation counts as a false alarm, also where the translator did lose something (FLORES was written
in English and translated into Dutch; many of its findings are real losses). A fault counts as found when a check of the
fault's own kind speaks that was silent before. The damage is made with word lists of its own, not with those of the checks.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from translate_news.checks import check

FLOORS = ROOT / "benchmarks" / "floors.json"
WIRE = ROOT / "training" / "wire" / "dev.txt"
EACH = 400  # faults of a kind and set, at most


class Pair(NamedTuple):
    """A Dutch sentence and an English one."""

    dutch: str
    english: str


Damage = Callable[[Pair, random.Random, list[str]], str | None]

NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,:]\d+)*")
NUMBER_WORDS = (
    "two three four five six seven eight nine eleven twelve thirteen fourteen fifteen sixteen eighteen".split()
)
CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][a-zà-ÿ]{2,}\b")
CALENDAR = set(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October "
    "November December The This That And But".split()
)
DENIALS = re.compile(r"\b(?:not|never|no|nobody|nothing|hardly)\b |n't\b|n’t\b| without(?= )", re.IGNORECASE)
DUTCH_DENIALS = re.compile(r"\b(?:niet|geen|nooit|nauwelijks|niemand|niets|zonder)\b", re.IGNORECASE)
DUTCH_HEDGES = re.compile(
    r"\b(?:zou|zouden|naar verluidt|vermoedelijk|mogelijk|misschien|waarschijnlijk|volgens|aldus)\b", re.IGNORECASE
)
HEDGES = [  # English hedges and what stands there when a model has lost them
    (r"\b(?:is|are) (?:said|believed|thought|alleged|reported|understood|suspected) to have\b", "has"),
    (
        r"\b(?:is|are|was|were) (?:said|believed|thought|alleged|reported|understood|suspected|supposed) to (?:be|have been)\b",
        "is",
    ),
    (r"\bwould have\b", "has"),
    (r"\bwould be\b", "is"),
    (r"\bwould\b", "will"),
    (r"\b(?:may|might|could) have\b", "has"),
    (r"\b(?:may|might|could) be\b", "is"),
    (r"\b(?:may|might|could)\b", "will"),
    (r",? according to [^,.]+(?:,(?= )|(?=[.]))", ""),
    (r",? [A-Z]?[\w ]{2,30} (?:says|said)(?=[.])", ""),
    (r"\b(?:reportedly|allegedly|probably|possibly|perhaps|presumably|apparently|supposedly) ", ""),
    (r"\b(?:Reportedly|Allegedly|Probably|Possibly|Perhaps|Presumably|Apparently),? ", ""),
    (r"\b(?:suspected|alleged|possible|probable) ", ""),
]


def pick(pattern: str | re.Pattern[str], text: str, rng: random.Random) -> re.Match[str] | None:
    """A random match."""
    found = list(re.finditer(pattern, text))
    return rng.choice(found) if found else None


def put(text: str, match: re.Match[str], new: str) -> str:
    """The text with a match replaced."""
    return text[: match.start()] + new + text[match.end() :]


def digit_dropped(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """244,890 → 24,890."""
    match = pick(r"(?<![\w.,])\d[\d.,]*\d", pair.english, rng)
    if not match:
        return None
    places = [n for n, char in enumerate(match[0]) if char.isdigit()]
    place = rng.choice(places)
    return put(pair.english, match, (match[0][:place] + match[0][place + 1 :]).strip(".,"))


def digits_swapped(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """34 → 43."""
    match = pick(r"(?<=\d)(?<!\D0)(\d)(\d)(?<!00)|(?<!\d)(\d)(\d)", pair.english, rng)
    if not match or match[0][0] == match[0][1]:
        return None
    return put(pair.english, match, match[0][::-1])


def thousand_as_decimal(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """11,000 → 11.000, and 2.3 → 2,3."""
    match = pick(r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+\.\d+)(?![\w.,]*\d|:)(?! ?[ap]\.m)", pair.english, rng)
    return put(pair.english, match, match[0].translate(str.maketrans(",.", ".,"))) if match else None


def scale_changed(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """3.5 billion → 3.5 million."""
    match = pick(r"\b(?:million|billion|thousand)\b", pair.english, rng)
    return (
        put(pair.english, match, {"million": "billion", "billion": "million", "thousand": "million"}[match[0]])
        if match
        else None
    )


def number_word_changed(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """three → five."""
    match = pick(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b", pair.english, rng)
    return put(pair.english, match, rng.choice([word for word in NUMBER_WORDS if word != match[0]])) if match else None


def name_replaced(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """A name in the middle of the English → a name of another sentence."""
    match = pick(CAPITAL, pair.english, rng)
    if not match or match[0] in CALENDAR:
        return None
    other = rng.choice([name for name in names if name[:3] != match[0][:3] and name not in pair.english])
    return put(pair.english, match, other)


def copied_name_replaced(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """A name that is the same in both languages → a name of another sentence."""
    found = [
        m
        for m in CAPITAL.finditer(pair.english)
        if m[0] not in CALENDAR and re.search(rf"(?<=[a-z,] ){m[0]}\b", pair.dutch)
    ]
    if not found:
        return None
    match = rng.choice(found)
    other = rng.choice([name for name in names if name[:3] != match[0][:3] and name not in pair.english])
    return put(pair.english, match, other)


def negation_dropped(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """is not → is."""
    match = pick(DENIALS, pair.english, rng) if DUTCH_DENIALS.search(pair.dutch) else None
    return put(pair.english, match, "") if match else None


def hedge_dropped(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """is said to have fled → has fled: every trace of the hedge that the English has."""
    if len(DUTCH_HEDGES.findall(pair.dutch)) != 1:
        return None
    bare = pair.english
    for pattern, new in HEDGES:
        bare = re.sub(pattern, new, bare)
    return bare if bare != pair.english else None


def loop_added(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """One to four words said over and over."""
    words = pair.english.split()
    size = rng.randint(1, 4)
    start = rng.randrange(max(1, len(words) - size))
    run = [word.strip(".,;:\"'") for word in words[start : start + size]]
    return " ".join(words[: start + size] + run * rng.randint(2, 4) + words[start + size :]) if all(run) else None


def truncated(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """Stops after 30 to 90 % of its words, as a search does at its limit."""
    words = pair.english.split()
    return (
        " ".join(words[: max(2, int(len(words) * rng.uniform(0.3, 0.9)))]).rstrip(".,;:!?\"'")
        if len(words) > 5
        else None
    )


def tail_dropped(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """Loses its last 25 to 70 % and yet ends with a full stop."""
    cut = truncated(pair, rng, names) if len(pair.english.split()) > 8 else None
    words = pair.english.split()
    return " ".join(words[: int(len(words) * rng.uniform(0.3, 0.75))]).rstrip(".,;:!?\"'") + "." if cut else None


def quote_lost(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """One quotation mark gone, or both of a pair."""
    places = [n for n, char in enumerate(pair.english) if char in '"“”']
    if len(places) < 2 or not any(char in "\"“”„‘’'«»" for char in pair.dutch):
        return None
    gone = {rng.choice(places)} if rng.random() < 0.6 else set(places[:2])
    return "".join(char for n, char in enumerate(pair.english) if n not in gone)


def word_made_up(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """One word becomes the head of it with the tail of another, as a model of word pieces makes them up."""
    words = pair.english.split()
    places = [n for n in range(1, len(words) - 1) if words[n].isalpha() and words[n].islower() and len(words[n]) > 6]
    if len(places) < 2:
        return None
    one, other = rng.sample(places, 2)
    made = words[one][: rng.randint(3, 5)] + words[other][-rng.randint(3, 5) :]
    return " ".join([*words[:one], made, *words[one + 1 :]]) if made not in words else None


def dutch_left(pair: Pair, rng: random.Random, names: list[str]) -> str | None:
    """One to three Dutch words, in the place of as many English ones; among them one of five letters that English lacks."""
    dutch, english = pair.dutch.split(), pair.english.split()
    size = rng.randint(1, 3)
    starts = [
        n
        for n in range(1, len(dutch) - size)
        if any(w.isalpha() and w.islower() and len(w) > 4 and w not in pair.english for w in dutch[n : n + size])
    ]
    if not starts or len(english) <= size + 1:
        return None
    start = rng.choice(starts)
    at = min(len(english) - size - 1, start * len(english) // len(dutch))
    return " ".join(english[:at] + dutch[start : start + size] + english[at + size :])


class Fault(NamedTuple):
    """A kind of damage: how it is done, and which checks are to see it."""

    damage: Damage
    seen_by: frozenset[str]


FAULTS: dict[str, Fault] = {
    "digit dropped": Fault(digit_dropped, frozenset({"numbers"})),
    "digits swapped": Fault(digits_swapped, frozenset({"numbers"})),
    "thousand as decimal": Fault(thousand_as_decimal, frozenset({"numbers"})),
    "scale changed": Fault(scale_changed, frozenset({"numbers"})),
    "number word changed": Fault(number_word_changed, frozenset({"numbers"})),
    "name replaced": Fault(name_replaced, frozenset({"names"})),
    "copied name replaced": Fault(copied_name_replaced, frozenset({"names"})),
    "negation dropped": Fault(negation_dropped, frozenset({"negation"})),
    "hedge dropped": Fault(hedge_dropped, frozenset({"hedges"})),
    "loop added": Fault(loop_added, frozenset({"loops"})),
    "truncated": Fault(truncated, frozenset({"ending", "length"})),
    "tail dropped": Fault(
        tail_dropped, frozenset({"ending", "length", "names", "numbers", "quotes", "hedges", "negation"})
    ),
    "quote lost": Fault(quote_lost, frozenset({"quotes"})),
    "word made up": Fault(word_made_up, frozenset({"nonwords"})),
    "Dutch left": Fault(dutch_left, frozenset({"leftovers"})),
}


def read_wire(path: Path) -> list[Pair]:
    """The `n` and `e` lines of a wire corpus file, in pairs."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:2] in ("n ", "e ")]
    return [Pair(nl[2:].strip(), en[2:].strip()) for nl, en in zip(lines[::2], lines[1::2], strict=True)]


def read_flores(folder: Path, system: str = "") -> list[Pair]:
    """FLORES dev, with the reference or a system's output; entities such as `&#39;` are resolved."""
    dutch = (folder / "flores-dev.nl").read_text(encoding="utf-8").splitlines()
    english = (folder / f"flores-dev.{system}en").read_text(encoding="utf-8").splitlines()
    return [Pair(nl, html.unescape(en)) for nl, en in zip(dutch, english, strict=True)]


def alarms(pairs: list[Pair]) -> tuple[float, Counter[str]]:
    """The share of pairs with a finding, and pairs by check."""
    found = [{finding.check for finding in check(*pair)} for pair in pairs]
    return sum(map(bool, found)) / len(pairs), Counter(name for names in found for name in names)


def seed_faults(pairs: list[Pair], name: str) -> list[tuple[Pair, Pair]]:
    """Good pairs and their damaged selves: each pair at most once a fault, the same ones every time."""
    rng = random.Random(f"fidelity {name}")
    fault = FAULTS[name]
    names = sorted({m[0] for pair in pairs for m in CAPITAL.finditer(pair.english)} - CALENDAR)
    damaged = []
    for pair in pairs:
        bad = fault.damage(pair, rng, names)
        if bad is not None and bad != pair.english and not fault.seen_by & {f.check for f in check(*pair)}:
            damaged.append((pair, Pair(pair.dutch, bad)))
    rng.shuffle(damaged)
    return damaged[:EACH]


def is_seen(name: str, damaged: Pair) -> bool:
    """Whether a check of the fault's kind speaks."""
    return bool(FAULTS[name].seen_by & {finding.check for finding in check(*damaged)})


def read_sets(options: argparse.Namespace) -> dict[str, list[Pair]]:
    """The named sets of human translations."""
    wire = [pair for path in options.wire if path.exists() for pair in read_wire(path)]
    sets = {"wire-dev" if options.wire == [WIRE] else "wire": wire} if wire else {}
    if options.flores:
        pairs = read_flores(options.flores)
        middle = len(pairs) // 2
        halves = {1: pairs[:middle], 2: pairs[middle:]}
        sets["flores-dev"] = halves.get(options.half, pairs)
    return sets


def print_alarms(name: str, pairs: list[Pair]) -> dict[str, float]:
    """One line of the first table; the figures by check, and `all`."""
    share, by_check = alarms(pairs)
    parts = " ".join(f"{check_name} {count / len(pairs):.2%}" for check_name, count in by_check.most_common())
    print(f"{name:<30} {len(pairs):>6} {share:>7.2%}   {parts}")
    return {"all": share, **{check_name: count / len(pairs) for check_name, count in by_check.items()}}


def beyond_floors(measured: dict[str, dict[str, float]], floors: dict[str, dict[str, float]]) -> list[str]:
    """What is worse than its floor (recall) or its ceiling (false alarms), one line each; unmeasured sets are not judged."""
    failures = []
    for name, limits in floors.items():
        for metric, limit in limits.items() if name in measured else ():
            value = measured[name].get(metric, 0.0)
            worse = value < limit if name.startswith("recall") else value > limit
            if worse:
                failures.append(f"{name}: {metric} is {value:.4f}, the limit is {limit}")
    return failures


def listed(sets: dict[str, list[Pair]], alarms_of: str | None, misses_of: str | None) -> list[str]:
    """The findings on a set's human translation, or the damage that went unseen, one block each."""
    if alarms_of:
        found = [(finding, pair) for pair in sets[alarms_of] for finding in check(*pair)]
        return [
            f"{finding.check}: {finding.message}\n  nl: {pair.dutch}\n  en: {pair.english}" for finding, pair in found
        ]
    assert misses_of
    faults = [fault for pairs in sets.values() for fault in seed_faults(pairs, misses_of)]
    return [
        f"nl:  {good.dutch}\n en: {good.english}\nbad: {bad.english}\n"
        for good, bad in faults
        if not is_seen(misses_of, bad)
    ]


def main() -> int:
    """Print both tables; 1 when a floor is not held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wire", type=Path, nargs="+", default=[WIRE], metavar="FILE", help="wire corpus files")
    parser.add_argument("--flores", type=Path, metavar="FOLDER", help="folder with flores-dev.nl and flores-dev.en")
    parser.add_argument("--half", type=int, choices=(1, 2), help="the first or the second half of FLORES alone")
    parser.add_argument("--check-floors", action="store_true", help=f"compare with {FLOORS.name}")
    parser.add_argument("--alarms", metavar="SET", help="print the findings on one set's human translation")
    parser.add_argument("--misses", metavar="FAULT", help="print the damage of one kind that went unseen")
    options = parser.parse_args()
    sets = read_sets(options)
    if options.alarms or options.misses:
        print("\n".join(listed(sets, options.alarms, options.misses)))
        return 0
    measured: dict[str, dict[str, float]] = {}
    print(f"{'findings on':<30} {'pairs':>6} {'all':>7}   by check")
    for name, pairs in sets.items():
        measured[f"alarms {name}"] = print_alarms(f"{name}, human", pairs)
    for path in sorted(options.flores.glob("flores-dev.*.en")) if options.flores else []:
        system = path.name.removeprefix("flores-dev.").removesuffix("en")
        print_alarms(f"flores-dev, {system[:-1]}", read_flores(options.flores, system))
    print(f"\n{'fault':<22}" + "".join(f"{name:>20}" for name in sets))
    total = 0
    for fault in FAULTS:
        cells = []
        for name, pairs in sets.items():
            damaged = seed_faults(pairs, fault)
            seen = sum(is_seen(fault, bad) for _, bad in damaged)
            total += len(damaged)
            measured.setdefault(f"recall {name}", {})[fault] = seen / max(1, len(damaged))
            cells.append(f"{seen:>7}/{len(damaged):<4} {seen / max(1, len(damaged)):>7.2%}")
        print(f"{fault:<22}" + "".join(cells))
    print(f"{total} faults")
    if options.check_floors:
        failures = beyond_floors(measured, json.loads(FLOORS.read_text(encoding="utf-8"))["fidelity"])
        print("\n".join(failures) or "floors held", file=sys.stderr)
        return 1 if failures else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
