"""The options that several steps share, said once."""

from pathlib import Path

import click

recipe = click.option(
    "--config", "recipe", type=click.Path(exists=True, path_type=Path), required=True, help="Recipe (TOML)."
)
work = click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Working folder: prepared data, vocabulary, links, checkpoints and log of one run.",
)
data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    show_default=True,
    help="Folder of fetched sets: parallel/ to train on, eval/ to measure on. What is not there is left out.",
)
wire = click.option(
    "--wire",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    help="Folder of the wire corpus (part-*.txt, drills/, phrases/, dev.txt); may be given more than once.",
)
only = click.option(
    "--only",
    multiple=True,
    help="Redo this source alone, and leave the others as they are; may be given more than once.",
)
