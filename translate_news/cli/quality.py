"""What `translate` has to do with fidelity: its options, and what they ask of a translation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from translate_news.document import Translation
from translate_news.engine import Decoding
from translate_news.errors import UsageError
from translate_news.glossary import NEWSROOM, Glossary, read_glossaries
from translate_news.pipeline import Options
from translate_news.writers import Writer, by_doubt, marked


def quality_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options about glossaries, doubts and their report."""
    for option in reversed(
        [
            click.option(
                "--glossary",
                multiple=True,
                metavar="FILE",
                help="Terms as TSV (nl, en, flags), several times; newsroom is our own, none is none. [default: newsroom]",
            ),
            click.option(
                "--no-ladder", is_flag=True, help="Do not translate again what fails its checks; only mark it."
            ),
            click.option("--report", type=click.Path(path_type=Path), help="Write the run's manifest here, as JSON."),
        ]
    ):
        command = option(command)
    return doubt_options(command)


def options_of(rest: dict[str, Any]) -> Options:
    """How to translate, as the options say.

    Raises:
        SettingsError: a glossary with a wrong line.
    """
    return Options(Decoding(rest["beam"], rest["length_penalty"]), not rest["no_ladder"], glossary_of(rest["glossary"]))


def glossary_of(names: Sequence[str]) -> Glossary:
    """The glossaries of `--glossary` as one: ours where none is named, nothing for `none`."""
    if "none" in names:
        if len(names) > 1:
            raise UsageError("--glossary none stands alone")
        return Glossary()
    return read_glossaries(names or [NEWSROOM])


def doubt_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options about how doubts show in what is written."""
    mark = click.option("--mark", is_flag=True, help="Mark doubtful sentences in the text itself.")
    sort = click.option(
        "--sort",
        type=click.Choice(["page", "doubt"]),
        default="page",
        show_default=True,
        help="Riskiest briefs first, in each page.",
    )
    return mark(sort(command))


def shown(translation: Translation, *, mark: bool, sort: str) -> Translation:
    """The translation as it is to be written: its doubts marked, its riskiest briefs first, where that was asked for."""
    translation = by_doubt(translation) if sort == "doubt" else translation
    return marked(translation) if mark else translation


def showing(write: Writer, *, mark: bool, sort: str) -> Writer:
    """A writer of translations as `shown`; picklable where `write` is."""
    return partial(_write_shown, write, mark, sort) if mark or sort == "doubt" else write


def _write_shown(write: Writer, mark: bool, sort: str, translation: Translation) -> str:
    return write(shown(translation, mark=mark, sort=sort))


def shown_name(*, mark: bool, sort: str) -> str:
    """What stands before the extension of such an output of a folder, so that it is never taken for the plain one."""
    return (".doubt" if sort == "doubt" else "") + (".marked" if mark else "")
