"""`translate-news models`: what models.txt names and what is on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from translate_news import models

models_file_option = click.option(
    "--models-file", type=click.Path(path_type=Path), help="Your own models.txt; its lines come before ours."
)


@click.group("models")
def models_group() -> None:
    """What models.txt names and what is on this machine."""


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
