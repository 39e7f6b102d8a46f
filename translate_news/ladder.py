"""Tasks in, checked renderings out: decode, check, try what fails another way, keep the best, mark what is still wrong.

The ladder is a many-to-many step like the translation itself: each rung takes all sentences of the window that still fail,
in one batch. Where nothing fails it costs nothing; the first rung, the rivals of the first search, costs nothing anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from translate_news.checks import CHECKS, check, repair_numbers, replace_number
from translate_news.document import Finding, Rendering
from translate_news.engine import Decoding, Engine, Hypothesis, Progress
from translate_news.glossary import Glossary, put_term, stands, terms_of, unmet
from translate_news.protect import KEPT, STAND_IN, append, bare, unmask
from translate_news.segment import clause_spans

# How bad a finding is when candidates are weighed; a kind that is not named weighs 1.
WEIGHTS = {
    "empty": 9,
    "phrases": 5,
    "numbers": 3,
    "loops": 3,
    "ending": 3,
    "length": 2,
    "leftovers": 2,
    "cut": 2,
    "kept": 6,
    "terms": 3,
}
# A sentence is decoded again for these. A name or a hedge alone is left to the rivals, which cost nothing.
GRAVE = frozenset(WEIGHTS) - {"terms"}
LOW_SCORE = (
    -1.0
)  # mean log-probability of a token: 8 of 510 dev sentences are below -0.9, with a mean chrF of 33 to 57 overall
SHORTEST = 30  # characters: clauses are not cut shorter
NO_GLOSSARY = Glossary()


@dataclass(frozen=True, slots=True)
class Task:
    """What the model is to see for a sentence: its `source`, in lower case where the Dutch is all in `capitals`, with
    stand-ins for what is `kept`."""

    dutch: str
    source: str
    capitals: bool = False
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """Another way to translate what has failed: for which findings, in which parts, and how decoded."""

    retries: frozenset[str]
    parts: Callable[[str], list[str]]
    decoding: Callable[[Decoding], Decoding]


CALENDAR = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September "
    "October November December".split()
)


def whole(source: str) -> list[str]:
    """The sentence as it is."""
    return [source]


def clauses(source: str) -> list[str]:
    """The sentence cut at its clause marks, into two or more parts where it has any."""
    return [source[start:end] for start, end in clause_spans(source, max(SHORTEST, len(source) // 2))]


# In the order of what a mended sentence costs: measured by benchmarks/ladder.py on the wire corpus' dev set.
RUNGS: dict[str, Rung] = {
    "clauses": Rung(GRAVE, clauses, lambda d: replace(d, no_repeat_ngram=3, rivals=0)),
    "wide": Rung(
        frozenset({"numbers", "loops", "kept"}),
        whole,
        lambda d: replace(d, beam=d.beam + 2, no_repeat_ngram=3, rivals=d.beam + 1),
    ),
    "strict": Rung(frozenset({"loops"}), whole, lambda d: replace(d, no_repeat_ngram=2, rivals=max(0, d.beam - 1))),
}


def render(
    tasks: Sequence[Task],
    engine: Engine,
    decoding: Decoding,
    progress: Progress = lambda done: None,
    *,
    glossary: Glossary = NO_GLOSSARY,
    ladder: bool = True,
) -> dict[Task, Rendering]:
    """Translate and check all tasks; what fails climbs the ladder, and the glossary's terms are put in last.

    Args:
        tasks: different ones.
        engine: where they are translated; what the engine `echo` says is not checked, since it is no English.
        decoding: how, at first.
        progress: is told the number of tasks done by the first decoding.
        glossary: whose terms the English is to have.
        ladder: False keeps each first hypothesis, checked and marked; the terms are put in all the same.
    """
    finish = Finish(glossary, checked=engine.name != "echo")
    found = engine.translate([task.source for task in tasks], decoding, progress)
    best = {task: finish(task, hypothesis) for task, hypothesis in zip(tasks, found, strict=True)}
    if ladder:
        for task, hypothesis in zip(tasks, found, strict=True):
            if best[task].findings and hypothesis.rivals:
                best[task] = better(best[task], (finish(task, rival) for rival in hypothesis.rivals), "rivals")
        for name, rung in RUNGS.items():
            failing = [task for task in tasks if rung.retries & {finding.check for finding in best[task].findings}]
            for task, candidates in zip(failing, _decode(failing, rung, engine, decoding), strict=True):
                best[task] = better(best[task], map(partial(finish, task), candidates), name)
    best |= _with_terms(best, engine, decoding, finish)
    return {task: last_resort(best[task]) if ladder else best[task] for task in tasks}


@dataclass(frozen=True, slots=True)
class Finish:
    """Task and hypothesis → rendering: numbers in English writing, what is kept in its place, all checked."""

    glossary: Glossary
    checked: bool = True

    def __call__(self, task: Task, hypothesis: Hypothesis) -> Rendering:
        """The rendering of one hypothesis."""
        english, lost = unmask(hypothesis.text, task.kept)
        english = english.upper() if task.capitals else english
        english, repairs = repair_numbers(task.dutch, english)
        findings: tuple[Finding, ...] = ()
        if hypothesis.cut:
            findings += (Finding("cut", "the model stopped at its length limit; the end may be missing"),)
        if hypothesis.score is not None and hypothesis.score < LOW_SCORE:
            findings += (Finding("score", f"the model is unsure: {hypothesis.score:.2f} nats a token"),)
        if lost:
            findings += (Finding("kept", f"{', '.join(lost)} has lost its place and stands at the end"),)
        rendering = Rendering(task.dutch, append(english, lost), "model", hypothesis.score, findings, tuple(repairs))
        return self.again(rendering)

    def again(self, rendering: Rendering) -> Rendering:
        """The rendering with the findings and terms of its text as it is now; what the search itself said stays."""
        dutch, english = bare(rendering.dutch), bare(rendering.english)
        terms = terms_of(self.glossary, dutch, english)
        made = tuple(
            finding for finding in rendering.findings if finding.check not in CHECKS and finding.check != "terms"
        )
        found = check(dutch, english) if self.checked else ()
        return replace(rendering, findings=(*found, *unmet(terms), *made), terms=terms)


def _decode(failing: Sequence[Task], rung: Rung, engine: Engine, decoding: Decoding) -> list[list[Hypothesis]]:
    """The candidates of one rung for each failing task: those of its parts joined, or a whole sentence's and its rivals."""
    parts = [rung.parts(task.source) for task in failing]
    found = _translated([part for mine in parts for part in mine], engine, rung.decoding(decoding))
    return [
        [found[mine[0]], *found[mine[0]].rivals] if len(mine) == 1 else [joined([found[part] for part in mine], mine)]
        for mine in parts
    ]


def _translated(sources: Iterable[str], engine: Engine, decoding: Decoding) -> dict[str, Hypothesis]:
    """Each different source's hypothesis; an engine is not asked for nothing."""
    different = list(dict.fromkeys(sources))
    return dict(zip(different, engine.translate(different, decoding), strict=True)) if different else {}


def joined(parts: Sequence[Hypothesis], sources: Sequence[str]) -> Hypothesis:
    """The hypotheses of a sentence's parts as one: only the last keeps its full stop, and a capital only where Dutch has one."""
    texts = [part.text.rstrip(".") for part in parts[:-1]] + [parts[-1].text]
    texts[1:] = [_uncapitalised(text, source) for text, source in zip(texts[1:], sources[1:], strict=True)]
    scores = [part.score for part in parts if part.score is not None]
    return Hypothesis(" ".join(texts), sum(scores) / len(scores) if scores else None, any(part.cut for part in parts))


def _uncapitalised(text: str, source: str) -> str:
    """A part's text with a small first letter, when its Dutch begins with one and does not hold the word as a name."""
    first = text.split(maxsplit=1)[:1]
    if not first or not source[:1].islower() or first[0] in source or not first[0][1:].islower():
        return text
    return text if first[0].strip(",.;:") in CALENDAR else text[0].lower() + text[1:]


def better(best: Rendering, candidates: Iterable[Rendering], rung: str) -> Rendering:
    """The best of what there is, by the weight of its findings and then by score; the first one wins a tie.

    The result remembers each rung that was tried.
    """
    tried = (*best.attempts, rung)
    for candidate in candidates:  # made one by one: checks cost more than searches for rivals
        best = min(best, candidate, key=_badness)
        if not best.findings:
            break
    return replace(best, attempts=tried)


def _badness(rendering: Rendering) -> tuple[int, float]:
    weight = sum(WEIGHTS.get(finding.check, 1) for finding in rendering.findings if finding.check != "terms")
    weight += WEIGHTS["terms"] * sum(not term.met for term in rendering.terms)
    return weight, -(rendering.score if rendering.score is not None else 0.0)


def _with_terms(
    best: dict[Task, Rendering], engine: Engine, decoding: Decoding, finish: Finish
) -> dict[Task, Rendering]:
    """The renderings whose terms are not met, with the terms put in where that leaves no heavier findings.

    First with a stand-in for each term in the source: the grammar round it is then the model's. Where the stand-in gets
    lost, by alignment: the sentence is decoded as it was at first, and the English that comes from the term is replaced.
    benchmarks/glossary.py compares the two.
    """
    changed = dict(best)

    def put(
        name: str, decoding: Decoding, prepare: Callable[[Task], Task], put_in: Callable[[Task, Hypothesis], Hypothesis]
    ) -> None:
        lacking = {t: prepare(t) for t, rendering in changed.items() if any(not term.met for term in rendering.terms)}
        found = _translated((shown.source for shown in lacking.values()), engine, decoding)
        for task, shown in lacking.items():
            candidate = finish(task, put_in(shown, found[shown.source]))
            if _badness(candidate)[0] < _badness(changed[task])[0]:
                changed[task] = _recorded(candidate, changed[task], name)

    if finish.glossary.entries:
        put("stand-in", replace(decoding, rivals=0), lambda t: stand_in(t, finish.glossary), put_stood_in)
        put("aligned", replace(decoding, rivals=0, align=True), lambda t: t, lambda _, h: put_terms(h, finish.glossary))
    return changed


def _recorded(candidate: Rendering, before: Rendering, name: str) -> Rendering:
    """A rendering that took the place of another, with what was tried before and the terms that it brought."""
    had = {term.dutch for term in before.terms if term.met}
    brought = tuple(f"{t.dutch} → {t.english}" for t in candidate.terms if t.met and t.dutch not in had)
    return replace(candidate, attempts=(*before.attempts, name), repairs=(*candidate.repairs, *brought))


def stand_in(task: Task, glossary: Glossary) -> Task:
    """The task with a stand-in for each term in its source; what is `kept` then has the terms' English at its end."""
    source, forms = task.source, list(task.kept)
    found = glossary.find(task.source)
    for number, (entry, (start, end)) in reversed(list(enumerate(found, len(task.kept) + 1))):
        source = source[:start] + STAND_IN.format(number) + source[end:]
        forms.insert(len(task.kept), entry.wanted)
    return replace(task, source=source, kept=tuple(forms))


def put_stood_in(shown: Task, hypothesis: Hypothesis) -> Hypothesis:
    """The hypothesis of a task with stand-ins for terms, with the terms in their places."""
    text = hypothesis.text
    for number in range(len(shown.kept), 0, -1):
        form = shown.kept[number - 1]
        if form in shown.dutch and KEPT.fullmatch(form):  # an address: it gets its place when the text is finished
            continue
        places = list(re.finditer(rf"(?<!\w){STAND_IN.format(number)}(?!\w)", text))
        if len(places) == 1:
            text = put_term(text, places[0].span(), form)
    return replace(hypothesis, text=text)


def put_terms(hypothesis: Hypothesis, glossary: Glossary) -> Hypothesis:
    """The hypothesis with each unmet term in the place of the English that comes from its Dutch, as the alignment says.

    A term whose English pieces do not stand together, or that has none, is left out.
    """
    if hypothesis.alignment is None:
        return hypothesis
    text, places = hypothesis.text, []
    for entry, (start, end) in glossary.find(hypothesis.alignment.source):
        if any(stands(form, text) for form in entry.english):
            continue
        pieces = [
            n for n, link in enumerate(hypothesis.alignment.links) if start <= link[2] < end and link[0] < link[1]
        ]
        if pieces and pieces[-1] - pieces[0] < len(pieces) + 2:  # one or two strangers between: `of`, `the`
            first, last = (hypothesis.alignment.links[n] for n in (pieces[0], pieces[-1]))
            places.append((_word_start(text, first[0]), _word_end(text, last[1]), entry.wanted))
    for begin, stop, form in sorted(places, reverse=True):
        text = put_term(text, (begin, stop), form)
    return replace(hypothesis, text=text)


def _word_start(text: str, at: int) -> int:
    while at > 0 and text[at - 1].isalnum():
        at -= 1
    return at


def _word_end(text: str, at: int) -> int:
    while at < len(text) and text[at].isalnum():
        at += 1
    return at


def last_resort(rendering: Rendering) -> Rendering:
    """A wrong number that no other decoding got right is replaced, where only one can be meant; the repair is recorded."""
    if not any(finding.check == "numbers" for finding in rendering.findings):
        return rendering
    english, repairs = replace_number(rendering.dutch, rendering.english)
    others = tuple(finding for finding in rendering.findings if finding.check not in CHECKS)
    return replace(
        rendering,
        english=english,
        findings=check(bare(rendering.dutch), bare(english)) + others,
        repairs=(*rendering.repairs, *repairs),
    )
