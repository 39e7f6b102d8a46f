"""Engines: the same rows in, the same text out, whichever engine and whoever shares the batch."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translate_news import models
from translate_news.engine import ENGINES, Decoding, Engine, Hardware, open_engine
from translate_news.engine.marian import ROW_LIMIT, MarianText, search_limit
from translate_news.readers import read_path
from translate_news.segment import segment

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))
EXAMPLE = Path(__file__).parent.parent / "examples" / "wire-page.txt"


@pytest.fixture(scope="module")
def local() -> models.LocalModel:
    return models.require(models.choose(models.read_models(), "nl-en-mini"))


@pytest.fixture(scope="module")
def text(local: models.LocalModel) -> MarianText:
    return MarianText(local)


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    paths = [EXAMPLE, *PAGES[:8]]
    return list(dict.fromkeys(s.text for path in paths for s in segment(read_path(path).text).sentences))


@pytest.fixture
def engine(request: pytest.FixtureRequest, local: models.LocalModel) -> Engine:
    return open_engine(request.param, local, Hardware(device="cpu", threads=1))


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
class TestContract:
    """What every engine of the table does."""

    def test_nothing_in_nothing_out(self, engine: Engine) -> None:
        """No sentences make no hypotheses."""
        assert engine.translate([], Decoding()) == []

    def test_order_and_number_are_kept(self, engine: Engine, sentences: list[str]) -> None:
        """One hypothesis a sentence, in the order of the sentences, whatever their lengths; progress adds up."""
        seen: list[int] = []
        forward = engine.translate(sentences, Decoding(beam=1), seen.append)
        backward = engine.translate(sentences[::-1], Decoding(beam=1))
        assert len(forward) == len(sentences) == sum(seen)
        assert [h.text for h in forward] == [h.text for h in backward[::-1]]

    def test_company_does_not_matter(self, engine: Engine, sentences: list[str]) -> None:
        """A sentence alone gets the text that it gets among others (contract 4)."""
        together = engine.translate(sentences, Decoding(beam=2))
        for number in range(0, len(sentences), 9):
            assert engine.translate([sentences[number]], Decoding(beam=2))[0].text == together[number].text

    def test_long_sentence_is_split_not_cut(self, engine: Engine) -> None:
        """A sentence far beyond the model's positions is what its parts are, joined: nothing is left out."""
        parts = [f"De trein naar Zwolle is om {n} uur vertraagd door de storm," for n in range(40)]
        whole = engine.translate([" ".join(parts)], Decoding(beam=1))[0]
        assert len(whole.text.split()) > 200

    def test_a_token_without_end(self, engine: Engine) -> None:
        """One word of 3,000 letters does not break the engine."""
        assert len(engine.translate(["a" * 600 + "é"], Decoding(beam=1))) == 1


def test_engines_agree_on_greedy_decoding(local: models.LocalModel, sentences: list[str]) -> None:
    """In float32, CTranslate2 and torch give the same text and the same score for every sentence of the example pages."""
    fast = open_engine("ctranslate2", local, Hardware(device="cpu", compute_type="float32"))
    reference = open_engine("torch", local, Hardware(device="cpu", threads=1))
    ours, theirs = (e.translate(sentences, Decoding(beam=1)) for e in (fast, reference))
    assert [h.text for h in ours] == [h.text for h in theirs]
    assert [h.score for h in ours] == pytest.approx([h.score for h in theirs], abs=1e-3)
    assert [h.cut for h in ours] == [h.cut for h in theirs]


@pytest.mark.filterwarnings("ignore")
def test_rows_are_those_of_the_marian_tokenizer(
    local: models.LocalModel, text: MarianText, sentences: list[str]
) -> None:
    """Our pieces are the pieces of transformers' MarianTokenizer, its own punctuation normalisation included."""
    from transformers import MarianTokenizer

    tokenizer = MarianTokenizer.from_pretrained(local.folder)
    odd = ["„Nee”, zei zij…", "één–twee", "Ω♦ 漢字 emoji 🚲", "’s Avonds 20.30 uur", "a\u00a0b"]
    for sentence in sentences + odd:
        normal = text.normalise(sentence)
        assert normal == tokenizer.normalize(" ".join(sentence.split())).strip()
        assert text.row(normal) == tokenizer.convert_ids_to_tokens(tokenizer(normal).input_ids)


@settings(max_examples=200, deadline=None)
@given(
    sentence=st.lists(st.sampled_from(["a", "trein, ", "漢", "; ", "de ", "Ω", "lang" * 90, "."]), max_size=300).map(
        "".join
    )
)
def test_every_row_fits_and_none_is_lost(text: MarianText, sentence: str) -> None:
    """No row is longer than the limit, and the rows hold every piece of the sentence but for the cuts' white space."""
    rows = text.rows(sentence)
    assert all(len(row) <= ROW_LIMIT for row in rows)
    joined = "".join(piece for row in rows for piece in row[:-1]).replace("▁", "")
    assert joined.replace("<unk>", "") == "".join(text.row(text.normalise(sentence))[:-1]).replace("▁", "").replace(
        "<unk>", ""
    )


def test_search_limit_grows_by_class() -> None:
    """The limit depends on the row's length alone, is generous, and never shrinks."""
    limits = [search_limit(n) for n in range(1, 200)]
    assert limits == sorted(limits)
    assert all(limit >= 2 * n for n, limit in enumerate(limits, 1))


def test_conversion_is_kept_and_whole(
    local: models.LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model is converted once; a second opening finds it, and no scratch folder stays behind."""
    from translate_news.engine import ct2

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = ct2.converted(local, "int8")
    stamp = (first / "model.bin").stat().st_mtime_ns
    assert ct2.converted(local, "int8") == first
    assert (first / "model.bin").stat().st_mtime_ns == stamp
    assert [path.name for path in first.parent.iterdir()] == [first.name]
