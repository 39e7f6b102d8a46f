"""What is made from weights: never from a pickle's code, whole or not at all, shared by processes, and pruned."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import replica
import torch
from conftest import Desk, kill, until
from loopback import Hub, Repo
from safetensors.torch import load_file

from translate_news import models
from translate_news.engine import Decoding, Hardware, made, open_engine
from translate_news.engine.weights import readable
from translate_news.errors import ModelUnavailable

SENTENCES = ["Het regent in Breda.", "De trein naar Zwolle is te laat.", "Het kabinet wil 11.000 militairen erbij."]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small model in a folder, with safetensors, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return laid(tmp_path / "model", replica.marian(pickled=False))


def laid(folder: Path, files: dict[str, bytes]) -> Path:
    """Files in a new folder."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def local_at(folder: Path, prefix: str = "-") -> models.LocalModel:
    """A folder as a model."""
    return models.require(models.Model("mine", "translate", f"path:{folder}", prefix=prefix))


class Evil:
    """Runs a command when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.mark}",)


def zipped(value: object) -> bytes:
    """A value as torch pickles it now."""
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


EVILS: dict[str, Callable[[Evil], bytes]] = {
    "bare pickle": pickle.dumps,
    "torch zip": zipped,
    "among weights": lambda evil: zipped({"model.shared.weight": torch.ones(2, 2), "evil": evil}),
    "old torch format": lambda evil: replica.pickle_of({"evil": evil}, legacy=True),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("make", EVILS.values(), ids=EVILS)
def test_a_planted_pickle_does_not_run(
    desk: Desk, hub: Hub, make: Callable[[Evil], bytes], request: pytest.FixtureRequest
) -> None:
    """A pickle that would run a command is refused with exit code 5 by the pull and by both engines, and runs nothing."""
    mark = desk.home / "the-pickle-ran"
    repo = "evil/" + request.node.callspec.id.replace(" ", "-")
    hub.repos[repo] = Repo(replica.marian() | {"pytorch_model.bin": make(Evil(mark))})
    desk.refused(5, "models", "pull", repo, says="not a file of weights alone")
    assert not mark.exists()


@pytest.mark.parametrize("engine", ["ctranslate2", "torch"])
def test_a_planted_pickle_in_a_folder(folder: Path, tmp_path: Path, engine: str) -> None:
    """The same for a model in a folder of one's own, whichever engine opens it."""
    mark = tmp_path / "the-pickle-ran"
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(zipped({"evil": Evil(mark)}))
    with pytest.raises(ModelUnavailable, match="not a file of weights alone"):
        open_engine(engine, local_at(folder), Hardware("cpu", 1))
    assert not mark.exists()
    assert made.all_made() == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"<html>", pickle.dumps([1, 2]), zipped({"a": 1})])
def test_what_is_no_file_of_weights(folder: Path, content: bytes) -> None:
    """An empty, damaged or other file in place of the weights is a clear error."""
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(content)
    with pytest.raises(ModelUnavailable, match="weights"):
        readable(local_at(folder))


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "before torch 1.6"])
def test_safetensors_hold_what_the_pickle_held(folder: Path, legacy: bool) -> None:
    """Every weight of the pickle is in the safetensors, bit for bit, but for second names of tied weights."""
    weights = torch.load(io.BytesIO(replica.marian()["pytorch_model.bin"]), weights_only=True)
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(replica.pickle_of(weights, legacy))
    stored = load_file(readable(local_at(folder)) / "model.safetensors")
    assert all(torch.equal(tensor, weights[name]) for name, tensor in stored.items())
    left = set(weights) - set(stored)
    assert left == {"lm_head.weight", "model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight"}
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(settings | {"tie_word_embeddings": False}))
    assert set(load_file(readable(local_at(folder)) / "model.safetensors")) == set(weights)


@pytest.mark.parametrize(
    ("shape", "prefix"), [(replica.SMALL, ""), (replica.SMALL_BIG, ">>eng<<")], ids=["opus", "tc-big"]
)
def test_engines_agree_on_a_replica(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: replica.Shape, prefix: str
) -> None:
    """Both engines give the same text in float32 from a pickle in half or full precision, and the prefix reaches the model."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = laid(tmp_path / "model", replica.marian(shape, prefix=prefix, half=bool(prefix)))
    rows = {}
    for engine in ("ctranslate2", "torch"):
        opened = open_engine(engine, local_at(folder, prefix or "-"), Hardware("cpu", 1, "float32"))
        rows[engine] = opened.translate(SENTENCES, Decoding(beam=1))
    assert [row.text for row in rows["ctranslate2"]] == [row.text for row in rows["torch"]]
    if prefix:
        bare = open_engine("torch", local_at(folder), Hardware("cpu", 1, "float32")).translate(
            SENTENCES, Decoding(beam=1)
        )
        assert all(with_it.score != without.score for with_it, without in zip(rows["torch"], bare, strict=True))


def test_a_conversion_that_was_killed(desk: Desk, folder: Path) -> None:
    """After kill -9 in mid-conversion nothing half is used: the next run converts, clears up, and translates."""
    words = ["-m", str(folder), "--beam", "1", "page.txt"]
    (desk.home / "page.txt").write_text("Het regent in Breda.")
    process = desk.start(*words)
    until(lambda: any(desk.cache.glob("ctranslate2/.making-*/made/*")))  # it has begun to write
    kill(process)
    assert not list(desk.cache.glob("ctranslate2/[!.]*"))
    assert desk.leftovers()
    desk.ok(*words)
    assert desk.leftovers() == []
    assert len(list(desk.cache.glob("ctranslate2/*/model.bin"))) == 1


MAKER = """
import sys, time
from pathlib import Path
from translate_news import models
from translate_news.engine import made
def make(folder):
    print("making", flush=True)
    time.sleep(float(sys.argv[2]))
    (folder / "model.bin").write_bytes(b"-" * 2_000_000)
print(made.made("ctranslate2", models.require(models.Model("m", "translate", "path:" + sys.argv[1])), "int8", make, "m"))
"""  # a conversion without a model library, which takes as long as it is told


def maker(desk: Desk, folder: Path, seconds: float, *before: str) -> subprocess.Popen[str]:
    """Start it."""
    command = [*before, sys.executable, "-c", MAKER, str(folder), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=desk.environment)


def test_two_makers_at_once(desk: Desk, folder: Path) -> None:
    """Two processes that need the same folder take turns: one makes it, the other waits and uses it."""
    makers = [maker(desk, folder, 1) for _ in range(2)]
    said = [process.communicate(timeout=100)[0].splitlines() for process in makers]
    assert [process.returncode for process in makers] == [0, 0]
    assert sorted(map(len, said)) == [1, 2]
    assert said[0][-1] == said[1][-1]
    assert desk.leftovers() == []


def test_a_full_disk_while_making(desk: Desk, folder: Path) -> None:
    """A disk that fills up is a clear error with what to do, and leaves nothing behind; with room it works."""
    process = maker(desk, folder, 0, "prlimit", "--fsize=1000000")
    _, errors = process.communicate(timeout=100)
    assert "make room, or set XDG_CACHE_HOME" in errors.splitlines()[-1]
    assert list(desk.cache.glob("ctranslate2/*")) == []
    process = maker(desk, folder, 0)
    process.communicate(timeout=100)
    assert process.returncode == 0


def fill(folder: Path) -> None:
    """Make a folder without a model library: what keeps it is the same."""
    (folder / "model.bin").write_bytes(b"weights")


def test_a_damaged_folder_is_made_again(folder: Path) -> None:
    """A made folder that was cut short, or has lost its manifest, is made again; one with other bytes is named by `damaged`."""
    local = local_at(folder)
    place = made.made("ctranslate2", local, "int8", fill, "making")
    for damage in (lambda: (place / "model.bin").write_bytes(b"we"), lambda: (place / made.MANIFEST).write_text("{")):
        damage()
        assert made.all_made() == []
        assert made.made("ctranslate2", local, "int8", fill, "making") == place
        assert (place / "model.bin").read_bytes() == b"weights"
    (place / "model.bin").write_bytes(b"WEIGHTS")
    assert made.damaged(place) == ["model.bin"]
    assert [path for path, _ in made.prune([local.content_hash()])] == [place]


def test_what_is_made_is_kept_by_content(folder: Path) -> None:
    """A change in any file of the model, or another variant, makes another folder; the model's name and place do not matter."""
    first = made.made("ctranslate2", local_at(folder), "int8", fill, "making")
    moved = folder.rename(folder.with_name("elsewhere"))
    assert made.made("ctranslate2", local_at(moved), "int8", fill, "making") == first
    seen = {first, made.made("ctranslate2", local_at(moved), "float32", fill, "making")}
    for path in local_at(moved).files:
        path.write_bytes(path.read_bytes() + b" ")
        seen.add(made.made("ctranslate2", local_at(moved), "int8", fill, "making"))
    assert len(seen) == 2 + len(local_at(moved).files)


def test_prune_keeps_what_is_of_use(folder: Path) -> None:
    """Pruning deletes conversions of models that are gone, and scratch of killed runs, but nothing that is being made."""
    local = local_at(folder)
    kept = made.made("ctranslate2", local, "int8", fill, "making")
    scratch = kept.with_name(f".making-{kept.name}-abc")
    busy = kept.with_name(".making-other-int8-def")
    for place in (scratch, busy):
        place.mkdir()
    with models.guard("make-other-int8"):
        assert [path for path, _ in made.prune([local.content_hash()])] == [scratch]
    assert kept.is_dir()
    assert {path for path, _ in made.prune([])} == {kept, busy}
