"""`translate-news render`: what a journal holds, in any format, without a model."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath

import click

from translate_news.batch import read_journal, write_whole
from translate_news.batch.inputs import is_remote, output_names, stem_of
from translate_news.batch.remote import read_remote_journal
from translate_news.cli.quality import doubt_options, showing, shown_name
from translate_news.document import Translation
from translate_news.errors import UsageError
from translate_news.writers import WRITERS, extension


@click.command("render")
@click.argument("journal")
@click.option("-f", "--format", "form", type=click.Choice(list(WRITERS)), default="text", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A folder for one file a page. [default: all to standard output]",
)
@doubt_options
def render_command(journal: str, form: str, output: Path | None, mark: bool, sort: str) -> None:
    """Write the pages of JOURNAL (or of the output folder that holds it) in another format. Needs no model."""
    write = showing(WRITERS[form], mark=mark, sort=sort)
    if output is None:
        for number, (_, _, translation) in enumerate(_translations(journal)):
            if number and form == "text":
                click.echo()
            click.echo(write(translation), nl=False)
        return
    if output.exists() and not output.is_dir():
        raise UsageError(f"-o {output}: is a file; name a folder, or send standard output into a file")
    names: dict[str, list[str]] = {}
    for path, _, _ in _translations(journal):
        names.setdefault(str(PurePosixPath(path).parent), []).append(PurePosixPath(path).name)
    whole = {  # those that keep their suffix in their output's name; the others are too many to hold twice
        f"{folder}/{name}"
        for folder, here in names.items()
        for name, made in zip(here, output_names(here), strict=True)
        if made == name
    }
    names.clear()
    for path, made_from, translation in _translations(journal):
        folder, name = PurePosixPath(path).parent, PurePosixPath(path).name
        made = name if f"{folder}/{name}" in whole else stem_of(name)
        target = output / folder / (made + shown_name(mark=mark, sort=sort) + extension(form))
        if target.is_file() and sha256(target.read_bytes()).hexdigest() == made_from:
            raise UsageError(f"{target}: is the Dutch page itself, and would be lost; choose another -o")
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, write(translation))


def _translations(journal: str) -> Iterator[tuple[str, str | None, Translation]]:
    """For each page its path, the hash of the file that it was made from, and its translation."""
    for entry in read_remote_journal(journal) if is_remote(journal) else read_journal(Path(journal)):
        if entry.translation:
            yield entry.path, entry.sha256, entry.translation
