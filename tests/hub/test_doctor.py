"""The doctor: what works here, a trial of each model, and what to do for each fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import replica
from conftest import Desk
from loopback import Hub, Repo


@pytest.fixture
def pulled(desk: Desk, hub: Hub) -> Desk:
    """A machine with one small model, called mine."""
    hub.repos["desk/doctor"] = Repo(replica.marian(pickled=False))
    (desk.home / "mine.txt").write_text("mine translate hub:desk/doctor main\n")
    desk.ok("models", "pull", "mine", "--models-file", "mine.txt")
    return desk


def test_doctor_reports_and_tries(desk: Desk, hub: Hub, cache_home: Path) -> None:
    """The report has versions, cores, devices, caches and a trial of each model that is here, and asks no hub."""
    asked = len(hub.asked)
    report = json.loads(desk.ok("doctor", "--json", XDG_CACHE_HOME=str(cache_home)))
    assert set(report["libraries"]) >= {"torch", "transformers", "ctranslate2", "huggingface-hub"}
    assert report["processor"]["cores"] >= 1
    assert "float32" in report["devices"]["cpu"]["ctranslate2"]
    assert all(cache["free"] > 0 for cache in report["caches"])
    models = {row["name"]: row for row in report["models"]}
    assert models["nl-en-mini"]["trial"]["english"]
    assert not models["opus"]["here"]
    assert report["faults"] == []
    assert len(hub.asked) == asked


def test_doctor_names_each_fault_and_what_to_do(pulled: Desk) -> None:
    """A changed model, a wrong line and a cache that cannot be written are faults, with commands, and exit code 5."""
    (weights,) = (pulled.home / "hf").rglob("model.safetensors")
    weights.resolve().write_bytes(b"changed")
    done = pulled.run("doctor", "--no-trial", "--models-file", "mine.txt")
    assert done.returncode == 5
    assert "model.safetensors is not the file" in done.stdout
    assert "do: translate-news models pull mine" in done.stdout
    (pulled.home / "config" / "translate-news").mkdir(parents=True)
    (pulled.home / "config" / "translate-news" / "models.txt").write_text("one two\n")
    (pulled.home / "file").write_text("in the way")
    done = pulled.run("doctor", "--no-trial", "--json", XDG_CACHE_HOME=str(pulled.home / "file"))
    said = " ".join(fault["what"] for fault in json.loads(done.stdout)["faults"])
    assert "models.txt, line 1" in said
    assert "cannot be written" in said
    assert "no model can translate here" in said
    assert "Traceback" not in done.stderr
