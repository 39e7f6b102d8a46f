"""What a stranger sees: public names, the wheel's content, and a README that tells the truth."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest

import translate_news
from translate_news import errors, models
from translate_news.cli import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_public_names_exist() -> None:
    """Everything in `__all__` is there."""
    assert sorted(translate_news.__all__) == sorted(
        name for name in translate_news.__all__ if hasattr(translate_news, name)
    )


def commands(group: click.Group, *above: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found += commands(command, *above, name) if isinstance(command, click.Group) else [(*above, name)]
    return found


@pytest.mark.parametrize("command", commands(cli), ids=" ".join)
def test_every_command_is_documented(command: tuple[str, ...]) -> None:
    """A command has help and stands in the README."""
    group: click.Command = cli
    for name in command:
        assert isinstance(group, click.Group)
        group = group.commands[name]
    assert group.help
    shown = "translate-news " + r"[^\n]*\b".join(map(re.escape, command))
    assert re.search(shown, README) or command == ("translate",)
    for parameter in group.params:
        assert not isinstance(parameter, click.Option) or parameter.help or parameter.name in PLAIN, parameter.name


PLAIN = {"form", "length_penalty", "engine"}  # their names and choices say it


def test_exit_codes_are_those_of_the_errors() -> None:
    """The README's table has the exit codes of the error tree and of a run's outcomes."""
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    tree = {
        error.exit_code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, Exception)
    }
    assert documented == tree | {0, errors.FINDINGS_EXIT, errors.SOME_FAILED_EXIT, errors.INTERRUPTED_EXIT}


def test_readme_python_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Python example of the README runs as it stands."""
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "page.txt").write_text("OSLO (ANP) - Het sneeuwt in Oslo.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert capsys.readouterr().out.startswith("brief Dateline(")


def test_readme_links_lead_somewhere() -> None:
    """Every file that the README links to is there."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_wheel_has_what_it_needs(tmp_path: Path) -> None:
    """The wheel carries models.txt, the word lists, the bundled weights and the type marker, and no tests."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "translate_news"
    wanted = {
        str(path.relative_to(ROOT)) for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if ".dist-info" not in name} == wanted | {"translate_news/models.txt"}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert wheel.stat().st_size < 80_000_000


def test_bundled_models_are_pinned() -> None:
    """Each bundled model of models.txt is in the package and is what its line pins."""
    bundled = [model for model in models.read_models() if model.scheme == "bundled"]
    assert bundled
    for model in bundled:
        assert model.checks.startswith("sha256:")
        assert models.require(model).folder.is_dir()
