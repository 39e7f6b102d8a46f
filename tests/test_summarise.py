"""Headline models of every shape open and write: tiny random ones, made here, and the lines are those of transformers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translate_news import models
from translate_news.document import Finding
from translate_news.engine import Decoding, Hardware, Hypothesis, Progress, open_summariser
from translate_news.engine.seq2seq import CTranslate2Summariser, TorchSummariser
from translate_news.headline import Ground, Headliner, write_headlines
from translate_news.headline.gate import invented
from translate_news.headline.model import agreement, consensus
from translate_news.pipeline import translate
from translate_news.segment import segment

TEXTS = [
    "Police have arrested two men in Tilburg.",
    "A storm has closed the bridge.",
    "The mine closes, the mayor says.",
]
HARDWARE = Hardware(device="cpu", threads=1, compute_type="float32")


def _tokenizer(folder: Path) -> Any:
    """A tokenizer whose pieces are the words of the texts above, with BART's marks round a row."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit
    from tokenizers.processors import RobertaProcessing
    from transformers import PreTrainedTokenizerFast

    words = ["<s>", "<pad>", "</s>", "<unk>", *sorted({word for text in TEXTS for word in text.split()})]
    learnt = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, unk_token="<unk>"))
    learnt.pre_tokenizer = WhitespaceSplit()
    learnt.post_processor = RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=learnt, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>"
    )
    tokenizer.save_pretrained(folder)
    return tokenizer


def _network(shape: str, size: int) -> Any:
    import torch
    import transformers

    torch.manual_seed(3)
    common: dict[str, Any] = {
        "vocab_size": size, "pad_token_id": 1, "eos_token_id": 2, "d_model": 16, "decoder_start_token_id": 2,
    }  # fmt: skip
    layers: dict[str, Any] = {
        "encoder_layers": 1, "decoder_layers": 1, "encoder_ffn_dim": 32, "decoder_ffn_dim": 32, "encoder_attention_heads": 2,
        "decoder_attention_heads": 2, "max_position_embeddings": 64, "init_std": 0.5,
    }  # fmt: skip
    if shape == "bart":
        config: Any = transformers.BartConfig(
            **common, **layers, bos_token_id=0, normalize_before=False, normalize_embedding=True
        )
        return transformers.BartForConditionalGeneration(config)
    if shape == "pegasus":
        return transformers.PegasusForConditionalGeneration(
            transformers.PegasusConfig(
                **common | {"decoder_start_token_id": 1}, **layers, normalize_before=True, normalize_embedding=False
            )
        )
    config = transformers.T5Config(
        **common | {"decoder_start_token_id": 1},
        num_layers=1,
        num_decoder_layers=1,
        num_heads=2,
        d_kv=8,
        d_ff=32,
        initializer_factor=8.0,
    )
    return transformers.T5ForConditionalGeneration(config)


@pytest.fixture(scope="module", params=["bart", "pegasus", "t5"])
def local(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> models.LocalModel:
    """A tiny random model of one shape, in a folder."""
    from translate_news.engine.torch import quiet_transformers

    quiet_transformers()
    folder: Path = tmp_path_factory.mktemp(request.param) / f"tiny-{request.param}"
    folder.mkdir()
    network = _network(request.param, len(_tokenizer(folder)))
    network.save_pretrained(folder)
    return models.require(models.choose([], str(folder), role="headline"))


def test_one_list_of_lines_a_text(local: models.LocalModel) -> None:
    """Each text has as many lines as the beam is wide, in the order of the texts, and progress adds up."""
    summariser = open_summariser("ctranslate2", local, HARDWARE)
    seen: list[int] = []
    written = summariser.summarise(TEXTS, Decoding(beam=3), (), seen.append)
    assert [len(lines) for lines in written] == [3, 3, 3]
    assert sum(seen) == 3
    backward = summariser.summarise(TEXTS[::-1], Decoding(beam=3))
    assert [lines[0].text for lines in backward[::-1]] == [lines[0].text for lines in written]
    assert summariser.summarise([], Decoding()) == []


def test_engines_write_the_same(local: models.LocalModel) -> None:
    """In float32, CTranslate2 and transformers write the same best line, up to the length limit."""
    fast, reference = CTranslate2Summariser(local, HARDWARE), TorchSummariser(local, HARDWARE)
    ours, theirs = (s.summarise(TEXTS, Decoding(beam=1)) for s in (fast, reference))
    for mine, other in zip(
        ours, theirs, strict=True
    ):  # the longest a line may be counts the marks in one and not in the other
        length = min(len(mine[0].text.split()), len(other[0].text.split()))
        assert length > 10
        assert mine[0].text.split()[:length] == other[0].text.split()[:length]


@pytest.mark.parametrize("engine", ["ctranslate2", "torch"])
def test_banned_words_stay_out(local: models.LocalModel, engine: str) -> None:
    """A word that is forbidden is in no line, though the model would write it."""
    summariser = open_summariser(engine, local, HARDWARE)
    line = summariser.summarise(TEXTS[:1], Decoding(beam=1))[0][0].text
    again = summariser.summarise(TEXTS[:1], Decoding(beam=1), [[line.split()[0]]])[0][0].text
    assert line.split()[0] not in again.split()


def test_what_ctranslate2_cannot_convert_runs_in_torch(local: models.LocalModel, tmp_path: Path) -> None:
    """A model whose conversion fails is opened by torch all the same."""
    import shutil

    folder = tmp_path / "odd"
    shutil.copytree(local.folder, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    for key in ("activation_function", "dense_act_fn"):
        if key in config:
            config[key] = "mish"
    if "feed_forward_proj" in config:
        config["feed_forward_proj"] = "mish"
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "model.safetensors").write_bytes((local.folder / "model.safetensors").read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        summariser = open_summariser(
            "ctranslate2", models.require(models.choose([], str(folder), role="headline")), HARDWARE
        )
    assert summariser.name == "torch"
    assert summariser.summarise(TEXTS[:1], Decoding(beam=1))[0]


class Scripted:
    """A summariser that gives the lines it was told, and records what it was asked."""

    name, device, model = "scripted", "none", "scripted-1"
    reads: Any = "en"

    def __init__(self, *answers: list[list[str]]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[list[str], int, list[list[str]]]] = []

    def summarise(
        self, texts: Any, decoding: Decoding, banned: Any = (), progress: Progress = lambda done: None
    ) -> list[list[Hypothesis]]:
        self.asked.append((list(texts), decoding.beam, list(banned)))
        progress(len(texts))
        return [[Hypothesis(line) for line in lines] for lines in self.answers.pop(0)]


GROUND = Ground(("Police have arrested two men in Tilburg.", "They may have started a fire."))


AGREED = ["Police arrest two men", "Two men arrested", "Police arrest two", "Police have two men"]  # the first is what they share


def headline(*answers: list[list[str]], title: str | None = None) -> Any:
    scripted = Scripted(*answers)
    (line,) = write_headlines([GROUND], [title], Headliner("model", scripted))
    return line, scripted


def test_a_good_line_is_taken() -> None:
    """A model's line that passes is taken, put into form, with the model's name."""
    line, scripted = headline([["Police Arrest Two Men In Tilburg."]])
    assert (line.text, line.method, line.model) == ("Police arrest two men in Tilburg", "model", "scripted-1")
    assert len(scripted.asked) == 1


def test_the_next_beam_is_looked_at() -> None:
    """Where the best line is refused and the next ones pass, one of them is taken, and the record says why."""
    line, _ = headline([["Police arrest three men", *AGREED]])
    assert (line.text, line.method) == ("Police arrest two men", "model")
    assert line.findings == (Finding("numbers", "refused 'Police arrest three men': 3: not in the brief"),)


def test_a_refused_line_is_asked_for_again() -> None:
    """When every beam is refused, the model is asked again, without the words that were wrong."""
    line, scripted = headline([["Johnson arrests two men", "Police arrest three men"]], [AGREED])
    assert line.text == "Police arrest two men"
    assert scripted.asked[1] == ([GROUND.body], 4, [["Johnson", "three"]])


def test_then_comes_the_lede() -> None:
    """A model that keeps inventing gives way to the lede; the record says so."""
    line, _ = headline([["Johnson arrests two men"]], [["Smith arrests two men"]])
    assert (line.text, line.method, line.model) == ("Police arrest two men in Tilburg", "lede", None)
    assert [finding.check for finding in line.findings] == ["names"]


def test_a_word_of_its_own_is_refused() -> None:
    """A line with a word that the brief has in no form is not printed, though each of its names and numbers is there."""
    line, _ = headline([["Police torture two men"]], [["Police torture men"]])
    assert (line.method, line.findings[0].check) == ("lede", "words")


def test_a_name_told_twice_is_refused() -> None:
    """A line that says a name twice has lost its way."""
    line, _ = headline([["Tilburg police arrest men in Tilburg"]], [["Tilburg police in Tilburg"]])
    assert (line.method, line.findings[0].check) == ("lede", "form")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Police arresting two men over fire", []),
        ("Two men to be arrested again", ["again"]),
        ("Mannen in Tilburg", []),
        ("Teacher wins prize", ["prize"]),
        ("Teachers win", []),
    ],
)
def test_invented(line: str, found: list[str]) -> None:
    """Other forms of the brief's words, its Dutch words, small words and prepositions are not invented; all else is."""
    assert invented(line, Ground((*GROUND.english, "His teacher has won."), ("Mannen in Tilburg aangehouden.",))) == found


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("abc d", min_size=1), max_size=6), st.text("abc d"))
def test_consensus_is_one_of_the_lines(lines: list[str], lede: str) -> None:
    """What is agreed on is one of the lines or the lede, whatever they are; nothing only where there is none."""
    assert consensus(lines, lede) in {*lines, lede}
    assert (consensus(lines, lede) == "") == (not lines and not lede)


def test_consensus_leaves_the_odd_one_out() -> None:
    """The line that agrees with the others is taken, not the one that the model put first."""
    lines = ["Man eats tank", "Ukraine destroys tank", "Ukraine destroys Russian tank"]
    assert consensus(lines, "Ukraine destroys Russian tank in Donetsk") == "Ukraine destroys Russian tank"
    assert consensus(lines[:1], "Ukraine destroys Russian tank") == "Ukraine destroys Russian tank"


def test_agreement_is_rouge_l() -> None:
    """On lines without endings it is the figure of Google's rouge-score."""
    scorer = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(["rougeL"])
    for one, other in (("a b c d", "a c d e f"), ("a b", "c"), ("x y x", "x x y"), ("", "a")):
        assert agreement(one, other) == pytest.approx(scorer.score(one, other)["rougeL"].fmeasure)


def test_a_model_is_shown_the_language_it_reads() -> None:
    """A model that reads Dutch is shown the Dutch, and one that reads English the English."""
    for reads, text in (("nl", "De brug is dicht."), ("en", "The bridge is closed.")):
        scripted = Scripted([["Bridge closed"]])
        scripted.reads = reads
        ground = Ground(("The bridge is closed.",), ("De brug is dicht.",))
        write_headlines([ground], [None], Headliner("model", scripted))
        assert scripted.asked[0][0] == [text]


def test_the_own_title_is_preferred() -> None:
    """A brief's own title is the headline, and the model's line stands beside it; a title that is refused is not."""
    line, _ = headline([AGREED], title="Two men caught")
    assert (line.text, line.method, line.beside.text) == ("Two men caught", "title", "Police arrest two men")
    line, _ = headline([AGREED], title="Three men caught in Breda")
    assert (line.text, line.method) == ("Police arrest two men", "model")
    assert {finding.check for finding in line.findings} == {"numbers", "names"}


class Same:
    """An engine that gives every sentence the same English."""

    name, device = "same", "none"

    def translate(self, sentences: Any, decoding: Decoding, progress: Progress = lambda done: None) -> list[Hypothesis]:
        return [Hypothesis(f"The {n}-year-old bridge has been closed.") for n, _ in enumerate(sentences)]


def test_all_pages_are_one_batch_and_each_gets_its_own() -> None:
    """The briefs of all pages go to the model in one call, and every headline comes back to its brief."""
    pages = [
        segment(f"OSLO (ANP) - De brug is {n} dicht.\n2 uur geleden\nBONN (ANP) - De weg is {n} open.\n1 uur geleden")
        for n in (5, 6)
    ]
    lines = [[f"{word}{n}-year-old bridge has been closed" for word in ("", "The ", "That ", "Its ")] for n in range(4)]
    scripted = Scripted(lines)
    done: list[tuple[int, int]] = []
    translations = translate(pages, Same(), None, None, lambda *at: done.append(at), Headliner("model", scripted))
    assert len(scripted.asked) == 1
    shown = [[h and h.text for h in t.headlines] for t in translations]
    assert shown == [
        ["0-year-old bridge has been closed", "1-year-old bridge has been closed"],
        ["2-year-old bridge has been closed", "3-year-old bridge has been closed"],
    ]
    assert done[-1] == (4, 4)
