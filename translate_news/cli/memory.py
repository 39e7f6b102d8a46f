"""`translate-news memory`: a translation memory's content, and corrections by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from translate_news.batch import write_whole
from translate_news.errors import Unreadable, UsageError
from translate_news.memory import Memory, read_corrections
from translate_news.readers import read_path

MIB = 1 << 20

memory_option = click.option(
    "--memory",
    "memory_path",
    type=click.Path(path_type=Path),
    envvar="TRANSLATE_NEWS_MEMORY",
    help="Translation memory: sentences seen before need no model. Made when it is not there.",
)
size_option = click.option(
    "--memory-size", type=click.IntRange(1), default=1024, show_default=True, help="Limit of the memory, in MiB."
)


def open_memory(path: Path, size: int = 1024) -> Memory:
    """Open or make a memory.

    Raises:
        UsageError: no folder for it, or it is something else.
    """
    if not path.parent.is_dir():
        raise UsageError(f"--memory {path}: there is no folder {path.parent}; make it with: mkdir -p {path.parent}")
    return Memory(path, size * MIB)


@click.group("memory")
@memory_option
@click.pass_context
def memory_group(ctx: click.Context, memory_path: Path | None) -> None:
    """Look into a translation memory (--memory PATH, or $TRANSLATE_NEWS_MEMORY), and correct it."""
    ctx.obj = memory_path


def _opened(path: Path | None, *, there: bool = True) -> Memory:
    if path is None:
        raise UsageError("which memory? name it: translate-news memory --memory PATH …, or set TRANSLATE_NEWS_MEMORY")
    if there and not path.is_file():
        raise Unreadable(f"{path}: no such memory; one is made by: translate-news FILE --memory {path}")
    return open_memory(path)


@memory_group.command("stats")
@click.pass_obj
def memory_stats(path: Path | None) -> None:
    """How much the memory holds."""
    with _opened(path) as memory:
        stats = memory.stats()
    click.echo(f"{stats.sentences:,} sentences under {stats.signatures:,} signatures, {stats.size / MIB:,.1f} MiB")
    click.echo(f"{stats.corrections:,} corrections")


@memory_group.command("export")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--corrections", is_flag=True, help="Only what people corrected.")
@click.pass_obj
def memory_export(path: Path | None, file: Path | None, corrections: bool) -> None:
    """Write Dutch and English as TSV to FILE, or to standard output. Edit it, and import what you changed."""
    with _opened(path) as memory:
        lines = (f"{_one_cell(nl)}\t{_one_cell(en)}\n" for nl, en in memory.pairs(corrected_only=corrections))
        if file:
            write_whole(file, "".join(["nl\ten\n", *lines]))
            return
        sys.stdout.write("nl\ten\n")
        sys.stdout.writelines(lines)


@memory_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def memory_import(path: Path | None, file: Path) -> None:
    """Take in corrections from FILE, TSV of Dutch and English; they win over every model."""
    pairs = read_corrections(read_path(file, lines=True).text, str(file))
    with _opened(path, there=False) as memory:
        changed = memory.correct(pairs)
    click.echo(f"translate-news: {changed:,} corrections are new or changed, of {len(pairs):,} lines", err=True)


def _one_cell(text: str) -> str:
    return " ".join(text.split())


def memory_options(command: Any) -> Any:
    """`--memory` and `--memory-size` for a command that translates."""
    return memory_option(size_option(command))
