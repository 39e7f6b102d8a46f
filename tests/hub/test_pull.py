"""Models are fetched once, pinned, verified, and then never the network again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import replica
from conftest import Desk
from loopback import TOKEN, Hub, Repo, sha256

OPUS = "Helsinki-NLP/opus-mt-nl-en"
DUTCH = "Het regent in Breda. De trein naar Zwolle is te laat, zegt een woordvoerder."
GUARD = """
import os, sys
def guard(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        with open(os.environ["GUARD_LOG"], "a") as log:
            log.write(event + repr(arguments) + chr(10))
        raise RuntimeError("a socket was opened: " + event)
sys.addaudithook(guard)
"""


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """A small model with safetensors."""
    return replica.marian(pickled=False)


@pytest.fixture
def repo(hub: Hub, request: pytest.FixtureRequest, files: dict[str, bytes]) -> str:
    """That model on the hub, under an id of the test's own."""
    name = f"desk/{request.node.originalname}"
    hub.repos[name] = Repo(dict(files))
    return name


def record(desk: Desk, repo: str, revision: str = "main") -> dict[str, object]:
    """What the lock file says of a model."""
    text = (desk.cache / "models.lock.json").read_text()
    found: dict[str, object] = json.loads(text)["models"][f"{repo}@{revision}"]
    return found


def sealed(desk: Desk, *words: str, stdin: str = DUTCH) -> subprocess.CompletedProcess[str]:
    """Run the command where no socket can be opened: an audit hook in every Python process, and no interfaces at all."""
    (desk.home / "guard").mkdir(exist_ok=True)
    (desk.home / "guard" / "sitecustomize.py").write_text(GUARD)
    environment = desk.environment | {"PYTHONPATH": str(desk.home / "guard"), "GUARD_LOG": str(desk.home / "sockets")}
    command = desk.command(*words)
    if (
        shutil.which("unshare")
        and subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        command = ["unshare", "-n", *command]
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, check=False, env=environment, cwd=desk.home, timeout=300
    )


def test_the_guard_bites(desk: Desk) -> None:
    """The guard of the next test stops a pull, which needs a socket."""
    done = sealed(desk, "models", "pull", "opus", "--tries", "1")
    assert done.returncode != 0
    assert "socket." in (desk.home / "sockets").read_text()


def test_opus_from_hub_to_english_and_away(desk: Desk, hub: Hub) -> None:
    """The whole way of a model as it lies on the hub, pickle and all: pull, verify, both engines without any socket, remove."""
    hub.repos[OPUS] = Repo(replica.marian())
    desk.refused(5, "-m", "opus", "--offline", "-", says="translate-news models pull opus")
    folder = Path(desk.ok("models", "pull", "opus").strip())
    assert {path.name for path in folder.iterdir()} == {
        "config.json", "generation_config.json", "tokenizer_config.json", "vocab.json", "source.spm", "target.spm",
        "pytorch_model.bin",
    }  # fmt: skip
    assert not any(
        path.endswith((".h5", ".ot", "README.md", ".gitattributes")) for _, path, _ in hub.asked if OPUS in path
    )
    assert record(desk, OPUS)["commit"] == hub.repos[OPUS].commit == folder.name
    asked = len(hub.asked)
    english = {}
    for engine in ("ctranslate2", "torch"):
        done = sealed(desk, "-m", "opus", "-e", engine, "--compute-type", "float32", "--beam", "1", "-f", "json", "-")
        assert done.returncode == 0, done.stderr
        page = json.loads(done.stdout)
        assert page["signature"]["revision"] == hub.repos[OPUS].commit
        english[engine] = [s["en"] for b in page["briefs"] for p in b["paragraphs"] for s in p["sentences"]]
        assert done.stderr.count("converting opus for CTranslate2 (float32), once") == (engine == "ctranslate2")
    assert english["ctranslate2"] == english["torch"]
    assert not (desk.home / "sockets").exists()
    rows = json.loads(desk.ok("models", "verify", "opus", "--json"))
    assert {row["state"] for row in rows} == {"ok"}
    assert sum("/" in row["file"] for row in rows) == 2
    assert len(hub.asked) == asked
    listed = next(row for row in json.loads(desk.ok("models", "list", "--json")) if row["name"] == "opus")
    assert listed["ready"] == ["torch", "ctranslate2:float32"]
    assert listed["default"]
    desk.ok("models", "remove", "opus")
    assert not list((desk.home / "hf" / "hub").glob("models--*/blobs/*"))
    assert not [path for kind in ("safetensors", "ctranslate2") for path in (desk.cache / kind).iterdir()]
    desk.refused(5, "models", "path", "opus", says="models pull opus")


def test_a_pulled_model_asks_nothing_more(desk: Desk, hub: Hub, repo: str) -> None:
    """`main` is resolved once: a second pull, and a main that has moved, change nothing; `--update` does."""
    first = desk.ok("models", "pull", repo)
    asked = len(hub.asked)
    moved = hub.repos[repo].push(hub.repos[repo].files | {"tokenizer_config.json": b"{}"})
    assert desk.ok("models", "pull", repo) == first
    assert len(hub.asked) == asked
    second = desk.ok("models", "pull", "--update", repo)
    assert second.strip().endswith(moved)
    assert record(desk, repo)["commit"] == moved
    assert desk.ok("models", "path", repo) == second


def test_only_what_is_missing_is_fetched(desk: Desk, hub: Hub, repo: str) -> None:
    """A file that has gone, or has changed, is fetched again at the recorded commit, and the others are not."""
    folder = Path(desk.ok("models", "pull", repo).strip())
    hub.repos[repo].push(hub.repos[repo].files | {"vocab.json": b"{}"})
    (folder / "vocab.json").unlink()
    (folder / "config.json").resolve().write_bytes(b"{}")
    desk.refused(5, "-m", repo, "-", says="models pull")
    desk.ok("models", "pull", repo)
    assert sha256((folder / "vocab.json").read_bytes()) == sha256(hub.repos[repo].commits[folder.name]["vocab.json"])
    assert [len(hub.fetched(repo, name)) for name in ("config.json", "vocab.json", "model.safetensors")] == [2, 1, 1]


@pytest.mark.parametrize("name", ["model.safetensors", "vocab.json", "generation_config.json"])
def test_a_changed_file_is_an_error_not_a_surprise(desk: Desk, hub: Hub, files: dict[str, bytes], name: str) -> None:
    """Any file that changes after the pull is named: by translation, by `path` and by `verify`, with exit code 5."""
    repo = f"desk/changed-{name}"
    hub.repos[repo] = Repo(dict(files))
    folder = Path(desk.ok("models", "pull", repo).strip())
    path = (folder / name).resolve()
    seen = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    for words in (["-m", repo, "-"], ["models", "path", repo], ["models", "verify", repo]):
        assert name in desk.refused(5, *words, says="models pull") + desk.run(*words).stdout


def test_other_content_under_a_recorded_commit(desk: Desk, hub: Hub, repo: str) -> None:
    """A hub that gives other content for a commit than was recorded is refused, and the record stays."""
    folder = Path(desk.ok("models", "pull", repo).strip())
    before = record(desk, repo)
    shutil.rmtree(desk.home / "hf")
    hub.repos[repo].commits[folder.name] = hub.repos[repo].files | {"vocab.json": b"{}"}
    desk.refused(5, "models", "pull", repo, says="another vocab.json")
    assert record(desk, repo) == before


def test_a_pin_that_does_not_fit(desk: Desk, repo: str) -> None:
    """Weights that differ from the SHA-256 in models.txt are refused at the pull, and not recorded."""
    (desk.home / "mine.txt").write_text(f"mine translate hub:{repo} main sha256:{'0' * 64}\n")
    desk.refused(5, "models", "pull", "mine", "--models-file", "mine.txt", says="pins")
    desk.refused(5, "models", "path", "mine", "--models-file", "mine.txt", says="models pull mine")
    folder = Path(desk.ok("models", "pull", repo).strip())
    desk.refused(5, "models", "pull", "mine", "--models-file", "mine.txt", says="pins")
    assert (folder / "model.safetensors").is_file()
    desk.ok("models", "verify", repo)


def test_add_writes_a_pinned_line(desk: Desk, hub: Hub, repo: str) -> None:
    """`models add` writes the user's models file: commit, SHA-256 of the weights, licence, role and prefix; pull obeys it."""
    desk.ok("models", "add", repo, "--name", "mine", "--prefix", ">>eng<<")
    line = (desk.home / "config" / "translate-news" / "models.txt").read_text().splitlines()[-1].split()
    weights = hub.repos[repo].files["model.safetensors"]
    assert line == [
        "mine", "translate", f"hub:{repo}", hub.repos[repo].commit, f"sha256:{sha256(weights)}", "Apache-2.0", ">>eng<<",
    ]  # fmt: skip
    hub.repos[repo].push(hub.repos[repo].files | {"config.json": b"{}"})
    assert desk.ok("models", "pull", "mine").strip().endswith(line[3])
    desk.ok("models", "add", repo, "--name", "mine")
    assert (desk.home / "config" / "translate-news" / "models.txt").read_text().count("mine") == 1
    desk.refused(5, "models", "add", "desk/nothing-here", says="has no such model")
    desk.refused(2, "models", "add", "nothing", says="OWNER/NAME")
    desk.refused(2, "models", "remove", "nl-en-mini", says="part of the package")


def test_files_that_another_program_fetched(desk: Desk, hub: Hub, repo: str) -> None:
    """Files in the hub's cache without our record do not count, until `models pull` has checked and recorded them."""
    other = [sys.executable, "-c", f"import huggingface_hub; huggingface_hub.snapshot_download({repo!r})"]
    subprocess.run(other, check=True, capture_output=True, env=desk.environment)
    desk.refused(5, "-m", repo, "-", says="models pull")
    done = desk.run("models", "pull", repo, HF_HUB_OFFLINE="1")
    assert done.returncode == 0
    assert "could not be asked" in done.stderr
    assert record(desk, repo)["source"] == "found"
    (desk.cache / "models.lock.json").unlink()
    desk.ok("models", "pull", repo)
    assert record(desk, repo)["source"] == "hub"
    assert len(hub.fetched(repo, "model.safetensors")) == 1


def test_the_clients_settings_are_respected(desk: Desk, hub: Hub, repo: str) -> None:
    """HF_HOME and HF_HUB_CACHE say where files lie, HF_TOKEN or the token file who asks; the token stays with the hub."""
    hub.repos[repo].private = True
    there = desk.ok("models", "pull", repo, HF_TOKEN=TOKEN, HF_HUB_CACHE=str(desk.home / "elsewhere")).strip()
    assert there.startswith(str(desk.home / "elsewhere"))
    assert desk.ok("models", "path", repo).strip() == there
    desk.ok("models", "remove", repo)
    (desk.home / "hf").mkdir(exist_ok=True)
    (desk.home / "hf" / "token").write_text(TOKEN)
    assert desk.ok("models", "pull", repo).startswith(str(desk.home / "hf"))
    assert not any(token for path, token in hub.tokens if path.startswith("/store/"))


def test_a_renamed_repository_is_followed(desk: Desk, hub: Hub, files: dict[str, bytes]) -> None:
    """The hub redirects an old id to the new one."""
    hub.repos["desk/new-name"] = Repo(dict(files))
    hub.renamed["desk/old-name"] = "desk/new-name"
    desk.ok("models", "pull", "desk/old-name")
    desk.ok("models", "verify", "desk/old-name")


def test_a_summary_model_has_other_files(desk: Desk, hub: Hub) -> None:
    """A headline model is pulled with its own tokenizer files; its pickle becomes safetensors that transformers loads whole."""
    from transformers import AutoTokenizer, BartForConditionalGeneration

    hub.repos["desk/bart"] = Repo(replica.bart())
    (desk.home / "mine.txt").write_text("short headline hub:desk/bart main\n")
    folder = Path(desk.ok("models", "pull", "short", "--models-file", "mine.txt").strip())
    assert (folder / "merges.txt").is_file()
    (made,) = (desk.cache / "safetensors").iterdir()
    model, report = BartForConditionalGeneration.from_pretrained(made, output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    ids = AutoTokenizer.from_pretrained(made)("a hat", return_tensors="pt")
    assert model.generate(**ids, max_length=16).shape[0] == 1
    desk.ok("models", "verify", "short", "--models-file", "mine.txt")
    desk.ok("models", "remove", "short", "--models-file", "mine.txt")
