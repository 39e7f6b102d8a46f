"""`translate-news translate`, the default command: pages in, English out, doubts named."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from translate_news import models
from translate_news.batch import HOUSE, Plan, Reading, write_named
from translate_news.batch.inputs import is_remote
from translate_news.cli.folder import (
    Opened,
    Work,
    folder_options,
    is_folder_run,
    plan_of,
    refuse_folder_options,
    translate_folder,
)
from translate_news.cli.headlines import headline_options, open_headliner, renderer
from translate_news.cli.memory import memory_options, open_memory
from translate_news.cli.models import models_file_option
from translate_news.cli.quality import options_of, quality_options, showing
from translate_news.cli.report import say_doubts, write_manifest
from translate_news.cli.segment import as_of_option, read_page
from translate_news.document import Page
from translate_news.engine import ENGINES, Engine, Hardware, open_engine
from translate_news.errors import FINDINGS_EXIT, SOME_FAILED_EXIT, TranslateNewsError, Unwritable, UsageError
from translate_news.memory import Memory
from translate_news.models import LocalModel
from translate_news.pipeline import signature_of, translate
from translate_news.writers import WRITERS, Entry

OVER_PAGE = "{path}: is a page to be read, and its Dutch would be lost; choose another name"
BUNDLED_NOTE = (
    "translate-news: using {name}, the small bundled model: it is fast, but it garbles rare words and names, so check what "
    "matters. A far better one, once, 320 MB: translate-news models pull opus"
)


def _path_or_uri(value: str) -> Path | str:
    """A path on this machine, or a URI as it stands."""
    return value if is_remote(value) else Path(value)


def _finite(context: click.Context, parameter: click.Parameter, value: float) -> float:
    """A number of a range; `nan` lies in every range that click knows, and is refused."""
    if value != value:
        raise click.BadParameter("nan is not a number.", context, parameter)
    return value


@click.command("translate")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "-o",
    "--output",
    type=_path_or_uri,
    metavar="PATH",
    help="Write here instead of standard output. A folder for folders.",
)
@click.option("-f", "--format", "form", type=click.Choice(list(WRITERS)), default="text", show_default=True)
@click.option("-m", "--model", help="A name of models.txt, a folder, or a hub id. [default: the best one here]")
@models_file_option
@click.option("-e", "--engine", type=click.Choice(list(ENGINES)), help="[default: ctranslate2]")
@click.option(
    "--beam", type=click.IntRange(1, 32), default=4, show_default=True, help="Beam size; 1 is greedy, fastest."
)
@click.option("--length-penalty", type=click.FloatRange(0, 10), callback=_finite, default=1.0, show_default=True)
@click.option("--device", default="auto", show_default=True, help="cpu, cuda (all GPUs), cuda:0 or cuda:0,1.")
@click.option("--threads", type=click.IntRange(0), default=0, help="CPU threads; 0 is all cores.", show_default=True)
@click.option("--compute-type", default="auto", help="int8, float32, bfloat16, float16.", show_default=True)
@click.option("--batch-size", type=click.IntRange(1), default=32, show_default=True, help="Sentences a batch.")
@click.option("--offline", is_flag=True, help="Never use the network. Translating never does; scripts may say so.")
@memory_options
@quality_options
@folder_options
@as_of_option
@click.option(
    "--furniture",
    type=click.Choice(["keep", "drop", "translate"]),
    default="keep",
    show_default=True,
    help="What to do with lines such as 'Lees ook' and photo credits.",
)
@headline_options
@click.option("--strict", is_flag=True, help="Exit with 3 when a sentence is to be doubted.")
@click.option("-q", "--quiet", is_flag=True, help="No notes and no progress; errors and doubts still show.")
def translate_command(
    files: Sequence[str], output: Path | str | None, form: str, strict: bool, quiet: bool, **rest: Any
) -> None:
    """Translate Dutch news FILEs (- is standard input) into English; a folder is mirrored into the folder OUTPUT."""
    if quiet:
        logging.getLogger("translate_news").setLevel(logging.WARNING)
    if is_folder_run(files, output, rest["cluster"]):
        plan = plan_of(files, output, form, rest)
        if rest["report"]:
            check_place(rest["report"])
            if rest["report"].is_file() and plan.reads(rest["report"]):
                raise UsageError(OVER_PAGE.format(path=rest["report"]))
        with _memory(rest, plan) as memory:
            work = Work(
                partial(_window, rest, plan.reading, memory, quiet),
                partial(_window, rest, plan.reading, None, True),
                memory,
            )
            translate_folder(plan, work, rest, strict, quiet)
        return
    refuse_folder_options(rest)
    written = [path for path in (output, rest["report"]) if isinstance(path, Path)]
    for path in written:
        check_place(path)
    refuse_overwriting(files, written)
    pages, failed = _read_pages(files, rest["as_of"], rest["furniture"])
    if not pages:
        raise failed[0]
    started = time.monotonic()
    options = options_of(rest)
    write = showing(renderer(form, rest), mark=rest["mark"], sort=rest["sort"])
    headliner = open_headliner(rest, _hardware(rest))
    engine, local = _open(rest, quiet)
    signature = signature_of(engine, local, options, headliner)
    with _Progress(quiet) as progress, _memory(rest) as memory:
        translations = translate(pages, engine, options, signature, progress, headliner, memory)
    text = ("\n" if form == "text" and not rest["headlines_only"] else "").join(map(write, translations))
    if isinstance(output, Path):
        write_named(output, text)
    else:
        click.echo(text, nl=False)
    seconds = time.monotonic() - started
    doubts = say_doubts(translations, seconds, quiet)
    if rest["report"]:
        entries = [Entry(t.page.name, None, translation=t) for t in translations]
        entries += [Entry("", None, failed=str(error)) for error in failed]
        write_manifest(rest["report"], entries, translations[0].signature, seconds)
    for error in failed:
        click.echo(f"translate-news: failed: {error}", err=True)
    if failed:
        sys.exit(SOME_FAILED_EXIT)
    if strict and doubts:
        sys.exit(FINDINGS_EXIT)


def _open(rest: dict[str, Any], quiet: bool) -> tuple[Engine, LocalModel | None]:
    """Open the engine that was asked for, or the default; say so when only the bundled model is here."""
    hardware = _hardware(rest)
    if rest["engine"] == "echo":
        return open_engine("echo", None, hardware), None
    local = models.require(models.choose(models.read_models(rest["models_file"]), rest["model"]))
    if rest["model"] is None and local.model.scheme == "bundled" and not quiet:
        click.echo(BUNDLED_NOTE.format(name=local.model.name), err=True)
    return open_engine(rest["engine"] or "ctranslate2", local, hardware), local


def _hardware(rest: dict[str, Any]) -> Hardware:
    return Hardware(rest["device"], rest["threads"], rest["compute_type"], rest["batch_size"])


@contextmanager
def _memory(rest: dict[str, Any], plan: Plan | None = None) -> Iterator[Memory | None]:
    """The memory that was asked for; watching a folder brings its own."""
    path = rest["memory_path"]
    if path is None and plan and rest["watch"]:
        if isinstance(plan.out, str):
            raise UsageError(f"--watch -o {plan.out}: name a file on this machine for its memory: --memory PATH")
        path = plan.out / HOUSE / "memory.sqlite"
        path.parent.mkdir(parents=True, exist_ok=True)
    if path is None:
        yield None
        return
    with open_memory(path, rest["memory_size"]) as memory:
        try:
            yield memory
        except sqlite3.DatabaseError as error:
            raise Unwritable(f"{path}: the memory is damaged: {error}; name another --memory, or delete it") from error


def _window(rest: dict[str, Any], reading: Reading, memory: Memory | None, quiet: bool) -> Opened:
    """What a folder run needs of the engine: a window of pages → their translations, and how they are made."""
    options = options_of(rest)
    headliner = open_headliner(rest, _hardware(rest))
    engine, local = _open(rest, quiet)
    signature = signature_of(engine, local, options, headliner) | reading.signed()
    return lambda pages: translate(pages, engine, options, signature, headliner=headliner, memory=memory), signature


def _read_pages(
    files: Sequence[str], as_of: datetime | None, furniture: str
) -> tuple[list[Page], list[TranslateNewsError]]:
    pages, failed = [], []
    for file in files:
        try:
            page = read_page(file, as_of, "translate" if furniture == "translate" else "keep")
            pages.append(page.without_furniture() if furniture == "drop" else page)
        except TranslateNewsError as error:
            failed.append(error)
    return pages, failed


def check_place(output: Path) -> None:
    if output.is_dir():
        raise UsageError(f"{output}: is a folder; name a file in it")
    if not output.parent.is_dir():
        raise UsageError(f"{output}: there is no folder {output.parent}; make it with: mkdir -p {output.parent}")
    if not os.access(output.parent, os.W_OK):
        raise UsageError(f"{output}: no permission to write in {output.parent}")


def refuse_overwriting(files: Sequence[str], written: Sequence[Path]) -> None:
    """Refuse to write over a page that is to be read, or two results over each other; a device may be both.

    Raises:
        UsageError: names the file.
    """
    if len({os.path.realpath(path) for path in written}) < len(written):
        raise UsageError(f"{written[0]}: -o and --report name the same file")
    for path in written:
        for file in files:
            if file != "-" and path.is_file() and Path(file).is_file() and path.samefile(file):
                raise UsageError(OVER_PAGE.format(path=path))


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
        if self.bar is None or done < self.bar.pos:  # headlines begin again at nought when the sentences are done
            label = "headlines" if self.bar else "sentences"
            self.__exit__()
            self.bar = click.progressbar(length=total, label=label, file=sys.stderr)
        self.bar.update(done - self.bar.pos)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.render_finish()
