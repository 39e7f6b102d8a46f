"""The command's side of fidelity: marks, order, the manifest, `check` and `glossary`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.test_cli import Run, refused, run  # noqa: F401  # the fixture
from translate_news.document import Finding, Rendering, Translation
from translate_news.segment import segment
from translate_news.writers import by_doubt, marked, write_markdown, write_text

LIST = (
    "LONDEN (ANP) - Er zijn 11.000 gewonden.\n4 minuten geleden\nPARIJS (ANP) - Het regent in Parijs.\n1 uur geleden\n"
)


@pytest.fixture
def doubtful() -> Translation:
    page = segment(LIST)
    findings = (Finding("numbers", "1 of the Dutch is not in the English"),)
    english = ["There are people injured.", "It rains in Paris."]
    made = [
        Rendering(s.text, text, findings=findings if n else ())
        for n, (s, text) in enumerate(zip(page.sentences, english, strict=True))
    ]
    return Translation(page, tuple(made))


def test_marks_stand_in_the_text(doubtful: Translation) -> None:
    """A doubtful sentence is followed by what is doubted, in text and in Markdown; others are as they were."""
    text = write_text(marked(doubtful))
    assert "It rains in Paris. [? numbers: 1 of the Dutch is not in the English]" in text
    assert "There are people injured.\n" in text
    assert "numbers: 1 of the Dutch" in write_markdown(marked(doubtful))


def test_the_riskiest_brief_comes_first(doubtful: Translation) -> None:
    """Sorted by doubt, each brief keeps its own sentences and age."""
    text = write_text(by_doubt(doubtful))
    assert text.index("PARIS") < text.index("LONDON")
    assert text.index("It rains") < text.index("1 hour ago") < text.index("There are")


def test_manifest(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """`--report` writes how the run was made, from which inputs, and what was found, by kind."""
    (tmp_path / "page.txt").write_text(LIST, encoding="utf-8")
    done = run("page.txt", "missing.txt", "-m", "nl-en-mini", "--report", "run.json")
    assert done.returncode == 4
    manifest = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert manifest["inputs"][0]["sha256"] == segment(LIST).sha256
    assert manifest["sentences"] == 2
    assert {"weights", "checks", "glossary", "ladder", "beam", "version"} <= set(manifest["signature"])
    assert sum(manifest["findings"].values()) >= manifest["to_doubt"]
    assert "missing.txt" in manifest["failed"][0]


def test_check_audits_any_pair_of_files(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """Findings by line on standard output, a summary on standard error, 3 with `--strict`, entities resolved."""
    (tmp_path / "nl.txt").write_text('De man is 34 jaar.\n\n"Het regent", zegt zij.\n', encoding="utf-8")
    (tmp_path / "en.txt").write_text(
        "The man is 43 years old.\n&quot;It&#39;s raining,&quot; she says.\n", encoding="utf-8"
    )
    done = run("check", "nl.txt", "en.txt", "--strict")
    assert done.returncode == 3
    assert done.stdout.startswith("1: numbers: 34 of the Dutch is not in the English")
    assert "2 pairs: 1 to doubt (1 number)" in done.stderr
    rows = [json.loads(line) for line in run("check", "nl.txt", "en.txt", "--json", "-q").stdout.splitlines()]
    assert [len(row["findings"]) for row in rows] == [1, 0]


def test_check_says_what_has_no_partner(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """A sentence that is gone is a finding."""
    (tmp_path / "nl.txt").write_text(
        "De trein van Groningen naar Zwolle was gisteren 45 minuten te laat.\nDe bus naar Breda reed 20 minuten niet.\n",
        encoding="utf-8",
    )
    (tmp_path / "en.txt").write_text("The bus to Breda did not run for 20 minutes.\n", encoding="utf-8")
    assert "pairing: no English for this" in run("check", "nl.txt", "en.txt").stdout


def test_glossary_lint(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """Every wrong line is named, and a wrong file is exit 2; a right one is 0."""
    (tmp_path / "bad.tsv").write_text("OM\tPPS\tloud\nkabinet\n", encoding="utf-8")
    (tmp_path / "good.tsv").write_text("OM\tPPS\tcase\n", encoding="utf-8")
    done = run("glossary", "lint", "bad.tsv")
    assert done.returncode == 2
    assert "bad.tsv, line 1" in done.stdout
    assert "bad.tsv, line 2" in done.stdout
    assert run("glossary", "lint", "good.tsv").returncode == 0
    assert "Tweede Kamer\tHouse of Representatives" in run("glossary", "show", "tweede kamer").stdout


def test_a_wrong_glossary_is_refused(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """A glossary with a wrong line stops the run before any translation, with the command that names all."""
    (tmp_path / "page.txt").write_text("Het regent.", encoding="utf-8")
    (tmp_path / "bad.tsv").write_text("OM\n", encoding="utf-8")
    refused(run("page.txt", "--glossary", "bad.tsv"), 2, "bad.tsv, line 1", "glossary lint")


def test_a_folder_shows_its_doubts_as_a_page_does(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """Marked and sorted pages of a folder, made, restored or rendered, are what the command writes for each page alone."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page.txt").write_text(
        LIST.replace("Het regent", "Wybrandus Oudehaskema valt"), encoding="utf-8"
    )
    asked = ("-m", "nl-en-mini", "--mark", "--sort", "doubt")
    alone = run("in/page.txt", *asked, "-q").stdout
    assert run("in", "-o", "out", "-m", "nl-en-mini").returncode == 0
    assert run("in", "-o", "out", *asked).returncode == 0
    written = tmp_path / "out" / "page.doubt.marked.txt"
    assert written.read_text(encoding="utf-8") == alone
    assert (tmp_path / "out" / "page.txt").exists()
    assert run("render", "out", "--mark", "--sort", "doubt", "-o", "again").returncode == 0
    assert (tmp_path / "again" / written.name).read_bytes() == written.read_bytes()


def test_a_folder_has_a_manifest(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """`--report` for a folder names every page that it holds with its hash, also those of earlier runs, and what failed."""
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "in" / name).write_text(LIST, encoding="utf-8")
    run("in", "-o", "out", "-e", "echo", "--include", "a.txt")
    (tmp_path / "in" / "c.txt").touch()
    assert run("in", "-o", "out", "-e", "echo", "--report", "run.json").returncode == 4
    manifest = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert [page["name"] for page in manifest["inputs"]] == ["a.txt", "b.txt"]
    assert {page["file_sha256"] for page in manifest["inputs"]} == {hashlib.sha256(LIST.encode()).hexdigest()}
    assert (manifest["run"]["done"], manifest["run"]["skipped"]) == (1, 1)
    assert manifest["signature"]["engine"] == "echo"
    assert manifest["sentences"] == 4
    assert manifest["failed"][0].startswith("c.txt: is empty")
