"""The command: what goes in, what comes out, and with which exit code; good input and bad."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from translate_news.errors import Unreadable
from translate_news.readers import read_path
from translate_news.segment import segment

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "tests" / "pages").glob("*.txt"))
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command as a user does: its own process, in a folder of its own."""

    def call(*arguments: str | Path, stdin: bytes = b"", module: bool = False) -> subprocess.CompletedProcess[str]:
        program = (
            [sys.executable, "-m", "translate_news"]
            if module
            else [str(Path(sys.executable).parent / "translate-news")]
        )
        done = subprocess.run(
            [*program, *map(str, arguments)], input=stdin, capture_output=True, cwd=tmp_path, check=False
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_segment_prints_the_golden_outline(run: Run, path: Path) -> None:
    """The command prints what the library says, for every golden page."""
    done = run("segment", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == path.with_suffix(".outline").read_text(encoding="utf-8")


def test_segment_json_joins_to_the_page(run: Run) -> None:
    """`segment --json` gives spans that join to the file."""
    done = run("segment", "--json", PAGES[1])
    spans = json.loads(done.stdout)["spans"]
    text = PAGES[1].read_text(encoding="utf-8")
    assert "".join(text[s["start"] : s["end"]] for s in spans) == text


def test_echo_keeps_the_structure(run: Run) -> None:
    """The English side of structure needs no model: places, ages and order."""
    done = run("-e", "echo", ROOT / "examples" / "wire-page.txt")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert "LONDON (ANP/RTR) - In het noorden van Engeland is een passagierstrein ontspoord." in done.stdout
    assert "BEIRUT (ANP/AFP) - " in done.stdout
    assert "JERUSALEM (ANP) - " in done.stdout
    assert [line for line in lines if line.endswith(" ago")] == [
        "3 minutes ago", "26 minutes ago", "1 hour ago", "2 hours ago",
    ]  # fmt: skip
    assert "More world news" in lines
    assert "11,000 hectare" in lines


@pytest.mark.parametrize("module", [False, True], ids=["command", "python -m"])
def test_stdin_and_module_are_the_same(run: Run, module: bool) -> None:
    """`-` reads standard input; `python -m translate_news` is the command."""
    page = PAGES[0].read_bytes()
    done = run("-", "-e", "echo", "-q", stdin=page, module=module)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run("-e", "echo", "-q", PAGES[0]).stdout


@pytest.mark.parametrize("form", ["text", "markdown", "json", "jsonl"])
def test_output_file_is_what_stdout_would_be(run: Run, tmp_path: Path, form: str) -> None:
    """`-o` writes the same text, whole, and leaves nothing beside it."""
    shown = run("-e", "echo", "-f", form, PAGES[3])
    written = run("-e", "echo", "-f", form, "-o", "out", PAGES[3])
    assert written.stdout == ""
    assert (tmp_path / "out").read_text(encoding="utf-8") == shown.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_full_output(tmp_path: Path) -> None:
    """An output that cannot be written is one clear line, not a traceback."""
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "translate_news", "-q", "-e", "echo", str(PAGES[0])]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 7
    assert done.stderr == "translate-news: the output cannot be written: No space left on device\n"


def test_jsonl_is_a_line_a_brief(run: Run) -> None:
    """Each line of jsonl is one brief with its page, id, dateline, age and sentences in both languages."""
    done = run("-e", "echo", "-f", "jsonl", PAGES[1])
    briefs = [json.loads(line) for line in done.stdout.splitlines()]
    assert [b["age"]["amount"] for b in briefs] == [2, 38, 3]
    assert briefs[1]["dateline"]["places"] == [{"nl": "PARIJS", "en": "PARIS"}]
    assert len({b["id"] for b in briefs}) == 3
    assert all(b["page"] == str(PAGES[1]) and b["signature"]["engine"] == "echo" for b in briefs)


def test_several_files_one_bad(run: Run, tmp_path: Path) -> None:
    """A bad file among good ones is named, the others are done, and the exit code is 4."""
    done = run("-e", "echo", PAGES[0], tmp_path / "missing.txt", PAGES[1])
    assert done.returncode == 4
    assert "missing.txt: no such file" in done.stderr
    assert "DELFT (ANP)" in done.stdout
    assert "OSLO (ANP/RTR)" in done.stdout


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """A clear refusal: its exit code, one line on stderr with these words, no traceback, nothing on stdout."""
    assert done.returncode == code
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_missing_file(run: Run) -> None:
    """A missing file is exit 6 and says what to do."""
    refused(run("nowhere.txt"), 6, "nowhere.txt", "no such file")


@pytest.mark.parametrize("content", [b"", b"  \n\t\n", b"\xef\xbb\xbf"], ids=["empty", "white space", "only a mark"])
def test_empty_file(run: Run, tmp_path: Path, content: bytes) -> None:
    """A file without text is exit 6."""
    (tmp_path / "page.txt").write_bytes(content)
    refused(run("page.txt"), 6, "is empty")


def test_folder_is_refused_with_what_to_do(run: Run, tmp_path: Path) -> None:
    """A folder is named as one."""
    refused(run(tmp_path), 2, "is a folder", "-o OUT")


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 20, b"PK\x03\x04" + b"\0" * 300, b"\x89PNG\r\n\x1a\n" + b"\x01\x02" * 99]
)
def test_binary_file(run: Run, tmp_path: Path, content: bytes) -> None:
    """Binary files are exit 6."""
    (tmp_path / "page.txt").write_bytes(content)
    refused(run("page.txt"), 6, "binary")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything; see the library's test below")
def test_forbidden_file(run: Run, tmp_path: Path) -> None:
    """A file without permission is exit 6."""
    (tmp_path / "page.txt").write_text("Tekst.")
    (tmp_path / "page.txt").chmod(0)
    refused(run("page.txt"), 6, "no permission")


def test_unreadable_for_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permission and disk errors become ours, with the file's name, whoever runs the tests."""
    for error, word in (
        (PermissionError(13, "x"), "no permission"),
        (OSError(5, "Input/output error"), "Input/output"),
    ):

        def fail(_: Path, error: OSError = error) -> bytes:
            raise error

        monkeypatch.setattr(Path, "read_bytes", fail)
        with pytest.raises(Unreadable, match=word):
            read_path(tmp_path / "page.txt")


TEXT = "GENÈVE (ANP) - De premier zei: „Het is één grote puinhoop”. Dat kost 5 €."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(run: Run, tmp_path: Path, encoding: str) -> None:
    """Every usual encoding is read rightly, and the result says which it was."""
    (tmp_path / "page.txt").write_bytes(TEXT.encode(encoding))
    done = run("-e", "echo", "-f", "json", "page.txt")
    record = json.loads(done.stdout)
    assert record["encoding"] == encoding
    assert record["briefs"][0]["paragraphs"][0]["nl"] == TEXT


def test_damaged_encoding(run: Run, tmp_path: Path) -> None:
    """Bytes that are neither UTF-8 nor Windows-1252 are refused with what to do."""
    (tmp_path / "page.txt").write_bytes(b"Het regent\xff\x81\x8d")
    refused(run("page.txt"), 6, "iconv")


def test_five_megabytes_on_one_line(run: Run, tmp_path: Path) -> None:
    """A page of 5 MB on one line goes through whole."""
    text = "De trein naar Zwolle had 11.000 minuten vertraging. " * 100_000
    (tmp_path / "page.txt").write_text(text)
    done = run("-e", "echo", "-q", "page.txt")
    assert done.returncode == 0
    assert done.stdout == text.strip().replace("11.000", "11,000") + "\n"


def test_english_is_passed_through(run: Run) -> None:
    """A page that is English already is passed through, and stderr says so."""
    done = run("-e", "echo", "-f", "json", ROOT / "tests" / "pages" / "18-english.txt")
    assert "already English" in done.stderr
    sentences = [s for b in json.loads(done.stdout)["briefs"] for p in b["paragraphs"] for s in p["sentences"]]
    assert all(s["method"] == "passed" and s["nl"] == s["en"] for s in sentences)


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["-o", "no/such/folder/out.txt", "page.txt"], 2, "mkdir -p"),
        (["-o", ".", "page.txt"], 2, "is a folder"),
        (["-f", "pdf", "page.txt"], 2, "jsonl"),
        (["-e", "magic", "page.txt"], 2, "ctranslate2"),
        (["-m", "no-such-model", "page.txt"], 5, "nl-en-mini"),
        (["-m", "opus", "page.txt"], 5, "translate-news models pull opus"),
        (["-m", "someone/some-model", "page.txt"], 5, "models pull someone/some-model"),
        (["--models-file", "none.txt", "page.txt"], 2, "none.txt"),
        (["--models-file", "bad.txt", "page.txt"], 2, "bad.txt, line 2"),
        (["translate"], 2, "FILE"),
    ],
)
def test_wrong_words(run: Run, tmp_path: Path, arguments: list[str], code: int, word: str) -> None:
    """Wrong options and models that are not here are refused with what would be right."""
    (tmp_path / "page.txt").write_text("Het regent in Breda.")
    (tmp_path / "bad.txt").write_text("# mine\nmodel translate ftp:somewhere\n")
    done = run(*arguments)
    refused(done, code, word)


def test_models_list_and_path(run: Run) -> None:
    """`models list` names every model and whether it is here; `models path` prints the folder."""
    listed = run("models", "list").stdout
    assert "* nl-en-mini" in listed
    assert "opus-big" in listed
    assert listed.count("not here") == 4
    folder = Path(run("models", "path", "nl-en-mini").stdout.strip())
    assert (folder / "model.safetensors").is_file()
    refused(run("models", "path", "opus"), 5, "models pull opus")


def test_own_models_file_comes_first(run: Run, tmp_path: Path) -> None:
    """A user's line replaces ours of the same name, and a folder can be a model."""
    folder = run("models", "path", "nl-en-mini").stdout.strip()
    (tmp_path / "mine.txt").write_text(f"nl-en-mini translate path:{folder}\n")
    assert f"path:{folder}" in run("models", "list", "--models-file", "mine.txt").stdout


def test_models_file_of_the_config_folder(run: Run, tmp_path: Path) -> None:
    """A models.txt in the config folder is read without being named."""
    (tmp_path / "config" / "translate-news").mkdir(parents=True)
    (tmp_path / "config" / "translate-news" / "models.txt").write_text("mine translate hub:someone/nl-en main\n")
    assert "hub:someone/nl-en" in run("models", "list").stdout


def test_a_changed_model_is_refused(run: Run, tmp_path: Path) -> None:
    """Weights that differ from their pin are exit 5."""
    folder = run("models", "path", "nl-en-mini").stdout.strip()
    (tmp_path / "mine.txt").write_text(f"pinned translate path:{folder} - sha256:{'0' * 64}\n")
    (tmp_path / "page.txt").write_text("Het regent in Breda.")
    refused(run("--models-file", "mine.txt", "-m", "pinned", "page.txt"), 5, "pins")


def test_the_example_by_the_default_model(run: Run) -> None:
    """The README's command: English on stdout and nothing else; notes, doubts and a summary on stderr."""
    done = run(ROOT / "examples" / "wire-page.txt")
    assert done.returncode == 0
    assert "models pull opus" in done.stderr
    assert "sentences in" in done.stderr
    page = segment((ROOT / "examples" / "wire-page.txt").read_text(encoding="utf-8"))
    briefs = [block for block in done.stdout.split("\n\n") if " - " in block]
    assert len(briefs) == sum(b.dateline is not None for b in page.briefs)
    for number in ("140", "11,000", "2.3", "300"):
        assert (
            number in done.stdout
            or f"{number.replace(',', '.')} of the Dutch" in done.stderr
            or "numbers" in done.stderr
        )


def test_strict_exits_with_three(run: Run, tmp_path: Path) -> None:
    """`--strict` turns findings into exit code 3, with the output still written."""
    (tmp_path / "page.txt").write_text("Ja Ja Ja Ja Ja 7 12 15 19 23.")
    done = run("--strict", "-m", "nl-en-mini", "page.txt")
    assert done.stdout
    assert done.returncode == (3 if "doubt:" in done.stderr else 0)


def test_headlines_stand_over_their_briefs(run: Run) -> None:
    """`--headlines` puts a line over each brief that has no title, and a headline into the data of each."""
    done = run("-e", "echo", "--headlines", PAGES[1])
    plain = run("-e", "echo", PAGES[1])
    added = [line for line in done.stdout.splitlines() if line not in plain.stdout.splitlines()]
    assert len(added) == 3
    assert [line for line in done.stdout.splitlines() if line not in added] == plain.stdout.splitlines()
    briefs = [
        json.loads(line) for line in run("-e", "echo", "--headlines", "-f", "jsonl", PAGES[1]).stdout.splitlines()
    ]
    assert [brief["headline"]["text"] for brief in briefs] == added
    assert all(set(brief["headline"]) == {"text", "method", "model", "findings"} for brief in briefs)
    assert all(brief["signature"]["headline"] == "lede" for brief in briefs)


def test_an_article_keeps_its_own_title(run: Run) -> None:
    """The article's title is its headline, not printed twice, with the other line beside it in the data."""
    done = run("-e", "echo", "--headlines", "-f", "json", PAGES[0])
    article = json.loads(done.stdout)["briefs"][0]
    assert article["headline"]["method"] == "title"
    assert article["headline"]["beside"]["method"] == "lede"
    text = run("-e", "echo", "--headlines", PAGES[0]).stdout
    assert text.count(article["headline"]["text"]) == 1


@pytest.mark.parametrize("form", ["text", "markdown", "json", "jsonl"])
def test_headlines_only_is_a_line_a_brief(run: Run, form: str) -> None:
    """The digest has a line a brief with its place and age, in every format."""
    done = run("-e", "echo", "--headlines-only", "-f", form, PAGES[1])
    assert done.returncode == 0
    if form == "json":
        found = json.loads(done.stdout)["headlines"]
        assert [h["places"] for h in found][1] == ["PARIS"]
    else:
        lines = done.stdout.splitlines()
        assert len(lines) == 3
        assert "PARIS" in lines[1]
        assert "38 minutes ago" in lines[1]


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["--headline-method", "lede", "page.txt"], 2, "--headlines-only"),
        (["--headlines", "--headline-method", "lede", "--headline-model", "x", "page.txt"], 2, "no model"),
        (
            ["--headlines", "--headline-model", "distilbart-xsum-12-6", "page.txt"],
            5,
            "models pull distilbart-xsum-12-6",
        ),
        (["--headlines", "--headline-model", "no-such-model", "page.txt"], 5, "distilbart-xsum-12-1"),
    ],
)
def test_wrong_words_about_headlines(run: Run, tmp_path: Path, arguments: list[str], code: int, word: str) -> None:
    """Headline options that contradict each other, and headline models that are not here, are refused."""
    (tmp_path / "page.txt").write_text("Het regent in Breda.")
    refused(run(*arguments), code, word)


def test_a_page_without_briefs_has_no_headlines(run: Run, tmp_path: Path) -> None:
    """A page of labels alone gives an empty digest and no error."""
    (tmp_path / "page.txt").write_text("Meer uit Buitenland\n")
    done = run("-e", "echo", "--headlines-only", "page.txt")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("value", ["nan", "-1", "11", "inf", "lang"])
def test_a_length_penalty_that_is_no_number_of_its_range_is_refused(run: Run, value: str) -> None:
    """The option says what is wrong, before any page is read."""
    done = run("translate", PAGES[0], "--length-penalty", value)
    assert done.returncode == 2
    assert "--length-penalty" in done.stderr
    assert done.stdout == ""
