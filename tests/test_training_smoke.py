"""The training recipe, in miniature: every step runs, and a seed gives the same figures twice."""

import random
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers", "sentencepiece", "ctranslate2", "sacrebleu", "scipy", "sacremoses"):
    pytest.importorskip(needed)

from training import augment, choices, clean, config, corpus, score  # noqa: E402
from training.batches import Row, relink, split  # noqa: E402
from training.corpus import Pair  # noqa: E402
from training.prepare import prepare  # noqa: E402
from training.smoke import RECIPE, smoke  # noqa: E402
from training.vocabulary import Pieces  # noqa: E402

SUBJECTS = [("De man", "The man"), ("De vrouw", "The woman"), ("Het kind", "The child"), ("De agent", "The officer")]
VERBS = [("ziet", "sees"), ("koopt", "buys"), ("verkoopt", "sells"), ("vindt", "finds"), ("zoekt", "seeks")]
OBJECTS = [("het huis", "the house"), ("een fiets", "a bicycle"), ("de auto", "the car"), ("12 boeken", "12 books")]
PLACES = [("in Gent", "in Ghent"), ("in Zwolle", "in Zwolle"), ("op straat", "in the street"), ("thuis", "at home")]


def toy_corpus(folder: Path) -> Path:
    """A wire folder of toy briefs, enough for every step to have something to chew on."""
    rng = random.Random(0)

    def sentence() -> tuple[str, str]:
        parts = [rng.choice(kind) for kind in (SUBJECTS, VERBS, OBJECTS, PLACES)]
        return " ".join(p[0] for p in parts) + ".", " ".join(p[1] for p in parts) + "."

    def brief() -> str:
        head, body = sentence(), [sentence() for _ in range(3)]
        lines = ["@ GENT | GHENT | ANP | test", f"N {head[0][:-1]}", f"H {head[1][:-1]}"]
        return "\n".join(lines + [f"n {n}\ne {e}" for n, e in body]) + "\n\n"

    (folder / "train").mkdir(parents=True)
    (folder / "train" / "part-1.txt").write_text("".join(brief() for _ in range(120)), encoding="utf-8")
    (folder / "dev.txt").write_text("@ X | X | ANP | x\nN Kop\nH Head\nn De man zoekt iets.\ne The man seeks it.\n")
    return folder


@pytest.fixture
def tiny() -> config.Recipe:
    """The smoke recipe, shorter still."""
    recipe = config.load(RECIPE)
    return replace(
        recipe,
        vocabulary=replace(recipe.vocabulary, size=400),
        shape=replace(recipe.shape, d_model=32, ffn=64, heads=2, encoder_layers=1),
        optimiser=replace(recipe.optimiser, max_updates=12),
        batches=replace(recipe.batches, tokens=400, pool=200),
        report=replace(recipe.report, log_every=3, dev_every=6, checkpoint_every=5),
    )


@pytest.mark.filterwarnings("default")
def test_two_runs_of_one_seed_give_the_same_figures(tiny: config.Recipe, tmp_path: Path) -> None:
    """The recipe from clean data to a measured, exported model runs, and repeats to the digit."""
    wire = [toy_corpus(tmp_path / "wire")]
    runs: list[dict[str, Any]] = [smoke(tiny, wire, tmp_path / name, [1]) for name in ("one", "two")]
    assert runs[0] == runs[1]
    assert len(runs[0]["losses"]) == 4
    assert runs[0]["losses"][-1] < runs[0]["losses"][0]
    one, two = ((tmp_path / name / "model" / "model.safetensors").read_bytes() for name in ("one", "two"))
    assert one == two


@pytest.mark.filterwarnings("default")
def test_a_stopped_run_goes_on_as_if_it_had_not_stopped(tiny: config.Recipe, tmp_path: Path) -> None:
    """Twelve updates in one go, and five, a stop and seven, end in the same weights."""
    import torch

    from training.train import Run
    from training.workers import Crew

    work = tmp_path / "work"
    smoke(tiny, [toy_corpus(tmp_path / "wire")], work, [1])
    whole = torch.load(work / "checkpoints" / "last.pt", weights_only=True)["model"]
    (work / "checkpoints" / "last.pt").unlink()
    first = Run(tiny, work, "cpu", None, Crew())
    for count, (batch, place) in enumerate(first.batches(), 1):
        first.update(batch)
        first.progress.place = place
        if count == 5:
            first.save()
            break
    second = Run(tiny, work, "cpu", None, Crew())
    second.resume()
    second.go()
    assert all(torch.equal(whole[name], value) for name, value in second.model.state_dict().items())


def test_numbers_change_alike_on_both_sides() -> None:
    """Other digits keep their separators, their length and their counterpart."""
    pair = Pair("Zo'n 11.250 mensen, 2,3 procent.", "Some 11,250 people, 2.3 percent.")
    changed = augment.other_digits(pair, random.Random(3))
    assert changed != pair
    assert clean.digits(changed.dutch) == clean.digits(changed.english)
    assert [len(number) for number in clean.NUMBER.findall(changed.english)] == [6, 3]


@pytest.mark.parametrize("dutch", ["Om 20.30 uur.", "De 3e keer.", "Het werd 2-1 en 3-2.", "Eén jaar."])
def test_numbers_that_hang_on_their_value_stay(dutch: str) -> None:
    """Times, ordinals and scores are left alone."""
    pair = Pair(dutch, dutch)
    assert augment.other_digits(pair, random.Random(0)) == pair


def test_names_change_alike_on_both_sides() -> None:
    """A name that stands on both sides becomes the same other name on both."""
    known = augment.Lexicon(frozenset({"de", "the", "man", "ziet", "sees"}), ("Overloon",))
    pair = Pair("De man ziet Zwolle.", "The man sees Zwolle.")
    changed = [augment.other_names(pair, known, random.Random(seed)) for seed in range(9)]
    assert any(pair != one for one in changed)
    assert all(one.dutch.split()[-1] == one.english.split()[-1] for one in changed)


def test_links_follow_a_changed_word() -> None:
    """Pieces that did not change keep their links, moved; what changed alike is linked piece by piece."""
    old = Row([0, 1], [0, 1], [(0, 0), (1, 1)])
    assert relink(old, [2, 3, 4, 1], [2, 3, 4, 1]) == [(0, 0), (1, 1), (2, 2), (3, 3)]


def test_links_follow_a_piece_cut_in_two() -> None:
    """Both halves of a source piece are linked where the whole was."""
    pieces = object.__new__(Pieces)
    pieces.names = ["</s>", "<unk>", "▁a", "b", "▁ab", "<pad>"]
    pieces.ids = {name: i for i, name in enumerate(pieces.names)}
    pieces.end, pieces.unknown, pieces.pad, pieces.cuts = 0, 1, 5, {}
    row = split(Row([4, 3], [2, 3], [(0, 0), (1, 1)]), pieces, 1.0, random.Random(0))
    assert row == Row([2, 3, 3], [2, 3], [(0, 0), (1, 0), (2, 1)])


def test_the_loss_in_one_pass_is_the_loss() -> None:
    """Value and slopes are those of torch's own label-smoothed cross-entropy."""
    import torch

    from training.network import SmoothedCrossEntropy

    torch.manual_seed(0)
    hidden, weight = torch.randn(300, 8, requires_grad=True), torch.randn(50, 8, requires_grad=True)
    target = torch.randint(0, 50, (300,))
    plain = torch.nn.functional.cross_entropy(hidden @ weight.T, target, label_smoothing=0.1)
    quick = SmoothedCrossEntropy.apply(hidden, weight, target, 0.1, False)  # type: ignore[no-untyped-call]
    assert torch.allclose(plain, quick, atol=1e-6)
    for one, other in zip(
        torch.autograd.grad(plain, (hidden, weight)), torch.autograd.grad(quick, (hidden, weight)), strict=True
    ):
        assert torch.allclose(one, other, atol=1e-6)


@pytest.mark.parametrize(
    ("dutch", "english", "reason"),
    [
        ("Klik op **OK**.", "Click **OK**.", "markup"),
        ("Er zijn 3 huizen.", "There are 4 houses.", "numbers differ"),
        ("Dit is een zin van acht woorden hoor.", "Dit is een zin van acht woorden hoor.", "untranslated"),
        ("", "Empty.", "empty"),
        ("Het regent.", "It is raining.", None),
    ],
)
def test_faulty_pairs_are_named(dutch: str, english: str, reason: str | None) -> None:
    """A pair that must not be trained on is dropped for a reason that can be counted."""
    assert clean.fault(dutch, english, trusted=False) == reason


def test_overlap_with_an_evaluation_set_is_found() -> None:
    """A whole sentence or eight words in a row betray an evaluation set."""
    overlap = clean.Overlap(["De premier gaat morgen met de trein naar Brussel toe.", "Kort."])
    assert overlap.holds("kort")
    assert overlap.holds("Hij zegt: premier gaat morgen met de trein naar Brussel, denk ik.")
    assert not overlap.holds("De premier gaat morgen met de auto naar Brussel.")


def test_a_loop_is_found_and_a_refrain_is_not() -> None:
    """What the source repeats may be repeated."""
    assert score.loops("Nee.", "no no no no")
    assert not score.loops("Nee, nee, nee!", "No, no, no!")


def test_an_unknown_setting_names_the_known_ones(tmp_path: Path) -> None:
    """A typing error in a recipe does not pass in silence."""
    path = tmp_path / "bad.toml"
    path.write_text("seed = 1\nevaluation = {}\n[sources]\n[batches]\ntoken = 3\n")
    with pytest.raises(ValueError, match=r"token; known: .*tokens"):
        config.load(path)


def test_wire_files_read_as_they_are_written(tmp_path: Path) -> None:
    """Briefs keep their order, headlines their pair."""
    folder = toy_corpus(tmp_path / "wire")
    where = corpus.Where((folder,))
    assert len(list(corpus.wire_sentences(where))) == 360
    assert len(list(corpus.wire_headlines(where))) == 120


def test_choices_change_what_they_name_and_nothing_else(tiny: config.Recipe) -> None:
    """A variant lays its settings over the recipe's; every variant that is shipped fits the recipe; an unknown one is refused."""
    changed = choices.changed(tiny, {"shape": {"encoder_layers": 3}}, 90)
    assert changed.shape == replace(tiny.shape, encoder_layers=3)
    assert (changed.vocabulary, changed.sources, changed.optimiser.max_updates) == (tiny.vocabulary, tiny.sources, 90)
    asked = choices.Choices(**tomllib.loads(choices.CHOICES.read_text(encoding="utf-8")))
    for variant in asked.variants.values():
        choices.changed(tiny, {name: value for name, value in variant.items() if name != "lower"}, asked.updates)
    with pytest.raises(ValueError, match="unknown table layers"):
        choices.changed(tiny, {"layers": {"encoder": 3}}, 90)
    with pytest.raises(ValueError, match=r"shape: .*layers"):
        choices.changed(tiny, {"shape": {"layers": 3}}, 90)


@pytest.mark.filterwarnings("default")
def test_choices_train_and_measure_each_variant(tiny: config.Recipe, tmp_path: Path) -> None:
    """Variants are trained beside each other on the same pairs and measured on the same sets, and are not done twice."""
    wire = toy_corpus(tmp_path / "wire")
    prepare(tiny, tmp_path / "none", [wire], tmp_path / "work")
    asked = choices.Choices(4, 200, {"as it is": {}, "small letters": {"lower": True}})
    rows = [
        choices.train(tiny, asked, name, tmp_path / "work", tmp_path / "none", [wire], 1) for name in asked.variants
    ]
    assert [set(row["chrf"]) for row in rows] == [{"wire-dev", "wire-dev-headlines"}] * 2
    assert rows[0]["pairs"] > 0
    lines = (tmp_path / "work/choices/small-letters/data/wire.tsv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 200
    assert all(line.split("\t")[0].islower() for line in lines)
    before = (tmp_path / "work/choices/as-it-is/log.jsonl").read_text(encoding="utf-8")
    assert choices.train(tiny, asked, "as it is", tmp_path / "work", tmp_path / "none", [wire], 1) == rows[0]
    assert (tmp_path / "work/choices/as-it-is/log.jsonl").read_text(encoding="utf-8") == before
    assert choices.table(rows).splitlines()[2].startswith("| as it is | ")
