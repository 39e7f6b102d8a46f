"""The house holds: imports run one way, rooms keep to their budgets, word lists are tidy, heavy libraries load late."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "translate_news"
ORDER = [
    "errors", "document", "segment", "readers", "models", "engine", "checks", "glossary", "protect", "alignment", "headline", "ladder", "memory", "pipeline", "writers",
    "digest", "batch",
    "cli",
]  # fmt: skip
OUTSIDE = {"__init__", "__main__"}
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = {"torch", "transformers", "ctranslate2", "sentencepiece", "sacremoses", "huggingface_hub", "numpy"}
LISTS = sorted(p for p in (PACKAGE / "data").rglob("*") if p.suffix in (".txt", ".tsv") and "models" not in p.parts)


def station(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "translate_news":
                found |= {f"translate_news.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    """A station imports only from stations above it in the list, and a file outside the list is a fault."""
    here = station(path)
    if here in OUTSIDE:
        return
    assert here in ORDER, f"{here} is not in the order of stations"
    for module in imports(path):
        if module.startswith("translate_news."):
            there = module.split(".")[1]
            assert ORDER.index(there) <= ORDER.index(here), f"{here} imports {there}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_click_and_torch_have_one_door(path: Path) -> None:
    """click is imported by cli alone; torch, transformers and ctranslate2 by engine alone."""
    roots = {module.split(".")[0] for module in imports(path)}
    if station(path) != "cli":
        assert "click" not in roots
    if station(path) != "engine":
        assert not roots & {"torch", "transformers", "ctranslate2"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_budgets(path: Path) -> None:
    """A module has at most 400 lines, one of cli 300; a function at most 50, but for the option lists of cli."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= (300 if station(path) == "cli" else 400)
    if station(path) == "cli":
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, f"{node.name} is too long"


@pytest.mark.parametrize("path", LISTS, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_word_lists_are_tidy(path: Path) -> None:
    """A word list names its source, is sorted, and holds no entry twice."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    entries = [line for line in lines if line and not line.startswith("#")]
    keys = [line.split("\t")[0] for line in entries]
    assert any("ource" in line for line in head), "names no source"
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))
    assert all(line == line.strip() for line in entries)
    if path.suffix == ".tsv":
        assert {line.count("\t") for line in entries} <= {1, 2}  # a glossary has a third column, its flags


@pytest.mark.parametrize(
    "arguments", [["--help"], ["segment", "tests/pages/01-article.txt"], ["models", "--help"], ["translate", "--help"]]
)
def test_light_commands_import_nothing_heavy(arguments: list[str]) -> None:
    """Help and segmentation work without any model library in the process."""
    code = (
        "import sys\nfrom translate_news import cli\n"
        f"sys.argv = ['translate-news', *{arguments!r}]\n"
        "try:\n    cli.main()\nexcept SystemExit as e:\n    assert not e.code, e.code\n"
        f"print('LOADED', sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"
