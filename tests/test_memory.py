"""The translation memory: hits are what the engine would say, people win, two processes share it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from translate_news.engine import Alignment, Decoding, Hypothesis, Progress
from translate_news.errors import SettingsError, TranslateNewsError, UsageError
from translate_news.memory import Memory, Remembering, normal, read_corrections
from translate_news.pipeline import Options, translate
from translate_news.segment import segment

SIGNED = {"engine": "fake", "model": "a"}
LIST = (
    "LONDEN (ANP) - {} Er zijn geen gewonden.\n4 minuten geleden\nPARIJS (ANP) - Het regent in Parijs.\n1 uur geleden\n"
)


class Fake:
    """Says each sentence backwards, with a score and every third one cut, and keeps what it was asked."""

    name, device, precision = "fake", "none", "exact"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def translate(
        self, sentences: Sequence[str], decoding: Decoding, progress: Progress = lambda done: None
    ) -> list[Hypothesis]:
        self.asked += sentences
        progress(len(sentences))
        rivals = tuple(Hypothesis(f'rival {n} "é"', -float(n), n == 1) for n in range(decoding.kept - 1))
        return [Hypothesis(s[::-1], -len(s) / 7, len(s) % 3 == 0, rivals) for s in sentences]


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "memory.sqlite")


def test_a_hit_is_what_the_engine_said(memory: Memory) -> None:
    """Text, score, cut and rivals come back exactly, in order, and the engine is asked once for each sentence."""
    fake = Fake()
    engine = Remembering(fake, memory, SIGNED)
    sentences = [f"Zin nummer {number}, met 'é' en \"ij\"." for number in range(1_200)]
    seen: list[int] = []
    first = engine.translate(sentences[:800], Decoding())
    both = engine.translate(sentences[::-1], Decoding(), seen.append)
    assert both[::-1][:800] == first
    assert both == Fake().translate(sentences[::-1], Decoding())
    assert sorted(fake.asked) == sorted(sentences)
    assert sum(seen) == 1_200
    assert memory.remembered == 800


def test_a_hit_is_whole(memory: Memory) -> None:
    """Whatever an engine says of a sentence comes back: the other hypotheses and the alignment too."""
    said = Hypothesis(
        "Yes.", -0.1, True, (Hypothesis("Yeah.", -0.3), Hypothesis("", None, True)), Alignment("Ja.", ((0, 3, 0, 2),))
    )
    making = memory.making(SIGNED, Decoding(align=True))
    memory.keep(making, [("Ja.", said)])
    assert memory.recall(making, ["Ja.", "Nee."]) == {"Ja.": said}


def test_another_way_is_not_remembered(memory: Memory) -> None:
    """A hit needs the same signature and the same decoding."""
    fake = Fake()
    for signature, beam in [(SIGNED, 4), ({**SIGNED, "model": "b"}, 4), (SIGNED, 1), (SIGNED, 4)]:
        Remembering(fake, memory, signature).translate(["Het regent."], Decoding(beam))
    assert len(fake.asked) == 3


def test_only_new_briefs_are_translated(memory: Memory) -> None:
    """Of a running list taken twice, the second time only what is new or changed reaches the engine."""
    fake = Fake()
    first, second = (
        segment(LIST.format("Een trein ontspoorde.")),
        segment("OSLO (ANP) - Het sneeuwt.\nzojuist\n" + LIST.format("Twee treinen ontspoorden.")),
    )
    translate([first], fake, Options(ladder=False), SIGNED, memory=memory)
    fake.asked.clear()
    (again,) = translate([second], fake, Options(ladder=False), SIGNED, memory=memory)
    assert fake.asked == ["Het sneeuwt.", "Twee treinen ontspoorden."]
    assert again == translate([second], Fake(), Options(ladder=False), SIGNED)[0]


def test_a_correction_wins(memory: Memory) -> None:
    """A person's English is taken as it is, over memory and engine, under every signature; it is marked as such."""
    page = segment(LIST.format("Er zijn 1.500 mensen."))
    translate([page], Fake(), signature=SIGNED, memory=memory)
    assert memory.correct([("Er zijn  1.500 mensen.", "Some 1500 people."), ("Parijs?", "Paris?")]) == 2
    for signature in (SIGNED, {"engine": "other"}):
        (made,) = translate([page], Fake(), signature=signature, memory=memory)
        assert (made.renderings[0].english, made.renderings[0].method) == ("Some 1500 people.", "corrected")
        assert made.renderings[0].findings == ()
        assert made.renderings[1].method == "model"


def test_what_was_corrected_since_is_outdated(memory: Memory) -> None:
    """A finished page with a sentence that was corrected since is outdated, until it is made anew."""
    (made,) = translate([segment(LIST.format("Iets."))], Fake(), signature=SIGNED, memory=memory)
    assert not memory.outdates(made)
    memory.correct([("Het regent in Parijs.", "It rains in Paris.")])
    assert memory.outdates(made)
    (made,) = translate([made.page], Fake(), signature=SIGNED, memory=memory)
    assert not memory.outdates(made)


def test_an_export_taken_in_whole_changes_nothing(memory: Memory) -> None:
    """Of an export, only the lines that a person changed become corrections."""
    translate([segment(LIST.format("Iets."))], Fake(), signature=SIGNED, memory=memory)
    pairs = list(memory.pairs())
    assert len(pairs) == 3
    assert memory.correct(pairs) == 0
    assert memory.correct([*pairs[1:], (pairs[0][0], "My own words.")]) == 1
    assert memory.stats().corrections == 1
    assert list(memory.pairs(corrected_only=True)) == [(pairs[0][0], "My own words.")]
    assert sorted(memory.pairs()) == sorted([(pairs[0][0], "My own words."), *pairs[1:]])


def test_the_limit_holds(tmp_path: Path) -> None:
    """The memory stays near its limit however much goes through it, and keeps corrections."""
    limit = 300_000
    with Memory(tmp_path / "memory.sqlite", limit) as memory:
        memory.correct([("Ja.", "Yes.")])
        engine = Remembering(Fake(), memory, SIGNED)
        for start in range(0, 20_000, 500):
            engine.translate(
                [f"Dit is de lange zin met nummer {n} van allemaal." for n in range(start, start + 500)], Decoding()
            )
        stats = memory.stats()
        assert stats.size < 1.3 * limit
        assert 400 < stats.sentences < 20_000
        assert memory.corrections(["Ja."]) == {"Ja.": "Yes."}


WORKER = """
import sys
from pathlib import Path
from translate_news.engine import Decoding, open_engine
from translate_news.memory import Memory, Remembering
with Memory(Path(sys.argv[1])) as memory:
    engine = Remembering(open_engine("echo", None), memory, {"engine": "echo"})
    for start in range(0, 2_000, 20):
        wanted = [f"Zin {number}." for number in range(start, start + 40)]
        assert [h.text for h in engine.translate(wanted, Decoding())] == wanted
"""


def test_processes_share_a_memory(tmp_path: Path) -> None:
    """Processes that write to one memory at once all succeed, and nothing is lost or doubled."""
    path = tmp_path / "memory.sqlite"
    running = [subprocess.Popen([sys.executable, "-c", WORKER, str(path)], stderr=subprocess.PIPE) for _ in range(4)]
    said = [process.communicate()[1].decode() for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    with Memory(path) as memory:
        assert (memory.stats().sentences, memory.stats().signatures) == (2_020, 1)


@pytest.mark.parametrize("content", [b"no database at all, but text" * 100, None], ids=["text", "another database"])
def test_what_is_no_memory_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """A file that is something else is refused by name and stays as it is."""
    path = tmp_path / "other.sqlite"
    if content is None:
        import sqlite3

        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE pages (a)")
        other.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"other\.sqlite"):
        Memory(path)
    if content is not None:
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("nl\ten\nJa.\tYes.\n\nNee.\tNo.\tnote\n", [("Ja.", "Yes."), ("Nee.", "No.")]),
        ("Ja.\tYes.", [("Ja.", "Yes.")]),
        ("", []),
    ],
)
def test_corrections_as_tsv(text: str, pairs: list[tuple[str, str]]) -> None:
    """Two columns, with or without a head."""
    assert read_corrections(text, "c.tsv") == pairs


@pytest.mark.parametrize("text", ["Ja.\tYes.\nNee.", "Ja.\tYes.\n\tNo.", "Ja.\tYes.\nNee.\t \n"])
def test_a_wrong_line_is_named(text: str) -> None:
    """A line without Dutch or without English is refused with its number, and nothing is taken in."""
    with pytest.raises(SettingsError, match=r"c\.tsv, line 2"):
        read_corrections(text, "c.tsv")


def test_white_space_and_accents_do_not_hide_a_correction() -> None:
    """Dutch is looked up with its accents composed and its white space single."""
    assert normal(" caf\u0065\u0301  op\u00a0de hoek ") == "café op de hoek"


def test_no_folder_for_it(tmp_path: Path) -> None:
    """A memory in a folder that is not there is refused, not made up."""
    with pytest.raises(TranslateNewsError):
        Memory(tmp_path / "no" / "memory.sqlite")
