"""`translate-news glossary`: look after term lists."""

from __future__ import annotations

from pathlib import Path

import click

from translate_news.errors import SettingsError
from translate_news.glossary import Glossary, advise, newsroom, parse


@click.group("glossary")
def glossary_group() -> None:
    """Term lists: Dutch, tab, English, and perhaps a tab and flags (case, part, keep)."""


@glossary_group.command("lint")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def glossary_lint(files: tuple[Path, ...]) -> None:
    """Name every wrong line of the FILEs, and what may be meant otherwise; exit with 2 when a line is wrong."""
    wrong = 0
    for path in files:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: cannot be read as UTF-8 text: {error}") from error
        entries, faults = parse(text)
        wrong += len(faults)
        for fault in faults:
            click.echo(f"{path}, {fault}")
        for advice in advise(Glossary(tuple(entries))):
            click.echo(f"{path}: note: {advice}")
        click.echo(f"{path}: {len(entries)} terms, {len(faults)} wrong lines", err=True)
    if wrong:
        raise SettingsError(f"{wrong} wrong lines")


@glossary_group.command("show")
@click.argument("word", required=False)
def glossary_show(word: str | None) -> None:
    """Print the newsroom glossary, or its terms that contain WORD."""
    for entry in newsroom().entries:
        if word is None or word.casefold() in entry.dutch.casefold():
            flags = f"\t{' '.join(sorted(entry.flags))}" if entry.flags else ""
            click.echo(f"{entry.dutch}\t{'|'.join(entry.english)}{flags}")
