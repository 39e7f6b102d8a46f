"""Other filesystems: what a folder run promises here it promises there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from translate_news.batch import HOUSE, Past, Plan, Report, Selection, Walk, carry_out, open_journal
from translate_news.engine import open_engine
from translate_news.errors import UsageError
from translate_news.pipeline import translate

pytest.importorskip("pyarrow", reason="needs the extra: cluster")
fsspec = pytest.importorskip("fsspec")

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))
ECHO = open_engine("echo", None)
SIGNED = {"engine": "echo"}


class Quiet:
    def __init__(self) -> None:
        self.failures: dict[str, str] = {}

    def failed(self, name: str, reason: str) -> None:
        self.failures[name] = reason

    def advanced(self, report: Report) -> None: ...

    def halted(self) -> bool:
        return False


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "2026").mkdir(parents=True)
    for number, path in enumerate(PAGES[:10]):
        shutil.copy(path, folder / ("2026" if number % 2 else "") / path.name)
    (folder / ".hidden.txt").write_text("Verborgen.", encoding="utf-8")
    (folder / "x.jpg").write_bytes(b"x")
    return folder


@pytest.fixture(params=["file", "memory"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A folder elsewhere: one that pyarrow reaches by itself, and one that only fsspec knows."""
    return f"file://{tmp_path}/out" if request.param == "file" else f"memory://{tmp_path.name}/out"


def do(plan: Plan) -> tuple[Report, dict[str, str], list[str]]:
    listener, asked = Quiet(), []

    def counting(some: list) -> list:  # type: ignore[type-arg]
        asked.extend(page.name for page in some)
        return translate(some, ECHO, signature=SIGNED)

    with open_journal(plan.out) as journal:
        return carry_out(plan, counting, Past(journal, SIGNED), listener), listener.failures, asked  # type: ignore[arg-type]


def files(uri: str) -> dict[str, bytes]:
    place, root = fsspec.core.url_to_fs(uri)
    return {path.removeprefix(root).lstrip("/"): place.cat_file(path) for path in place.find(root)}


def test_a_remote_folder_is_as_good_as_a_local_one(pages: Path, out: str, tmp_path: Path) -> None:
    """The outputs elsewhere are those of a local run; a second run does nothing; a deleted output comes back from the journal."""
    do(Plan((pages,), tmp_path / "local"))
    local = {str(p.relative_to(tmp_path / "local")): p.read_bytes() for p in (tmp_path / "local").rglob("*.txt")}
    plan = Plan((pages,), out)
    report, failures, _ = do(plan)
    assert (report.done, failures) == (10, {})
    outputs = {name: data for name, data in files(out).items() if not name.startswith(HOUSE)}
    assert outputs == local
    lines = b"".join(data for name, data in sorted(files(out).items()) if name.startswith(f"{HOUSE}/journal/"))
    assert lines == (tmp_path / "local" / HOUSE / "journal.jsonl").read_bytes()
    report, _, asked = do(plan)
    assert (report.skipped, asked) == (10, [])
    place, root = fsspec.core.url_to_fs(out)
    place.rm(f"{root}/{PAGES[0].name}")
    report, _, asked = do(plan)
    assert (report.restored, asked) == (1, [])
    assert {name: data for name, data in files(out).items() if not name.startswith(HOUSE)} == local
    (pages / PAGES[0].name).write_text("OSLO (ANP) - Het sneeuwt.", encoding="utf-8")
    report, _, asked = do(plan)
    assert asked == [PAGES[0].name]
    with pytest.raises(UsageError, match="engine was echo"), open_journal(out) as journal:
        carry_out(plan, lambda some: [], Past(journal, {"engine": "other"}), Quiet())


def test_a_remote_input_is_walked_as_a_local_one(pages: Path, tmp_path: Path) -> None:
    """The same pages under the same names, chosen by the same globs."""
    for selection in (
        Selection(),
        Selection(hidden=True),
        Selection(include=("2026/*",)),
        Selection(exclude=("2026",)),
    ):
        local = Walk((pages,), selection, tmp_path / "out")
        remote = Walk((f"file://{pages}",), selection, tmp_path / "out")
        assert [(f.name, f.output) for f in remote] == [(f.name, f.output) for f in local]
    report, failures, _ = do(Plan((f"file://{pages}",), tmp_path / "out"))
    assert (report.done, failures) == (10, {})


def test_through_the_command(pages: Path, tmp_path: Path) -> None:
    """URIs for input and output, a glob that no shell has expanded, and render from a remote journal."""
    program = [sys.executable, "-m", "translate_news"]
    done = subprocess.run(
        [*program, f"file://{pages}/2026/*.txt", "-o", f"file://{tmp_path}/out", "-e", "echo"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = sorted(path for path in (tmp_path / "out").rglob("*.txt"))
    assert [path.name for path in made] == [path.name for number, path in enumerate(PAGES[:10]) if number % 2]
    shown = subprocess.run(
        [*program, "render", f"file://{tmp_path}/out"], capture_output=True, text=True, check=True
    ).stdout
    assert shown == "\n".join(path.read_text(encoding="utf-8") for path in made)
    done = subprocess.run(
        [*program, "nowhere://x/y", "-o", str(tmp_path / "o"), "-e", "echo"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
