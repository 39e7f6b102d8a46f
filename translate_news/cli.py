"""Words in, exit codes out: a command is parse, library calls, print. The only module that imports click."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from translate_news import models
from translate_news.batch import write_whole
from translate_news.document import Page, Translation
from translate_news.engine import ENGINES, Decoding, Engine, Hardware, open_engine
from translate_news.errors import FINDINGS_EXIT, INTERRUPTED_EXIT, SOME_FAILED_EXIT, TranslateNewsError, UsageError
from translate_news.models import LocalModel
from translate_news.pipeline import signature_of, translate
from translate_news.readers import Source, read_path, read_text
from translate_news.segment import segment
from translate_news.writers import WRITERS, anatomy_record, write_outline

BUNDLED_NOTE = (
    "translate-news: using {name}, the small bundled model: it is fast, but it garbles rare words and names, so check what "
    "matters. A far better one, once, 320 MB: translate-news models pull opus"
)


class TranslateByDefault(click.Group):
    """A group whose first word is a file unless it names a command: `translate-news FILE` translates."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `translate` in front where no command is named."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h", "--version"):
            args = ["translate", *args]
        return super().parse_args(ctx, args)


@click.group(cls=TranslateByDefault, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.version_option(package_name="translate-news", prog_name="translate-news")
def cli() -> None:
    """Translate Dutch news pages into English, structure kept, doubtful sentences named.

    \b
    translate-news page.txt                 English on standard output
    translate-news page.txt -f json -o page.json
    curl … | translate-news -               from standard input
    translate-news segment page.txt         the page's anatomy; needs no model

    `translate-news FILE` is short for `translate-news translate FILE`; its options: translate-news translate --help
    """


@cli.command("translate")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here instead of standard output.")
@click.option("-f", "--format", "form", type=click.Choice(list(WRITERS)), default="text", show_default=True)
@click.option("-m", "--model", help="A name of models.txt, a folder, or a hub id. [default: the best one here]")
@click.option("--models-file", type=click.Path(path_type=Path), help="Your own models.txt; its lines come before ours.")
@click.option("-e", "--engine", type=click.Choice(list(ENGINES)), help="[default: ctranslate2]")
@click.option(
    "--beam", type=click.IntRange(1, 32), default=4, show_default=True, help="Beam size; 1 is greedy, fastest."
)
@click.option("--length-penalty", type=float, default=1.0, show_default=True)
@click.option("--device", default="auto", show_default=True, help="cpu, cuda or cuda:N.")
@click.option("--threads", type=click.IntRange(0), default=0, help="CPU threads; 0 is all cores.", show_default=True)
@click.option("--compute-type", default="auto", help="int8_float32, float32, float16, …", show_default=True)
@click.option("--batch-size", type=click.IntRange(1), default=32, show_default=True, help="Sentences a batch.")
@click.option("--strict", is_flag=True, help="Exit with 3 when a sentence is to be doubted.")
@click.option("-q", "--quiet", is_flag=True, help="No notes and no progress; errors still show.")
def translate_command(
    files: Sequence[str], output: Path | None, form: str, strict: bool, quiet: bool, **rest: Any
) -> None:
    """Translate Dutch news FILEs (- is standard input) into English."""
    if output:
        _check_output(output)
    pages, failed = _read_pages(files)
    if not pages:
        raise failed[0]
    started = time.monotonic()
    engine, local = _open(rest["engine"], rest["model"], rest["models_file"], _hardware(rest), quiet)
    decoding = Decoding(rest["beam"], rest["length_penalty"])
    with _Progress(quiet) as progress:
        translations = translate(pages, engine, decoding, signature_of(engine, local, decoding), progress)
    text = "".join(map(WRITERS[form], translations)) if form != "text" else "\n".join(map(WRITERS[form], translations))
    if output:
        write_whole(output, text)
    else:
        click.echo(text, nl=False)
    doubts = _report(translations, time.monotonic() - started, quiet)
    if failed:
        for error in failed:
            _say(f"failed: {error}")
        sys.exit(SOME_FAILED_EXIT)
    if strict and doubts:
        sys.exit(FINDINGS_EXIT)


@cli.command("segment")
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="The anatomy as one JSON document.")
def segment_command(file: str, as_json: bool) -> None:
    """Show the anatomy of FILE: articles, labels, briefs, datelines, ages. Needs no model."""
    page = _page(file)
    if as_json:
        click.echo(json.dumps(anatomy_record(page), ensure_ascii=False, indent=2))
    else:
        click.echo(write_outline(page), nl=False)


@cli.group("models")
def models_group() -> None:
    """What models.txt names and what is on this machine."""


models_file_option = click.option("--models-file", type=click.Path(path_type=Path), help="Your own models.txt.")


@models_group.command("list")
@models_file_option
def models_list(models_file: Path | None) -> None:
    """Name every model, and say whether it is here; * marks the default."""
    known = models.read_models(models_file)
    here = {model.name: models.locate(model) for model in known}
    default = next((m.name for m in reversed(known) if m.role == "translate" and here[m.name]), None)
    for model in known:
        mark = "*" if model.name == default else " "
        state = "here" if here[model.name] else "not here"
        click.echo(f"{mark} {model.name:<12} {model.role:<10} {state:<9} {model.licence:<11} {model.source}")


@models_group.command("path")
@click.argument("name")
@models_file_option
def models_path(name: str, models_file: Path | None) -> None:
    """Print the folder that holds the model NAME."""
    click.echo(models.require(models.choose(models.read_models(models_file), name)).folder)


@models_group.command("pull")
@click.argument("name")
@models_file_option
def models_pull(name: str, models_file: Path | None) -> None:
    """Fetch the model NAME from its hub, once; needs a connection."""
    click.echo(models.pull(models.choose(models.read_models(models_file), name)).folder)


def _hardware(rest: dict[str, Any]) -> Hardware:
    return Hardware(rest["device"], rest["threads"], rest["compute_type"], rest["batch_size"])


def _open(
    name: str | None, wanted: str | None, models_file: Path | None, hardware: Hardware, quiet: bool
) -> tuple[Engine, LocalModel | None]:
    """Open the engine that was asked for, or the default; say so when only the bundled model is here."""
    if name == "echo":
        return open_engine(name, None, hardware), None
    local = models.require(models.choose(models.read_models(models_file), wanted))
    if wanted is None and local.model.scheme == "bundled" and not quiet:
        click.echo(BUNDLED_NOTE.format(name=local.model.name), err=True)
    return open_engine(name or "ctranslate2", local, hardware), local


def _read_pages(files: Sequence[str]) -> tuple[list[Page], list[TranslateNewsError]]:
    pages, failed = [], []
    for file in files:
        try:
            pages.append(_page(file))
        except TranslateNewsError as error:
            failed.append(error)
    return pages, failed


def _page(file: str) -> Page:
    source: Source = read_text(sys.stdin.buffer.read(), "standard input") if file == "-" else read_path(Path(file))
    return segment(source.text, file, source.encoding)


def _check_output(output: Path) -> None:
    if output.is_dir():
        raise UsageError(f"-o {output}: is a folder; name a file in it")
    if not output.parent.is_dir():
        raise UsageError(f"-o {output}: there is no folder {output.parent}; make it with: mkdir -p {output.parent}")
    if not os.access(output.parent, os.W_OK):
        raise UsageError(f"-o {output}: no permission to write in {output.parent}")


def _report(translations: Sequence[Translation], seconds: float, quiet: bool) -> int:
    """Say on stderr what to doubt; the number of such sentences."""
    doubts = [(t.page.name, s, r) for t in translations for s, r in t.doubts]
    for translation in translations:
        if translation.page.language == "en" and not quiet:
            click.echo(f"translate-news: {translation.page.name} is already English: passed through", err=True)
    for name, sentence, rendering in doubts:
        said = "; ".join(f"{finding.check}: {finding.message}" for finding in rendering.findings)
        click.echo(
            f"doubt: {name}, sentence {sentence.index + 1}: {said}\n  nl: {rendering.dutch}\n  en: {rendering.english}",
            err=True,
        )
    if not quiet:
        briefs = sum(b.kind not in ("label", "furniture") for t in translations for b in t.page.briefs)
        sentences = sum(len(t.renderings) for t in translations)
        click.echo(
            f"translate-news: {briefs} briefs, {sentences} sentences in {seconds:.1f} s: {len(doubts)} to doubt",
            err=True,
        )
    return len(doubts)


class _Progress:
    """A progress bar on stderr when that is a terminal, else nothing."""

    def __init__(self, quiet: bool) -> None:
        self.hidden = quiet or not sys.stderr.isatty()
        self.bar: Any = None

    def __enter__(self) -> _Progress:
        return self

    def __call__(self, done: int, total: int) -> None:
        if self.hidden or not total:
            return
        if self.bar is None:
            self.bar = click.progressbar(length=total, label="sentences", file=sys.stderr)
        self.bar.update(done - self.bar.pos)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.render_finish()


def _say(message: str) -> None:
    click.echo(f"translate-news: {message}", err=True)


def main() -> None:
    """The installed command: every error of ours becomes one line and its exit code, here and nowhere else."""
    try:
        sys.exit(cli.main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except TranslateNewsError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted; nothing was written")
        sys.exit(INTERRUPTED_EXIT)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
