"""What goes wrong on the way: each case ends in success or in a clear error, and the cache is never left corrupt."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import replica
from conftest import Desk, failed, kill, until
from loopback import TOKEN, Fault, Hub, Repo

SMALL = replica.marian(pickled=False)
WIDE = replica.marian(replica.WIDE, pickled=False)  # its weights are 35 MB
WEIGHTS = "model.safetensors"
Done = subprocess.CompletedProcess[str]
IMPATIENT = {"HF_HUB_DOWNLOAD_TIMEOUT": "1", "HF_HUB_ETAG_TIMEOUT": "1"}


@pytest.fixture
def repo(hub: Hub, request: pytest.FixtureRequest) -> str:
    """The small model on the hub, under an id of the case's own."""
    name = "fault/" + re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")
    hub.repos[name] = Repo(dict(SMALL))
    return name


def recorded(desk: Desk) -> dict[str, dict[str, object]]:
    """The lock file's models."""
    path = desk.cache / "models.lock.json"
    found: dict[str, dict[str, object]] = json.loads(path.read_text())["models"] if path.is_file() else {}
    return found


def whole(desk: Desk, repo: str, hub: Hub) -> None:
    """The model is recorded, every file of it is what the hub has, and no partial file is left."""
    record = recorded(desk)[f"{repo}@main"]
    files = {path.name: path.read_bytes() for path in Path(str(record["folder"])).iterdir()}
    assert set(files) == set(record["files"])  # type: ignore[call-overload]
    assert all(content == hub.repos[repo].files[name] for name, content in files.items())
    assert desk.leftovers() == []


PASSING = {
    "info 503": [Fault("api", "status", 503)],
    "info 500, then 429": [Fault("api", "status", 500), Fault("api", "status", 429)],
    "line closed without an answer": [Fault("api", "cut")],
    "tree 503": [Fault("tree", "status", 503)],
    "head 503": [Fault("head", "status", 503, WEIGHTS)],
    "body 503": [Fault("file", "status", 503, WEIGHTS)],
    "body 502 for each small file": [Fault("file", "status", 502, "*.json", 4)],
    "wrong bytes in the weights": [Fault("file", "wrong", file=WEIGHTS)],
    "wrong bytes in a small file": [Fault("file", "wrong", file="vocab.json")],
    "body too short": [Fault("file", "short", 0.7, WEIGHTS)],
    "a login page for a body": [Fault("file", "page", file=WEIGHTS)],
    "line reset in the weights": [Fault("file", "reset", 0.5, WEIGHTS)],
    "line reset in every file": [Fault("file", "reset", 0.5, "*", 7)],
    "silence in mid-body": [Fault("file", "stall", 3, WEIGHTS)],
    "slow head": [Fault("head", "slow", 3, WEIGHTS)],
}


CUTS = {str(shares): shares for shares in [(0.3,), (0.6,), (0.9,), (0.4, 0.7, 0.95)]}

LASTING = {
    "info 503": ([Fault("api", "status", 503, times=99)], {}, "answers 503"),
    "head 404": ([Fault("head", "status", 404, "vocab.json", times=99)], {}, "no such model"),
    "body 403": ([Fault("file", "status", 403, WEIGHTS, times=99)], {}, "refuses access"),
    "slow info": ([Fault("api", "slow", 3, times=99)], IMPATIENT, "too slowly"),
    "info is a login page": ([Fault("api", "page", times=99)], {}, "not the answer of a hub"),
    "wrong bytes in the weights": (
        [Fault("file", "wrong", file=WEIGHTS, times=99)],
        {},
        "other content than the hub states",
    ),
    "wrong bytes in a small file": (
        [Fault("file", "wrong", file="*.spm", times=99)],
        {},
        "other content than the hub states",
    ),
    "body too short": ([Fault("file", "short", 0.7, WEIGHTS, times=99)], {}, "arrived in part"),
    "line always reset": ([Fault("file", "reset", 0.5, WEIGHTS, times=99)], {}, "connection"),
    "wrong token": ([], {"HF_TOKEN": "hf_wrong"}, "private"),
    "no token": ([], {"HF_TOKEN": ""}, "private"),
}


@dataclass
class Outcome:
    """What came of a case: the pull under the fault, what it left, and a second pull without the fault."""

    desk: Desk
    repo: str
    first: Done
    recorded: dict[str, dict[str, object]]
    left: list[Path]
    second: Done | None = None


def pulled(
    desk: Desk, hub: Hub, faults: list[Fault], environment: dict[str, str], lasts: bool, files: dict[str, bytes]
) -> Outcome:
    """Run one case."""
    repo = f"fault/{desk.home.name}"
    hub.repos[repo] = Repo(
        dict(files), private="HF_TOKEN" in environment, faults=[Fault(**vars(fault)) for fault in faults]
    )
    first = desk.run("models", "pull", repo, "--tries", "2" if lasts else "4", **environment)
    outcome = Outcome(desk, repo, first, recorded(desk), desk.leftovers())
    if lasts:
        hub.repos[repo].faults.clear()
        outcome.second = desk.run("models", "pull", repo, HF_TOKEN=TOKEN)
    return outcome


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, hub: Hub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Outcome]]]:
    """The cases of the tables that are to be tested, run side by side: most of a case is waiting."""
    chosen = {item.callspec.id for item in request.session.items if hasattr(item, "callspec")}
    home = tmp_path_factory.mktemp("faults")
    cases: dict[str, tuple[list[Fault], dict[str, str], bool, dict[str, bytes]]] = {
        **{f"passing: {name}": (faults, IMPATIENT, False, SMALL) for name, faults in PASSING.items()},
        **{
            f"lasting: {name}": (faults, environment, True, SMALL) for name, (faults, environment, _) in LASTING.items()
        },
        **{
            f"cut: {name}": ([Fault("file", "cut", s, WEIGHTS) for s in cut], {}, False, WIDE)
            for name, cut in CUTS.items()
        },
    }
    running = {}
    with ThreadPoolExecutor(4) as pool:
        for name, case in cases.items():
            if name in chosen:
                place = home / re.sub(r"[^a-z0-9]+", "-", name).strip("-")
                place.mkdir()
                running[name] = pool.submit(pulled, Desk(place, hub), hub, *case)
        yield running


@pytest.mark.parametrize("case", [f"passing: {name}" for name in PASSING])
def test_what_passes_ends_in_success(outcomes: dict[str, Future[Outcome]], hub: Hub, case: str) -> None:
    """A fault that passes costs time, and nothing else."""
    outcome = outcomes[case].result()
    assert outcome.first.returncode == 0, outcome.first.stderr
    assert all(fault.times == 0 for fault in hub.repos[outcome.repo].faults)
    whole(outcome.desk, outcome.repo, hub)


@pytest.mark.parametrize("case", [f"cut: {name}" for name in CUTS])
def test_a_cut_line_is_taken_up_where_it_broke(outcomes: dict[str, Future[Outcome]], hub: Hub, case: str) -> None:
    """A download that is cut goes on from the last 10 MB that arrived: no byte before them is asked for twice."""
    outcome = outcomes[case].result()
    assert outcome.first.returncode == 0, outcome.first.stderr
    chunk = 10 * 1024 * 1024
    kept = [int(share * len(WIDE[WEIGHTS])) // chunk * chunk for share in CUTS[case.removeprefix("cut: ")]]
    assert hub.fetched(outcome.repo, WEIGHTS) == ["", *(f"bytes={size}-" for size in kept)]
    whole(outcome.desk, outcome.repo, hub)


@pytest.mark.parametrize("case", [f"lasting: {name}" for name in LASTING])
def test_what_lasts_ends_in_a_clear_error(outcomes: dict[str, Future[Outcome]], hub: Hub, case: str) -> None:
    """A fault that lasts is exit code 5 with what is wrong; nothing is recorded, and the next pull makes it good."""
    outcome = outcomes[case].result()
    failed(outcome.first, 5, LASTING[case.removeprefix("lasting: ")][2])
    assert outcome.recorded == {}
    assert outcome.left == []
    assert outcome.second
    assert outcome.second.returncode == 0, outcome.second.stderr
    whole(outcome.desk, outcome.repo, hub)


def test_what_the_hub_has_not(desk: Desk, hub: Hub, repo: str) -> None:
    """No such model, no such revision, a gated model, and a model of another kind are each named, with exit code 5."""
    desk.refused(5, "models", "pull", "fault/none", says="has no such model")
    (desk.home / "mine.txt").write_text(f"mine translate hub:{repo} {'a' * 40}\n")
    desk.refused(5, "models", "pull", "mine", "--models-file", "mine.txt", says="no revision")
    hub.repos[repo].gated = True
    desk.refused(5, "models", "pull", repo, says="on request")
    hub.repos["fault/other"] = Repo({"config.json": b"{}", "tf_model.h5": b"-"})
    desk.refused(
        5, "models", "pull", "fault/other", says="source.spm, target.spm, model.safetensors or pytorch_model.bin"
    )


def test_no_way_to_the_hub(desk: Desk, repo: str) -> None:
    """A closed port, a name that is none, a dead proxy, and offline mode each say what to look at."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}"
    desk.refused(5, "models", "pull", repo, "--tries", "1", says=f"the connection to {dead} fails", HF_ENDPOINT=dead)
    desk.refused(5, "models", "pull", repo, "--tries", "1", says="fails", HF_ENDPOINT="http://no-such-hub.invalid")
    desk.refused(5, "models", "pull", repo, "--tries", "1", says="HTTP_PROXY", HTTP_PROXY=dead)
    desk.refused(5, "models", "pull", repo, says="HF_HUB_OFFLINE", HF_HUB_OFFLINE="1")


def test_no_place_to_write(desk: Desk, repo: str) -> None:
    """A folder that cannot be written is named, with the setting that moves it."""
    (desk.home / "file").write_text("in the way")
    desk.refused(5, "models", "pull", repo, "--tries", "1", says="HF_HOME", HF_HOME=str(desk.home / "file" / "hf"))


def test_a_full_disk(desk: Desk, hub: Hub, repo: str) -> None:
    """A disk with too little room is refused before the download, with both sizes; when it fills up meanwhile, likewise."""
    disk = desk.home / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=90m", "none", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("mounting a small disk needs privileges")
    try:
        hub.repos[repo] = Repo(dict(WIDE))
        desk.refused(5, "models", "pull", repo, says="no room: 38 MB are to be fetched", HF_HOME=str(disk))
        assert list(disk.rglob("*.incomplete")) == []
        (disk / "filler").write_bytes(b"-" * (60 << 20))
        hub.repos[repo] = Repo(dict(SMALL))
        limited = ["prlimit", f"--fsize={1 << 20}", *desk.command("models", "pull", repo, "--tries", "1")]
        done = subprocess.run(limited, capture_output=True, text=True, check=False, env=desk.environment)
        assert done.returncode == 5
        assert "full" in done.stderr.splitlines()[-1]
        assert desk.leftovers() == []
    finally:
        subprocess.run(["umount", disk], check=True)
    desk.ok("models", "pull", repo)
    whole(desk, repo, hub)


@pytest.mark.parametrize("name", [WEIGHTS, "source.spm"])
def test_a_pull_that_was_killed(desk: Desk, hub: Hub, repo: str, name: str) -> None:
    """After kill -9 in mid-download the model is not here; the next pull clears up, fetches the rest, and is whole."""
    hub.repos[repo].faults = [Fault("file", "stall", 30, name)]
    process = desk.start("models", "pull", repo)
    until(lambda: hub.repos[repo].faults[0].times == 0 and any(desk.leftovers()))
    kill(process)
    assert desk.leftovers()
    desk.refused(5, "-m", repo, "-", says="models pull")
    desk.ok("models", "pull", repo)
    whole(desk, repo, hub)


def test_two_pulls_at_once(desk: Desk, hub: Hub, repo: str) -> None:
    """Two pulls of a model take turns: both succeed, and every file is fetched once."""
    hub.repos[repo].faults = [Fault("file", "slow", 1, WEIGHTS)]
    pulls = [desk.start("models", "pull", repo) for _ in range(2)]
    said = [pull.communicate(timeout=60) for pull in pulls]
    assert [pull.returncode for pull in pulls] == [0, 0], said
    assert said[0][0] == said[1][0]
    assert sum("waiting for it" in errors for _, errors in said) == 1
    assert all(len(hub.fetched(repo, name)) == 1 for name in (WEIGHTS, "vocab.json"))
    whole(desk, repo, hub)


def test_an_interrupted_pull(desk: Desk, hub: Hub, repo: str) -> None:
    """Ctrl-C in mid-download is exit code 130, leaves no partial file, and the next pull is whole."""
    hub.repos[repo].faults = [Fault("file", "stall", 2, WEIGHTS)]
    process = desk.start("models", "pull", repo)
    until(lambda: hub.repos[repo].faults[0].times == 0)
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    desk.ok("models", "pull", repo)
    whole(desk, repo, hub)


def test_a_damaged_lock_file(desk: Desk, repo: str) -> None:
    """A lock file that is no longer JSON is named, with what to do; after that the files need no second fetch."""
    desk.ok("models", "pull", repo)
    (desk.cache / "models.lock.json").write_text("{")
    desk.refused(5, "models", "list", says="move it away")
    (desk.cache / "models.lock.json").unlink()
    desk.ok("models", "pull", repo)
