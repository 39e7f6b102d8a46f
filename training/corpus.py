"""Files → pairs: the wire corpus in its own format, tab-separated sets, and the evaluation sets; table `KINDS`."""

import fnmatch
import lzma
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Pair:
    """A Dutch sentence and its English. Pairs of one `group` follow one another in a brief ("" where there is none)."""

    dutch: str
    english: str
    group: str = ""


@dataclass
class WireBrief:
    """A brief of the wire corpus as it is being read."""

    name: str
    headline: tuple[str, str] = ("", "")
    dutch: list[str] = field(default_factory=list)
    english: list[str] = field(default_factory=list)


def lines(path: Path) -> Iterator[str]:
    """The lines of a text file, unpacked when it ends in .xz."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as stream:
        for line in stream:
            yield line.rstrip("\n")


def briefs(path: Path) -> list[WireBrief]:
    """The briefs of a wire file; a brief whose Dutch and English do not pair off is left out."""
    found: list[WireBrief] = []
    dutch_headline = ""
    for number, line in enumerate(lines(path), 1):
        mark, _, text = line.strip().partition(" ")
        text = text.strip()
        if mark == "@":
            found.append(WireBrief(f"{path.stem}:{number}"))
        elif found and mark == "N":
            dutch_headline = text
        elif found and mark == "H":
            found[-1].headline = (dutch_headline, text)
        elif found and mark == "n":
            found[-1].dutch.append(text)
        elif found and mark == "e":
            found[-1].english.append(text)
    return [brief for brief in found if len(brief.dutch) == len(brief.english)]


@dataclass(frozen=True)
class Where:
    """Where a reader looks: folders of the wire corpus, the folder of fetched sets, and names of files in it."""

    wire: tuple[Path, ...] = ()
    data: Path = Path("data")
    files: tuple[str, ...] = ()


def wire_files(folders: Iterable[Path]) -> list[Path]:
    """The training parts under the wire folders."""
    return sorted((path for folder in folders for path in folder.rglob("part-*.txt")), key=lambda p: (p.name, str(p)))


def wire_sentences(where: Where) -> Iterator[Pair]:
    """Sentence pairs of the briefs, in order."""
    for path in wire_files(where.wire):
        for brief in briefs(path):
            for dutch, english in zip(brief.dutch, brief.english, strict=True):
                yield Pair(dutch, english, brief.name)


def wire_headlines(where: Where) -> Iterator[Pair]:
    """Dutch headline and English headline of the briefs."""
    for path in wire_files(where.wire):
        for brief in briefs(path):
            yield Pair(*brief.headline)


def wire_drills(where: Where) -> Iterator[Pair]:
    """Drills: category⇥Dutch⇥English."""
    for path in sorted(path for folder in where.wire for path in folder.rglob("drills/*.tsv")):
        for line in lines(path):
            cells = line.split("\t")
            if len(cells) == 3:
                yield Pair(cells[1], cells[2])


def wire_phrases(where: Where) -> Iterator[Pair]:
    """Phrases and words: Dutch⇥English."""
    for path in sorted(path for folder in where.wire for path in folder.rglob("phrases/*.tsv")):
        yield from tabbed(path)


def parallel(where: Where) -> Iterator[Pair]:
    """Sets of the data folder's `parallel/` whose names match a pattern."""
    for path in sorted((where.data / "parallel").glob("*")):
        if any(fnmatch.fnmatch(path.name, pattern) for pattern in where.files):
            yield from tabbed(path)


def tabbed(path: Path) -> Iterator[Pair]:
    """Pairs of a tab-separated file; lines of another form are passed over."""
    for line in lines(path):
        cells = line.split("\t")
        if len(cells) in (2, 3):
            yield Pair(cells[0], cells[1], cells[2] if len(cells) == 3 else "")


KINDS: dict[str, Callable[[Where], Iterator[Pair]]] = {
    "wire-sentences": wire_sentences,
    "wire-headlines": wire_headlines,
    "wire-drills": wire_drills,
    "wire-phrases": wire_phrases,
    "parallel": parallel,
}


def write_pairs(path: Path, pairs: Iterable[Pair]) -> None:
    """Pairs as Dutch⇥English⇥group, one a line; the file appears whole."""
    beside = path.with_suffix(path.suffix + ".new")
    with beside.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{pair.dutch}\t{pair.english}\t{pair.group}\n" for pair in pairs)
    beside.replace(path)


def evaluation_sentences(path: Path) -> Iterator[str]:
    """Every sentence of an evaluation file, both languages: wire briefs, tab-separated columns, or plain lines."""
    if path.suffix == ".txt":
        for brief in briefs(path):
            yield from (*brief.headline, *brief.dutch, *brief.english)
    else:
        for line in lines(path):
            yield from line.split("\t")
